"""Load lists and parameters from TOML, and let the operator confirm or override them."""

import re
import tomllib
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kepu.foundation.actors import Actor
from kepu.foundation.audit.services import record
from kepu.foundation.codes.choices import Evidence, ValueKind
from kepu.foundation.codes.errors import CodesUnreadable, ParameterUnknown, ValueUnfit
from kepu.foundation.codes.models import Code, CodeList, Parameter
from kepu.foundation.codes.permissions import may_decide_codes
from kepu.foundation.errors import NotAllowed

_LARGEST_FILE = 5 * 1024 * 1024
_CODE_KEYS = frozenset({"code", "label", "label_en", "parent", "valid_from", "valid_to"})
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


@dataclass(frozen=True, slots=True)
class _Where:
    """The place in a file that an error names."""

    file: str
    item: str

    def fails(self, what: str) -> CodesUnreadable:
        said = {"file": self.file, "item": self.item, "what": what}
        return CodesUnreadable(_("%(file)s 中的“%(item)s”：%(what)s") % said)


def load_rooms() -> LoadReport:
    """Load the `codes/*.toml` of every room; an operator's lists, overrides and confirmations stay.

    Raises:
        CodesUnreadable: a file does not say what it must; nothing is loaded.
    """
    found = [(config.label, file) for config in apps.get_app_configs() for file in _files_of(Path(config.path))]
    report = LoadReport()
    with transaction.atomic():
        for room, file in found:
            _load_content(_read(file), file.name, room, report, is_operators=False)
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
        _load_content(_read(file), file.name, "operator", report, is_operators=True)
        for found in CodeList.objects.filter(name__in=report.names):
            record("codes.list.loaded", found, actor=actor, name=found.name, version=found.version)
    return report


def _files_of(folder: Path) -> list[Path]:
    return sorted((folder / "codes").glob("*.toml"))


def _read(file: Path) -> dict[str, Any]:
    where = _Where(file.name, _("全文"))
    try:
        with file.open("rb") as stream:
            content = stream.read(_LARGEST_FILE + 1)
    except OSError:
        raise where.fails(_("文件打不开。")) from None
    if len(content) > _LARGEST_FILE:
        raise where.fails(_("文件超过 5 MB，不像一份码表。"))
    try:
        return tomllib.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except UnicodeDecodeError:
        raise where.fails(_("不是 UTF-8 编码，请另存为 UTF-8。")) from None
    except tomllib.TOMLDecodeError as problem:
        raise where.fails(_("不是正确的 TOML：%(problem)s。") % {"problem": problem}) from None


def _load_content(content: dict[str, Any], file: str, room: str, report: LoadReport, *, is_operators: bool) -> None:
    whole = _Where(file, _("全文"))
    allowed = {"list"} if is_operators else {"list", "parameter"}
    if unknown := sorted(set(content) - allowed):
        raise whole.fails(_("不认识 %(keys)s。") % {"keys": "、".join(unknown)})
    if is_operators and not content.get("list"):
        raise whole.fails(_("没有任何 [[list]]。"))
    for table in _tables(content, "list", whole):
        _load_list(table, file, room, report, is_operators=is_operators)
    for table in _tables(content, "parameter", whole):
        _load_parameter(table, file, room, report)


def _tables(content: dict[str, Any], key: str, where: _Where) -> list[dict[str, Any]]:
    found = content.get(key, [])
    if not isinstance(found, list) or not all(isinstance(table, dict) for table in found):
        raise where.fails(_("[[%(key)s]] 应写成表的数组。") % {"key": key})
    return found


def _text(table: dict[str, Any], key: str, where: _Where, *, longest: int, default: str | None = None) -> str:
    value = table.get(key, default)
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and key in {"code", "version"}:
        value = str(value)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise where.fails(_("缺少 %(key)s，或它不是文字。") % {"key": key})
    if len(value) > longest:
        raise where.fails(_("%(key)s 超过 %(longest)s 个字。") % {"key": key, "longest": longest})
    return value.strip()


def _day(table: dict[str, Any], key: str, where: _Where) -> date | None:
    value = table.get(key)
    if value is None:
        return None
    if type(value) is not date:
        raise where.fails(_("%(key)s 应写成 2021-01-01 这样的日期，不加引号。") % {"key": key})
    return value


def _evidence(table: dict[str, Any], where: _Where) -> str:
    value = table.get("evidence")
    if value not in Evidence.values:
        raise where.fails(_("evidence 应是 V、D、K、I、X 之一。"))
    if value in {Evidence.PUBLISHED, Evidence.DERIVED} and not table.get("source"):
        raise where.fails(_("有据的内容要写明 source。"))
    return str(value)


