"""A round with rooms: where two visits want the last room of a half-day, the round is solved again without that half-day."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kepu.outreach.requests.models import Order
from kepu.outreach.requests.queries.rooms import Room
from kepu.outreach.requests.queries.supply import rooms_for
from kepu.outreach.requests.rules.fit import HalfDay, Visit
from kepu.outreach.requests.rules.rooms import share_rooms
from kepu.outreach.requests.services.matching import Asked, half_day_of, number_of, request_id, slot_id

MOST_LOOKS = 8
"""So often a round is solved again; what then still has no room is left out."""

Match = tuple[str, str, str]
"""A visit as the engine calls it: request, provider, slot."""


@dataclass(frozen=True, slots=True)
class Housed:
    """A plan in which every visit that needs a room has one."""

    plan: Any
    rooms: dict[Visit, Room]
    homeless: frozenset[Visit]
    """Visits of the last plan that are left out, for want of a room."""
    roomless: frozenset[int]
    """Orders that lost a half-day to others for want of a room."""
    bound: float | None
    """No plan is worth more: proven without the rooms, so it holds with them."""
    value: float
    """Of the plan, without what was added to keep those who had a room where they were."""

    @property
    def gap(self) -> float | None:
        """How much more another plan could be worth at most, as a share of the bound; None where nothing is proven."""
        if self.bound is None:
            return None
        return max(0.0, (self.bound - self.value) / self.bound) if self.bound > 0 else 0.0


def solve_housed(
    asked: Asked, orders: Sequence[Order], pinned: Iterable[Visit], *, staying: float,
    solve: Callable[[Any, Sequence[Match]], Any],
) -> Housed:  # fmt: skip
    """Solve a round, then again as long as a visit has no room.

    Args:
        asked: the round.
        orders: those of the round, with their regions.
        pinned: visits that a person decided; they have the first right to a room.
        staying: what a visit that stays adds to the value of a plan.
        solve: from a round, and matches that have a room and should stay, to a plan.
    """
    rooms, bonus = rooms_for(orders), 0.0
    plan = solve(asked.round, ())
    bound: float | None = plan.bound
    if rooms is None:
        return Housed(plan, {}, frozenset(), frozenset(), bound, plan.value)
    needing = {order.pk: order for order in orders if order.needs_room}
    first, lost = frozenset(pinned), set[Visit]()
    for look in range(MOST_LOOKS):
        placed = [(one, (number_of(one.request), half_day_of(one.slot))) for one in plan.assignments]
        visits = [visit for _one, visit in placed]
        given = _share([visit for visit in visits if visit[0] in needing], needing, rooms.free, first)
        homeless = frozenset(visit for visit in visits if visit[0] in needing and visit not in given)
        if not homeless or look == MOST_LOOKS - 1:
            break
        lost |= homeless
        plan = solve(_without(asked, lost), [one.match for one, visit in placed if visit not in homeless])
        bonus = staying * plan.moves.kept
    return Housed(
        plan, given, homeless, frozenset(order for order, _half in lost | homeless), bound, plan.value - bonus
    )


def _share(
    visits: Iterable[Visit], orders: dict[int, Order], free: Callable[[Order, HalfDay], list[Room]],
    first: frozenset[Visit],
) -> dict[Visit, Room]:  # fmt: skip
    by_half: dict[HalfDay, list[int]] = defaultdict(list)
    for order, half in sorted(visits, key=lambda visit: (visit not in first, visit)):
        by_half[half].append(order)
    found: dict[Visit, Room] = {}
    for half, group in by_half.items():
        choices = {order: {room.id: room for room in free(orders[order], half)} for order in group}
        shared = share_rooms({order: list(rooms) for order, rooms in choices.items()})
        found |= {(order, half): choices[order][room] for order, room in shared.items()}
    return found


def _without(asked: Asked, lost: Iterable[Visit]) -> Any:
    """The same round; each of these orders not at that half-day."""
    requests = asked.round.requests
    rows = {name: row for row, name in enumerate(requests.ids)}
    columns = {name: column for column, name in enumerate(asked.round.slots.ids)}
    window = requests.window.copy()
    for order, half in lost:
        window[rows[request_id(order)], columns[slot_id(*half)]] = False
    return replace(asked.round, requests=replace(requests, window=window))
