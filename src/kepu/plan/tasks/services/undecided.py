"""The to-do of the leading office: what the text leaves open waits for a decision, and goes when nothing is open."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils.translation import gettext as _

from kepu.directory.register.choices import Role
from kepu.directory.todos.services import close_todos, open_todo
from kepu.plan.tasks.choices import PlanState
from kepu.plan.tasks.models import Plan
from kepu.plan.tasks.queries.undecided import OpenMatters, open_matters

_many: ContextVar[bool] = ContextVar("kepu_plan_many_decisions", default=False)


@contextmanager
def asking_once(plan: Plan) -> Iterator[None]:
    """Look only once, at the end of the block, at what many decisions in a row leave open."""
    token = _many.set(True)
    try:
        yield
    finally:
        _many.reset(token)
    ask_for_decisions(plan)


def ask_for_decisions(plan: Plan) -> None:
    """Hang up, reword or take down the item of a plan, by what is open now; the caller's transaction."""
    if _many.get():
        return
    found = open_matters(plan)
    key = f"plan.undecided:{plan.pk}"
    if found.is_settled or plan.state == PlanState.CLOSED:
        close_todos(key)
        return
    open_todo(
        key,
        title=_("给《%(plan)s》定牵头、依据和节点") % {"plan": str(plan)[:60]},
        reason=_reason(found),
        action=_("去定标"),
        url_name="plan:desk_plan",
        url_arguments=[plan.slug],
        subject=plan,
        role=Role.LEADING_OFFICE,
        region=plan.region,
    )


def _reason(found: OpenMatters) -> str:
    """What is open, in one sentence."""
    told = (
        (len(found.tasks), _("%(n)d 项任务没有数字，也没有指标或节点")),
        (len(found.meanings), _("%(n)d 个目标的口径、期限或基期未定")),
        (len(found.evidence), _("%(n)d 个目标没有依据")),
        (len(found.leads), _("%(n)d 项多单位任务没有牵头单位")),
    )
    parts = [words % {"n": count} for count, words in told if count]
    return _("%(parts)s；都要由人来定。") % {"parts": _("，").join(parts)}
