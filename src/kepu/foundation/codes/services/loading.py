"""Load the rooms' own files and the operator's."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils.translation import gettext as _

from kepu.foundation.actors import Actor
from kepu.foundation.audit.services import record
from kepu.foundation.codes.choices import Evidence, ValueKind
from kepu.foundation.codes.errors import ValueUnfit
from kepu.foundation.codes.models import Code, CodeList, Parameter
from kepu.foundation.codes.permissions import may_decide_codes
from kepu.foundation.codes.services.reading import (
    Where,
    code_of,
    day_of,
    evidence_of,
    read_file,
    storable_value,
    tables,
    text_of,
    with_ends,
)
from kepu.foundation.errors import NotAllowed

_DEFAULT_KEYS = ("label", "room", "kind", "unit", "valid_to", "default", "evidence", "source", "version")


@dataclass(slots=True)
class LoadReport:
    """What a load changed; loading the same files again changes nothing."""

    lists: int = 0
    codes: int = 0
    parameters: int = 0
    withdrawn: int = 0
    names: list[str] = field(default_factory=list)

    @property
    def is_unchanged(self) -> bool:
        """Whether everything was there already."""
        return not (self.lists or self.codes or self.parameters or self.withdrawn)


def load_rooms() -> LoadReport:
    """Load the `codes/*.toml` of every room; an operator's lists, overrides and confirmations stay.

    Raises:
        CodesUnreadable: a file does not say what it must; nothing is loaded.
    """
    found = [(config.label, file) for config in apps.get_app_configs() for file in _files_of(Path(config.path))]
    report = LoadReport()
    with transaction.atomic():
        for room, file in found:
            _load_content(read_file(file), file.name, room, report, is_operators=False)
    return report


def load_operator_file(file: Path, *, actor: Actor | None) -> LoadReport:
    """Load lists that the operator brings, such as those for which no public text was found.

    Such a list replaces the shipped one and is not touched by later releases.

    Args:
        file: TOML of the same form as the rooms'; lists only.
        actor: the leading office or an administrator; None for whoever has the command line.

    Raises:
        NotAllowed: the actor decides nothing about lists.
        CodesUnreadable: the file does not say what it must; nothing is loaded.
    """
    if actor is not None and not may_decide_codes(actor):
        raise NotAllowed
    report = LoadReport()
    with transaction.atomic():
        _load_content(read_file(file), file.name, "operator", report, is_operators=True)
        for found in CodeList.objects.filter(name__in=report.names):
            record("codes.list.loaded", found, actor=actor, name=found.name, version=found.version)
    return report


def _files_of(folder: Path) -> list[Path]:
    return sorted((folder / "codes").glob("*.toml"))


def _load_content(content: dict[str, Any], file: str, room: str, report: LoadReport, *, is_operators: bool) -> None:
    whole = Where(file, _("全文"))
    allowed = {"list"} if is_operators else {"list", "parameter"}
    if unknown := sorted(set(content) - allowed):
        raise whole.fails(_("不认识 %(keys)s。") % {"keys": "、".join(unknown)})
    if is_operators and not content.get("list"):
        raise whole.fails(_("没有任何 [[list]]。"))
    for table in tables(content, "list", whole):
        _load_list(table, file, room, report, is_operators=is_operators)
    for table in tables(content, "parameter", whole):
        _load_parameter(table, file, room, report)


def _load_list(table: dict[str, Any], file: str, room: str, report: LoadReport, *, is_operators: bool) -> None:
    name = text_of(table, "name", Where(file, _("码表")), longest=60)
    where = Where(file, name)
    if unknown := sorted(set(table) - {"name", "label", "evidence", "source", "version", "codes"}):
        raise where.fails(_("不认识 %(keys)s。") % {"keys": "、".join(unknown)})
    values = {
        "label": text_of(table, "label", where, longest=120),
        "evidence": evidence_of(table, where),
        "source": text_of(table, "source", where, longest=500, default=""),
        "version": text_of(table, "version", where, longest=60, default=""),
        "is_operators": is_operators,
    }
    codes = with_ends([code_of(code, place, where) for place, code in enumerate(tables(table, "codes", where))], where)
    if is_operators and not codes:
        raise where.fails(_("没有任何代码。"))
    report.names.append(name)
    found = CodeList.objects.filter(name=name).first()
    if found and found.is_operators and not is_operators:
        return
    if found is None:
        found = CodeList.objects.create(name=name, room=room, **values)
        report.lists += 1
    elif any(getattr(found, key) != value for key, value in values.items()):
        if found.evidence != values["evidence"] or found.version != values["version"]:
            values |= {"decided_by": None, "decided_at": None}
        CodeList.objects.filter(pk=found.pk).update(**values)
        report.lists += 1
    if found.room != room and not is_operators:
        raise where.fails(_("已由“%(room)s”提供，一张码表只能有一个出处。") % {"room": found.room})
    _store_codes(found, codes, report)


def _store_codes(owner: CodeList, rows: list[dict[str, Any]], report: LoadReport) -> None:
    known = {(code.code, code.valid_from): code for code in owner.codes.all()}
    new = []
    for row in rows:
        found = known.pop((row["code"], row["valid_from"]), None)
        if found is None:
            new.append(Code(code_list=owner, **row))
        elif found.is_withdrawn or any(getattr(found, key) != value for key, value in row.items()):
            Code.objects.filter(pk=found.pk).update(**row, is_withdrawn=False)
            report.codes += 1
    Code.objects.bulk_create(new)
    report.codes += len(new)
    gone = [code.pk for code in known.values() if not code.is_withdrawn]  # old facts may still bear them
    report.withdrawn += Code.objects.filter(pk__in=gone).update(is_withdrawn=True)


def _load_parameter(table: dict[str, Any], file: str, room: str, report: LoadReport) -> None:
    name = text_of(table, "name", Where(file, _("参数")), longest=80)
    where = Where(file, name)
    allowed = {"name", "label", "kind", "unit", "evidence", "source", "version", "value", "values"}
    if unknown := sorted(set(table) - allowed):
        raise where.fails(_("不认识 %(keys)s。") % {"keys": "、".join(unknown)})
    kind = table.get("kind")
    if kind not in ValueKind.values:
        raise where.fails(_("kind 应是 %(kinds)s 之一。") % {"kinds": "、".join(ValueKind.values)})
    stretches = tables(table, "values", where) or [{"value": table.get("value")}]
    report.names.append(name)
    rows = []
    for stretch in stretches:
        merged = {**table, **stretch}
        stored = merged.get("value")
        evidence = evidence_of(merged, where)
        if stored is None and evidence != Evidence.NOT_FOUND:
            raise where.fails(_('没有 value；找不到公开文本的参数请标 evidence = "X"。'))
        try:
            default = None if stored is None else storable_value(kind, stored)
        except ValueUnfit as problem:
            raise where.fails(str(problem)) from None
        rows.append(
            {
                "code": name,
                "label": text_of(merged, "label", where, longest=200),
                "room": room,
                "kind": kind,
                "unit": text_of(merged, "unit", where, longest=20, default=""),
                "valid_from": day_of(stretch, "valid_from", where),
                "valid_to": day_of(stretch, "valid_to", where),
                "default": default,
                "evidence": evidence,
                "source": text_of(merged, "source", where, longest=500, default=""),
                "version": text_of(merged, "version", where, longest=60, default=""),
            }
        )
    _store_parameter(name, with_ends(rows, where), where, report)


def _store_parameter(name: str, rows: list[dict[str, Any]], where: Where, report: LoadReport) -> None:
    known = {row.valid_from: row for row in Parameter.objects.filter(name=name)}
    for row in rows:
        values = {key: row[key] for key in _DEFAULT_KEYS}
        found = known.pop(row["valid_from"], None)
        if found is None:
            Parameter.objects.create(name=name, valid_from=row["valid_from"], **values)
        elif found.room != row["room"]:
            raise where.fails(_("已由“%(room)s”提供，一个参数只能有一个出处。") % {"room": found.room})
        elif any(getattr(found, key) != value for key, value in values.items()):
            if found.default != values["default"] and not found.is_overridden:
                values |= {"decided_by": None, "decided_at": None, "reason": ""}  # another value was confirmed
            Parameter.objects.filter(pk=found.pk).update(**values)
        else:
            continue
        report.parameters += 1
    stale = [row.pk for row in known.values() if not row.is_overridden]
    report.withdrawn += Parameter.objects.filter(pk__in=stale).delete()[0]
