"""Rolling codes, minutes, what binds a day: rules of volunteering that need no table."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal

PURPOSE = "volunteer"
"""Code of the consent without which nobody serves."""
STEP_SECONDS = 60
_DIGITS = 6


def step_of(at: datetime) -> int:
    """The number of the step in which an instant lies."""
    return int(at.timestamp()) // STEP_SECONDS


def code_in_step(secret: bytes, step: int) -> str:
    """The six digits of one step (RFC 4226, HMAC-SHA-256).

    Examples:
        >>> code_in_step(b"k" * 20, 1), code_in_step(b"k" * 20, 2)
        ('137357', '170656')
    """
    digest = hmac.digest(secret, step.to_bytes(8, "big"), "sha256")
    at = digest[-1] & 0x0F
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}d}"


def code_at(secret: bytes, at: datetime) -> str:
    """The code that is shown at an instant."""
    return code_in_step(secret, step_of(at))


def fits(secret: bytes, typed: str, at: datetime) -> bool:
    """Whether what was typed is the code of this step or of the last one."""
    digits = "".join(sign for sign in typed if sign.isdigit())
    step = step_of(at)
    return any(hmac.compare_digest(code_in_step(secret, one).encode(), digits.encode()) for one in (step, step - 1))


def minutes_between(starts_at: datetime, ends_at: datetime) -> int:
    """Whole minutes."""
    return max(0, int((ends_at - starts_at).total_seconds() // 60))


def hours_of(minutes: int) -> Decimal:
    """Hours with two places, rounded once, halves up.

    Examples:
        >>> hours_of(90), hours_of(100)
        (Decimal('1.50'), Decimal('1.67'))
    """
    return (Decimal(minutes) / 60).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Need:
    """A shift that looks for people."""

    weekday: int
    day: date
    starts: time
    ends: time
    skill: str
    region_path: str
    free: int


@dataclass(frozen=True, slots=True)
class Offer:
    """A volunteer who gave times."""

    volunteer_id: int
    number: str
    times: tuple[tuple[int, time, time], ...]
    skills: frozenset[str]
    region_path: str
    busy: int
    """Shifts taken from 30 days before the day to 30 days after it: who has fewer comes first."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Who is assigned, with the time that covers the shift, and how near it is."""

    volunteer_id: int
    starts: time
    ends: time
    has_skill: bool
    is_near: bool
    busy: int


def assigned(need: Need, offers: Iterable[Offer]) -> list[Pair]:
    """Fill the free places: who has time for all of it and the skill; the near, then the less busy, then the lower number.

    Examples:
        >>> need = Need(5, date(2026, 1, 3), time(9), time(11), "guide", "37/3702/", 1)
        >>> saturday = ((5, time(8), time(12)),)
        >>> offers = [Offer(1, "1", saturday, frozenset(), "37/3702/", 0), Offer(2, "2", saturday, frozenset({"guide"}), "37/", 3)]
        >>> [pair.volunteer_id for pair in assigned(need, offers)]
        [2]
    """
    found = []
    for offer in offers:
        if need.skill and need.skill not in offer.skills:
            continue
        for weekday, starts, ends in offer.times:
            if weekday == need.weekday and starts <= need.starts and need.ends <= ends:
                is_near = bool(offer.region_path) and need.region_path.startswith(offer.region_path)
                pair = Pair(offer.volunteer_id, starts, ends, bool(need.skill), is_near, offer.busy)
                found.append(((not is_near, offer.busy, offer.number), pair))
                break
    return [pair for _order, pair in sorted(found, key=lambda one: one[0])][: need.free]
