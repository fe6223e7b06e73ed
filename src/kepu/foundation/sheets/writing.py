"""Give tables out: templates to fill in, workbooks and CSV, row by row."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from kepu.foundation.sheets.columns import Column, ColumnKind, Sheet

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEAD_FILL = PatternFill("solid", fgColor="DCE6F1")
_NEEDED_FILL = PatternFill("solid", fgColor="FCE4D6")
_LINE = Border(bottom=Side(style="thin", color="7F7F7F"))
_BOLD = Font(bold=True)
_FORMATS = {
    ColumnKind.TEXT: "@",
    ColumnKind.CHOICE: "@",
    ColumnKind.BOOLEAN: "@",
    ColumnKind.INTEGER: "0",
    ColumnKind.NUMBER: "General",
    ColumnKind.SHARE: "0.00%",
    ColumnKind.DAY: "yyyy-mm-dd",
}
_PREPARED_ROWS = 5000
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def template(sheet: Sheet) -> bytes:
    """Make an .xlsx to fill in: header, drop-down lists, and a page that explains every column with an example."""
    book = Workbook()
    page = book.active
    if page is None:
        raise RuntimeError("a new workbook has a page")
    page.title = _page_title(sheet.title)
    for place, column in enumerate(sheet.columns, start=1):
        cell = page.cell(row=1, column=place, value=column.header)
        cell.font, cell.border = _BOLD, _LINE
        cell.fill = _NEEDED_FILL if column.is_required else _HEAD_FILL
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        letter = get_column_letter(place)
        page.column_dimensions[letter].width = _width(column)
        page.column_dimensions[letter].number_format = _FORMATS[column.kind]
    page.freeze_panes = "A2"
    _explain(book, sheet)
    _offer_choices(book, page, sheet)
    return _saved(book)


def _explain(book: Workbook, sheet: Sheet) -> None:
    page = book.create_sheet(_("填写说明"))
    lines: list[Sequence[str]] = [[note] for note in sheet.notes]
    lines.append([_("橙色表头为必填。空着表示没有填报，0 表示确实为零。请勿使用公式或合并单元格。")])
    lines.append([])
    lines.append([_("列"), _("必填"), _("类型"), _("说明"), _("示例")])
    head = len(lines)
    for column in sheet.columns:
        words = column.help
        if column.choices and len(column.choices) <= 20:  # noqa: PLR2004 what fits a cell
            words = f"{words} {'、'.join(label for _code, label in column.choices)}".strip()
        needed = _("是") if column.is_required else _("否")
        lines.append([column.header, needed, str(column.kind.label), words, column.example])
    for number, line in enumerate(lines, start=1):
        for place, text in enumerate(line, start=1):
            cell = page.cell(row=number, column=place)
            cell.value, cell.data_type = _clean(text), "s"
            if number == head:
                cell.font, cell.fill = _BOLD, _HEAD_FILL
    for letter, width in zip("ABCDE", (20, 8, 10, 60, 24), strict=True):
        page.column_dimensions[letter].width = width


def _offer_choices(book: Workbook, page: Any, sheet: Sheet) -> None:
    """Lists lie on a hidden page: a list inside the rule itself may have 255 characters only."""
    lists = [(place, column) for place, column in enumerate(sheet.columns, start=1) if _labels(column)]
    if not lists:
        return
    hidden = book.create_sheet(_("选项"))
    hidden.sheet_state = "hidden"
    for at, (place, column) in enumerate(lists, start=1):
        labels = _labels(column)
        for number, label in enumerate(labels, start=1):
            cell = hidden.cell(row=number, column=at)
            cell.value, cell.data_type = _clean(label), "s"
        letter, target = get_column_letter(at), get_column_letter(place)
        rule = DataValidation(
            type="list",
            formula1=f"'{hidden.title}'!${letter}$1:${letter}${len(labels)}",
            allow_blank=not column.is_required,
            showErrorMessage=True,
            errorTitle=column.header[:30],
            error=_("请从下拉框中选择。"),
        )
        rule.add(f"{target}2:{target}{_PREPARED_ROWS}")
        page.add_data_validation(rule)


def _labels(column: Column) -> list[str]:
    if column.kind == ColumnKind.BOOLEAN:
        return [_("是"), _("否")]
    return [label for _code, label in column.choices]


def write_xlsx(target: IO[bytes], sheet: Sheet, rows: Iterable[Mapping[str, Any]], *, banner: str = "") -> int:
    """Write rows into an .xlsx without holding them.

    Args:
        target: where the file goes.
        sheet: title and columns.
        rows: values by column name; codes of choices are shown as their labels.
        banner: a line above the header, e.g. the mark of demonstration data.

    Returns:
        How many rows were written.
    """
    book = Workbook(write_only=True)
    page = book.create_sheet(_page_title(sheet.title))
    for place, column in enumerate(sheet.columns, start=1):
        page.column_dimensions[get_column_letter(place)].width = _width(column)
    page.freeze_panes = "A3" if banner else "A2"
    if banner:
        page.append([_styled(page, banner, font=_BOLD)])
    page.append([_styled(page, column.header, font=_BOLD, fill=_HEAD_FILL, border=_LINE) for column in sheet.columns])
    shown = [(column, dict(column.choices)) for column in sheet.columns]
    count = 0
    for row in rows:
        page.append([_cell(page, column, labels, row.get(column.name)) for column, labels in shown])
        count += 1
    book.save(target)
    return count


def _cell(page: Any, column: Column, labels: Mapping[str, str], value: Any) -> Any:
    value = _plain(labels.get(value, value) if isinstance(value, str) else value)
    if isinstance(value, str):
        return _styled(page, value)
    if isinstance(value, date | datetime) or column.kind == ColumnKind.SHARE:
        return _styled(
            page, value, number_format=_FORMATS[column.kind] if column.kind != ColumnKind.TEXT else "yyyy-mm-dd"
        )
    return value


def _styled(page: Any, value: Any, **style: Any) -> Any:
    cell = WriteOnlyCell(page, value=_clean(value) if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"  # never a formula
    for name, given in style.items():
        setattr(cell, name, given)
    return cell


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None) if value.tzinfo else value
    if value is None or isinstance(value, str | int | float | Decimal | date):
        return value
    return str(value)


def _clean(text: str) -> str:
    """Drop what XML cannot carry, and what a cell cannot hold."""
    return ILLEGAL_CHARACTERS_RE.sub("", str(text))[:32_000]


def csv_lines(sheet: Sheet, rows: Iterable[Mapping[str, Any]], *, banner: str = "") -> Iterator[str]:
    """Give a CSV line by line, with the mark by which Excel knows UTF-8.

    A text that a spreadsheet would run (`=`, `+`, `-`, `@`) gets an apostrophe; our own reader takes it off again.

    Args:
        sheet: the columns.
        rows: values by column name; codes of choices are shown as their labels.
        banner: a line above the header, e.g. the mark of demonstration data.
    """
    shown = [(column, dict(column.choices)) for column in sheet.columns]
    yield "\ufeff"
    if banner:
        yield _line([banner])
    yield _line([column.header for column in sheet.columns])
    for row in rows:
        yield _line([_csv_cell(column, labels, row.get(column.name)) for column, labels in shown])


def _line(cells: Sequence[Any]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([_escaped(cell) for cell in cells])
    return line.getvalue()


def _csv_cell(column: Column, labels: Mapping[str, str], value: Any) -> Any:
    value = _plain(labels.get(value, value) if isinstance(value, str) else value)
    if column.kind == ColumnKind.SHARE and isinstance(value, Decimal):
        return f"{value * 100:f}%"
    if isinstance(value, date):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    return value


def _escaped(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_DANGEROUS) else cell


def _page_title(title: str) -> str:
    """A name that Excel takes: at most 31 characters and none of its own marks."""
    return "".join(" " if mark in r"[]:*?/\'" else mark for mark in title)[:31].strip() or _("数据")


def _width(column: Column) -> int:
    return max(12, min(40, 2 * len(column.header) + 4))


def _saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
