"""Reads of plans that are being brought in."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation, Person, Region
from kepu.directory.register.queries import match_organisations
from kepu.plan.choices import DraftState
from kepu.plan.models import Plan, PlanDraft
from kepu.plan.permissions import may_import_plan
from kepu.plan.rules.corrections import (
    DOCUMENT,
    DraftDecoy,
    DraftSection,
    DraftTarget,
    DraftTask,
    EffectiveReading,
    Finding,
    Question,
    effective_reading,
    in_force,
)
from kepu.plan.rules.source import Paragraph, marks_of, paragraphs


@dataclass(frozen=True, slots=True)
class BodyRow:
    """A printed name, the body that it means, and how that was found."""

    printed: str
    organisation: Organisation | None
    how: str
    """chosen or created by a person; exact, alias or prefix by the machine; none."""
    duties: int
    first_key: str
    by: str = ""
    correction: str = ""

    @property
    def first_anchor(self) -> str:
        """Where the text names it first."""
        return self.first_key.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What stands between a draft and its plan, and where it is put right."""

    code: str
    message: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskBlock:
    """A task with the targets and the other numbers that stand in it."""

    task: DraftTask
    targets: tuple[DraftTarget, ...]
    decoys: tuple[DraftDecoy, ...]
    questions: tuple[Question, ...]
    has_lead: bool

    @property
    def has_many_joint(self) -> bool:
        """Whether several bodies share the task and the text names no lead."""
        return len(self.task.live_duties) > 1 and not self.has_lead


