"""Stored files: type by content, size, hash, scan, visibility."""
