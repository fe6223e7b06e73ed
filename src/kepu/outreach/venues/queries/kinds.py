"""Kinds of venues, levels and conditions of access, as the site's lists have them."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from kepu.foundation.codes.queries import CodeEntry, code_list
from kepu.outreach.venues.choices import ACCESS, KINDS, LEVELS


@dataclass(frozen=True, slots=True)
class DetailField:
    """One field that only venues of a kind have."""

    name: str
    label: str
    kind: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a venue can be."""

    code: str
    label: str
    fields: tuple[DetailField, ...] = ()
    cycle_days: int | None = None
    moves: bool = False
    is_online: bool = False


def _said(table: dict[str, Any], key: str = "label") -> str:
    is_english = (get_language() or "").startswith("en")
    return str((table.get(f"{key}_en") if is_english else "") or table.get(key, ""))


def _label(entry: CodeEntry) -> str:
    return _said({"label": entry.label, "label_en": entry.label_en})


def kinds() -> dict[str, Kind]:
    """Every kind by its code, in the list's order, in the reader's language."""
    return {entry.code: _kind(entry) for entry in code_list(KINDS).entries}


def _kind(entry: CodeEntry) -> Kind:
    extra = entry.extra
    fields = tuple(
        DetailField(str(one["name"]), _said(one), str(one.get("kind", "text")), str(one.get("unit", "")))
        for one in extra.get("fields", [])
    )
    cycle = extra.get("cycle_days")
    return Kind(
        entry.code,
        _label(entry),
        fields,
        int(cycle) if cycle else None,
        moves=bool(extra.get("moves")),
        is_online=bool(extra.get("online")),
    )


def kind_of(code: str, known: dict[str, Kind] | None = None) -> Kind:
    """One kind; one that the list has no more is called by its code."""
    return (kinds() if known is None else known).get(code) or Kind(code, code)


def level_labels() -> dict[str, str]:
    """Levels of accreditation, highest first."""
    return {entry.code: _label(entry) for entry in code_list(LEVELS).entries}


def access_labels() -> dict[str, str]:
    """Conditions of access."""
    return {entry.code: _label(entry) for entry in code_list(ACCESS).entries}
