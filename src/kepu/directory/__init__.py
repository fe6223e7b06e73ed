"""Regions, organisations, persons, roles, to-dos and notices."""
