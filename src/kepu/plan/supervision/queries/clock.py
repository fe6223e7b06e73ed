"""Whether a notice is late, and whether it goes before the body above."""

from datetime import date

from django.db.models import Q

from kepu.foundation.clock import today
from kepu.plan.supervision.choices import OWED_STATES, Cause, StepKind, SupervisionState
from kepu.plan.supervision.models import SupervisionNotice
from kepu.plan.supervision.queries.figures import working_days_past
from kepu.plan.supervision.rules import Figures


def late_now() -> Q:
    """An answer is owed and its day has passed."""
    return Q(state__in=OWED_STATES, due_on__lt=today())


def is_late(notice: SupervisionNotice) -> bool:
    """Whether an answer is owed and its day has passed, from what is stored."""
    return notice.state in OWED_STATES and notice.due_on is not None and notice.due_on < today()


def is_unsigned_late(notice: SupervisionNotice) -> bool:
    """Whether nobody signed for it and the day for that has passed."""
    return notice.state == SupervisionState.ISSUED and notice.sign_by is not None and notice.sign_by < today()


def due_escalation(notice: SupervisionNotice, day: date, figures: Figures) -> Cause | None:
    """Why a notice goes before the body above on a day by the rule; None where it does not, or went for it before."""
    if notice.state not in OWED_STATES:
        return None
    if _is_past(notice.due_on, day, figures.escalate_unanswered_days):
        cause = Cause.UNANSWERED
    elif notice.state == SupervisionState.ISSUED and _is_past(notice.sign_by, day, figures.escalate_unsigned_days):
        cause = Cause.UNSIGNED
    else:
        return None
    gone = notice.steps.filter(kind=StepKind.ESCALATED, round=notice.round, data__cause=cause.value)
    return None if gone.exists() else cause


def _is_past(due_on: date | None, day: date, working_days: int) -> bool:
    past = working_days_past(due_on, day)
    return past is not None and past >= max(working_days, 1)
