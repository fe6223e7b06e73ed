"""Put a text live as a plan, exactly as the machine read it."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation, Person, Region
from kepu.directory.register.queries import match_organisations
from kepu.engines.policy import PlanReading, PolicyUnreadable, parse_plan
from kepu.foundation.audit.services import record
from kepu.foundation.clock import today
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.plan.errors import UNREADABLE, PlanNotReady, PlanUnreadable
from kepu.plan.events import PlanConfirmed
from kepu.plan.models import Duty, NamedSystem, Plan, Section, Target, Task
from kepu.plan.permissions import may_import_plan

_DIGITS = {digit: str(number) for number, digit in enumerate("零一二三四五六七八九十")}


def reading_of(data: bytes, *, name: str) -> PlanReading:
    """Read a file without storing anything.

    Raises:
        PlanUnreadable: it is no plan; the sentence says what to do.
    """
    try:
        return parse_plan(data, name=name)
    except PolicyUnreadable as error:
        raise PlanUnreadable(str(UNREADABLE.get(error.code, error.message)), reason=error.code) from None


def address_name(code: str) -> str:
    """The lasting address of an item within its plan: 三(一)6 → 3-1-6.

    Examples:
        >>> address_name("三(一)6"), address_name("五(三)")
        ('3-1-6', '5-3')
    """
    words = code.replace("(", "-").replace(")", "-").replace("、", "-").replace("第", "").replace("条", "-")
    plain = "".join(_DIGITS.get(character, character) for character in words)
    parts = [part for part in plain.split("-") if part]
    return "-".join(parts) or "0"


@transaction.atomic
def load_plan(
    data: bytes,
    name: str,
    *,
    actor: Person | None,
    region: Region,
    slug: str,
    provenance: str = "",
    is_demonstration: bool = False,
) -> Plan:
    """Put a plan live as read: all its bodies must be known.

    Args:
        data: the file.
        name: its name.
        actor: None only where the system itself loads an example.
        region: whose plan it is; its name is put before printed names to find bodies.
        slug: the plan's lasting name in addresses.
        provenance: what every page says of the text, e.g. that it is a paraphrase.
        is_demonstration: whether the plan is an example.

    Raises:
        NotAllowed: the actor brings no plans in.
        PlanUnreadable: the file is no plan.
        PlanNotReady: a body of the text is not in the register.
    """
    if actor is not None and not may_import_plan(actor):
        raise NotAllowed
    reading = reading_of(data, name=name)
    printed = list(dict.fromkeys(duty.organisation for task in reading.tasks for duty in task.duties))
    matches = match_organisations(printed, region=region)
    missing = [wanted for wanted in printed if matches[wanted].organisation is None]
    if missing:
        message = _("还有 %(count)d 个单位不在名录里：%(names)s。请先建立或对应它们。")
        raise PlanNotReady(message % {"count": len(missing), "names": "、".join(missing)}, missing=missing)
    bodies = {wanted: match.organisation for wanted, match in matches.items() if match.organisation is not None}
    plan = _store(reading, bodies, region=region, slug=slug, actor=actor)
    plan.provenance, plan.is_demonstration = provenance, is_demonstration
    plan.save(update_fields=["provenance", "is_demonstration"])
    record("plan.plan.confirmed", plan, actor=actor, tasks=len(reading.tasks), targets=len(reading.targets))
    publish(PlanConfirmed(plan_id=plan.pk))
    return plan


def _store(
    reading: PlanReading, bodies: Mapping[str, Organisation], *, region: Region, slug: str, actor: Person | None
) -> Plan:
    face = reading.document
    plan = Plan.objects.create(
        slug=slug,
        title=face.plan_title or face.title or reading.text[:80],
        notice_title=face.title or "",
        issuer=face.issuer or "",
        doc_number=face.doc_number or "",
        issued_on=date.fromisoformat(face.issued) if face.issued else None,
        period_start=face.period[0] if face.period else None,
        period_end=face.period[1] if face.period else None,
        region=region,
        text=reading.text,
        text_digest=hashlib.sha256(reading.text.encode()).hexdigest(),
        lead_rule=reading.lead_rule.text if reading.lead_rule else "",
        confirmed_by=actor,
        confirmed_on=today(),
    )
    sections = _store_sections(plan, reading)
    tasks = _store_tasks(plan, reading, sections, bodies)
    for position, target in enumerate(reading.targets):
        Target.objects.create(
            plan=plan,
            task=tasks.get(target.at),
            section=sections.get(target.at),
            measure=target.measure,
            value=target.value,
            value_max=target.value_max,
            unit=target.unit or "",
            comparator=target.comparator,
            period=target.period or "",
            deadline=target.deadline,
            is_aspirational=target.aspirational,
            is_approximate=target.approximate,
            start=target.span[0],
            end=target.span[1],
            position=position,
        )
    return plan


def _store_sections(plan: Plan, reading: PlanReading) -> dict[str, Section]:
    sections: dict[str, Section] = {}
    for position, section in enumerate(reading.sections):
        path = "/".join(section.path)
        sections[path] = Section.objects.create(
            plan=plan,
            parent=sections.get("/".join(section.path[:-1])),
            number=section.number or "",
            title=section.title or "",
            level=section.level,
            path=path,
            kind=section.kind,
            start=section.span[0],
            end=section.span[1],
            position=position,
        )
    return sections


def _store_tasks(
    plan: Plan, reading: PlanReading, sections: Mapping[str, Section], bodies: Mapping[str, Organisation]
) -> dict[str, Task]:
    tasks: dict[str, Task] = {}
    for position, found in enumerate(reading.tasks):
        task = Task.objects.create(
            plan=plan,
            section=sections["/".join(found.section_path)],
            code=found.id,
            slug=address_name(found.id),
            number=found.number or "",
            title=found.title or "",
            start=found.span[0],
            end=found.span[1],
            body_start=found.body_span[0],
            body_end=found.body_span[1],
            position=position,
            has_others=found.has_others,
        )
        tasks[found.id] = task
        Duty.objects.bulk_create(
            Duty(
                task=task,
                organisation=bodies[duty.organisation],
                role=duty.role,
                printed_role=duty.role,
                printed_name=duty.organisation,
                start=duty.span[0],
                end=duty.span[1],
                position=place,
            )
            for place, duty in enumerate(found.duties)
        )
    return tasks


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
