"""Experts, counsellors, volunteers and special commissioners: who can give a service, a family of apps."""
