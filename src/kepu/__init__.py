"""Kepu (科普): runs a city's science-literacy programme."""
