"""Writes of the venues."""

from kepu.outreach.venues.services.accrediting import (
    AccreditationTerms,
    accredit_venue,
    end_accreditation,
    renew_accreditation,
)
from kepu.outreach.venues.services.content import change_content, keep_contents
from kepu.outreach.venues.services.coverage import coverage_of
from kepu.outreach.venues.services.opening import (
    add_free_days,
    close_for_days,
    drop_closure,
    drop_free_days,
    place_stay,
    set_opening,
)
from kepu.outreach.venues.services.photos import add_photo, remove_photo
from kepu.outreach.venues.services.points import bring_points
from kepu.outreach.venues.services.registering import (
    VenueWords,
    change_venue,
    close_venue,
    publish_venue,
    register_venue,
)
from kepu.outreach.venues.services.rosters import bring_roster, decide_row, register_clear_rows
from kepu.outreach.venues.services.siting import SitingTerms, ask_siting, cancel_siting, run_siting
from kepu.outreach.venues.services.travel import bring_travel
from kepu.outreach.venues.services.visits import record_visit

__all__ = [
    "AccreditationTerms",
    "SitingTerms",
    "VenueWords",
    "accredit_venue",
    "add_free_days",
    "add_photo",
    "ask_siting",
    "bring_points",
    "bring_roster",
    "bring_travel",
    "cancel_siting",
    "change_content",
    "change_venue",
    "close_for_days",
    "close_venue",
    "coverage_of",
    "decide_row",
    "drop_closure",
    "drop_free_days",
    "end_accreditation",
    "keep_contents",
    "place_stay",
    "publish_venue",
    "record_visit",
    "register_clear_rows",
    "register_venue",
    "remove_photo",
    "renew_accreditation",
    "run_siting",
    "set_opening",
]
