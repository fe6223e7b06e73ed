"""Breakdown of targets over districts, bodies and years; plans beneath plans."""
