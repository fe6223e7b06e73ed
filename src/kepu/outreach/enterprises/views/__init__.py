"""The views of this room."""

from kepu.outreach.enterprises.views import desk, own, proposals, public

__all__ = ["desk", "own", "proposals", "public"]
