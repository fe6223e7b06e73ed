"""Experts, counsellors, volunteers and special commissioners: who can give a service."""
