"""Rounds: open, solve in a job, look, pin or forbid and solve again, and only then send the offers out."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now, today
from kepu.foundation.errors import DomainError, NotAllowed
from kepu.foundation.queue.choices import ProgressState
from kepu.foundation.queue.errors import WorkCancelled
from kepu.foundation.queue.services import (
    enqueue,
    failures_told,
    finish_progress,
    report_progress,
    request_cancel,
    start_progress,
)
from kepu.outreach.library.queries import Material
from kepu.outreach.requests.choices import RoundState, Unmet, Wish
from kepu.outreach.requests.errors import RoundUnfit
from kepu.outreach.requests.models import Order, Round, RoundMatch, RoundWish
from kepu.outreach.requests.permissions import may_run_rounds
from kepu.outreach.requests.queries.material import Materials
from kepu.outreach.requests.queries.supply import open_orders, reasons_of
from kepu.outreach.requests.rules.fit import HalfDay, Visit
from kepu.outreach.requests.services.housing import Housed, solve_housed
from kepu.outreach.requests.services.matching import (
    Asked,
    ask_engine,
    engine,
    half_day_of,
    humans_of,
    number_of,
    provider_id,
    request_id,
    rule_said,
    slot_id,
)

MOST_DAYS = 31
FUSE_S = 120.0
STAYING = 0.05
PERCENT = 100
_MOST_RULES = 500


@dataclass(frozen=True, slots=True)
class RoundTerms:
    """How a round is to be matched.

    Args:
        equity: weight of the bonus for districts that had little, ≥ 0.
        distance: what the longest way costs beside a served visit worth 1, 0 to 0.5.
        evenness: what a person's last visit costs more than the first, 0 to 0.5.
        floor: share of what a district asks for that it should get where it can be, 0 to 1.
    """

    equity: float = 0.2
    distance: float = 0.1
    evenness: float = 0.05
    floor: float = 0.0


@transaction.atomic
def open_round(first: date, last: date, terms: RoundTerms, *, actor: Person) -> Round:
    """Open a round over the open orders of some days; a job matches it.

    Raises:
        NotAllowed: not the leading office.
        RoundUnfit: days out of order, past or too many, settings that cannot be, or no open order.
        SolversMissing: the engine's packages are not installed.
    """
    if not may_run_rounds(actor):
        raise NotAllowed
    engine()
    if first <= today() or last < first:
        raise RoundUnfit(_("请选明天以后的日子，最后一天不早于第一天。"), field="first_day")
    if last >= first + timedelta(days=MOST_DAYS):
        raise RoundUnfit(_("一轮最多 %(days)d 天。") % {"days": MOST_DAYS}, field="last_day")
    for name, most in (("equity", 10.0), ("distance", 0.5), ("evenness", 0.5), ("floor", 1.0)):
        if not 0 <= getattr(terms, name) <= most:
            raise RoundUnfit(_("请填 0 到 %(most)g 之间的数。") % {"most": most}, field=name)
    if not open_orders(first, last):
        raise RoundUnfit(_("这些日子里没有待派的单。"), field="first_day")
    round_ = Round.objects.create(
        first_day=first, last_day=last, settings=asdict(terms), opened_by=actor,
        progress=start_progress(_("一轮派单"), owner_id=actor.pk, total=PERCENT),
    )  # fmt: skip
    record("requests.round.opened", round_, actor=actor, **asdict(terms))
    enqueue("requests.run_round", round_id=round_.pk)
    return round_


@transaction.atomic
def solve_again(round_id: int, *, actor: Person) -> Round:
    """Match a round again around what a person pinned and forbade, with few moves.

    Raises:
        NotAllowed: not the leading office.
        RoundUnfit: it is sent out, or being matched.
    """
    round_ = held_round(round_id, actor, (RoundState.SOLVED, RoundState.FAILED, RoundState.CANCELLED))
    round_.state, round_.fault = RoundState.SOLVING, ""
    round_.progress = start_progress(_("一轮派单"), owner_id=actor.pk, total=PERCENT)
    round_.save(update_fields=["state", "fault", "progress"])
    record("requests.round.again", round_, actor=actor)
    enqueue("requests.run_round", round_id=round_.pk)
    return round_


@transaction.atomic
def wish(
    round_id: int, order_id: int, capacity_id: int, kind: str, *, day: date | None = None, part: str = "",
    actor: Person,
) -> RoundWish:  # fmt: skip
    """Pin a visit of a round, or forbid a pair; it counts when the round is matched again.

    Raises:
        NotAllowed: not the leading office.
        RoundUnfit: it is sent out, being matched, or a pin has no half-day.
    """
    round_ = held_round(round_id, actor, (RoundState.SOLVED, RoundState.FAILED, RoundState.CANCELLED))
    if kind not in Wish.values or (kind == Wish.PIN and (day is None or not part)):
        raise RoundUnfit(_("请选定哪一单、哪个人、哪个半天。"))
    if kind == Wish.FORBID:
        day, part = None, ""
    values = {"wish": kind, "day": day, "part": part, "by": actor, "at": now()}
    made, _is_new = RoundWish.objects.update_or_create(
        round=round_, order_id=order_id, capacity_id=capacity_id, defaults=values
    )
    record("requests.round.wished", round_, actor=actor, order=order_id, capacity=capacity_id, wish=kind)
    return made


@transaction.atomic
def drop_wish(round_id: int, wish_id: int, *, actor: Person) -> None:
    """Take a pin or a forbid back.

    Raises:
        NotAllowed, RoundUnfit: as of `wish`.
    """
    round_ = held_round(round_id, actor, (RoundState.SOLVED, RoundState.FAILED, RoundState.CANCELLED))
    if RoundWish.objects.filter(round=round_, pk=wish_id).delete()[0]:
        record("requests.round.unwished", round_, actor=actor)


def stop_round(round_id: int, *, actor: Person) -> bool:
    """Ask a round that is being matched to stop; nothing of it is kept. Returns whether it still could.

    Raises:
        NotAllowed: somebody else's.
    """
    round_ = Round.objects.get(pk=round_id)
    if round_.opened_by_id != actor.pk or round_.progress_id is None:
        raise NotAllowed
    if round_.state != RoundState.SOLVING:
        return False
    return request_cancel(round_.progress_id, owner_id=actor.pk)


def run_round(round_id: int) -> None:
    """Match a round that waits for it; what a solve that was stopped or failed found is not kept."""
    round_ = Round.objects.select_related("progress").get(pk=round_id)
    if round_.state != RoundState.SOLVING or round_.progress is None or round_.progress.is_over:
        return
    progress = round_.progress.pk
    with failures_told(progress, fault=_("系统出了错，没有排成。请把时间告诉管理员。")):
        try:
            _match(round_, progress)
        except WorkCancelled as problem:
            finish_progress(progress, state=ProgressState.CANCELLED, message=str(problem))
            _end(round_, RoundState.CANCELLED, str(problem))
        except DomainError as problem:
            _end(round_, RoundState.FAILED, str(problem.message))
            raise
        except BaseException:
            _end(round_, RoundState.FAILED, _("系统出了错，没有排成。请把时间告诉管理员。"))
            raise


def _end(round_: Round, state: RoundState, fault: str) -> None:
    Round.objects.filter(pk=round_.pk, state=RoundState.SOLVING).update(state=state, fault=fault[:300])


def _match(round_: Round, progress: uuid.UUID) -> None:
    matching = engine()
    report_progress(progress, done=1, message=_("正在读取需求单和能去的人"))
    terms = RoundTerms(**round_.settings)
    orders = open_orders(round_.first_day, round_.last_day)
    asked = ask_engine(orders, round_.first_day, round_.last_day, floor=terms.floor)
    if not asked.wants:
        raise RoundUnfit(_("这些日子里没有还缺人的单。"))
    settings = _settings(matching, round_, terms)

    def tell(said: Any) -> None:
        done = {"sorted": 10, "built": 30}.get(said.stage, min(30 + 10 * said.flows, PERCENT - 5))
        words = {"arcs": said.arcs, "flows": said.flows}
        report_progress(progress, done=done, message=_("一共 %(arcs)d 种派法，算了 %(flows)d 遍") % words)

    try:
        housed = solve_housed(
            asked, orders, pinned_visits(round_), staying=STAYING,
            solve=lambda said, stay: matching.solve_apart(
                said, replace(settings, previous=stay) if stay else settings, tell=tell, fuse_s=FUSE_S
            ),
        )  # fmt: skip
    except matching.PinsRefused as refused:
        raise RoundUnfit(_pins_said(refused)) from refused
    except matching.SolveTimedOut as late:
        raise RoundUnfit(_("在限定的时间里没有排成，请把日子分短一些。")) from late
    report_progress(progress, done=PERCENT - 3, message=_("正在算每项设置的代价"))
    result, materials = _told(matching, asked, settings, housed), _materials(round_, orders, housed)
    with transaction.atomic():
        if not Round.objects.select_for_update().filter(pk=round_.pk, state=RoundState.SOLVING).exists():
            return
        report_progress(progress, done=PERCENT - 1, message=_("正在保存"))  # the last moment to stop
        _keep(round_, asked, housed, materials)
        Round.objects.filter(pk=round_.pk).update(state=RoundState.SOLVED, result=result, fault="")
        finish_progress(progress, message=_("排好了。"))


def _settings(matching: Any, round_: Round, terms: RoundTerms) -> Any:
    wishes = list(round_.wishes.select_related("capacity"))
    before = list(round_.matches.select_related("capacity"))
    humans = humans_of([*(one.capacity.person_id for one in wishes), *(one.capacity.person_id for one in before)])

    def named(one: RoundWish | RoundMatch) -> tuple[str, str]:
        return request_id(one.order_id), provider_id(humans[one.capacity.person_id])

    return matching.Settings(
        equity=terms.equity, distance=terms.distance, evenness=terms.evenness, staying=STAYING,
        pins=[(*named(one), slot_id(one.day, one.part)) for one in wishes if one.wish == Wish.PIN and one.day],
        forbids=[(*named(one), None) for one in wishes if one.wish == Wish.FORBID],
        previous=[(*named(one), slot_id(one.day, one.part)) for one in before],
    )  # fmt: skip


def pinned_visits(round_: Round) -> list[tuple[int, HalfDay]]:
    """Visits that a person pinned."""
    pins = round_.wishes.filter(wish=Wish.PIN, day__isnull=False)
    return [(order, (day, part)) for order, day, part in pins.values_list("order", "day", "part") if day is not None]


def _keep(round_: Round, asked: Asked, housed: Housed, materials: Mapping[Visit, Material]) -> None:
    round_.matches.all().delete()
    rows = []
    for one in housed.plan.assignments:
        want, giver, fit = asked.pair_of(one.request, one.provider)
        day, part = half_day_of(one.slot)
        if (want.id, (day, part)) in housed.homeless:
            continue
        room, material = housed.rooms.get((want.id, (day, part))), materials.get((want.id, (day, part)))
        rows.append(
            RoundMatch(
                round=round_, order_id=want.id, capacity_id=giver.id, day=day, part=part, fit=fit.score,
                venue_id=room.id if room is not None else None,
                material_id=material.holding_id if material is not None else None,
                reasons=list(reasons_of(want, giver, fit, (day, part), room)),
            )
        )  # fmt: skip
    RoundMatch.objects.bulk_create(rows)


def _materials(round_: Round, orders: Sequence[Order], housed: Housed) -> dict[Visit, Material]:
    """What goes with each visit of a plan: first with those that a person pinned, then day by day in the sequence of orders."""
    pinned = frozenset(pinned_visits(round_))
    placed = ((number_of(one.request), half_day_of(one.slot)) for one in housed.plan.assignments)
    visits = sorted(
        set(placed) - housed.homeless, key=lambda visit: (visit not in pinned, slot_id(*visit[1]), visit[0])
    )
    return Materials(orders, round_.first_day, round_.last_day).shared(orders, visits)


def _told(matching: Any, asked: Asked, settings: Any, housed: Housed) -> dict[str, Any]:
    """What the page says: figures with their bound, districts, who stays unserved and why, yardsticks, prices."""
    # Both sides of a price stand on the same narrow graph: a second or so each, whatever the whole one takes.
    plan, left_out = housed.plan, len(housed.homeless)
    narrow = replace(settings, breadth=matching.BREADTH)
    arrival = [request_id(order) for order in sorted(asked.wants)]
    yardsticks = {
        "greedy": matching.greedy(asked.round, settings),
        "first_come": matching.first_come(asked.round, arrival, settings),
    }
    return {
        "wanted": plan.wanted,
        "served": plan.served - left_out,
        "value": housed.value,
        "bound": housed.bound,
        "gap": None if asked.is_narrowed or left_out else housed.gap,
        "flows": plan.flows,
        "arcs": plan.arcs,
        "kept": plan.moves.kept,
        "gone": len(plan.moves.gone),
        "new": len(plan.moves.new),
        "emptied_by": rule_said(plan.emptied_by) if plan.emptied_by else "",
        "districts": [
            {"name": asked.districts[one.district], "wanted": one.wanted, "served": one.served, "fill": one.fill}
            for one in plan.districts
        ],
        "unserved": [
            {"order": order, "missing": missing, "rule": Unmet.ROOM if order in housed.roomless else rule}
            for order, missing, rule in _unserved(plan, housed)
        ],
        "yardsticks": {name: asdict(matching.figures_of(one)) for name, one in yardsticks.items()},
        "figures": asdict(matching.figures_of(plan)),
        "prices": [asdict(one) for one in matching.prices(asked.round, narrow)],
    }  # fmt: skip


def _unserved(plan: Any, housed: Housed) -> list[tuple[int, int, Unmet]]:
    """Orders that miss visits, how many, and by which rule; with visits that are left out for want of a room."""
    found = {number_of(one.request): (one.wanted - one.served, rule_said(one.rule)) for one in plan.unserved}
    for order, _half in housed.homeless:
        found[order] = (found.get(order, (0, Unmet.ROOM))[0] + 1, Unmet.ROOM)
    return [(order, missing, rule) for order, (missing, rule) in list(found.items())[:_MOST_RULES]]


def _pins_said(refused: Any) -> str:
    orders = Order.objects.in_bulk([number_of(one.match.request) for one in refused.refusals])
    said = [f"{orders[number_of(one.match.request)]}（{rule_said(one.rule).label}）" for one in refused.refusals[:5]]
    return _("定下的派法违反了硬规则，不能这样排：%(pins)s。请撤掉再排。") % {"pins": "、".join(said)}


def held_round(round_id: int, actor: Person, states: Sequence[RoundState]) -> Round:
    """A round to act on, locked.

    Raises:
        NotAllowed: not the leading office.
        RoundUnfit: in none of these states.
    """
    if not may_run_rounds(actor):
        raise NotAllowed
    round_ = Round.objects.select_for_update().get(pk=round_id)
    if round_.state not in states:
        raise RoundUnfit(_("这一轮现在是“%(state)s”，不能这样做。") % {"state": round_.get_state_display()})
    return round_
