"""Pages of public oversight."""

from kepu.oversight.views import asking, desk, public

__all__ = ["asking", "desk", "public"]
