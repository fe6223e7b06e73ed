"""Reads of the tours."""
