"""What time does to supervision: proposals, days counted anew, escalation, one reminder a day."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from kepu.foundation.clock import today
from kepu.foundation.language import city_words
from kepu.foundation.queue.services import care_round
from kepu.plan.supervision.choices import ISSUED_STATES, OWED_STATES, SupervisionState
from kepu.plan.supervision.models import SupervisionNotice
from kepu.plan.supervision.queries import figures, liaisons_of
from kepu.plan.supervision.rules import is_reminder_day
from kepu.plan.supervision.services.escalating import escalate_by_rule
from kepu.plan.supervision.services.proposing import propose_notices
from kepu.plan.supervision.services.steps import locked, tell, wind_clock
from kepu.plan.tasks.choices import PlanState
from kepu.plan.tasks.models import Plan


@dataclass(frozen=True, slots=True)
class KeepingReport:
    """What a run of the daily care did."""

    proposed: int
    dropped: int
    recounted: int
    escalated: int
    reminded: int


def keep_notices() -> KeepingReport:
    """Propose and drop for every plan, count days anew, escalate, remind.

    Runs as often as one likes; each plan and each notice is handled in a transaction of its own, and one that fails
    leaves the others alone.

    Raises:
        ExceptionGroup: what failed, after the rest is done.
    """
    has_drafts = Q(tasks__supervision_notices__state=SupervisionState.DRAFTED)
    plans = Plan.objects.filter(Q(state=PlanState.LIVE) | has_drafts).distinct().order_by("pk")
    with care_round() as care:
        looks = care.each(propose_notices, plans.values_list("pk", flat=True))
        return KeepingReport(
            proposed=sum(look.added for look in looks),
            dropped=sum(look.dropped for look in looks),
            recounted=sum(care.each(recount_days, _ids(*ISSUED_STATES))),
            escalated=sum(care.each(escalate_by_rule, _ids(*OWED_STATES))),
            reminded=sum(care.each(remind_body, _ids(*OWED_STATES))),
        )


@transaction.atomic
def recount_days(pk: int) -> bool:
    """Count the days of a notice anew, as after a year's calendar was loaded; says whether they moved."""
    notice = locked(pk)
    if notice.state not in ISSUED_STATES:
        return False
    before = (notice.sign_by, notice.due_on)
    wind_clock(notice)
    if (notice.sign_by, notice.due_on) == before:
        return False
    notice.save(update_fields=["sign_by", "due_on"])
    return True


@transaction.atomic
def remind_body(pk: int) -> bool:
    """Remind who speaks for the body, at most once a day; says whether today is such a day."""
    notice, site, day = locked(pk), figures(), today()
    if notice.state not in OWED_STATES:
        return False
    is_unsigned = notice.state == SupervisionState.ISSUED
    until = notice.sign_by if is_unsigned else notice.due_on
    if until is None or not is_reminder_day(until, day, site.remind_before, site.remind_every):
        return False
    with city_words():
        said = {"number": notice.public_number, "day": until.isoformat(), "task": notice.task.label[:80]}
        words = _words(is_unsigned=is_unsigned, is_late=until < day) % said
        tell(notice, liaisons_of(notice.body), f"reminder:{day.isoformat()}", words, kind="supervision.reminder")
    return True


def _words(*, is_unsigned: bool, is_late: bool) -> str:
    if is_unsigned:
        return (
            _("督办逾期未签收：%(number)s %(task)s（应在 %(day)s 前）")
            if is_late
            else _("督办等您签收：%(number)s %(task)s（请在 %(day)s 前）")
        )
    return (
        _("督办逾期未反馈：%(number)s %(task)s（应在 %(day)s 前）")
        if is_late
        else _("督办快到期：%(number)s %(task)s（请在 %(day)s 前反馈）")
    )


def _ids(*states: str) -> list[int]:
    """Those of living plans; where the plan is over or the task struck, nobody is pressed any more."""
    notices = SupervisionNotice.objects.filter(
        state__in=states, task__is_struck=False, task__plan__state=PlanState.LIVE
    )
    return list(notices.order_by("pk").values_list("pk", flat=True))
