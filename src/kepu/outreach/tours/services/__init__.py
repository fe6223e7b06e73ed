"""Writes of the tours."""

from kepu.outreach.tours.services.planning import TourTerms, ask_plan, run_plan, stop_plan
from kepu.outreach.tours.services.publishing import publish_plan
from kepu.outreach.tours.services.trips import StopWords, log_trip, strike_trip
from kepu.outreach.tours.services.use import VanUse, YearUse, use_of_year
from kepu.outreach.tours.services.vans import VanWords, keep_van
from kepu.outreach.tours.services.wishes import WishWords, add_wish, drop_wish_of, withdraw_wish

__all__ = [
    "StopWords",
    "TourTerms",
    "VanUse",
    "VanWords",
    "WishWords",
    "YearUse",
    "add_wish",
    "ask_plan",
    "drop_wish_of",
    "keep_van",
    "log_trip",
    "publish_plan",
    "run_plan",
    "stop_plan",
    "strike_trip",
    "use_of_year",
    "withdraw_wish",
]
