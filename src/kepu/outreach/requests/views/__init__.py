"""The views of this room."""

from kepu.outreach.requests.views import desk, own, public, rounds, sessions

__all__ = ["desk", "own", "public", "rounds", "sessions"]
