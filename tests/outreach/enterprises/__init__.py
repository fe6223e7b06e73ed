"""Tests of the room of enterprises' needs."""
