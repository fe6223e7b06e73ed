"""Reads of the venues."""

from kepu.outreach.venues.queries.kinds import DetailField, Kind, access_labels, kind_of, kinds, level_labels
from kepu.outreach.venues.queries.listing import (
    VenueFilter,
    VenueRow,
    desk_rows,
    export_lines,
    export_sheet,
    keepers_for,
    venues_kept_by,
    venues_visible_to,
)
from kepu.outreach.venues.queries.opening import OpenState, next_days, open_now, schedule_of

__all__ = [
    "DetailField",
    "Kind",
    "OpenState",
    "VenueFilter",
    "VenueRow",
    "access_labels",
    "desk_rows",
    "export_lines",
    "export_sheet",
    "keepers_for",
    "kind_of",
    "kinds",
    "level_labels",
    "next_days",
    "open_now",
    "schedule_of",
    "venues_kept_by",
    "venues_visible_to",
]
