"""Reads of the library."""

from kepu.outreach.library.queries.free import Material, free_copies, materials_for
from kepu.outreach.library.queries.kinds import kind_labels

__all__ = ["Material", "free_copies", "kind_labels", "materials_for"]
