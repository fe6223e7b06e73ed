"""Put a checked draft live: plan, sections, tasks, duties, targets, all or nothing."""

import hashlib
import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation, Person, Region
from kepu.engines.chinese.numerals import NUMERAL_CHARACTERS, chinese_number
from kepu.engines.chinese.pinyin import syllables
from kepu.foundation.audit.services import record
from kepu.foundation.clock import today
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.plan.tasks.choices import DraftState, PlanState, TaskOrigin
from kepu.plan.tasks.errors import PlanAlreadyLive, PlanNotReady
from kepu.plan.tasks.events import PlanConfirmed
from kepu.plan.tasks.models import Duty, Plan, PlanDraft, Section, Target, Task
from kepu.plan.tasks.permissions import may_import_plan
from kepu.plan.tasks.queries.drafts import body_rows, obstacles
from kepu.plan.tasks.rules.findings import DraftTask, EffectiveReading
from kepu.plan.tasks.services.bodies import NewBody, create_bodies_in, guessed_bodies
from kepu.plan.tasks.services.carrying import carry_on
from kepu.plan.tasks.services.drafts import content_of, draft_continues_period, keep_draft, open_draft
from kepu.plan.tasks.services.meeting import refuse_if_moved
from kepu.plan.tasks.services.readings import read_upload
from kepu.plan.tasks.services.undecided import ask_for_decisions

_NUMERAL = re.compile(f"[{NUMERAL_CHARACTERS}]+")
_CIRCLED = {chr(0x2460 + n): f"-{n + 1}-" for n in range(20)}
_ROLE_RANK = {"lead": 0, "sole": 0, "joint": 1, "support": 2, "guide": 3}


@transaction.atomic
def confirm_draft(
    draft_id: uuid.UUID | str,
    *,
    actor: Person,
    region: Region | None = None,
    slug: str = "",
    short_title: str = "",
    provenance: str = "",
    is_demonstration: bool = False,
    seen: int | None = None,
) -> Plan:
    """Put a checked draft live.

    Args:
        draft_id: the draft.
        actor: a member of the leading office.
        region: the region of the plan, where the draft does not say it yet.
        slug: its lasting address; made of region and years where empty.
        short_title: what to call it in lists.
        provenance: where the text comes from, shown wherever the plan is shown.
        is_demonstration: whether it is an example.
        seen: the revision that the actor read before confirming.

    Raises:
        NotAllowed: the actor brings no plans in.
        FindingMoved: somebody corrected the draft since; nothing is stored.
        PlanAlreadyLive: somebody confirmed it before; `slug` in the data leads there.
        DraftNotOpen: it was given up.
        PlanNotReady: bodies without a match, double numbers, no task, no region, or earlier tasks without an end;
            nothing is stored.
    """
    locked = PlanDraft.objects.select_for_update().get(pk=draft_id)
    if may_import_plan(actor) and locked.state == DraftState.CONFIRMED and locked.plan is not None:
        raise PlanAlreadyLive(_("这份方案已经上线。"), slug=locked.plan.slug)
    draft = open_draft(draft_id, actor=actor)
    refuse_if_moved(draft, seen, None)
    if region is not None and region != draft.region:
        draft.region = region
        draft.save(update_fields=["region"])
    return _confirm(
        draft,
        actor=actor,
        slug=slug,
        short_title=short_title,
        provenance=provenance,
        is_demonstration=is_demonstration,
    )


@transaction.atomic
def load_plan(
    data: bytes,
    name: str,
    *,
    actor: Person | None,
    region: Region,
    slug: str = "",
    short_title: str = "",
    provenance: str = "",
    is_demonstration: bool = False,
    kinds: Mapping[str, str] | None = None,
) -> Plan:
    """Put a text live as the machine read it: draft, bodies and confirmation in one act.

    Args:
        data: the bytes of the file.
        name: the file's name.
        actor: a member of the leading office; None only where the system itself loads an example.
        region: the region of the plan.
        slug: its lasting address; made of region and years where empty.
        short_title: what to call it in lists.
        provenance: where the text comes from, shown wherever the plan is shown.
        is_demonstration: whether it is an example.
        kinds: kinds of bodies by printed name; where given, bodies that the register does not know are created (of a
            guessed kind where the name is not among them). Where None, an unknown body is refused.

    Raises:
        NotAllowed: the actor brings no plans in.
        PlanUnreadable: the file is no plan.
        PlanNotReady: something stands in the way, such as a body of the text that is not in the register.
    """
    if actor is not None and not may_import_plan(actor):
        raise NotAllowed
    draft = keep_draft(read_upload(data, name=name), actor=actor, region=region)
    if kinds is not None:
        wanted = {
            printed: NewBody(body.name, kinds.get(printed, body.kind))
            for printed, body in guessed_bodies(draft).items()
        }
        create_bodies_in(draft, wanted, actor=actor)
    return _confirm(
        draft,
        actor=actor,
        slug=slug,
        short_title=short_title,
        provenance=provenance,
        is_demonstration=is_demonstration,
    )


