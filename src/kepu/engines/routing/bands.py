"""On which days the visits of a place may lie: patterns by a small model first, bands of days around them for the search."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from kepu.engines.routing.options import Options, spread
from kepu.engines.routing.problem import Problem

_MOST_PATTERNS = 12
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Band:
    """One wanted visit.

    Args:
        place: index.
        days: indices of the days on which it may lie; days of two bands of a place are always far enough apart.
        centre: the day around which the band was laid.
    """

    place: int
    days: tuple[int, ...]
    centre: int


def first_centres(problem: Problem, options: Options) -> list[tuple[int, ...]]:
    """Choose a day for each visit so that work is even over the days and a township's places share theirs.

    A pattern is a set of days for one place, its visits evenly apart; places whose patterns begin at the same part of their step meet on many
    days. Each township is given such a part, the townships going round the home of the first van. HiGHS chooses one pattern a place; it pays for
    patterns away from the township's part and for work beyond an even share of the days. The relaxation is enough: nearly all of
    its values are whole, the others are rounded to the largest.

    Args:
        problem: places, days and ways.
        options: possible days and visits of each place.

    Returns:
        For each place, days as indices, rising; none where no visit is possible.
    """
    patterns = [_patterns(problem, options, number) for number in range(len(problem.places))]
    columns = [(place, pattern) for place, found in enumerate(patterns) for pattern in found]
    if not columns:
        return [()] * len(patterns)
    values = _shares(problem, columns, _parts_of_townships(problem), [len(found) for found in patterns])
    best: dict[int, tuple[float, tuple[int, ...]]] = {}
    for (place, pattern), value in zip(columns, values, strict=True):
        if place not in best or value > best[place][0] + _ROUNDING:
            best[place] = value, pattern
    return [best[place][1] if place in best else () for place in range(len(patterns))]


def _parts_of_townships(problem: Problem) -> dict[str, float]:
    """Give each township a part of the step, 0 to 1, so that near ones have near parts: in the order of a walk to the nearest one left."""
    seats: dict[str, int] = {}
    for place in problem.places:
        seats.setdefault(place.township, place.point)
    left, order = sorted(seats), list[str]()
    at = problem.vans[0].point if problem.vans else 0
    while left:
        nearest = min(left, key=lambda name: (int(problem.travel.minutes[at, seats[name]]), name))
        left.remove(nearest)
        order.append(nearest)
        at = seats[nearest]
    return {name: (number + 0.5) / len(order) for number, name in enumerate(order)}


def _patterns(problem: Problem, options: Options, number: int) -> list[tuple[int, ...]]:
    days, visits = options.days[number], options.visits[number]
    if not visits:
        return []
    found: dict[tuple[int, ...], None] = {}
    step = len(days) / visits
    count = min(_MOST_PATTERNS, max(1, int(np.ceil(step))))
    for turn in range(count):
        wanted = [min(len(days) - 1, int((one + (turn + 0.5) / count) * step)) for one in range(visits)]
        kept = _apart(problem, days, wanted, problem.places[number].gap_days)
        if kept:
            found[kept] = None
    if not found:
        found[spread(problem, days, problem.places[number].gap_days)[:visits]] = None
    return list(found)


def _apart(problem: Problem, days: tuple[int, ...], wanted: list[int], gap_days: int) -> tuple[int, ...]:
    """Move wanted days to later ones until they keep their distance; nothing where they run out."""
    chosen: list[int] = []
    for one in wanted:
        place = one
        while chosen and place < len(days) and problem.days[days[place]] - problem.days[chosen[-1]] < gap_days:
            place += 1
        if place >= len(days):
            return ()
        chosen.append(days[place])
    return tuple(chosen)


def _shares(
    problem: Problem, columns: list[tuple[int, tuple[int, ...]]], parts: dict[str, float], counts: list[int]
) -> list[float]:
    """Solve the model; give the share of each pattern."""
    import highspy

    days, width = len(problem.days), len(columns)
    first = {place: number for number, (place, _pattern) in reversed(list(enumerate(columns)))}
    row_of = {place: row for row, place in enumerate(sorted(first))}
    cost, lists, values = [], [], []
    for number, (place, pattern) in enumerate(columns):
        away = abs((number - first[place] + 0.5) / counts[place] - parts[problem.places[place].township])
        cost.append(problem.places[place].service_min * min(away, 1 - away))
        lists.append([row_of[place], *(len(row_of) + day for day in pattern)])
        values.append([1.0, *[float(problem.places[place].service_min)] * len(pattern)])
    even = sum(problem.places[place].service_min * len(columns[first[place]][1]) for place in first) / days
    lists += [[len(row_of) + day] for day in range(days)]
    values += [[-1.0]] * days
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = width + days, len(row_of) + days
    lp.col_cost_ = np.array([*cost, *[1.0] * days])
    lp.col_lower_, lp.col_upper_ = np.zeros(width + days), np.full(width + days, highspy.kHighsInf)
    lp.row_lower_ = np.concatenate((np.ones(len(row_of)), np.full(days, -highspy.kHighsInf)))
    lp.row_upper_ = np.concatenate((np.ones(len(row_of)), np.full(days, even)))
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.concatenate(([0], np.cumsum([len(one) for one in lists]))).astype(np.int32)
    lp.a_matrix_.index_ = np.array([row for one in lists for row in one], dtype=np.int32)
    lp.a_matrix_.value_ = np.array([value for one in values for value in one])
    highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    # A number of threads would be refused wherever something else in the process used HiGHS before with another.
    for name, setting in (("output_flag", False), ("parallel", "off"), ("random_seed", 0), ("solver", "simplex")):
        highs.setOptionValue(name, setting)
    highs.passModel(lp)
    if highs.run() == highspy.HighsStatus.kError:
        raise RuntimeError("HiGHS refused to spread the days")
    return [float(one) for one in np.asarray(highs.getSolution().col_value)[:width]]


def with_missing(problem: Problem, options: Options, number: int, centres: tuple[int, ...]) -> tuple[int, ...]:
    """Add days for visits that are missing, each as far from the others as it can be; all anew where none is far enough."""
    days, gap = options.days[number], problem.places[number].gap_days
    chosen = sorted(centres)
    while len(chosen) < options.visits[number]:
        distance = [
            min((abs(problem.days[day] - problem.days[one]) for one in chosen), default=len(problem.days))
            for day in days
        ]
        far = int(np.argmax(distance))
        if chosen and distance[far] < gap:
            return _patterns(problem, options, number)[0]
        chosen = sorted([*chosen, days[far]])
    return tuple(chosen)


def bands_around(problem: Problem, options: Options, number: int, centres: tuple[int, ...], turn: int) -> list[Band]:
    """Lay a band of days around each centre; what lies between two goes to the earlier one, to the later, or to both halves in turn.

    Args:
        problem: places and days.
        options: possible days.
        number: index of the place.
        centres: indices of days, rising, far enough apart.
        turn: which of the three.
    """
    gap, dates = problem.places[number].gap_days, problem.days
    low, high, bands = dates[0], dates[-1], []
    for place, centre in enumerate(centres):
        end = high
        if place + 1 < len(centres):
            room = dates[centres[place + 1]] - dates[centre] - gap
            end = dates[centre] + (room // 2, room, 0)[turn % 3]
        days = tuple(day for day in options.days[number] if low <= dates[day] <= end)
        bands.append(Band(number, days, centre))
        low = end + gap
    return bands
