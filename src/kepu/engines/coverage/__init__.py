"""How well places reach people: catchments, shares, inequality and siting. Needs numpy, scipy and highspy."""

from kepu.engines.coverage.catchment import Decay, Scores, group_scores, two_step
from kepu.engines.coverage.checking import Doubt, check_coordinates
from kepu.engines.coverage.equity import Equity, Split, equity_by, split_of
from kepu.engines.coverage.inequality import gini, gini_by, theil, theil_parts
from kepu.engines.coverage.siting import Site, Siting, choose_sites
from kepu.engines.coverage.travel import (
    EARTH_KM,
    Reach,
    great_circle_km,
    minutes_of,
    reach_by_distance,
    reach_by_table,
)

__all__ = [
    "EARTH_KM",
    "Decay",
    "Doubt",
    "Equity",
    "Reach",
    "Scores",
    "Site",
    "Siting",
    "Split",
    "check_coordinates",
    "choose_sites",
    "equity_by",
    "gini",
    "gini_by",
    "great_circle_km",
    "group_scores",
    "minutes_of",
    "reach_by_distance",
    "reach_by_table",
    "split_of",
    "theil",
    "theil_parts",
    "two_step",
]
