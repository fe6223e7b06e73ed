"""Arithmetic of a breakdown: dividing a number so that the parts add up, and saying where they do not."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from kepu.plan.breakdown.choices import Among
from kepu.plan.tasks.rules.terms import Kind

FINEST = 4
"""Decimal places that a share may have."""
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Piece:
    """One share: whose, for which year (None for the whole period or for every cycle), how much."""

    among: str
    owner: int
    year: int | None
    value: Decimal


@dataclass(frozen=True, slots=True)
class Promise:
    """What shares are checked against.

    Attributes:
        kind: what the target's number counts.
        value: the promised number; with `value_max` the lower end of a range.
        is_added: whether shares of places may be added at all; a level in per cent may not.
        due_year: the year by which a level must stand.
    """

    kind: Kind
    value: Decimal
    value_max: Decimal | None = None
    is_added: bool = True
    due_year: int | None = None


@dataclass(frozen=True, slots=True)
class SumCheck:
    """What some shares add up to, beside what they should.

    Attributes:
        among: a code of `Among`.
        year: of which year; None for the whole.
        owner: the place whose own years are added up; None where places are.
        total: what they add up to.
        wanted: what they should; with `most` anything from one to the other.
    """

    among: str
    year: int | None
    owner: int | None
    total: Decimal
    wanted: Decimal
    most: Decimal | None = None

    @property
    def difference(self) -> Decimal:
        """How much too much, negative for too little, 0 where it fits."""
        if self.total < self.wanted:
            return self.total - self.wanted
        return max(_ZERO, self.total - (self.most if self.most is not None else self.wanted))


def step_of(value: Decimal, *, is_whole: bool) -> Decimal:
    """The unit in which a number is divided: 1, or its own last decimal place where parts of one are allowed.

    Examples:
        >>> step_of(Decimal("100"), is_whole=False), step_of(Decimal("1.50"), is_whole=False)
        (Decimal('1'), Decimal('0.1'))
    """
    exponent = value.normalize().as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 and not is_whole else 0
    return Decimal(1).scaleb(-min(places, FINEST))


def apportion(total: Decimal, weights: Sequence[Decimal], *, step: Decimal = Decimal(1)) -> tuple[Decimal, ...]:
    """Divide a number by weights in whole steps so that the parts add up to it exactly (largest remainder).

    Args:
        total: not negative, a whole number of steps.
        weights: not negative, at least one above 0.
        step: the smallest part.

    Returns:
        One part for each weight; each within one step of its exact proportion. Of equal remainders the first wins.

    Raises:
        ValueError: an argument is outside its range.

    Source:
        Hare quota with largest remainders (Hamilton's method).

    Examples:
        >>> [int(part) for part in apportion(Decimal(100), [Decimal(1)] * 3)]
        [34, 33, 33]
    """
    whole = sum(weights, _ZERO)
    if any(weight < 0 for weight in weights) or whole <= 0:
        raise ValueError("weights: none may be negative and one must be above 0")
    steps = total / step
    if total < 0 or steps != steps.to_integral_value():
        raise ValueError("total: must be a whole number of steps, not negative")
    floors, rests = [], []
    for weight in weights:
        share, rest = divmod(steps * weight, whole)
        floors.append(share.to_integral_value(ROUND_FLOOR))
        rests.append(rest)
    left = int(steps - sum(floors, _ZERO))
    first = sorted(range(len(weights)), key=lambda place: (-rests[place], place))[:left]
    return tuple((floor + (1 if place in first else 0)) * step for place, floor in enumerate(floors))


def over_years(
    amounts: Sequence[Decimal], years: int, *, step: Decimal = Decimal(1)
) -> tuple[tuple[Decimal, ...], ...]:
    """Divide every place's amount evenly over years, so that each place and, as nearly as can be, each year is exact.

    What does not divide evenly goes round the years from one place to the next, so no two years differ by more than one
    step in all.

    Args:
        amounts: of the places, whole numbers of steps.
        years: how many, at least one.
        step: the smallest part.

    Returns:
        For every place one part for each year.

    Examples:
        >>> [[int(part) for part in row] for row in over_years([Decimal(3), Decimal(1)], 2)]
        [[2, 1], [0, 1]]
    """
    found, at = [], 0
    for amount in amounts:
        each, rest = divmod(int(amount / step), years)
        extra = {(at + place) % years for place in range(rest)}
        at = (at + rest) % years
        found.append(tuple((each + (1 if year in extra else 0)) * step for year in range(years)))
    return tuple(found)


def sum_checks(pieces: Iterable[Piece], promise: Promise) -> tuple[SumCheck, ...]:
    """Add shares up in every way in which what the target counts allows it.

    A flow is promised for every year: each year's shares must make up the number, where a share for one year goes before
    the same place's share for every year. A total is promised once: a place's share is its whole, or its years added
    up, and both must agree where it has both. A level on a day is never added over years, and one in per cent never
    over places.
    """
    if not promise.is_added:
        return ()
    found: list[SumCheck] = []
    for among in Among.values:
        by_owner: dict[int, dict[int | None, Decimal]] = defaultdict(dict)
        for piece in pieces:
            if piece.among == among:
                by_owner[piece.owner][piece.year] = piece.value
        if by_owner:
            found += _CHECKS[promise.kind](among, by_owner, promise)
    return tuple(found)


_ByOwner = Mapping[int, Mapping[int | None, Decimal]]


def _flow(among: str, by_owner: _ByOwner, promise: Promise) -> list[SumCheck]:
    years = sorted({year for cells in by_owner.values() for year in cells if year is not None})
    found = []
    if not years or any(None in cells for cells in by_owner.values()):
        found.append(_check(among, None, (cells.get(None, _ZERO) for cells in by_owner.values()), promise))
    for year in years:
        amounts = (cells.get(year, cells.get(None, _ZERO)) for cells in by_owner.values())
        found.append(_check(among, year, amounts, promise))
    return found


def _total(among: str, by_owner: _ByOwner, promise: Promise) -> list[SumCheck]:
    amounts, found = [], []
    for owner, cells in by_owner.items():
        years = [value for year, value in cells.items() if year is not None]
        amounts.append(cells.get(None, sum(years, _ZERO)))
        if years and None in cells:
            found.append(SumCheck(among, None, owner, sum(years, _ZERO), cells[None]))
    return [_check(among, None, amounts, promise), *found]


def _state(among: str, by_owner: _ByOwner, promise: Promise) -> list[SumCheck]:
    due = promise.due_year
    return [_check(among, None, (cells.get(None, cells.get(due, _ZERO)) for cells in by_owner.values()), promise)]


_CHECKS = {Kind.FLOW: _flow, Kind.TOTAL: _total, Kind.STATE: _state}


def _check(among: str, year: int | None, amounts: Iterable[Decimal], promise: Promise) -> SumCheck:
    return SumCheck(among, year, None, sum(amounts, _ZERO), promise.value, promise.value_max)