def _confirm(
    draft: PlanDraft, *, actor: Person | None, slug: str, short_title: str, provenance: str, is_demonstration: bool
) -> Plan:
    content = content_of(draft)
    rows = body_rows(draft, content)
    in_the_way = obstacles(draft, content, rows)
    if in_the_way or draft.region is None:
        message = " ".join(obstacle.message for obstacle in in_the_way)
        data = {obstacle.code: list(obstacle.keys) for obstacle in in_the_way}
        data["missing"] = [row.printed for row in rows if row.organisation is None]
        raise PlanNotReady(_("还不能上线：%(why)s") % {"why": message}, **data)
    plan = _store_plan(draft, content, draft.region, slug=slug, actor=actor)
    plan.short_title = short_title[:80]
    plan.provenance, plan.is_demonstration = provenance[:300], is_demonstration
    plan.save(update_fields=["short_title", "provenance", "is_demonstration"])
    sections = _store_sections(plan, content)
    bodies = {row.printed: row.organisation for row in rows if row.organisation is not None}
    tasks = _store_tasks(plan, draft, content, sections, bodies)
    _store_targets(plan, content, sections, tasks)
    draft.state = DraftState.CONFIRMED
    draft.plan = plan
    draft.save(update_fields=["state", "plan", "updated_at"])
    predecessor = draft.predecessor
    if predecessor is not None:
        continues = draft_continues_period(draft)
        carry_on(predecessor, plan, content, tasks, actor=actor, with_progress=continues)
        if continues:
            predecessor.state = PlanState.CLOSED
            predecessor.save(update_fields=["state"])
    counts = {"tasks": len(tasks), "bodies": len(bodies), "duties": content.duty_count}
    record(
        "plan.plan.confirmed",
        plan,
        actor=actor,
        draft=str(draft.pk),
        corrections=len(draft.corrections),
        targets=len(content.live_targets),
        **counts,
    )
    publish(PlanConfirmed(plan_id=plan.pk, predecessor_id=predecessor.pk if predecessor else None))
    ask_for_decisions(plan)
    return plan


def _store_plan(
    draft: PlanDraft, content: EffectiveReading, region: Region, *, slug: str, actor: Person | None
) -> Plan:
    face = content.document
    title = face.plan_title or face.title or draft.name
    return Plan.objects.create(
        slug=_free_slug(slug or _plan_slug(region, face.period_start, face.period_end)),
        title=title[:300],
        notice_title=face.title[:300],
        issuer=face.issuer[:120],
        doc_number=face.doc_number[:60],
        issued_on=date.fromisoformat(face.issued) if face.issued else None,
        period_start=face.period_start,
        period_end=face.period_end,
        region=region,
        text=draft.text,
        text_digest=hashlib.sha256(draft.text.encode()).hexdigest(),
        lead_rule=content.lead_rule,
        predecessor=draft.predecessor,
        confirmed_by=actor,
        confirmed_on=today(),
    )


def _plan_slug(region: Region, start: int | None, end: int | None) -> str:
    spoken = syllables(region.short_name or region.name.rstrip("市区县省"))
    name = "".join(syllable.rstrip("012345") for syllable in spoken)
    return slugify("-".join(str(part) for part in (name or region.code, start, end) if part))[:50] or region.code


