"""Pages of the conflicts of interest."""

from kepu.outreach.people.conflicts.views import desk, own

__all__ = ["desk", "own"]
