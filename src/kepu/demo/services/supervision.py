"""Load the example's supervision: what the rules proposed, what the office sent out, and what became of it."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation
from kepu.directory.register.queries import match_organisations
from kepu.directory.register.services.demonstration import demonstration_person
from kepu.foundation import clock
from kepu.plan.supervision.models import SupervisionNotice
from kepu.plan.supervision.services import (
    escalate_by_rule,
    give_feedback,
    issue_notice,
    propose_notices,
    return_notice,
    sign_notice,
    strike_notice,
)
from kepu.plan.tasks.models import Plan


@transaction.atomic
def load_supervision(plan: Plan, story: Mapping[str, Any]) -> int:
    """Tell the notices of a story through the services, each step on its day; returns how many went out.

    A plan that has notices is left as it is. It ends with what the rules propose today.

    Args:
        plan: the example's plan, live, with its decisions and facts.
        story: the file `story.toml`.
    """
    if SupervisionNotice.objects.filter(task__plan=plan).exists():
        return 0
    rows = story.get("supervision", ())
    bodies = match_organisations([row["body"] for row in rows], region=plan.region)
    for row in rows:
        body = bodies[row["body"]].organisation
        if body is None:
            raise LookupError(f"story: no body is called {row['body']}")
        _tell(plan, body, row)
    propose_notices(plan.pk)
    return len(rows)


def _tell(plan: Plan, body: Organisation, row: Mapping[str, Any]) -> None:
    office = demonstration_person(Role.LEADING_OFFICE)
    liaison = demonstration_person(Role.LIAISON, organisation=body)
    with clock.fixed(row["on"]):
        propose_notices(plan.pk)
        proposed = SupervisionNotice.objects.get(task__plan=plan, task__code=row["at"], body=body, state="drafted")
        pk = issue_notice(proposed.pk, actor=office, demand=row["demand"]).pk
    for step in row.get("step", ()):
        with clock.fixed(step["on"]):
            match step["kind"]:
                case "sign":
                    sign_notice(pk, actor=liaison)
                case "answer":
                    words = {name: step[name] for name in ("cause", "measures", "promised_on")}
                    give_feedback(pk, actor=liaison, **words)
                case "return":
                    return_notice(pk, reason=step["reason"], actor=office)
                case "strike":
                    strike_notice(pk, actor=office, text=step["text"])
                case "escalate":
                    if not escalate_by_rule(pk):
                        raise LookupError(f"story: nothing calls for an escalation at {row['at']} on {step['on']}")
                case unknown:
                    raise LookupError(f"story: no step is called {unknown}")
