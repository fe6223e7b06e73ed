"""What the apps above put on the page of a task: they register a panel here, the page asks for all of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kepu.plan.tasks.models import Task


class Place(StrEnum):
    """A page that takes panels."""

    PUBLIC_TASK = "public_task"
    DESK_TASK = "desk_task"


@dataclass(frozen=True, slots=True)
class Panel:
    """A piece of a page that another app owns: its template gets `panel`, with what it shows in `content`."""

    template: str
    content: object


Provider = Callable[[Task, date], Panel | None]

_providers: dict[Place, list[Provider]] = {}


def register_panel(place: Place, provider: Provider) -> None:
    """Let an app show something on every page of a kind; apps call this once, when they are ready.

    Args:
        place: on which page.
        provider: gives the panel for a task as of a day, or None where there is nothing to show.
    """
    _providers.setdefault(place, []).append(provider)


def panels_of(place: Place, task: Task, day: date) -> tuple[Panel, ...]:
    """Everything that other apps show about a task, in the order in which they registered."""
    found = (provider(task, day) for provider in _providers.get(place, ()))
    return tuple(panel for panel in found if panel is not None)