def _load_list(table: dict[str, Any], file: str, room: str, report: LoadReport, *, is_operators: bool) -> None:
    name = _text(table, "name", _Where(file, _("码表")), longest=60)
    where = _Where(file, name)
    if unknown := sorted(set(table) - {"name", "label", "evidence", "source", "version", "codes"}):
        raise where.fails(_("不认识 %(keys)s。") % {"keys": "、".join(unknown)})
    values = {
        "label": _text(table, "label", where, longest=120),
        "evidence": _evidence(table, where),
        "source": _text(table, "source", where, longest=500, default=""),
        "version": _text(table, "version", where, longest=60, default=""),
        "is_operators": is_operators,
    }
    codes = _with_ends([_code(code, place, where) for place, code in enumerate(_tables(table, "codes", where))], where)
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


def _code(table: dict[str, Any], place: int, outer: _Where) -> dict[str, Any]:
    where = _Where(outer.file, f"{outer.item} {table.get('code', place + 1)}")
    extra = {key: _plain(value) for key, value in table.items() if key not in _CODE_KEYS}
    return {
        "code": _text(table, "code", where, longest=64),
        "label": _text(table, "label", where, longest=200),
        "label_en": _text(table, "label_en", where, longest=200, default=""),
        "parent": _text(table, "parent", where, longest=64, default=""),
        "position": place,
        "extra": extra,
        "valid_from": _day(table, "valid_from", where),
        "valid_to": _day(table, "valid_to", where),
    }


