"""What every room stands on: errors, events, queue, clock, audit, files."""
