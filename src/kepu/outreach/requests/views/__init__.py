"""The views of this room."""

from kepu.outreach.requests.views import calendar, desk, feeds, own, public, rounds, scheduling, sessions

__all__ = ["calendar", "desk", "feeds", "own", "public", "rounds", "scheduling", "sessions"]
