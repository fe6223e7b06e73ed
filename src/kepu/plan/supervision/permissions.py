"""Who may do what with supervision notices."""

from kepu.directory.register.choices import BODY_ROLES, Role
from kepu.directory.register.models import Person
from kepu.plan.supervision.models import Feedback, SupervisionNotice
from kepu.plan.tasks.models import Plan

READERS = (Role.LEADING_OFFICE, Role.REVIEWER, Role.AUDITOR)
"""They see every notice that is out."""


def may_open_desk(actor: Person) -> bool:
    """Everyone with a role in the programme; who only keeps accounts has no business here."""
    return actor.holds(*READERS, *BODY_ROLES, Role.DISTRICT_OFFICER)


def may_see_proposals(actor: Person) -> bool:
    """What is not out yet is the leading office's."""
    return actor.holds(Role.LEADING_OFFICE)


def may_supervise(actor: Person, plan: Plan) -> bool:
    """The leading office of the plan's region issues, withdraws and reviews."""
    return actor.holds(Role.LEADING_OFFICE, region=plan.region)


def may_answer_notice(actor: Person, notice: SupervisionNotice, *, is_orphan: bool = False) -> bool:
    """The liaisons of the body and of those above it; the leading office for a body that has none.

    Args:
        actor: who wants to.
        notice: which one.
        is_orphan: nobody speaks for the body.
    """
    if actor.holds(Role.LIAISON, organisation=notice.body):
        return True
    return is_orphan and may_supervise(actor, notice.task.plan)


def is_judge_of_own_body(actor: Person, notice: SupervisionNotice, feedback: Feedback | None) -> bool:
    """Whether the actor speaks for the body or leads it, or wrote the very answer that is to be judged."""
    wrote_it = feedback is not None and feedback.given_by_id == actor.pk
    return wrote_it or actor.holds(*BODY_ROLES, organisation=notice.body)
