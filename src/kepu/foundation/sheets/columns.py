"""What a column of a spreadsheet holds, and how a cell becomes a value or a sentence."""

import difflib
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

EPOCH = date(1899, 12, 30)
_SERIALS = range(20_000, 80_000)  # 1954 to 2119
_MOST_EXACT = 10**15  # Excel keeps fifteen digits of a number
_DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T ]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_PACKED_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
_BRACKET = re.compile(r"[(\[][^()\[\]]*[)\]]$")


class ColumnKind(TextChoices):
    TEXT = "text", gettext_lazy("文字")
    INTEGER = "integer", gettext_lazy("整数")
    NUMBER = "number", gettext_lazy("数字")
    SHARE = "share", gettext_lazy("百分数")
    DAY = "day", gettext_lazy("日期")
    CHOICE = "choice", gettext_lazy("选项")
    BOOLEAN = "boolean", gettext_lazy("是或否")


class CellUnfit(ValueError):
    """A cell does not hold what its column asks for; the message is a sentence for the user."""


@dataclass(frozen=True)
class Column:
    """One column: its name in code, its header on paper, and what may stand in it.

    `choices` are (code, label); a cell may hold either and becomes the code. `least` and `most` bound numbers and days.
    """

    name: str
    header: str
    kind: ColumnKind = ColumnKind.TEXT
    is_required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    help: str = ""
    aliases: tuple[str, ...] = ()
    example: str = ""
    unit: str = ""
    least: Any = None
    most: Any = None
    longest: int = 500

    @cached_property
    def codes(self) -> Mapping[str, str]:
        """Folded code or label → code."""
        labels = {folded(label): code for code, label in self.choices}
        return labels | {folded(code): code for code, _label in self.choices}

    @cached_property
    def exact_codes(self) -> Mapping[str, str]:
        """Label or code as it is written → code."""
        return {label: code for code, label in self.choices} | {code: code for code, _label in self.choices}

    def value_of(self, cell: Any, *, epoch: date = EPOCH) -> Any:
        """Turn a cell into a value; None for an empty cell, which is not 0.

        Args:
            cell: what a reader gives: text, number, date, bool or None.
            epoch: day 0 of dates written as bare numbers.

        Raises:
            CellUnfit: the cell does not hold what the column asks for.

        Examples:
            >>> people = Column("people", "人次", ColumnKind.INTEGER, least=0)
            >>> people.value_of("１，２００"), people.value_of(" "), people.value_of(35.0)
            (1200, None, 35)
        """
        if isinstance(cell, str):
            cell = cell.strip().strip("\u3000\u00a0\ufeff\u200b")
            if cell.startswith(("=", "#")):
                _check_text_cell(cell)
        if cell is None or cell == "":
            if self.is_required:
                raise CellUnfit(_("不能为空；没有就填 0。") if self._is_number else _("不能为空。"))
            return None
        if not isinstance(cell, str | int | float | Decimal | date | time | timedelta):
            raise CellUnfit(_("是公式，请粘贴为数值。"))
        if isinstance(cell, float | Decimal) and not math.isfinite(cell):
            raise CellUnfit(_("“%(value)s”不是一个数。") % {"value": cell})
        value = _READERS[self.kind](self, cell, epoch)
        self._check_bounds(value)
        return value

    @property
    def _is_number(self) -> bool:
        return self.kind in {ColumnKind.INTEGER, ColumnKind.NUMBER}

    def _check_bounds(self, value: Any) -> None:
        if self.least is not None and value < self.least:
            if self.least == 0 and self._is_number:
                whole = _("负数，请填 0 或正整数。")
                raise CellUnfit(whole if self.kind == ColumnKind.INTEGER else _("负数，请填 0 或正数。"))
            said = {"value": value, "least": self.least}
            if self.kind == ColumnKind.DAY:
                raise CellUnfit(_("%(value)s 早于 %(least)s。") % said)
            raise CellUnfit(_("%(value)s 小于 %(least)s。") % said)
        if self.most is not None and value > self.most:
            said = {"value": value, "most": self.most}
            if self.kind == ColumnKind.DAY:
                raise CellUnfit(_("%(value)s 晚于 %(most)s。") % said)
            raise CellUnfit(_("%(value)s 大于 %(most)s。") % said)


