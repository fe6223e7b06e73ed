"""Seats without a database: the rolling entry code, the order of a draw, how a party takes seats, the no-show rule."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from kepu.outreach.bookings.choices import Channel

CODE_DIGITS = 6
MOST_SEATS = 100_000


@dataclass(frozen=True, slots=True)
class BookingRules:
    """What is said before booking; frozen on the slot when it is opened."""

    most_party: int = 5
    offer_hours: int = 12
    no_shows: int = 3
    within_days: int = 90
    block_days: int = 30
    elderly_age: int = 60
    is_confirmed: bool = False
    """Whether the operator confirmed these figures; else they are shown as 默认未确认."""

    @property
    def version(self) -> str:
        """A short mark of these rules: the same figures give the same mark."""
        text = ";".join(f"{name}={value}" for name, value in sorted(asdict(self).items()) if name != "is_confirmed")
        return hashlib.sha256(text.encode()).hexdigest()[:10]

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "BookingRules":
        """From what is stored on a slot; fields of later versions are left out."""
        return cls(**{name: value for name, value in stored.items() if name in cls.__dataclass_fields__})


def entry_code(secret: bytes, at: datetime, *, seconds: int) -> str:
    """The digits that a booking shows at an instant.

    Args:
        secret: of the booking.
        at: an aware instant.
        seconds: how long a code stands.

    Returns:
        Six digits.

    Source:
        RFC 6238 (TOTP), HMAC-SHA-1 with dynamic truncation of RFC 4226.

    Examples:
        >>> from datetime import UTC
        >>> entry_code(b"12345678901234567890", datetime(1970, 1, 1, 0, 0, 59, tzinfo=UTC), seconds=30)
        '287082'
    """
    return _code_of_step(secret, int(at.timestamp()) // seconds)


def _code_of_step(secret: bytes, step: int) -> str:
    digest = hmac.new(secret, step.to_bytes(8, "big"), "sha1").digest()
    start = digest[-1] & 0xF
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def is_code_right(secret: bytes, code: str, at: datetime, *, seconds: int) -> bool:
    """Whether digits are those of now, of the step before or of the one after."""
    step = int(at.timestamp()) // seconds
    return any(hmac.compare_digest(_code_of_step(secret, step + one), code) for one in (0, -1, 1))


def seconds_left(at: datetime, *, seconds: int) -> int:
    """How long the code of this instant is still shown."""
    return seconds - int(at.timestamp()) % seconds


def shown_code(number: int, code: str) -> str:
    """What stands on the phone: the booking's number and its digits.

    Examples:
        >>> shown_code(1234, "287082")
        '1234-287-082'
    """
    return f"{number}-{code[:3]}-{code[3:]}"


def read_code(typed: str) -> tuple[int, str] | None:
    """Number and digits from what was typed or scanned; None where it is no code.

    Examples:
        >>> read_code(" 1234-287 082 "), read_code("287082")
        ((1234, '287082'), None)
    """
    digits = "".join(mark for mark in typed if mark.isascii() and mark.isdigit())
    if not CODE_DIGITS < len(digits) <= CODE_DIGITS + 18:
        return None
    return int(digits[:-CODE_DIGITS]), digits[-CODE_DIGITS:]


def seed_digest(seed: bytes) -> str:
    """What is published before a draw: who sees the seed afterwards can check that it was this one."""
    return hashlib.sha256(seed).hexdigest()


def draw_order(seed: bytes, numbers: Iterable[int]) -> list[int]:
    """The order in which a draw names its entries; anybody can compute it from the revealed seed.

    Args:
        seed: the revealed seed.
        numbers: the entries' booking numbers, in any order.

    Returns:
        The numbers, sorted by the SHA-256 of `seed` followed by the number in decimal digits.

    Examples:
        >>> draw_order(b"1", [1, 2, 3]) == draw_order(b"1", [3, 2, 1])
        True
    """
    return sorted(numbers, key=lambda number: (hashlib.sha256(seed + str(number).encode()).digest(), number))


@dataclass(slots=True)
class Pool:
    """The seats of one channel, or those that all share: a row of the database in memory."""

    channel: str
    seats: int
    taken: int = 0
    borrowed: int = 0
    is_released: bool = False
    pk: int = field(default=0, compare=False)

    @property
    def free(self) -> int:
        """Seats that nobody holds."""
        return self.seats - self.taken


def take_seats(pools: Mapping[str, Pool], channel: str, seats: int) -> Pool | None:
    """Seat a party: in its own channel, else with seats lent by those that are shared, else in these; or not at all.

    A party never sits in two pools. What a channel borrows it gives back when it falls free.

    Examples:
        >>> pools = {"phone": Pool("phone", 2), "shared": Pool("shared", 3)}
        >>> take_seats(pools, "phone", 4), pools["shared"].seats
        (Pool(channel='phone', seats=4, taken=4, borrowed=2, is_released=False, pk=0), 1)
        >>> take_seats(pools, "online", 2) is None
        True
    """
    own, shared = pools.get(channel), pools[Channel.SHARED]
    if own is not None and not own.is_released:
        lent = max(0, seats - own.free)
        if lent > shared.free:
            return None
        own.seats, own.borrowed, shared.seats = own.seats + lent, own.borrowed + lent, shared.seats - lent
        own.taken += seats
        return own
    if seats > shared.free:
        return None
    shared.taken += seats
    return shared


def give_seats(pools: Mapping[str, Pool], held_in: str, seats: int) -> None:
    """Take a party out of its pool; borrowed seats, and all of a released channel, go to those that are shared.

    Examples:
        >>> pools = {"phone": Pool("phone", 4, 4, borrowed=2), "shared": Pool("shared", 1)}
        >>> give_seats(pools, "phone", 3)
        >>> pools["phone"].seats, pools["phone"].taken, pools["shared"].seats
        (2, 1, 3)
    """
    pool, shared = pools[held_in], pools[Channel.SHARED]
    pool.taken -= seats
    if pool is shared:
        return
    back = pool.free if pool.is_released else min(pool.borrowed, pool.free)
    pool.seats, shared.seats = pool.seats - back, shared.seats + back
    pool.borrowed = max(0, pool.borrowed - back)


def release_pool(pools: Mapping[str, Pool], channel: str) -> int:
    """Give a channel's unused seats to all, once and for ever; returns how many."""
    pool, shared = pools[channel], pools[Channel.SHARED]
    freed = pool.free
    pool.seats, shared.seats, pool.borrowed, pool.is_released = pool.taken, shared.seats + freed, 0, True
    return freed


