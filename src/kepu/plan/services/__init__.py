"""Writes of the plan room."""

from kepu.plan.services.loading import load_plan, name_systems, reading_of

__all__ = ["load_plan", "name_systems", "reading_of"]
