"""Volunteers by the ministry's rules: numbers, teams, projects, shifts, hours that cannot be bought, certificates."""
