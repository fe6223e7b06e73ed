"""The one to-do of the leading office for all proposals of a plan: it counts them, and goes when none waits."""

from django.utils.translation import gettext as _

from kepu.directory.register.choices import Role
from kepu.directory.todos.services import close_todos, open_todo
from kepu.plan.supervision.choices import SupervisionState
from kepu.plan.supervision.models import SupervisionNotice
from kepu.plan.tasks.models import Plan


def ask_to_issue(plan: Plan) -> None:
    """Hang up, reword or take down the item of a plan by how many proposals wait now; the caller's transaction."""
    key = f"supervision.propose:{plan.pk}"
    count = SupervisionNotice.objects.filter(task__plan=plan, state=SupervisionState.DRAFTED).count()
    if not count:
        close_todos(key)
        return
    open_todo(
        key,
        title=_("下发督办：《%(plan)s》有 %(n)d 件待下发") % {"plan": str(plan)[:60], "n": count},
        reason=_("按本站的督办规则提出；由人看过再下发，可以一次选几件。"),
        action=_("去下发"),
        url_name="supervision:desk",
        subject=plan,
        role=Role.LEADING_OFFICE,
        region=plan.region,
    )
