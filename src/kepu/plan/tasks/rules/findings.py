"""The findings of a draft: what stands in it after the machine's reading and a person's corrections.

Findings are known by keys: `s2` a section, `t5` a task, `t5.d0` a duty, `g1` a target, `x3` a number that is no target,
`w0` a warning, `document` the fields on the face; what a person adds has a key of its own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Values = dict[str, Any]

DOCUMENT = "document"
FIELDS: dict[str, tuple[str, ...]] = {
    "document": ("plan_title", "title", "issuer", "doc_number", "issued", "period_start", "period_end"),
    "section": ("number", "title", "level", "kind", "start", "end"),
    "task": ("code", "number", "title", "section", "start", "end", "body_start", "body_end", "has_others"),
    "duty": ("task", "organisation", "role", "start", "end"),
    "target": (
        "at",
        "measure",
        "value",
        "value_max",
        "unit",
        "comparator",
        "period",
        "deadline",
        "aspirational",
        "approximate",
        "start",
        "end",
    ),
}
DEFAULTS: dict[str, Values] = {
    "section": {"number": "", "title": "", "level": 1, "kind": "other"},
    "task": {"number": "", "title": "", "section": "", "has_others": False},
    "duty": {"role": "joint", "start": None, "end": None},
    "target": {
        "value_max": None,
        "unit": "",
        "comparator": "=",
        "period": "",
        "deadline": None,
        "aspirational": False,
        "approximate": False,
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What every finding has: its place in the text, and whose it is."""

    key: str
    start: int = 0
    end: int = 0
    is_added: bool = False
    is_struck: bool = False
    is_agreed: bool = False
    changed: tuple[str, ...] = ()
    machine: Values = field(default_factory=dict)
    by: str = ""
    at_time: str = ""
    correction: str = ""
    """The last correction in force on it, which an undo would name."""

    @property
    def anchor(self) -> str:
        """The key as it stands in addresses and selectors."""
        return self.key.replace(".", "-")

    @property
    def is_by_person(self) -> bool:
        """Whether a person added, changed or struck it."""
        return self.is_added or self.is_struck or bool(self.changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSection(Finding):
    number: str = ""
    title: str = ""
    level: int = 1
    kind: str = "other"
    label: str = ""
    path: tuple[str, ...] = ()
    parent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftDuty(Finding):
    organisation: str = ""
    role: str = "joint"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftTask(Finding):
    code: str = ""
    number: str = ""
    title: str = ""
    section: str = ""
    section_path: tuple[str, ...] = ()
    body_start: int = 0
    body_end: int = 0
    has_others: bool = False
    duties: tuple[DraftDuty, ...] = ()

    @property
    def live_duties(self) -> tuple[DraftDuty, ...]:
        """The duties that nobody struck."""
        return tuple(duty for duty in self.duties if not duty.is_struck)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftTarget(Finding):
    at: str = ""
    """Key of the task or the section where it stands; empty where there is neither."""
    place: str = ""
    """The task's code or the section's heading."""
    measure: str = ""
    value: Decimal = Decimal(0)
    value_max: Decimal | None = None
    unit: str = ""
    comparator: str = "="
    period: str = ""
    deadline: int | None = None
    aspirational: bool = False
    approximate: bool = False

    @property
    def has_open_time(self) -> bool:
        """Whether the text says neither by when nor how often."""
        return not self.period and self.deadline is None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftDecoy(Finding):
    text: str = ""
    reason: str = ""
    at: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftWarning(Finding):
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftDocument(Finding):
    plan_title: str = ""
    title: str = ""
    issuer: str = ""
    doc_number: str = ""
    issued: str = ""
    period_start: int | None = None
    period_end: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """Something that a person should look at, and need not."""

    key: str
    code: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class EffectiveReading:
    """The reading with all corrections in force; struck findings stay, marked."""

    document: DraftDocument
    sections: tuple[DraftSection, ...]
    tasks: tuple[DraftTask, ...]
    targets: tuple[DraftTarget, ...]
    decoys: tuple[DraftDecoy, ...]
    warnings: tuple[DraftWarning, ...]
    lead_rule: str = ""
    matches: Mapping[str, int] = field(default_factory=dict)
    """Printed name → id of the body that a person chose."""
    links: Mapping[int, Values] = field(default_factory=dict)
    """Id of an earlier task → how it goes on, as a person confirmed it."""

    @property
    def live_sections(self) -> tuple[DraftSection, ...]:
        """The sections that nobody struck."""
        return tuple(section for section in self.sections if not section.is_struck)

    @property
    def live_tasks(self) -> tuple[DraftTask, ...]:
        """The tasks that nobody struck."""
        return tuple(task for task in self.tasks if not task.is_struck)

    @property
    def live_targets(self) -> tuple[DraftTarget, ...]:
        """The targets that nobody struck."""
        return tuple(target for target in self.targets if not target.is_struck)

    @property
    def bodies(self) -> tuple[str, ...]:
        """Every printed name of a body once, in the order of the text."""
        return tuple(dict.fromkeys(duty.organisation for task in self.live_tasks for duty in task.live_duties))

    @property
    def duty_count(self) -> int:
        """How many duties stand."""
        return sum(len(task.live_duties) for task in self.live_tasks)

    @property
    def double_codes(self) -> tuple[str, ...]:
        """Numbers that two tasks carry; a plan cannot go live with them."""
        seen: dict[str, int] = {}
        for task in self.live_tasks:
            seen[task.code] = seen.get(task.code, 0) + 1
        return tuple(code for code, count in seen.items() if count > 1)

    @property
    def questions(self) -> tuple[Question, ...]:
        """What a person is asked to look at, in the order of the text."""
        found: list[tuple[int, Question]] = [
            (warning.start, Question(warning.key, warning.code, warning.message))
            for warning in self.warnings
            if not warning.is_agreed
        ]
        found += [
            (target.start, Question(target.key, "time_open"))
            for target in self.live_targets
            if target.has_open_time and not target.is_agreed
        ]
        if self.document.period_end is None and not self.document.is_agreed:
            found.append((0, Question(DOCUMENT, "period_missing")))
        return tuple(question for _start, question in sorted(found, key=lambda pair: pair[0]))

    def finding(self, key: str) -> Finding | None:
        """The finding with a key."""
        if key == DOCUMENT:
            return self.document
        groups: tuple[Iterable[Finding], ...] = (
            self.sections,
            self.tasks,
            self.targets,
            self.decoys,
            self.warnings,
            (duty for task in self.tasks for duty in task.duties),
        )
        return next((finding for group in groups for finding in group if finding.key == key), None)


def thing_of(key: str) -> str:
    """What kind of finding a key names.

    Examples:
        >>> thing_of("t5.d0"), thing_of("g1"), thing_of("document")
        ('duty', 'target', 'document')
    """
    if key == DOCUMENT:
        return "document"
    if ".d" in key:
        return "duty"
    return {"s": "section", "t": "task", "g": "target", "x": "decoy", "w": "warning"}.get(key[:1], "")
