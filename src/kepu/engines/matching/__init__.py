"""Rounds of matching: who comes to whom and when, all requests decided together. Needs numpy and ortools."""

from kepu.engines.matching.apart import SolveTimedOut, solve_apart
from kepu.engines.matching.baselines import first_come, greedy
from kepu.engines.matching.canonical import Prepared, prepare
from kepu.engines.matching.desk import CONTENTION
from kepu.engines.matching.pins import PinsRefused, Refusal
from kepu.engines.matching.plans import (
    Assignment,
    DistrictFill,
    Moves,
    Plan,
    Proof,
    Unserved,
    Worth,
    moves_between,
    plan_from,
)
from kepu.engines.matching.prices import Figures, Price, figures_of, prices
from kepu.engines.matching.ranking import Bundle, Ranking, Term, rank
from kepu.engines.matching.rounds import Districts, Pairs, Providers, Requests, Round, Slots, Travel
from kepu.engines.matching.settings import BREADTH, Forbid, Match, Settings
from kepu.engines.matching.solving import Progress, solve

__all__ = [
    "BREADTH",
    "CONTENTION",
    "Assignment",
    "Bundle",
    "DistrictFill",
    "Districts",
    "Figures",
    "Forbid",
    "Match",
    "Moves",
    "Pairs",
    "PinsRefused",
    "Plan",
    "Prepared",
    "Price",
    "Progress",
    "Proof",
    "Providers",
    "Ranking",
    "Refusal",
    "Requests",
    "Round",
    "Settings",
    "Slots",
    "SolveTimedOut",
    "Term",
    "Travel",
    "Unserved",
    "Worth",
    "figures_of",
    "first_come",
    "greedy",
    "moves_between",
    "plan_from",
    "prepare",
    "prices",
    "rank",
    "solve",
    "solve_apart",
]
