"""Write down which systems a plan names."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.errors import NotAllowed
from kepu.plan.tasks.models import NamedSystem, Plan, Section
from kepu.plan.tasks.permissions import may_import_plan


@transaction.atomic
def name_systems(plan: Plan, systems: Iterable[Mapping[str, Any]], *, actor: Person | None) -> int:
    """Write down which systems the plan names, where, and which mechanism of the product serves each.

    Args:
        plan: a live plan.
        actor: None only where the system itself loads an example.
        systems: in the plan's order; each has `task` (code of a task or section), `name`, `name_en`, `mechanism`.

    Raises:
        NotAllowed: the actor brings no plans in.
    """
    if actor is not None and not may_import_plan(actor):
        raise NotAllowed
    tasks = {task.code: task for task in plan.tasks.all()}
    sections = {_section_code(section): section for section in plan.sections.select_related("parent")}
    NamedSystem.objects.filter(plan=plan).delete()
    named = NamedSystem.objects.bulk_create(
        NamedSystem(
            plan=plan,
            task=tasks.get(system["task"]),
            section=sections.get(system["task"]),
            name=system["name"],
            name_en=system.get("name_en", ""),
            mechanism=system["mechanism"],
            position=position,
        )
        for position, system in enumerate(systems)
    )
    record("plan.systems.named", plan, actor=actor, count=len(named))
    return len(named)


def _section_code(section: Section) -> str:
    above = section.parent.number if section.parent else ""
    return f"{above}{section.number}"
