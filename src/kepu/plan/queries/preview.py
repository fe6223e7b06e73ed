"""A reading side by side with its text, before anything is stored."""

from dataclasses import dataclass
from typing import Any

from kepu.plan.queries.pages import TextPart, text_parts


@dataclass(frozen=True, slots=True)
class Preview:
    """The whole text in runs, and what was found in it."""

    name: str
    reading: Any
    parts: tuple[TextPart, ...]
    tasks: int
    organisations: int
    duties: int
    targets: int


def preview(reading: Any, name: str) -> Preview:
    """Set the findings of a reading beside its text.

    Args:
        reading: what the engine returned.
        name: the file's name.
    """
    marks = [(*duty.span, "body") for task in reading.tasks for duty in task.duties]
    marks += [(*target.span, "target") for target in reading.targets]
    marks += [(*decoy.span, "decoy") for decoy in reading.decoys]
    return Preview(
        name=name,
        reading=reading,
        parts=text_parts(reading.text, 0, len(reading.text), marks),
        tasks=len(reading.tasks),
        organisations=len({duty.organisation for task in reading.tasks for duty in task.duties}),
        duties=sum(len(task.duties) for task in reading.tasks),
        targets=len(reading.targets),
    )
