"""The views of this room."""

from kepu.outreach.requests.views import desk, feeds, own, public, rounds, sessions

__all__ = ["desk", "feeds", "own", "public", "rounds", "sessions"]
