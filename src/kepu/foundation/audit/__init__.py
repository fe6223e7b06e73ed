"""Who did what: plain inserts sealed later into a hash chain."""
