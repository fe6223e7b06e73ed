"""Background work by name: enqueue, progress, cancel."""