@dataclass(frozen=True, slots=True)
class SectionBlock:
    """A heading with what stands under it and under no smaller heading."""

    section: DraftSection | None
    tasks: tuple[TaskBlock, ...] = ()
    targets: tuple[DraftTarget, ...] = ()
    decoys: tuple[DraftDecoy, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found here but the heading."""
        return not (self.tasks or self.targets or self.decoys)


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One correction in words."""

    id: str
    op: str
    key: str
    by: str
    at: datetime | None
    name: str
    changes: tuple[tuple[str, Any, Any], ...] = ()
    note: str = ""
    is_undone: bool = False


@dataclass(frozen=True, slots=True)
class CheckPage:
    """Everything that the check page shows."""

    content: EffectiveReading
    paragraphs: tuple[Paragraph, ...]
    blocks: tuple[SectionBlock, ...]
    bodies: tuple[BodyRow, ...]
    obstacles: tuple[Obstacle, ...]
    history: tuple[HistoryRow, ...] = ()
    struck: tuple[Finding, ...] = ()
    excerpts: Mapping[str, str] = field(default_factory=dict)

    @property
    def unmatched(self) -> tuple[BodyRow, ...]:
        """Names that no body answers to."""
        return tuple(row for row in self.bodies if row.organisation is None)

    @property
    def to_ask(self) -> int:
        """How many places a person is asked to look at."""
        return len(self.content.questions) + len(self.obstacles)


def drafts_visible_to(actor: Person) -> QuerySet[PlanDraft]:
    """Every draft for the leading office, none for anybody else."""
    if not may_import_plan(actor):
        return PlanDraft.objects.none()
    return PlanDraft.objects.select_related("region", "predecessor", "plan", "created_by")


def plans_to_continue(region: Region | None) -> QuerySet[Plan]:
    """Live plans that a new text may amend or continue."""
    plans = Plan.objects.order_by("-period_start", "title")
    return plans.filter(region=region) if region else plans


def draft_content(draft: PlanDraft) -> EffectiveReading:
    """The reading of a draft with the corrections in force."""
    return effective_reading(draft.reading, draft.corrections)


def body_rows(draft: PlanDraft, content: EffectiveReading) -> tuple[BodyRow, ...]:
    """Every printed body of a draft, in the order of the text, with the one that it means.

    What a person said goes before what the register finds; a body of a region that neither holds the plan's region nor
    lies in it is no match, however its name is spelt.
    """
    names = content.bodies
    chosen = Organisation.objects.select_related("region").in_bulk(list(content.matches.values()))
    found = _found(names, draft.region)
    duties: dict[str, int] = {}
    first: dict[str, str] = {}
    for task in content.live_tasks:
        for duty in task.live_duties:
            duties[duty.organisation] = duties.get(duty.organisation, 0) + 1
            first.setdefault(duty.organisation, duty.key)
    said = {c["key"]: c for c in in_force(draft.corrections) if c["op"] == "match"}
    rows = []
    for name in names:
        body = chosen.get(content.matches.get(name, 0))
        if body is not None:
            correction = said[name]
            how, by, number = correction["after"].get("how", "chosen"), correction["by"]["name"], correction["id"]
        else:
            body, how = found[name]
            by = number = ""
        rows.append(BodyRow(name, body, how, duties[name], first[name], by, number))
    return tuple(rows)


def _found(names: Iterable[str], region: Region | None) -> dict[str, tuple[Organisation | None, str]]:
    wanted = list(names)
    found: dict[str, tuple[Organisation | None, str]] = {}
    for name, match in match_organisations(wanted, region=region).items():
        body = match.organisation
        found[name] = (body, match.how) if body is not None and _is_near(body, region) else (None, "none")
    missed = [name for name in wanted if found[name][0] is None]
    if region is not None and missed:
        last = region.name[-1:]
        spelt = {
            f"{place}{name.removeprefix(last)}": name
            for name in missed
            for place in (region.name, region.short_name)
            if place
        }
        for spelling, match in match_organisations(list(spelt), region=None).items():
            body = match.organisation
            if body is not None and _is_near(body, region) and found[spelt[spelling]][0] is None:
                found[spelt[spelling]] = (body, "prefix")
    return found


def _is_near(body: Organisation, region: Region | None) -> bool:
    if region is None:
        return True
    there = body.region.path
    return there.startswith(region.path) or region.path.startswith(there)


def obstacles(draft: PlanDraft, content: EffectiveReading, bodies: Iterable[BodyRow]) -> tuple[Obstacle, ...]:
    """What must be put right before the plan goes live."""
    found = []
    missing = [row for row in bodies if row.organisation is None]
    if missing:
        names = _("、").join(row.printed for row in missing)
        message = _("%(count)d 个单位还没有对应到名录：%(names)s。") % {"count": len(missing), "names": names}
        found.append(Obstacle("bodies_unmatched", message, tuple(row.printed for row in missing)))
    if content.double_codes:
        codes = _("、").join(content.double_codes)
        keys = tuple(task.key for task in content.live_tasks if task.code in content.double_codes)
        found.append(
            Obstacle("codes_double", _("编号重复的任务：%(codes)s。请改其中一项的编号。") % {"codes": codes}, keys)
        )
    if not content.live_tasks:
        found.append(Obstacle("no_task", _("一项任务也没有。请从原文里选出任务，或放弃这份草稿。")))
    if draft.region is None:
        found.append(Obstacle("region_missing", _("还没有选定方案所属的地区。")))
    if draft.predecessor is not None:
        decided = list(links_in_force(content))
        open_count = draft.predecessor.tasks.filter(is_struck=False).exclude(pk__in=decided).count()
        if open_count:
            message = _("上一版有 %(count)d 项任务还没有确认去向。") % {"count": open_count}
            found.append(Obstacle("links_open", message))
    return tuple(found)


def links_in_force(content: EffectiveReading) -> dict[int, Mapping[str, Any]]:
    """The confirmed ends of earlier tasks whose successors still stand in the draft."""
    live = {task.key for task in content.live_tasks}
    return {
        earlier_id: link
        for earlier_id, link in content.links.items()
        if set(link.get("later") or ()) <= live and (link.get("later") or link.get("kind") == "ended")
    }


def check_page(draft: PlanDraft) -> CheckPage:
    """Set a draft's text and its findings side by side."""
    content = draft_content(draft)
    bodies = body_rows(draft, content)
    return CheckPage(
        content=content,
        paragraphs=paragraphs(draft.text, marks_of(content, draft.text)),
        blocks=blocks_of(content),
        bodies=bodies,
        obstacles=obstacles(draft, content, bodies),
        history=history(draft, content),
        struck=tuple(
            finding
            for group in (
                content.sections,
                content.tasks,
                (duty for task in content.live_tasks for duty in task.duties),
                content.targets,
            )
            for finding in group
            if finding.is_struck
        ),
    )


def preview_page(text: str, content: EffectiveReading) -> CheckPage:
    """The same for a text that is not stored: no bodies are looked up, nothing stands in the way."""
    marked = paragraphs(text, marks_of(content, text))
    return CheckPage(content=content, paragraphs=marked, blocks=blocks_of(content), bodies=(), obstacles=())


def blocks_of(content: EffectiveReading) -> tuple[SectionBlock, ...]:
    """The findings under their headings, in the order of the text."""
    asked: dict[str, list[Question]] = {}
    for question in content.questions:
        asked.setdefault(question.key, []).append(question)
    used = {(target.start, target.end) for target in content.live_targets}
    decoys = [decoy for decoy in content.decoys if (decoy.start, decoy.end) not in used]

    def task_block(task: DraftTask) -> TaskBlock:
        targets = tuple(target for target in content.live_targets if target.at == task.key)
        inside = [question for warning in content.warnings if task.start <= warning.start < task.end
                  for question in asked.get(warning.key, ())]  # fmt: skip
        return TaskBlock(
            task=task,
            targets=targets,
            decoys=tuple(decoy for decoy in decoys if decoy.at == task.key),
            questions=tuple(inside),
            has_lead=any(duty.role in {"lead", "sole"} for duty in task.live_duties),
        )

    keys = [section.key for section in content.live_sections]
    by_key = {section.key: section for section in content.live_sections}
    blocks = []
    for key in ["", *keys]:
        block = SectionBlock(
            section=by_key.get(key),
            tasks=tuple(task_block(task) for task in content.live_tasks if task.section == key),
            targets=tuple(target for target in content.live_targets if target.at == key),
            decoys=tuple(decoy for decoy in decoys if decoy.at == key),
        )
        if key or not block.is_empty:
            blocks.append(block)
    return tuple(blocks)


def history(draft: PlanDraft, content: EffectiveReading) -> tuple[HistoryRow, ...]:
    """The corrections of a draft in words, newest first."""
    live = {correction["id"] for correction in in_force(draft.corrections)}
    by_id = {correction["id"]: correction for correction in draft.corrections}
    rows = []
    for correction in reversed(draft.corrections):
        if correction["op"] == "undo":
            continue
        before, after = correction.get("before") or {}, correction.get("after") or {}
        changes = tuple((name, before.get(name), value) for name, value in after.items()) if before else ()
        rows.append(
            HistoryRow(
                id=correction["id"],
                op=correction["op"],
                key=correction["key"],
                by=correction["by"]["name"],
                at=parse_datetime(correction["at"]),
                name=finding_name(content, correction["key"], by_id[correction["id"]]),
                changes=changes,
                note=correction.get("note", ""),
                is_undone=correction["id"] not in live,
            )
        )
    return tuple(rows)


def finding_name(content: EffectiveReading, key: str, correction: Mapping[str, Any]) -> str:
    """What to call the finding of a correction: code and title, measure, name."""
    after = correction.get("after") or {}
    if correction["op"] == "match":
        return f"{key} → {after.get('name', '')}"
    if key == DOCUMENT:
        return _("文件信息")
    finding: Any = content.finding(key)
    if isinstance(finding, DraftTask):
        return f"{finding.code} {finding.title}".strip()
    names = ("measure", "organisation", "label", "text", "message")
    told = next((getattr(finding, name) for name in names if getattr(finding, name, "")), "")
    return str(told or next((after[n] for n in ("name", "title", *names) if after.get(n)), key))


def open_drafts(actor: Person) -> QuerySet[PlanDraft]:
    """The drafts that wait to be checked."""
    return drafts_visible_to(actor).filter(state=DraftState.OPEN)


def draft_of(actor: Person, pk: uuid.UUID) -> PlanDraft | None:
    """A draft as far as the actor may see it."""
    return drafts_visible_to(actor).filter(pk=pk).first()


def text_lines(text: str) -> list[tuple[int, str]]:
    """The lines of a text with the place of each one's first character."""
    return [(paragraph.start, "".join(piece.text for piece in paragraph.pieces)) for paragraph in paragraphs(text, ())]
