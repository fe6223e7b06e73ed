"""Pages of the library."""

from kepu.outreach.library.views import desk, loans, own, packages, public, stock

__all__ = ["desk", "loans", "own", "packages", "public", "stock"]
