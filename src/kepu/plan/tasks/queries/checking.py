"""What the pages show on which a reading is checked: source and findings side by side, and who corrected what."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from kepu.plan.tasks.models import PlanDraft
from kepu.plan.tasks.queries.drafts import BodyRow, Obstacle, body_rows, draft_content, finding_name, obstacles
from kepu.plan.tasks.queries.wording import KEY_FIELDS
from kepu.plan.tasks.rules.corrections import in_force
from kepu.plan.tasks.rules.findings import (
    DraftDecoy,
    DraftSection,
    DraftTarget,
    DraftTask,
    EffectiveReading,
    Question,
)
from kepu.plan.tasks.rules.source import Paragraph, marks_of, paragraphs


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
class StruckRow:
    """A finding that somebody took out of the plan."""

    key: str
    name: str
    by: str


@dataclass(frozen=True, slots=True)
class CheckPage:
    """Everything that the check page shows."""

    content: EffectiveReading
    paragraphs: tuple[Paragraph, ...]
    blocks: tuple[SectionBlock, ...]
    bodies: tuple[BodyRow, ...]
    obstacles: tuple[Obstacle, ...]
    history: tuple[HistoryRow, ...] = ()
    struck: tuple[StruckRow, ...] = ()
    loose: tuple[Question, ...] = ()
    """Questions about a place outside every task."""
    is_region_doubtful: bool = False
    """Whether the face of the text does not name the region that the draft is for."""
    revision: int = 0
    """How many corrections the page shows."""

    @property
    def unmatched(self) -> tuple[BodyRow, ...]:
        """Names that no body answers to."""
        return tuple(row for row in self.bodies if row.organisation is None)

    @property
    def to_ask(self) -> int:
        """How many places a person is asked to look at."""
        return len(self.content.questions) + len(self.obstacles) + self.is_region_doubtful


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
        loose=_loose(content),
        is_region_doubtful=_is_region_doubtful(draft, content),
        revision=len(draft.corrections),
        struck=tuple(
            StruckRow(finding.key, finding_name(content, finding.key), finding.by)
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


def _is_region_doubtful(draft: PlanDraft, content: EffectiveReading) -> bool:
    if draft.region is None or any(one["op"] == "place" for one in draft.corrections):
        return False  # nothing is chosen, or a person chose it
    face = f"{content.document.plan_title}{content.document.title}{content.document.issuer}"
    return bool(face) and not any(name and name in face for name in (draft.region.name, draft.region.short_name))


def _loose(content: EffectiveReading) -> tuple[Question, ...]:
    warnings = {warning.key: warning for warning in content.warnings}
    spans = [(task.start, task.end) for task in content.live_tasks]
    return tuple(
        question
        for question in content.questions
        if question.key in warnings and not any(start <= warnings[question.key].start < end for start, end in spans)
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
    rows = []
    for correction in reversed(draft.corrections):
        if correction["op"] == "undo":
            continue
        before, after = correction.get("before") or {}, correction.get("after") or {}
        changes = tuple(
            (name, _named(content, name, before.get(name)), _named(content, name, value))
            for name, value in (after.items() if before else ())
        )
        rows.append(
            HistoryRow(
                id=correction["id"],
                op=correction["op"],
                key=correction["key"],
                by=correction["by"]["name"],
                at=parse_datetime(correction["at"]),
                name=finding_name(content, correction["key"], correction["op"], after),
                changes=changes,
                note=correction.get("note", ""),
                is_undone=correction["id"] not in live,
            )
        )
    return tuple(rows)


def _named(content: EffectiveReading, field: str, value: Any) -> Any:
    """The name of the finding where a field holds its key."""
    return finding_name(content, value) if field in KEY_FIELDS and value else value


def text_lines(text: str) -> list[tuple[int, str]]:
    """The lines of a text with the place of each one's first character."""
    return [(paragraph.start, "".join(piece.text for piece in paragraph.pieces)) for paragraph in paragraphs(text, ())]
