"""Read lists and parameters as they hold on a day."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kepu.foundation.clock import today
from kepu.foundation.codes.choices import Evidence, ListState, ValueKind, ValueState
from kepu.foundation.codes.errors import CodeListUnknown, NotInForce, ParameterUnknown
from kepu.foundation.codes.models import Code, CodeList, Parameter, list_state

_read: ContextVar[dict[str, tuple[CodeList, list[Code]]] | None] = ContextVar("kepu_codes_read", default=None)


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """One code as it holds on a day."""

    code: str
    label: str
    label_en: str
    parent: str
    extra: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CodeListOnDay:
    """A list as it holds on a day, with where it comes from and how far it is to be trusted."""

    name: str
    label: str
    state: ListState
    value_state: ValueState
    evidence: Evidence
    source: str
    version: str
    entries: tuple[CodeEntry, ...]

    @property
    def is_loaded(self) -> bool:
        """Whether the list has any code at all."""
        return self.state == ListState.LOADED

    @property
    def labels(self) -> dict[str, str]:
        """Code → label, in the list's order."""
        return {entry.code: entry.label for entry in self.entries}

    @property
    def choices(self) -> list[tuple[str, str]]:
        """For a form field."""
        return [(entry.code, entry.label) for entry in self.entries]

    @property
    def mark(self) -> str:
        """What must stand beside the list where it is shown: 未加载, 默认未确认, or nothing."""
        return _mark(ValueState.NOT_LOADED if not self.is_loaded else self.value_state)


@dataclass(frozen=True, slots=True)
class ParameterOnDay:
    """A parameter's value on a day, with where it comes from and how far it is to be trusted."""

    name: str
    label: str
    kind: ValueKind
    unit: str
    value: Any
    state: ValueState
    evidence: Evidence
    source: str
    version: str
    valid_from: date | None
    valid_to: date | None

    @property
    def mark(self) -> str:
        """What must stand beside the value where it is shown: 默认未确认, or nothing."""
        return _mark(self.state)


def _mark(state: ValueState) -> str:
    return str(state.label) if state in {ValueState.NOT_LOADED, ValueState.DEFAULT_UNCONFIRMED} else ""


def _in_force(day: date) -> Q:
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
    return begun & (Q(valid_to__isnull=True) | Q(valid_to__gte=day))


@contextmanager
def codes_read_once() -> Iterator[None]:
    """Read each list only once inside the block, for a command that does thousands of things in one transaction."""
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def _list_rows(name: str) -> tuple[CodeList, list[Code]]:
    read = _read.get()
    if read is not None and name in read:
        return read[name]
    found = CodeList.objects.filter(name=name).first()
    if found is None:
        raise CodeListUnknown(name)
    rows = (found, list(found.codes.all()))
    if read is not None:
        read[name] = rows
    return rows


def code_list(name: str, *, on: date | None = None) -> CodeListOnDay:
    """Return a list as it holds on a day (today, if none is given).

    A list for which no public text was found is empty until the operator loads one: `is_loaded` is False.

    Raises:
        CodeListUnknown: no room ships a list of this name.
    """
    found, rows = _list_rows(name)
    day = on or today()
    codes = [
        row
        for row in rows
        if not row.is_withdrawn and (row.valid_from or date.min) <= day <= (row.valid_to or date.max)
    ]
    return CodeListOnDay(
        name=found.name,
        label=found.label,
        state=list_state(is_empty=not rows),
        value_state=found.value_state,
        evidence=Evidence(found.evidence),
        source=found.source,
        version=found.version,
        entries=tuple(CodeEntry(c.code, c.label, c.label_en, c.parent, c.extra) for c in codes),
    )


def labels_to_read(name: str) -> dict[str, str]:
    """Codes of a list in its order, each with its label in the reader's language; the Chinese one where no other is given."""
    is_english = (get_language() or "").startswith("en")
    return {one.code: (one.label_en if is_english else "") or one.label for one in code_list(name).entries}


def code_label(name: str, code: str) -> str:
    """Return the label of a code, also of one no longer valid (the last it had); the code itself if there is none."""
    found = Code.objects.filter(code_list__name=name, code=code).order_by("-valid_from").first()
    return found.label if found else code


def typed_value(kind: str, stored: Any) -> Any:
    """Turn what is stored as JSON into the value a room computes with; decimals are stored as text.

    Examples:
        >>> typed_value("share", "0.18"), typed_value("day", "2025-12-31")
        (Decimal('0.18'), datetime.date(2025, 12, 31))
    """
    if kind in {ValueKind.NUMBER, ValueKind.SHARE}:
        return Decimal(stored)
    if kind == ValueKind.DAY:
        return date.fromisoformat(stored)
    return tuple(stored) if kind == ValueKind.TEXTS else stored


def parameter(name: str, *, on: date | None = None) -> ParameterOnDay:
    """Return a parameter as it holds on a day (today, if none is given).

    Raises:
        ParameterUnknown: no room ships a parameter of this name.
        NotInForce: it has no value on that day, or none was loaded yet.
    """
    day = on or today()
    rows = list(Parameter.objects.filter(name=name))
    if not rows:
        raise ParameterUnknown(name)
    found = [row for row in rows if (row.valid_from or date.min) <= day <= (row.valid_to or date.max)]
    if not found:
        said = {"label": rows[0].label, "day": day.isoformat()}
        raise NotInForce(_("参数“%(label)s”在 %(day)s 没有生效的值，请在“码表与参数”中补上。") % said, name=name)
    row = found[-1]
    if row.stored_value is None:
        said = {"label": row.label}
        raise NotInForce(_("参数“%(label)s”未加载：没有公开文本可依，请由本站在“码表与参数”中填入。") % said, name=name)
    return ParameterOnDay(
        name=row.name,
        label=row.label,
        kind=ValueKind(row.kind),
        unit=row.unit,
        value=typed_value(row.kind, row.stored_value),
        state=row.state,
        evidence=Evidence(row.evidence),
        source=row.source,
        version=row.version,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def values_in_force(prefix: str, *, on: date | None = None) -> dict[str, Any]:
    """The values of all parameters whose names begin alike, as they hold on a day (today, if none is given).

    Args:
        prefix: with its dot; the keys come without it.
        on: the day.

    Returns:
        By name; what nobody loaded yet is left out.
    """
    rows = Parameter.objects.filter(_in_force(on or today()), name__startswith=prefix).order_by("valid_from")
    return {
        row.name.removeprefix(prefix): typed_value(row.kind, row.stored_value)
        for row in rows
        if row.stored_value is not None
    }


def parameters() -> QuerySet[Parameter]:
    """Every value of every parameter, for the page on which they are decided."""
    return Parameter.objects.all()


def code_lists() -> QuerySet[CodeList]:
    """Every list, for the page on which they are decided."""
    return CodeList.objects.all()
