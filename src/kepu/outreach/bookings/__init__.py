"""Seats: slots, channel quotas, waiting lists, draws, rolling codes and check-in, for every room that lets people in."""
