"""Reads of the register of people."""

from kepu.outreach.people.capacities.queries.entries import ENTRY_KIND, all_entries, entry_of
from kepu.outreach.people.capacities.queries.finding import (
    Found,
    Wanted,
    choices_of,
    find_capacities,
    half_day_label,
    half_days,
    meaning_search,
)
from kepu.outreach.people.capacities.queries.lists import (
    CapacityPage,
    RegisterFilter,
    capacities_visible_to,
    capacity_page,
    own_capacities,
    public_capacity,
    public_teams,
    register_lines,
    register_sheet,
    team_page,
)

__all__ = [
    "ENTRY_KIND",
    "CapacityPage",
    "Found",
    "RegisterFilter",
    "Wanted",
    "all_entries",
    "capacities_visible_to",
    "capacity_page",
    "choices_of",
    "entry_of",
    "find_capacities",
    "half_day_label",
    "half_days",
    "meaning_search",
    "own_capacities",
    "public_capacity",
    "public_teams",
    "register_lines",
    "register_sheet",
    "team_page",
]
