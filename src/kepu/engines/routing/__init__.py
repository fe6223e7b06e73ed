"""Monthly tours of vans to remote places, and single-depot routes with time windows. Needs numpy, pyvrp and highspy."""

from kepu.engines.routing.checking import Rule, Violation, check
from kepu.engines.routing.plan import Ended, Fill, Reason, Stop, TourPlan, Unserved, Use, VanDay
from kepu.engines.routing.problem import (
    NO_ROAD,
    Hours,
    Norm,
    Opening,
    Place,
    Problem,
    Quarters,
    Settings,
    Travel,
    Van,
    week_of,
)
from kepu.engines.routing.single import RoutesFound, shortest_routes
from kepu.engines.routing.telling import utilisation
from kepu.engines.routing.tours import plan_tours

__all__ = [
    "NO_ROAD",
    "Ended",
    "Fill",
    "Hours",
    "Norm",
    "Opening",
    "Place",
    "Problem",
    "Quarters",
    "Reason",
    "RoutesFound",
    "Rule",
    "Settings",
    "Stop",
    "TourPlan",
    "Travel",
    "Unserved",
    "Use",
    "Van",
    "VanDay",
    "Violation",
    "check",
    "plan_tours",
    "shortest_routes",
    "utilisation",
    "week_of",
]
