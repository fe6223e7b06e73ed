"""Dated lists and parameters: what "as data" means."""
