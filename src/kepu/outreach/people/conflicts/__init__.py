"""Conflicts of interest: one graph of persons, organisations and kin."""
