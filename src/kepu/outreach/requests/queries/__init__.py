"""Reads of orders, of who might come, and of what is planned."""
