"""What the apps above put on the pages of a plan and of a task: they register here, the page asks for all of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.functional import Promise

from kepu.plan.tasks.models import Plan, Task


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


@dataclass(frozen=True, slots=True)
class PlanDoor:
    """A way from the public page of a plan to a page of another app."""

    label: str | Promise
    icon: str
    address: str


DoorProvider = Callable[[Plan], PlanDoor | None]

_doors: list[DoorProvider] = []


def register_plan_door(provider: DoorProvider) -> None:
    """Let an app lead from a plan's public page to its own; apps call this once, when they are ready.

    Args:
        provider: gives the door of a plan, or None where there is nothing behind it.
    """
    _doors.append(provider)


def doors_of(plan: Plan) -> tuple[PlanDoor, ...]:
    """Where a plan's public page leads, in the order in which the apps registered."""
    found = (provider(plan) for provider in _doors)
    return tuple(door for door in found if door is not None)


def panels_of(place: Place, task: Task, day: date) -> tuple[Panel, ...]:
    """Everything that other apps show about a task, in the order in which they registered."""
    found = (provider(task, day) for provider in _providers.get(place, ()))
    return tuple(panel for panel in found if panel is not None)
