"""What may be set in a round, and the two words a person says about a match: pin and forbid."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np

BREADTH, WIDE = 25, 50
"""Candidates of each request, so many best and so many more by hash: for a quick answer to one change, and for further flows of a whole round."""


class Match(NamedTuple):
    """One visit: who comes to whom, and when; ids."""

    request: str
    provider: str
    slot: str


class Forbid(NamedTuple):
    """A pair that must not meet, on one half-day or (None) at all; ids."""

    request: str
    provider: str
    slot: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What the round is to maximise, and what people have said.

    A served visit is worth `served` × need + `fit` × fit − `distance` × distance. The first term keeps taste from starving whoever is
    hard to serve, so it must outweigh the others: a visit that would be worth nothing is refused as input.

    Args:
        served: what a served visit is worth, ≥ 0.
        fit: what full fit is worth beside it, ≥ 0.
        distance: what one unit of distance costs, ≥ 0.
        equity: λ of the bonus λ·(−log fill) for each visit of a district, ≥ 0. It falls as the district fills, so it is exact and has a memory; a
            flat weight has none, and starves the others.
        evenness: what a provider's last visit costs more than the first, ≥ 0: the k-th of L costs evenness·(k−1)/L.
        staying: bonus for each visit of `previous` that stays, ≥ 0.
        has_floors: whether the districts' floors hold.
        pins: visits that must be; they are taken out of demand, load and half-days before anything is decided.
        forbids: pairs that must not be.
        previous: the plan to stay near to.
        breadth: None: the whole graph. A number: so many best and so many hashed candidates of each request, and those of `previous`.
        wanted_gap: stop once the plan is proven to lie within this share of the best, 0 to below 1. Where only rules of the network are on,
            the first flow proves 0 anyway.
    """

    served: float = 1.0
    fit: float = 1.0
    distance: float = 0.0
    equity: float = 0.0
    evenness: float = 0.0
    staying: float = 0.02
    has_floors: bool = True
    pins: Sequence[Match] = ()
    forbids: Sequence[Forbid] = ()
    previous: Sequence[Match] = ()
    breadth: int | None = None
    wanted_gap: float = 0.001

    def __post_init__(self) -> None:
        """Check, and put what was said in order."""
        for name in ("served", "fit", "distance", "equity", "evenness", "staying"):
            if not 0 <= getattr(self, name) < np.inf:
                raise ValueError(f"{name}: must be finite and at least 0")
        if self.breadth is not None and self.breadth < 1:
            raise ValueError("breadth: must be at least 1")
        if not 0 <= self.wanted_gap < 1:
            raise ValueError("wanted_gap: must lie between 0 and below 1")
        for name, kind in (("pins", Match), ("forbids", Forbid), ("previous", Match)):
            said = sorted(
                {kind(*one) for one in getattr(self, name)}, key=lambda one: tuple(part or "" for part in one)
            )
            object.__setattr__(self, name, tuple(said))

    def as_dict(self) -> dict[str, object]:
        """Give plain values, for JSON; `Settings(**values)` makes it again."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


DEFAULT = Settings()
