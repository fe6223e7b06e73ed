"""Pure rules of the register: what a population table and a name must satisfy."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

SHARE_TOLERANCE_PERCENT = Decimal("0.05")
"""How far printed shares may miss 100 %: ten shares rounded to two places miss it by at most this much."""
_TWO_PLACES = Decimal("0.01")


def share_percent(people: int, total: int) -> Decimal:
    """The share of a part in percent, at two places, halves up as in printed bulletins.

    Examples:
        >>> share_percent(1336077, 10071722)
        Decimal('13.27')
    """
    return (Decimal(people) * 100 / Decimal(total)).quantize(_TWO_PLACES, rounding=ROUND_HALF_UP)


def shares_add_up(shares: Sequence[Decimal]) -> bool:
    """Whether rounded shares add to 100 within what rounding explains.

    Examples:
        >>> shares_add_up([Decimal("50.01"), Decimal("50.00")]), shares_add_up([Decimal("40.01"), Decimal("50.00")])
        (True, False)
    """
    return abs(sum(shares, Decimal(0)) - 100) <= SHARE_TOLERANCE_PERCENT


def misprinted_shares(people: Mapping[str, int], printed: Mapping[str, Decimal], total: int) -> dict[str, Decimal]:
    """The parts whose printed share is not the share of their people, with the share they should have."""
    right = {name: share_percent(people[name], total) for name in printed if name in people}
    return {name: share for name, share in right.items() if abs(share - printed[name]) > _TWO_PLACES}