def first_fitting(pools: Mapping[str, Pool], waiting: Sequence[tuple[int, str, int]]) -> list[tuple[int, str]]:
    """Who of a waiting list gets seats: in their order, each party that fits into what is left.

    Args:
        pools: changed as parties are seated.
        waiting: booking, channel and seats, in the order of the list.

    Returns:
        Booking and the channel of the pool in which it sits.

    Examples:
        >>> first_fitting({"shared": Pool("shared", 3)}, [(1, "online", 4), (2, "online", 2), (3, "group", 1)])
        [(2, 'shared'), (3, 'shared')]
    """
    seated = []
    for number, channel, seats in waiting:
        if not any(pool.free for pool in pools.values()):
            break
        pool = take_seats(pools, channel, seats)
        if pool is not None:
            seated.append((number, pool.channel))
    return seated


def blocked_until(no_shows: Sequence[datetime], rules: BookingRules, at: datetime) -> datetime | None:
    """Until when somebody may not book, or None.

    Args:
        no_shows: when the slots began to which the person did not come.
        rules: how many within how many days let bookings rest for how long.
        at: now.

    Examples:
        >>> from datetime import UTC
        >>> days = [datetime(2024, 9, day, tzinfo=UTC) for day in (1, 5, 9)]
        >>> blocked_until(days, BookingRules(), datetime(2024, 9, 15, tzinfo=UTC)).isoformat()
        '2024-10-09T00:00:00+00:00'
        >>> blocked_until(days[:2], BookingRules(), datetime(2024, 9, 15, tzinfo=UTC)) is None
        True
    """
    if rules.no_shows < 1 or rules.block_days < 1:
        return None
    recent = sorted(one for one in no_shows if at - timedelta(days=rules.within_days) <= one <= at)
    if len(recent) < rules.no_shows:
        return None
    until = recent[-1] + timedelta(days=rules.block_days)
    return until if until > at else None
