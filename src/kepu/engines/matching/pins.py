"""Pins: visits that a person set. They are checked against every hard rule and taken before anything is decided."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kepu.engines.matching.canonical import LISTED, Prepared
from kepu.engines.matching.checks import Rows
from kepu.engines.matching.desk import Desk
from kepu.engines.matching.lookup import place_of, rows_of_match
from kepu.engines.matching.settings import Match, Settings


@dataclass(frozen=True, slots=True)
class Refusal:
    """A pin that cannot be, and the rule that forbids it."""

    match: Match
    rule: str


class PinsRefused(ValueError):
    """A pin breaks a hard rule, and hard rules are never broken."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        """Keep what was refused."""
        super().__init__("pins: " + ", ".join(f"{'/'.join(one.match)} ({one.rule})" for one in refusals))
        self.refusals = tuple(refusals)


def take_pins(prepared: Prepared, settings: Settings, desk: Desk) -> Rows:
    """Take the pins at the desk.

    Args:
        prepared: the round.
        settings: with the pins.
        desk: takes them.

    Returns:
        Shape (pins, 4): rows of request, provider, half-day and pair, in the order of the pins.

    Raises:
        PinsRefused: a pin breaks a hard rule; all that do are named.
    """
    round_, refusals, rows = prepared.round, [], []
    forbidden = {tuple(one) for one in settings.forbids}
    for match in settings.pins:
        found = rows_of_match(round_, match)
        rule = "unknown" if found is None else _rule_against(prepared, found, desk)
        if {match, (match.request, match.provider, None)} & forbidden:
            rule = "forbidden"
        if found is None or rule is not None:
            refusals.append(Refusal(match, rule or "unknown"))
            continue
        desk.take(*found)
        rows.append((*found, place_of(round_.pairs.request, round_.pairs.provider, *found[:2])))
    if refusals:
        raise PinsRefused(refusals)
    return np.array(rows, dtype=np.int64).reshape(-1, 4)


def _rule_against(prepared: Prepared, rows: tuple[int, int, int], desk: Desk) -> str | None:
    round_, barred, (request, provider, slot) = prepared.round, prepared.barred, rows
    if place_of(round_.pairs.request, round_.pairs.provider, request, provider) < 0:
        place = place_of(barred.request, barred.provider, request, provider)
        return LISTED if place < 0 else prepared.sieve.rules[barred.rule[place]]
    if not round_.requests.window[request, slot]:
        return "window"
    if not round_.providers.available[provider, slot]:
        return "availability"
    return desk.blocked(request, provider, slot)
