"""What the rules propose: drafts for the leading office, kept in step with how the tasks stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from kepu.directory.register.models import Organisation
from kepu.foundation.clock import today
from kepu.foundation.language import city_words
from kepu.plan.supervision.choices import ISSUED_STATES, Colour, StepKind, SupervisionState, Trigger
from kepu.plan.supervision.models import SupervisionNotice
from kepu.plan.supervision.queries import addressees, figures, standings
from kepu.plan.supervision.queries.standing import Standing
from kepu.plan.supervision.rules import Figures
from kepu.plan.supervision.services.issuing import issue_notice
from kepu.plan.supervision.services.steps import note_step
from kepu.plan.supervision.services.waiting import ask_to_issue
from kepu.plan.tasks.choices import PlanState
from kepu.plan.tasks.models import Plan

Key = tuple[int, int, str]
_GRAVITY = {code: place for place, code in enumerate(Colour.values)}


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a look at one plan did."""

    added: int = 0
    kept: int = 0
    dropped: int = 0
    issued: int = 0


@dataclass(frozen=True, slots=True)
class _Wanted:
    standing: Standing
    body: Organisation
    trigger: Trigger
    colour: str

    @property
    def key(self) -> Key:
        return (self.standing.task.pk, self.body.pk, self.trigger.value)


@transaction.atomic
def propose_notices(plan_id: int) -> Proposed:
    """Look at a live plan as of today: propose what the rules want, drop proposals whose matter is gone.

    Runs as often as one likes; two that run at once wait for each other.

    Args:
        plan_id: the plan.
    """
    plan = Plan.objects.select_for_update(no_key=True, of=("self",)).select_related("region").get(pk=plan_id)
    site, day = figures(), today()
    with city_words():
        wanted = _wanted(plan, day, site) if plan.state == PlanState.LIVE else {}
    notices = SupervisionNotice.objects.filter(task__plan=plan)
    drafts = {
        _key(notice): notice
        for notice in notices.filter(state=SupervisionState.DRAFTED).select_for_update(of=("self",)).order_by("pk")
    }
    out = _out(notices)
    resting = _resting(notices, day, site)
    added = [
        _propose(one)
        for key, one in wanted.items()
        if key not in drafts and key not in resting and not _is_covered(one, out)
    ]
    dropped = [notice for key, notice in drafts.items() if key not in wanted]
    for notice in dropped:
        _drop(notice)
    for key, notice in drafts.items():
        if key in wanted:
            _refresh(notice, wanted[key])
    waiting = [*added, *(notice for key, notice in drafts.items() if key in wanted)]
    issued = [issue_notice(notice.pk, actor=None) for notice in waiting] if site.issues_itself else []
    ask_to_issue(plan)
    return Proposed(len(added), len(drafts) - len(dropped), len(dropped), len(issued))


def _wanted(plan: Plan, day: date, site: Figures) -> dict[Key, _Wanted]:
    found = [
        _Wanted(standing, body, standing.trigger, site.colours[standing.trigger])
        for standing in standings(plan, day, site)
        if standing.trigger is not None and standing.trigger in site.colours
        for body in addressees(standing.task.duties.all())
    ]
    return {one.key: one for one in found}


def _key(notice: SupervisionNotice) -> Key:
    return (notice.task_id, notice.body_id, notice.trigger)


def _out(notices: Iterable[SupervisionNotice]) -> dict[tuple[int, int], list[tuple[str, str]]]:
    """Trigger and colour of what is out already, by task and body."""
    found: dict[tuple[int, int], list[tuple[str, str]]] = {}
    for notice in notices:
        if notice.state in ISSUED_STATES:
            found.setdefault((notice.task_id, notice.body_id), []).append((notice.trigger, notice.colour))
    return found


def _is_covered(one: _Wanted, out: dict[tuple[int, int], list[tuple[str, str]]]) -> bool:
    """Whether the body is at it already: a notice for the same reason, or one as grave, is out."""
    task_id, body_id, trigger = one.key
    return any(
        sent == trigger or _GRAVITY[colour] >= _GRAVITY[one.colour] for sent, colour in out.get((task_id, body_id), ())
    )


def _resting(notices: Iterable[SupervisionNotice], day: date, site: Figures) -> set[Key]:
    """What was settled lately, or is promised for a later day, is not asked again at once."""
    ended = (SupervisionState.STRUCK, SupervisionState.WITHDRAWN)
    found = set()
    for notice in notices:
        if notice.state not in ended or notice.closed_on is None:
            continue
        until = notice.closed_on + timedelta(days=site.rest_days)
        if notice.state == SupervisionState.STRUCK and notice.promised_on is not None:
            until = max(until, notice.promised_on)
        if day <= until:
            found.add(_key(notice))
    return found


def _propose(one: _Wanted) -> SupervisionNotice:
    standing = one.standing
    notice = SupervisionNotice.objects.create(
        task=standing.task,
        body=one.body,
        trigger=one.trigger,
        colour=one.colour,
        seen_on=standing.day,
        seen_status=standing.status,
        seen_sentence=standing.sentence,
        proposed_on=standing.day,
        is_demonstration=standing.task.plan.is_demonstration or standing.is_demonstration,
    )
    note_step(notice, StepKind.PROPOSED, actor=None, status=standing.status)
    return notice


def _refresh(notice: SupervisionNotice, one: _Wanted) -> None:
    """A proposal says how the task stands today; what was issued stays as it was."""
    notice.seen_on, notice.seen_status = one.standing.day, one.standing.status
    notice.seen_sentence, notice.colour = one.standing.sentence, one.colour
    notice.save(update_fields=["seen_on", "seen_status", "seen_sentence", "colour"])


def _drop(notice: SupervisionNotice) -> None:
    notice.state, notice.closed_on = SupervisionState.DROPPED, today()
    notice.save(update_fields=["state", "closed_on"])
    note_step(notice, StepKind.DROPPED, actor=None)