@dataclass(frozen=True)
class Sheet:
    """One table to be filled in or given out."""

    title: str
    columns: tuple[Column, ...]
    notes: tuple[str, ...] = field(default=())
    ignores_unknown: bool = False

    @cached_property
    def by_header(self) -> Mapping[str, Column]:
        """Folded header or alias → column."""
        names = {folded_header(alias): column for column in self.columns for alias in column.aliases}
        return names | {folded_header(column.header): column for column in self.columns}


def folded(text: str) -> str:
    """Make two ways of writing the same label equal: width, case and spaces do not count."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def folded_header(text: str) -> str:
    """As `folded`, and a mark of duty does not count either."""
    return folded(text).replace("*", "").replace("(必填)", "").replace("(选填)", "")


def without_unit(header: str) -> str:
    """A folded header without what stands in brackets at its end: 人次(人) is 人次."""
    return _BRACKET.sub("", header)


def _check_text_cell(cell: str) -> None:
    if cell.startswith("="):
        raise CellUnfit(_("是公式，请粘贴为数值。"))
    if cell.rstrip("!?") in {"#REF", "#N/A", "#VALUE", "#DIV/0", "#NAME", "#NUM", "#NULL"}:
        raise CellUnfit(_("是 Excel 的错误值 %(value)s，请改正后再上传。") % {"value": cell})


def _shown(cell: Any) -> str:
    text = str(cell)
    return text if len(text) <= 30 else f"{text[:30]}…"  # noqa: PLR2004 what fits a sentence


def _text(column: Column, cell: Any, _epoch: date) -> str:
    if isinstance(cell, bool):
        text = _("是") if cell else _("否")
    elif isinstance(cell, int | float):
        if abs(cell) >= _MOST_EXACT:
            raise CellUnfit(_("被 Excel 存成了数字，末几位可能已变。请把这一列设为文本后重新填写。"))
        text = str(int(cell)) if cell == int(cell) else str(cell)
    elif isinstance(cell, datetime):
        text = cell.isoformat(sep=" ") if cell.time() != time() else cell.date().isoformat()
    else:
        text = str(cell)
    if len(text) > column.longest:
        raise CellUnfit(_("超过 %(longest)s 个字。") % {"longest": column.longest})
    if text.isprintable():
        return text
    return "".join(mark for mark in text if mark in "\n\t" or unicodedata.category(mark) != "Cc")


def _decimal(column: Column, cell: Any, wanted: str) -> Decimal:
    if isinstance(cell, bool | date | time | timedelta):
        raise CellUnfit(_("“%(value)s”不是%(wanted)s。") % {"value": _shown(cell), "wanted": wanted})
    if isinstance(cell, int | float | Decimal):
        return Decimal(str(cell))
    text = unicodedata.normalize("NFKC", cell).replace("−", "-").replace(" ", "")
    if column.unit and text.endswith(column.unit):
        text = text.removesuffix(column.unit)
    if text and text[-1] in "万亿":
        raise CellUnfit(_("“%(value)s”请写成完整的数字，不用“万”“亿”。") % {"value": _shown(cell)})
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    if not _NUMBER.fullmatch(text):
        raise CellUnfit(_("“%(value)s”不是%(wanted)s。") % {"value": _shown(cell), "wanted": wanted})
    try:
        return Decimal(text)
    except InvalidOperation:
        raise CellUnfit(_("“%(value)s”不是%(wanted)s。") % {"value": _shown(cell), "wanted": wanted}) from None


def _integer(column: Column, cell: Any, _epoch: date) -> int:
    if isinstance(cell, str) and len(cell) < 16 and cell.isascii() and cell.isdigit():  # noqa: PLR2004 as _MOST_EXACT
        return int(cell)
    number = _decimal(column, cell, _("整数"))
    if abs(number) >= _MOST_EXACT:
        raise CellUnfit(_("“%(value)s”太大。") % {"value": _shown(cell)})
    if number != number.to_integral_value():
        raise CellUnfit(_("“%(value)s”有小数，请填整数。") % {"value": _shown(cell)})
    return int(number)


def _number(column: Column, cell: Any, _epoch: date) -> Decimal:
    number = _decimal(column, cell, _("数字"))
    if abs(number) >= _MOST_EXACT:
        raise CellUnfit(_("“%(value)s”太大。") % {"value": _shown(cell)})
    return number


def _share(column: Column, cell: Any, _epoch: date) -> Decimal:
    is_percent = isinstance(cell, str) and unicodedata.normalize("NFKC", cell).rstrip().endswith("%")
    plain = unicodedata.normalize("NFKC", cell).strip().removesuffix("%") if is_percent else cell
    share = _decimal(column, plain, _("百分数")) / (100 if is_percent else 1)
    if not 0 <= share <= 1:
        raise CellUnfit(_("“%(value)s”不在 0 到 100%% 之间；请写成 18%% 或 0.18。") % {"value": _shown(cell)})
    return share


def _day(_column: Column, cell: Any, epoch: date) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, str):
        return _written_day(cell, cell, epoch)
    if isinstance(cell, bool | time | timedelta):
        raise _not_a_day(cell)
    if int(cell) in _SERIALS:
        return epoch + timedelta(days=int(cell))
    return _written_day(str(int(cell)) if cell == int(cell) else str(cell), cell, epoch)


def _written_day(text: str, cell: Any, epoch: date) -> date:
    if len(text) == 10 and text[4] == text[7] == "-":  # noqa: PLR2004 the usual way
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass  # said below
    text = unicodedata.normalize("NFKC", text).strip()
    match = _DAY.fullmatch(text) or _PACKED_DAY.fullmatch(text)
    if match is None:
        if text.isascii() and text.isdigit() and len(text) < 7 and int(text) in _SERIALS:  # noqa: PLR2004 a serial
            return epoch + timedelta(days=int(text))
        raise _not_a_day(cell)
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise CellUnfit(_("“%(value)s”：日历上没有这一天。") % {"value": _shown(cell)}) from None


def _not_a_day(cell: Any) -> CellUnfit:
    return CellUnfit(_("“%(value)s”不是日期，请写成 2024-05-01。") % {"value": _shown(cell)})


def _choice(column: Column, cell: Any, epoch: date) -> str:
    if isinstance(cell, str) and (exact := column.exact_codes.get(cell)):
        return exact
    text = _text(column, cell, epoch)
    code = column.codes.get(folded(text))
    if code is not None:
        return code
    labels = [label for _code, label in column.choices]
    near = difflib.get_close_matches(text, labels, n=1, cutoff=0.5)
    if near:
        raise CellUnfit(_("没有“%(value)s”这一项，是不是“%(near)s”？") % {"value": _shown(text), "near": near[0]})
    if len(labels) <= 12:  # noqa: PLR2004 what fits a sentence
        raise CellUnfit(
            _("没有“%(value)s”这一项，可填：%(labels)s。") % {"value": _shown(text), "labels": "、".join(labels)}
        )
    raise CellUnfit(_("没有“%(value)s”这一项，请从模板的下拉框中选。") % {"value": _shown(text)})


def _boolean(_column: Column, cell: Any, _epoch: date) -> bool:
    text = folded(str(cell))
    if text in {"是", "有", "true", "1", "1.0", "y", "yes", "√", "✓"}:
        return True
    if text in {"否", "无", "false", "0", "0.0", "n", "no", "×"}:
        return False
    raise CellUnfit(_("“%(value)s”请填“是”或“否”。") % {"value": _shown(cell)})


_READERS = {
    ColumnKind.TEXT: _text,
    ColumnKind.INTEGER: _integer,
    ColumnKind.NUMBER: _number,
    ColumnKind.SHARE: _share,
    ColumnKind.DAY: _day,
    ColumnKind.CHOICE: _choice,
    ColumnKind.BOOLEAN: _boolean,
}
