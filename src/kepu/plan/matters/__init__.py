"""Matters to settle (协调事项): raised by a body, decided in a meeting, turned into duties that the status knows."""
