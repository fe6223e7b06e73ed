"""By what this site supervises, read in one look."""

from datetime import date
from types import MappingProxyType
from typing import Any

from kepu.foundation.calendar.errors import CalendarUnknown
from kepu.foundation.calendar.queries import deadline_after, working_days_between
from kepu.foundation.codes.queries import labels_to_read, values_in_force
from kepu.plan.supervision.choices import Colour
from kepu.plan.supervision.rules import STANDARD, Figures

PREFIX = "supervision."
COLOURS = "supervision.colours"


def figures() -> Figures:
    """The site's figures; what is not loaded, or cannot be, is as the rules have it."""
    found = values_in_force(PREFIX)
    triggers = found.get("triggers", tuple(STANDARD.colours))
    return Figures(
        colours=MappingProxyType(
            {code: _colour(found.get(f"colour_{code}"), code) for code in STANDARD.colours if code in triggers}
        ),
        answer_days=MappingProxyType(
            {code: _days(found, f"answer_days_{code}", STANDARD.answer_days[code], least=1) for code in Colour.values}
        ),
        near_days=_days(found, "near_days", STANDARD.near_days),
        sign_days=_days(found, "sign_days", STANDARD.sign_days, least=1),
        escalate_unsigned_days=_days(found, "escalate_unsigned_days", STANDARD.escalate_unsigned_days),
        escalate_unanswered_days=_days(found, "escalate_unanswered_days", STANDARD.escalate_unanswered_days),
        raises_colour=bool(found.get("raises_colour", STANDARD.raises_colour)),
        remind_before=_numbers(found.get("remind_before"), STANDARD.remind_before),
        remind_every=_days(found, "remind_every", STANDARD.remind_every),
        rest_days=_days(found, "rest_days", STANDARD.rest_days),
        issues_itself=bool(found.get("issues_itself", STANDARD.issues_itself)),
    )


def _colour(value: Any, trigger: str) -> str:
    return str(value) if value in Colour.values else STANDARD.colours[trigger]


def _days(found: dict[str, Any], name: str, standard: int, *, least: int = 0) -> int:
    value = found.get(name)
    return int(value) if value is not None and int(value) >= least else standard


def _numbers(values: Any, standard: tuple[int, ...]) -> tuple[int, ...]:
    if values is None:
        return standard
    return tuple(int(value) for value in values if str(value).isascii() and str(value).isdigit())


def colour_names() -> dict[str, str]:
    """What the site calls each colour, in the reader's language."""
    named = labels_to_read(COLOURS)
    return {colour.value: named.get(colour.value) or str(colour.label) for colour in Colour}


def day_after(starts_on: date, working_days: int) -> date | None:
    """The last of so many working days; None where a year's calendar is not loaded."""
    try:
        return deadline_after(starts_on, working_days).due_on
    except CalendarUnknown:
        return None


def working_days_past(due_on: date | None, day: date) -> int | None:
    """How many working days lie after a due day; None without one or where a year's calendar is not loaded."""
    if due_on is None or day <= due_on:
        return None
    try:
        return working_days_between(due_on, day)
    except CalendarUnknown:
        return None