def _plain(value: Any) -> Any:
    """Make what TOML gives fit for JSON; decimals become text, never floats."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value if isinstance(value, str | int) or value is None else str(value)


def _with_ends(rows: list[dict[str, Any]], where: _Where) -> list[dict[str, Any]]:
    """End each stretch of a code the day before the next one begins, and refuse stretches that overlap."""
    by_code: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_code.setdefault(row.get("code", ""), []).append(row)
    for code, stretches in by_code.items():
        stretches.sort(key=lambda row: row["valid_from"] or date.min)
        for row, following in zip(stretches, [*stretches[1:], None], strict=True):
            begins, ends = row["valid_from"], row["valid_to"]
            if ends and begins and ends < begins:
                raise where.fails(_("%(code)s 的截止日早于起始日。") % {"code": code})
            if following is None:
                continue
            if following["valid_from"] is None or following["valid_from"] == begins:
                raise where.fails(_("%(code)s 出现两次，起始日又相同。") % {"code": code})
            if ends is None:
                row["valid_to"] = following["valid_from"] - timedelta(days=1)
            elif ends >= following["valid_from"]:
                raise where.fails(_("%(code)s 的两段有效期重叠。") % {"code": code})
    return rows


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
    name = _text(table, "name", _Where(file, _("参数")), longest=80)
    where = _Where(file, name)
    allowed = {"name", "label", "kind", "unit", "evidence", "source", "version", "value", "values"}
    if unknown := sorted(set(table) - allowed):
        raise where.fails(_("不认识 %(keys)s。") % {"keys": "、".join(unknown)})
    kind = table.get("kind")
    if kind not in ValueKind.values:
        raise where.fails(_("kind 应是 %(kinds)s 之一。") % {"kinds": "、".join(ValueKind.values)})
    stretches = _tables(table, "values", where) or [{"value": table.get("value")}]
    report.names.append(name)
    rows = []
    for stretch in stretches:
        merged = {**table, **stretch}
        stored = merged.get("value")
        evidence = _evidence(merged, where)
        if stored is None and evidence != Evidence.NOT_FOUND:
            raise where.fails(_('没有 value；找不到公开文本的参数请标 evidence = "X"。'))
        try:
            default = None if stored is None else storable_value(kind, stored)
        except ValueUnfit as problem:
            raise where.fails(str(problem)) from None
        rows.append(
            {
                "code": name,
                "label": _text(merged, "label", where, longest=200),
                "room": room,
                "kind": kind,
                "unit": _text(merged, "unit", where, longest=20, default=""),
                "valid_from": _day(stretch, "valid_from", where),
                "valid_to": _day(stretch, "valid_to", where),
                "default": default,
                "evidence": evidence,
                "source": _text(merged, "source", where, longest=500, default=""),
                "version": _text(merged, "version", where, longest=60, default=""),
            }
        )
    _store_parameter(name, _with_ends(rows, where), where, report)


def _store_parameter(name: str, rows: list[dict[str, Any]], where: _Where, report: LoadReport) -> None:
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


def storable_value(kind: str, given: Any) -> Any:
    """Check a value from TOML or a form and turn it into what is stored.

    Args:
        kind: one of `ValueKind`.
        given: a TOML value, or the text of a form field.

    Raises:
        ValueUnfit: it is not of this kind.

    Examples:
        >>> storable_value("share", "18%"), storable_value("integer", " 120 "), storable_value("texts", "甲、乙")
        ('0.18', 120, ['甲', '乙'])
    """
    text = str(given).strip()
    if kind == ValueKind.INTEGER and not isinstance(given, bool) and re.fullmatch(r"[+-]?\d{1,15}", text, re.ASCII):
        return int(text)
    if kind in {ValueKind.NUMBER, ValueKind.SHARE} and not isinstance(given, bool):
        return _decimal_text(kind, text)
    if kind == ValueKind.BOOLEAN and text.lower() in {"true", "false", "是", "否"}:
        return text.lower() in {"true", "是"}
    if kind == ValueKind.TEXT and isinstance(given, str) and text:
        return text
    if kind == ValueKind.TEXTS and isinstance(given, list | str):
        parts = re.split(r"[、,，;；\n]", given) if isinstance(given, str) else given
        if parts and all(isinstance(part, str) and part.strip() for part in parts):
            return [part.strip() for part in parts]
    if kind == ValueKind.DAY:
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            pass  # said below, with the kind
    raise ValueUnfit(_("“%(value)s”不是%(kind)s。") % {"value": text[:40], "kind": ValueKind(kind).label})


def _decimal_text(kind: str, text: str) -> str:
    try:
        value = Decimal(text.removesuffix("%")) / (100 if kind == ValueKind.SHARE and text.endswith("%") else 1)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise ValueUnfit(_("“%(value)s”不是%(kind)s。") % {"value": text[:40], "kind": ValueKind(kind).label})
    if kind == ValueKind.SHARE and not 0 <= value <= 1:
        raise ValueUnfit(_("“%(value)s”不在 0 与 1 之间；百分数请带上 %%。") % {"value": text[:40]})
    return f"{value:f}"


def _parameter_to_decide(name: str, valid_from: date | None, actor: Actor) -> Parameter:
    if not may_decide_codes(actor):
        raise NotAllowed
    found = Parameter.objects.select_for_update().filter(name=name, valid_from=valid_from).first()
    if found is None:
        raise ParameterUnknown(name)
    return found


@transaction.atomic
def override_parameter(
    name: str, *, actor: Actor, value: Any, reason: str, valid_from: date | None = None
) -> Parameter:
    """Let the site's own value hold instead of the shipped one.

    Args:
        name: the parameter.
        actor: the leading office or an administrator.
        value: as typed into a form, or a plain value.
        reason: why; shown beside the value.
        valid_from: names the stretch of time; None for a value without a beginning.

    Raises:
        NotAllowed: the actor decides nothing about parameters.
        ParameterUnknown: there is no such stretch.
        ValueUnfit: the value is not of the parameter's kind, or no reason is given.
    """
    found = _parameter_to_decide(name, valid_from, actor)
    if not reason.strip():
        raise ValueUnfit(_("请写明改定的理由。"))
    before = found.stored_value
    found.override, found.is_overridden = storable_value(found.kind, value), True
    found.decided_by, found.decided_at, found.reason = actor.pk, timezone.now(), reason.strip()[:500]
    found.save(update_fields=["override", "is_overridden", "decided_by", "decided_at", "reason"])
    record("codes.parameter.overridden", found, actor=actor, name=name, before=before, after=found.override)
    return found


@transaction.atomic
def restore_default(name: str, *, actor: Actor, valid_from: date | None = None) -> Parameter:
    """Take the site's own value back; the shipped one holds again, unconfirmed.

    Raises:
        NotAllowed: the actor decides nothing about parameters.
        ParameterUnknown: there is no such stretch.
    """
    found = _parameter_to_decide(name, valid_from, actor)
    before = found.stored_value
    found.override, found.is_overridden = None, False
    found.decided_by, found.decided_at, found.reason = None, None, ""
    found.save(update_fields=["override", "is_overridden", "decided_by", "decided_at", "reason"])
    record("codes.parameter.restored", found, actor=actor, name=name, before=before, after=found.default)
    return found


@transaction.atomic
def confirm_parameter(name: str, *, actor: Actor, valid_from: date | None = None) -> Parameter:
    """Confirm the shipped value for this site; the mark 默认未确认 goes.

    Raises:
        NotAllowed: the actor decides nothing about parameters.
        ParameterUnknown: there is no such stretch.
        ValueUnfit: there is no value to confirm.
    """
    found = _parameter_to_decide(name, valid_from, actor)
    if found.stored_value is None:
        raise ValueUnfit(_("这个参数还没有值，请先填入。"))
    found.decided_by, found.decided_at = actor.pk, timezone.now()
    found.save(update_fields=["decided_by", "decided_at"])
    record("codes.parameter.confirmed", found, actor=actor, name=name, value=found.stored_value)
    return found


@transaction.atomic
def confirm_list(name: str, *, actor: Actor) -> CodeList:
    """Confirm a shipped list for this site; the mark 默认未确认 goes.

    Raises:
        NotAllowed: the actor decides nothing about lists.
        ValueUnfit: the list is unknown or empty.
    """
    if not may_decide_codes(actor):
        raise NotAllowed
    found = CodeList.objects.select_for_update().filter(name=name).first()
    if found is None or not found.codes.exists():
        raise ValueUnfit(_("这张码表还没有内容，请先载入。"))
    found.decided_by, found.decided_at = actor.pk, timezone.now()
    found.save(update_fields=["decided_by", "decided_at"])
    record("codes.list.confirmed", found, actor=actor, name=name, version=found.version)
    return found
