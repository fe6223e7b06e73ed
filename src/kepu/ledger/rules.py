"""Pure rules of the ledger: what a fact must be, how a stretch of days is cut, how a formula is computed."""

import ast
import hashlib
import operator
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

EARLIEST = date(2000, 1, 1)
LATEST = date(2100, 12, 31)
MOST = Decimal(10) ** 14
DECEMBER = 12
HALF_A_MONTH = 15


class FactDraft(NamedTuple):
    """A fact before it is checked and recorded.

    Args:
        indicator: code of the indicator.
        occurred_on: the day on which it happened, or to which a level belongs.
        region: code, name or id of the region, as fine as known.
        organisation: name, alias or id of the body that did it.
        quantity: in the indicator's unit.
        audience: code or label of the group it was for.
        audience_tag: code or label of a finer group, or "".
        people: 人次, where counted.
        person: keyed hash (16–32 bytes) of one person, for distinct counts.
        method: instrument, version, n, standard_error … of an estimate.
        key: what makes sending it twice harmless; "" for a key made from nothing but chance.
        row: its line in the file it came from, for messages.
    """

    indicator: str
    occurred_on: date
    region: str | int
    organisation: str | int
    quantity: Decimal
    audience: str = "public"
    audience_tag: str = ""
    people: int | None = None
    person: bytes | None = None
    method: dict[str, Any] | None = None
    key: str = ""
    source_ref: str = ""
    note: str = ""
    row: int = 0


def key_hash(source: str) -> "hashlib._Hash":
    """The beginning of `key_of` for one source, to be copied for each key."""
    return hashlib.sha256(f"{source}\x1f".encode())


def key_of(source: str, key: str) -> uuid.UUID:
    """The number of the fact that a source calls `key`; the same for ever.

    Examples:
        >>> key_of("api:1", "a") == key_of("api:1", "a"), key_of("api:1", "a") == key_of("api:2", "a")
        (True, False)
    """
    digest = key_hash(source)
    digest.update(key.encode())
    return uuid.UUID(bytes=digest.digest()[:16])


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def month_after(day: date) -> date:
    """The first day of the next month."""
    return date(day.year + 1, 1, 1) if day.month == DECEMBER else date(day.year, day.month + 1, 1)


def months_between(since: date, until: date) -> Iterator[date]:
    """First days of every month that a stretch touches."""
    month = month_of(since)
    while month <= until:
        yield month
        month = month_after(month)


@dataclass(frozen=True, slots=True)
class Edge:
    """Days inside one month whose facts are added to, or taken from, the whole months."""

    since: date
    until: date
    sign: int


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch of days as whole months and edges."""

    first_month: date
    last_month: date
    edges: tuple[Edge, ...]


def cut(since: date, until: date, *, today: date) -> Cut:
    """Cut a stretch so that few single facts must be read: a month is taken whole, or nearly whole and corrected.

    No fact is dated after today, so the part of a month after today is empty and its month counts as whole, with a
    look (nearly free) at what would have to be taken off.

    Args:
        since: first day.
        until: last day; before `since` for an empty stretch.
        today: after it there are no facts.

    Examples:
        >>> cut(date(2024, 1, 1), date(2024, 3, 31), today=date(2025, 1, 1)).edges
        ()
        >>> cut(date(2024, 1, 1), date(2024, 3, 4), today=date(2025, 1, 1)).last_month
        datetime.date(2024, 2, 1)
    """
    if until < since:
        return Cut(LATEST, EARLIEST, ())
    first, last = month_of(since), month_of(until)
    edges: list[Edge] = []
    end = month_after(last) - timedelta(days=1)
    if first == last and (since, until) != (first, end):
        is_short = (until - since).days < HALF_A_MONTH and until < today
        if is_short:
            return Cut(LATEST, EARLIEST, (Edge(since, until, 1),))
        if since > first:
            edges.append(Edge(first, since - timedelta(days=1), -1))
        if until < end:
            edges.append(Edge(until + timedelta(days=1), end, -1))
        return Cut(first, last, tuple(edges))
    if since > first:
        if since.day > HALF_A_MONTH:
            edges.append(Edge(since, month_after(first) - timedelta(days=1), 1))
            first = month_after(first)
        else:
            edges.append(Edge(first, since - timedelta(days=1), -1))
    if until < end:
        if until.day <= HALF_A_MONTH and until < today:
            edges.append(Edge(last, until, 1))
            last = month_of(last - timedelta(days=1))
        else:
            edges.append(Edge(until + timedelta(days=1), end, -1))
    return Cut(first, last, tuple(edges))


def period_of_persons(since: date, until: date, *, today: date) -> int | None:
    """The period whose distinct persons are kept: 202400 for a year, 202403 for a month, else None.

    Examples:
        >>> period_of_persons(date(2024, 1, 1), date(2024, 12, 31), today=date(2030, 1, 1))
        202400
        >>> period_of_persons(date(2024, 3, 1), date(2024, 3, 20), today=date(2024, 3, 20))
        202403
    """
    if since == month_of(since) and month_of(until) == since:
        is_whole = until + timedelta(days=1) == month_after(until)
        if is_whole or until >= today:
            return since.year * 100 + since.month
    if (since.month, since.day) == (1, 1) and until.year == since.year:
        is_whole = (until.month, until.day) == (12, 31)
        if is_whole or until >= today:
            return since.year * 100
    return None


_OPERATIONS: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def codes_in(formula: str) -> tuple[str, ...]:
    """The indicator codes that a formula names, in order.

    Raises:
        ValueError: it holds more than codes, numbers, + - * / and brackets.

    Examples:
        >>> codes_in("100 * trained_farmers / trained")
        ('trained_farmers', 'trained')
    """
    tree = _parse(formula)
    return tuple(dict.fromkeys(node.id for node in ast.walk(tree) if isinstance(node, ast.Name)))


def compute(formula: str, values: Mapping[str, Decimal | None]) -> Decimal | None:
    """Compute a formula; None where a part is unknown or a divisor is zero.

    Examples:
        >>> compute("a / b", {"a": Decimal(1), "b": Decimal(4)})
        Decimal('0.25')
        >>> compute("a / b", {"a": Decimal(1), "b": None}) is None
        True
    """
    return _compute(_parse(formula), values)


def _parse(formula: str) -> ast.expr:
    try:
        tree = ast.parse(formula, mode="eval").body
    except SyntaxError:
        raise ValueError(f"formula cannot be read: {formula!r}") from None
    for node in ast.walk(tree):
        is_number = isinstance(node, ast.Constant) and isinstance(node.value, int | float)
        is_known = isinstance(node, ast.BinOp | ast.Name | ast.Load | ast.operator) or is_number
        if not is_known or (isinstance(node, ast.BinOp) and type(node.op) not in _OPERATIONS):
            raise ValueError(f"formula may hold codes, numbers, + - * / and brackets only: {formula!r}")
    return tree


def _compute(node: ast.expr, values: Mapping[str, Decimal | None]) -> Decimal | None:
    if isinstance(node, ast.Constant):
        return Decimal(str(node.value))
    if isinstance(node, ast.Name):
        return values.get(node.id)
    if not isinstance(node, ast.BinOp):
        raise TypeError("only parsed formulas are computed")
    left, right = _compute(node.left, values), _compute(node.right, values)
    if left is None or right is None or (isinstance(node.op, ast.Div) and right == 0):
        return None
    return _OPERATIONS[type(node.op)](left, right)


def tidy(number: Decimal) -> Decimal:
    """Without needless zeros, and never in powers of ten."""
    whole = number.to_integral_value()
    return whole if whole == number else number.normalize()
