"""Pages that only some may open; for everyone else they are not there."""

from kepu.web.http import only

__all__ = ["only"]