def _free_slug(wanted: str) -> str:
    taken = set(Plan.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    if wanted not in taken:
        return wanted
    return next(f"{wanted}-{n}" for n in range(2, len(taken) + 3) if f"{wanted}-{n}" not in taken)


def _store_sections(plan: Plan, content: EffectiveReading) -> dict[str, Section]:
    stored: dict[str, Section] = {}
    for position, section in enumerate(content.live_sections, start=1):
        stored[section.key] = Section.objects.create(
            plan=plan,
            parent=stored.get(section.parent),
            number=section.number[:20],
            title=section.title[:300],
            level=section.level,
            path="/".join(section.path)[:600],
            kind=section.kind,
            start=section.start,
            end=section.end,
            position=position,
        )
    needs_root = any(task.section not in stored for task in content.live_tasks) or any(
        target.at not in stored and target.at not in {task.key for task in content.live_tasks}
        for target in content.live_targets
    )
    if needs_root:  # a flat list of tasks: the plan itself is their heading
        stored[""] = Section.objects.create(
            plan=plan, title=plan.title, level=0, path=plan.title, kind="tasks", start=0, end=len(plan.text), position=0
        )
    return stored


def _store_tasks(
    plan: Plan,
    draft: PlanDraft,
    content: EffectiveReading,
    sections: Mapping[str, Section],
    bodies: Mapping[str, Organisation],
) -> dict[str, Task]:
    made_by_person = {
        correction["key"]
        for correction in draft.corrections
        if correction["op"] == "add" and (correction.get("after") or {}).get("origin") == "person"
    }
    stored: dict[str, Task] = {}
    slugs: set[str] = set()
    duties: list[Duty] = []
    for position, task in enumerate(content.live_tasks, start=1):
        slug = task_slug(task.code, position, slugs)
        slugs.add(slug)
        stored[task.key] = Task.objects.create(
            plan=plan,
            section=sections.get(task.section) or sections[""],
            code=task.code,
            slug=slug,
            number=task.number[:20],
            title=task.title[:300],
            start=task.start,
            end=task.end,
            body_start=task.body_start,
            body_end=max(task.body_start, task.body_end),
            position=position,
            has_others=task.has_others,
            origin=TaskOrigin.PERSON if task.key in made_by_person else TaskOrigin.TEXT,
        )
        duties += _duties(stored[task.key], task, bodies)
    Duty.objects.bulk_create(duties)
    return stored


def _duties(stored: Task, task: DraftTask, bodies: Mapping[str, Organisation]) -> list[Duty]:
    """The duties of a task; two printed names of one body are one duty, in the weightier role."""
    kept: dict[int, Duty] = {}
    for place, duty in enumerate(task.live_duties):
        body = bodies[duty.organisation]
        if body.pk in kept:
            if _ROLE_RANK.get(duty.role, 9) < _ROLE_RANK.get(kept[body.pk].role, 9):
                kept[body.pk].role = kept[body.pk].printed_role = duty.role
            continue
        has_place = duty.end > duty.start
        kept[body.pk] = Duty(
            task=stored,
            organisation=body,
            role=duty.role,
            printed_role=duty.role,
            printed_name=duty.organisation,
            start=duty.start if has_place else None,
            end=duty.end if has_place else None,
            position=place,
        )
    return list(kept.values())


def _store_targets(
    plan: Plan, content: EffectiveReading, sections: Mapping[str, Section], tasks: Mapping[str, Task]
) -> None:
    Target.objects.bulk_create(
        Target(
            plan=plan,
            task=tasks.get(target.at),
            section=None if target.at in tasks else sections.get(target.at) or sections[""],
            measure=target.measure[:200],
            value=target.value,
            value_max=target.value_max,
            unit=target.unit[:20],
            comparator=target.comparator,
            period=target.period[:20],
            deadline=target.deadline,
            is_aspirational=target.aspirational,
            is_approximate=target.approximate,
            start=target.start,
            end=target.end,
            position=position,
        )
        for position, target in enumerate(content.live_targets)
    )


def task_slug(code: str, position: int, taken: Sequence[str] | set[str] = ()) -> str:
    """The lasting address of a task within its plan.

    Args:
        code: the number as printed.
        position: its place in the plan, for a code that gives no address.
        taken: addresses that are used already.

    Examples:
        >>> task_slug("三(一)6", 1), task_slug("第十二条", 2), task_slug("2.1", 3), task_slug("甲", 4)
        ('3-1-6', '12', '2-1', 't4')
    """
    plain = "".join(_CIRCLED.get(letter, letter) for letter in code)
    plain = _NUMERAL.sub(lambda found: f"-{_number(found.group())}-", plain)
    plain = re.sub(r"[第条章节款项()（）、.．/\s,，\-]+", "-", plain).strip("-").lower()
    slug = plain[:32] if re.fullmatch(r"[a-z0-9-]+", plain) else f"t{position}"
    if slug not in taken:
        return slug
    return next(f"{slug}-{letter}" for letter in _letters() if f"{slug}-{letter}" not in taken)


def _letters() -> list[str]:
    return [chr(code) for code in range(ord("b"), ord("z") + 1)] + [f"x{n}" for n in range(1000)]


def _number(words: str) -> str:
    number = chinese_number(words)
    return words if number is None else str(number)
