"""Pure rules of scoring, in Decimal throughout: points by proportion, weights, grades, means, what may be compared."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from itertools import pairwise

from kepu.plan.evaluation.choices import Grade, Rounding

WHOLE = Decimal(100)
MOST_DECIMALS = 2
_MODES = {Rounding.TRUNCATE: ROUND_DOWN, Rounding.HALF_UP: ROUND_HALF_UP}


@dataclass(frozen=True, slots=True)
class Balance:
    """What some weights add up to."""

    total: Decimal

    @property
    def difference(self) -> Decimal:
        """How much is missing to 100; negative where there is too much."""
        return WHOLE - self.total

    @property
    def is_whole(self) -> bool:
        """Whether they add up to exactly 100."""
        return self.total == WHOLE


def balance(weights: Iterable[Decimal]) -> Balance:
    """Add up weights.

    Examples:
        >>> balance([Decimal("33.3")] * 3).difference
        Decimal('0.1')
    """
    return Balance(sum(weights, Decimal(0)))


def rounded(value: Decimal, rounding: str, decimals: int) -> Decimal:
    """A number as a named rule writes it.

    Examples:
        >>> rounded(Decimal("19.99"), "truncate", 0), rounded(Decimal("19.99"), "half_up", 0)
        (Decimal('19'), Decimal('20'))
    """
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=_MODES[Rounding(rounding)])


def proportional(weight: Decimal, part: int, whole: int, rounding: str, decimals: int) -> Decimal | None:
    """The points that a counted share of a weight gives; None where nothing was to be counted.

    Args:
        weight: the most points that there are.
        part: how many of `whole` hold; more than all count as all.
        whole: how many there are.
        rounding: a code of `Rounding`.
        decimals: how many digits stand after the point.

    Source:
        domain.md §10 case 1: the printed 19 of 20 at 99.97 % and 7 of 8 at 90 % both follow from cutting off.

    Examples:
        >>> proportional(Decimal(20), 10397, 10400, "truncate", 0), proportional(Decimal(8), 9, 10, "truncate", 0)
        (Decimal('19'), Decimal('7'))
        >>> proportional(Decimal(8), 0, 0, "truncate", 0) is None
        True
    """
    if whole <= 0:
        return None
    held = Decimal(min(max(part, 0), whole))
    # Multiplied before it is divided: 30 × (1 ÷ 3) would fall short of 10 and be cut to 9.
    return min(rounded(weight * held / Decimal(whole), rounding, decimals), weight)


def grade_of(score: Decimal, scale: Mapping[str, Decimal]) -> Grade:
    """The grade of a score: the best one whose threshold it reaches.

    Args:
        score: 0 to 100.
        scale: from which score on each grade but the last holds.

    Examples:
        >>> scale = {"excellent": Decimal(90), "good": Decimal(80), "fair": Decimal(60)}
        >>> [grade_of(Decimal(s), scale).value for s in ("90", "89.99", "69.23", "59.9")]
        ['excellent', 'good', 'fair', 'poor']
    """
    found = (grade for grade in Grade if grade.value in scale and score >= scale[grade.value])
    return next(found, Grade.POOR)


def is_scale(scale: Mapping[str, Decimal]) -> bool:
    """Whether thresholds fall from the best grade to the last and lie within 0 and 100.

    Examples:
        >>> is_scale({"excellent": Decimal(90), "good": Decimal(95), "fair": Decimal(60)})
        False
    """
    values = [scale[grade.value] for grade in Grade if grade.value in scale]
    falls = all(upper > lower for upper, lower in pairwise(values))
    return len(values) == len(Grade) - 1 and falls and all(0 < value <= WHOLE for value in values)


def weighted_mean(rows: Sequence[tuple[Decimal, Decimal]], rounding: str, decimals: int) -> Decimal | None:
    """The mean of scores with their weights; None without a weight. What was not judged is not among the rows.

    Args:
        rows: score and weight.
        rounding: a code of `Rounding`.
        decimals: how many digits stand after the point.

    Examples:
        >>> weighted_mean([(Decimal(90), Decimal(2)), (Decimal(60), Decimal(1))], "half_up", 1)
        Decimal('80.0')
    """
    total = sum((weight for _score, weight in rows), Decimal(0))
    if total <= 0:
        return None
    return rounded(sum((score * weight for score, weight in rows), Decimal(0)) / total, rounding, decimals)


def plain(value: Decimal | None) -> str:
    """A number without idle zeros, as it is kept and shown.

    Examples:
        >>> plain(Decimal("20.0")), plain(Decimal("7.50")), plain(None)
        ('20', '7.5', '')
    """
    return "" if value is None else f"{value.normalize() + 0:f}"
