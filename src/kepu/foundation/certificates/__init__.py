"""Certificates with a check code, and their public verification."""
