"""Pages of volunteering."""

from kepu.outreach.people.volunteers.views import desk, own, public, shifts

__all__ = ["desk", "own", "public", "shifts"]
