"""Read a TOML file of code lists and parameters, saying file and place of what is wrong."""

import re
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from kepu.foundation.codes.choices import Evidence, ValueKind
from kepu.foundation.codes.errors import CodesUnreadable, ValueUnfit

_LARGEST_FILE = 5 * 1024 * 1024
_CODE_KEYS = frozenset({"code", "label", "label_en", "parent", "valid_from", "valid_to"})


@dataclass(frozen=True, slots=True)
class Where:
    """The place in a file that an error names."""

    file: str
    item: str

    def fails(self, what: str) -> CodesUnreadable:
        said = {"file": self.file, "item": self.item, "what": what}
        return CodesUnreadable(_("%(file)s 中的“%(item)s”：%(what)s") % said)


def read_file(file: Path) -> dict[str, Any]:
    where = Where(file.name, _("全文"))
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


def tables(content: dict[str, Any], key: str, where: Where) -> list[dict[str, Any]]:
    found = content.get(key, [])
    if not isinstance(found, list) or not all(isinstance(table, dict) for table in found):
        raise where.fails(_("[[%(key)s]] 应写成表的数组。") % {"key": key})
    return found


def text_of(table: dict[str, Any], key: str, where: Where, *, longest: int, default: str | None = None) -> str:
    value = table.get(key, default)
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and key in {"code", "version"}:
        value = str(value)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise where.fails(_("缺少 %(key)s，或它不是文字。") % {"key": key})
    if len(value) > longest:
        raise where.fails(_("%(key)s 超过 %(longest)s 个字。") % {"key": key, "longest": longest})
    return value.strip()


def day_of(table: dict[str, Any], key: str, where: Where) -> date | None:
    value = table.get(key)
    if value is None:
        return None
    if type(value) is not date:
        raise where.fails(_("%(key)s 应写成 2021-01-01 这样的日期，不加引号。") % {"key": key})
    return value


def evidence_of(table: dict[str, Any], where: Where) -> str:
    value = table.get("evidence")
    if value not in Evidence.values:
        raise where.fails(_("evidence 应是 V、D、K、I、X 之一。"))
    if value in {Evidence.PUBLISHED, Evidence.DERIVED} and not table.get("source"):
        raise where.fails(_("有据的内容要写明 source。"))
    return str(value)


def code_of(table: dict[str, Any], place: int, outer: Where) -> dict[str, Any]:
    where = Where(outer.file, f"{outer.item} {table.get('code', place + 1)}")
    extra = {key: _plain(value) for key, value in table.items() if key not in _CODE_KEYS}
    return {
        "code": text_of(table, "code", where, longest=64),
        "label": text_of(table, "label", where, longest=200),
        "label_en": text_of(table, "label_en", where, longest=200, default=""),
        "parent": text_of(table, "parent", where, longest=64, default=""),
        "position": place,
        "extra": extra,
        "valid_from": day_of(table, "valid_from", where),
        "valid_to": day_of(table, "valid_to", where),
    }


def _plain(value: Any) -> Any:
    """Make what TOML gives fit for JSON; decimals become text, never floats."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value if isinstance(value, str | int) or value is None else str(value)


def with_ends(rows: list[dict[str, Any]], where: Where) -> list[dict[str, Any]]:
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
