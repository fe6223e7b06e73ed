"""Who leads a task, where the text does not say it."""

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation, Person
from kepu.foundation.language import city_words
from kepu.plan.tasks.choices import DecisionKind, DutyRole, TaskOrigin
from kepu.plan.tasks.errors import DecisionInvalid
from kepu.plan.tasks.models import Decision, Duty, Task
from kepu.plan.tasks.services.decisions.acts import locked_task, reason_given, write_decision


@transaction.atomic
def decide_lead(task_id: int, organisation: Organisation | None, *, actor: Person | None, reason: str) -> Decision:
    """Say which body leads a task, or that none does any more.

    Every other body keeps the role that the text gives it; a body that the text does not name joins the task as lead
    and leaves it when another one leads.

    Args:
        task_id: the task.
        organisation: who leads; None takes an earlier decision back.
        actor: of the leading office; None only where the system loads an example.
        reason: why, shown to everyone.

    Raises:
        NotAllowed: the actor does not sit in the leading office.
        PlanClosed: the plan is over.
        DecisionInvalid: the text names a lead, nothing changes, or no reason is given.
    """
    with city_words():
        task = locked_task(task_id, actor=actor)
        words = reason_given(reason)
        duties = list(task.duties.select_related("organisation").order_by("position"))
        _refuse_printed_lead(task, duties)
        before = next((duty for duty in duties if duty.role == DutyRole.LEAD), None)
        if (before.organisation_id if before else None) == (organisation.pk if organisation else None):
            raise DecisionInvalid(
                _("现在已经是它牵头，没有变化。") if organisation else _("这项任务现在没有牵头单位，没有变化。"),
                field="organisation",
            )
        if before is not None:
            _step_back(task, before)
        if organisation is not None:
            _put_first(task, organisation, duties)
        summary = (
            _("由%(body)s牵头") % {"body": organisation.label}
            if organisation
            else _("不再由%(body)s牵头，各单位按文中的角色负责") % {"body": before.organisation.label if before else ""}
        )
        data = {
            "organisation": organisation.pk if organisation else None,
            "name": organisation.name if organisation else "",
            "before": before.organisation_id if before else None,
        }
        return write_decision(task.plan, DecisionKind.LEAD, summary, actor=actor, reason=words, data=data, task=task)


def _refuse_printed_lead(task: Task, duties: list[Duty]) -> None:
    """The text is the authority: a lead that it names is changed by amending the text."""
    if task.origin != TaskOrigin.TEXT:
        return
    for duty in duties:
        if duty.printed_role in {DutyRole.LEAD, DutyRole.SOLE}:
            said = {"body": duty.organisation.label, "role": duty.get_printed_role_display()}
            raise DecisionInvalid(
                _("方案写明由%(body)s%(role)s；要改请导入修订后的方案。") % said, field="organisation"
            )


def _step_back(task: Task, duty: Duty) -> None:
    is_added = task.origin == TaskOrigin.TEXT and not duty.printed_name
    if is_added:
        duty.delete()
        return
    duty.role = duty.printed_role if duty.printed_role != DutyRole.LEAD else DutyRole.JOINT
    duty.save(update_fields=["role"])


def _put_first(task: Task, organisation: Organisation, duties: list[Duty]) -> None:
    duty = next((duty for duty in duties if duty.organisation_id == organisation.pk and duty.pk), None)
    if duty is None:
        duty = Duty(task=task, organisation=organisation, printed_role=DutyRole.JOINT, position=len(duties))
    duty.role = DutyRole.LEAD
    duty.save()
