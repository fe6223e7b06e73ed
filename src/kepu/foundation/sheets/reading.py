"""Read a filled-in spreadsheet row by row; every error is a sentence with its row and column."""

import csv
import difflib
import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any
from xml.etree.ElementTree import ParseError

import openpyxl
from django.utils.translation import gettext as _
from lxml.etree import XMLSyntaxError
from openpyxl.utils.exceptions import InvalidFileException

from kepu.foundation.content import (
    MEGABYTE,
    WORKBOOK,
    FileDamaged,
    FileKind,
    check_archive,
    detect_kind,
    text_encoding,
)
from kepu.foundation.errors import InputTooLarge, InputUnreadable
from kepu.foundation.sheets.columns import (
    EPOCH,
    CellUnfit,
    Column,
    Sheet,
    folded_header,
    without_unit,
)

Progress = Callable[[int, int | None], None]

_PIECE = 1024 * 1024
_HEADER_WITHIN = 12  # a title, a unit and notes may stand above the header
_MOST_COLUMNS = 200
_LARGEST_STRINGS = 400 * MEGABYTE
_REPORT_EVERY = 5000
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    EOFError,
    OSError,
    OverflowError,
    NotImplementedError,
    ParseError,
    XMLSyntaxError,
    InvalidFileException,
)  # fmt: skip what openpyxl lets out of a broken workbook


class SheetUnreadable(InputUnreadable):
    """The file is no spreadsheet that can be read, or its header is another one."""

    code = "sheet_unreadable"


class SheetTooLarge(InputTooLarge):
    """The spreadsheet has more rows or texts than can be taken at once."""

    code = "sheet_too_large"


@dataclass(frozen=True, slots=True)
class Row:
    """One filled row: its number as the program shows it, and its values by column name.

    Attributes:
        is_fit: whether every cell holds what its column asks for; else the values are those of the cells that do.
    """

    number: int
    values: dict[str, Any]
    is_fit: bool = True


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong in one place."""

    row: int
    header: str
    what: str

    def __str__(self) -> str:
        if not self.header:
            return _("第 %(row)s 行：%(what)s") % {"row": self.row, "what": self.what}
        return _("第 %(row)s 行“%(header)s”：%(what)s") % {"row": self.row, "header": self.header, "what": self.what}


class RowsRefused(InputUnreadable):
    """Some rows are wrong, so none is taken."""

    code = "rows_refused"

    def __init__(self, errors: Sequence[RowError], *, is_cut: bool = False) -> None:
        self.errors = tuple(errors)
        self.is_cut = is_cut
        lines = [str(error) for error in self.errors[:5]]
        said = {"count": len(self.errors), "lines": "\n".join(lines)}
        if is_cut:
            message = _("错误太多，只列出前 %(count)s 处，一行也没有保存。请改正后重新上传。\n%(lines)s") % said
        else:
            message = _("有 %(count)s 处错误，一行也没有保存。请改正后重新上传。\n%(lines)s") % said
        super().__init__(message, errors=[str(error) for error in self.errors])


def file_fingerprint(stream: IO[bytes]) -> str:
    """Return the SHA-256 of a file in hexadecimal; the stream is left at its beginning."""
    stream.seek(0)
    digest = hashlib.sha256()
    while piece := stream.read(_PIECE):
        digest.update(piece)
    stream.seek(0)
    return digest.hexdigest()


class SheetReader:
    """A spreadsheet whose header fits; gives its rows once, and keeps what was wrong.

    Attributes:
        errors: what was wrong so far, in the order of rows; rooms add theirs by `refuse`.
        fingerprint: SHA-256 of the file.
    """

    def __init__(
        self, sheet: Sheet, rows: Iterator[tuple[int, Sequence[Any]]], header: "_Header", fingerprint: str, epoch: date
    ) -> None:
        self.sheet = sheet
        self.fingerprint = fingerprint
        self.errors: list[RowError] = []
        self.total = header.total
        self._rows = rows
        self._columns = header.columns
        self._epoch = epoch
        self._digest = hashlib.sha256()
        self._headers = {column.name: column.header for column in sheet.columns}

    @property
    def rows_fingerprint(self) -> str:
        """SHA-256 over the values read so far: the same for the same rows saved again, or saved as CSV."""
        return self._digest.hexdigest()

    def refuse(self, row: Row | int, name: str, what: str) -> None:
        """Note an error that only the room can see (an unknown region, a day outside the plan).

        Args:
            row: the row, or its number.
            name: name of the column; empty for the whole row.
            what: the sentence after the place.
        """
        number = row.number if isinstance(row, Row) else row
        self.errors.append(RowError(number, self._headers.get(name, name), what))

    def raise_for_errors(self) -> None:
        """Refuse everything if anything was wrong.

        Raises:
            RowsRefused: at least one error was noted.
        """
        if self.errors:
            raise RowsRefused(self.errors)

    def rows(
        self,
        *,
        most_errors: int = 200,
        most_rows: int = 1_048_576,
        progress: Progress | None = None,
        with_unfit: bool = False,
    ) -> Iterator[Row]:
        """Give every row that is right, and note what is wrong with the others; empty rows do not count.

        Args:
            most_errors: stop after so many.
            most_rows: stop after so many.
            progress: called now and then with the number of rows read and, where known, how many there are.
            with_unfit: give the others too, so that the room can say at once what else is wrong with them.

        Raises:
            RowsRefused: there are too many errors.
            SheetTooLarge: there are more rows.
            SheetUnreadable: the file breaks off, or holds no row at all.
        """
        count = 0
        for number, cells in self._rows:
            if all(cell is None or cell == "" for cell in cells):
                continue
            count += 1
            if count > most_rows:
                raise SheetTooLarge(_("超过 %(most)s 行，请拆成几个文件。") % {"most": most_rows})
            before = len(self.errors)
            values = self._values(number, cells)
            is_fit = len(self.errors) == before
            if len(self.errors) >= most_errors:
                raise RowsRefused(self.errors, is_cut=True)
            if progress and count % _REPORT_EVERY == 0:
                progress(count, self.total)
            if is_fit:
                self._digest.update(json.dumps(list(values.values()), default=str, ensure_ascii=False).encode())
            if is_fit or with_unfit:
                yield Row(number, values, is_fit)
        if not count:
            raise SheetUnreadable(_("表头下面没有任何一行数据。"))
        if progress:
            progress(count, count)

    def _values(self, number: int, cells: Sequence[Any]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for place, column in self._columns:
            try:
                values[column.name] = column.value_of(cells[place] if place < len(cells) else None, epoch=self._epoch)
            except CellUnfit as problem:
                self.errors.append(RowError(number, column.header, str(problem)))
        return values


@dataclass(frozen=True, slots=True)
class _Header:
    columns: tuple[tuple[int, Column], ...]
    total: int | None


def open_sheet(stream: IO[bytes], sheet: Sheet) -> SheetReader:
    """Open a filled-in .xlsx or .csv and check its header.

    Args:
        stream: seekable; must stay open while rows are read.
        sheet: what it should hold.

    Raises:
        SheetUnreadable: it is no spreadsheet, is of a kind that is not taken, or has another header.
        SheetTooLarge, ArchiveTooLarge, FileDamaged, TextUndecodable: as their names say.
    """
    kind = detect_kind(stream)
    fingerprint = file_fingerprint(stream)
    if kind == FileKind.XLSX:
        return _open_workbook(stream, sheet, fingerprint)
    if kind == FileKind.TEXT:
        rows = _csv_rows(stream, sheet)
        columns, rest = _find_header(rows, sheet)
        return SheetReader(sheet, rest, _Header(columns, None), fingerprint, EPOCH)
    advice = {
        FileKind.EMPTY: _("是空文件，里面没有内容。"),
        FileKind.XLS: _("是旧版 Excel（.xls），请在 Excel 或 WPS 中另存为 .xlsx 后再上传。"),
        FileKind.MACRO: _("带有宏，请另存为不带宏的 .xlsx 后再上传。"),
        FileKind.ENCRYPTED: _("加了密码，请去掉密码后再上传。"),
        FileKind.DAMAGED: _("已损坏或不完整，请重新保存后再上传。"),
    }.get(kind, _("是%(kind)s，这里只收 .xlsx 和 .csv 表格。") % {"kind": kind.label})
    raise SheetUnreadable(_("这个文件%(advice)s") % {"advice": advice}, kind=str(kind))


def read_all(stream: IO[bytes], sheet: Sheet, *, most_rows: int = 20_000) -> list[Row]:
    """Read a small spreadsheet whole, all or nothing.

    Raises:
        RowsRefused: at least one row is wrong.
        InputUnreadable: as `open_sheet`.
    """
    reader = open_sheet(stream, sheet)
    rows = list(reader.rows(most_rows=most_rows))
    reader.raise_for_errors()
    return rows


# --- workbooks --------------------------------------------------------------------------------------------------


def _open_workbook(stream: IO[bytes], sheet: Sheet, fingerprint: str) -> SheetReader:
    check_archive(stream, WORKBOOK)
    with zipfile.ZipFile(stream) as archive:
        strings = sum(
            part.file_size for part in archive.infolist() if part.filename.lower().endswith("sharedstrings.xml")
        )
    if strings > _LARGEST_STRINGS:
        raise SheetTooLarge(_("表中的文字太多，一次读不完，请拆成几个文件。"))
    stream.seek(0)
    try:
        workbook = openpyxl.load_workbook(stream, read_only=True, data_only=False, keep_links=False)
        page = _chosen_page(workbook, sheet)
        total = page.max_row if isinstance(page.max_row, int) else None
        page.reset_dimensions()  # other programs write wrong ones
        epoch = workbook.epoch.date() if isinstance(workbook.epoch, datetime) else EPOCH
    except _BROKEN:
        raise _damaged() from None
    rows = _page_rows(page)
    columns, rest = _find_header(rows, sheet)
    return SheetReader(sheet, rest, _Header(columns, total), fingerprint, epoch)


def _chosen_page(workbook: Any, sheet: Sheet) -> Any:
    """The page named as the table, else the first that can be seen."""
    pages = workbook.worksheets
    named = [page for page in pages if folded_header(page.title) == folded_header(sheet.title)]
    seen = [page for page in pages if page.sheet_state == "visible"]
    if not pages:
        raise SheetUnreadable(_("工作簿里没有工作表。"))
    return (named or seen or pages)[0]


def _page_rows(page: Any) -> Iterator[tuple[int, Sequence[Any]]]:
    try:
        yield from enumerate(page.iter_rows(values_only=True), start=1)
    except _BROKEN:
        raise _damaged() from None


def _damaged() -> FileDamaged:
    return FileDamaged(_("表格已损坏或不完整，请用 Excel 或 WPS 重新保存后再上传。"))


# --- text -------------------------------------------------------------------------------------------------------


def _csv_rows(stream: IO[bytes], sheet: Sheet) -> Iterator[tuple[int, Sequence[Any]]]:
    encoding = text_encoding(stream)
    with io.TextIOWrapper(io.BufferedReader(_Unclosed(stream)), encoding=encoding, newline="") as text:
        delimiter = _delimiter(text.read(64 * 1024).splitlines()[:_HEADER_WITHIN], sheet)
        text.seek(0)
        reader = csv.reader(text, delimiter=delimiter)
        last = 0
        try:
            for cells in reader:
                last = reader.line_num
                yield last, [_unescaped(cell) for cell in cells[:_MOST_COLUMNS]]
        except (csv.Error, UnicodeError):
            raise SheetUnreadable(_("第 %(row)s 行之后读不下去：引号不成对，或有一格太长。") % {"row": last}) from None


def _delimiter(lines: list[str], sheet: Sheet) -> str:
    """The mark between cells: the one by which most of the header is known; where none is, the commonest."""
    longest = max(lines, key=len, default="")

    def merit(mark: str) -> tuple[int, int]:
        try:
            known = max((len(_known(cells, sheet)) for cells in csv.reader(lines, delimiter=mark)), default=0)
        except csv.Error:
            known = 0
        return known, longest.count(mark)

    return max(",\t;，", key=merit)


class _Unclosed(io.RawIOBase):
    """Lets a text reader be thrown away without closing the file under it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._stream.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()


def _unescaped(cell: str) -> str:
    """Take off the apostrophe that our own export sets before what a spreadsheet would run."""
    return cell[1:] if cell.startswith("'") and cell[1:2] in {"=", "+", "-", "@", "\t", "\r"} else cell


# --- headers ----------------------------------------------------------------------------------------------------


def _find_header(
    rows: Iterator[tuple[int, Sequence[Any]]], sheet: Sheet
) -> tuple[tuple[tuple[int, Column], ...], Iterator[tuple[int, Sequence[Any]]]]:
    """Find the row that names most columns among the first; titles and notes may stand above it."""
    best: tuple[int, int, Sequence[Any]] | None = None
    kept: list[tuple[int, Sequence[Any]]] = []
    for number, cells in rows:
        kept.append((number, cells))
        known = len({column.name for _place, column in _known(cells, sheet)})
        if known and (best is None or known > best[0]):
            best = (known, len(kept), cells)
        if known == len(sheet.columns) or len(kept) >= _HEADER_WITHIN:
            break
    if best is None:
        wanted = "、".join(column.header for column in sheet.columns)
        raise SheetUnreadable(_("没有找到表头。第一行应是：%(wanted)s。请下载模板对照。") % {"wanted": wanted})
    columns = _checked_header(best[2], sheet)
    return columns, _chained(kept[best[1] :], rows)


def _chained(kept: Iterable[tuple[int, Sequence[Any]]], rest: Iterator[tuple[int, Sequence[Any]]]) -> Iterator[Any]:
    yield from kept
    yield from rest


def _known(cells: Sequence[Any], sheet: Sheet) -> list[tuple[int, Column]]:
    found = []
    for place, cell in enumerate(cells[:_MOST_COLUMNS]):
        name = folded_header(cell) if isinstance(cell, str) else ""
        column = sheet.by_header.get(name) or sheet.by_header.get(without_unit(name))
        if name and column:
            found.append((place, column))
    return found


def _checked_header(cells: Sequence[Any], sheet: Sheet) -> tuple[tuple[int, Column], ...]:
    known = _known(cells, sheet)
    names = [column.name for _place, column in known]
    missing = [column for column in sheet.columns if column.name not in names]
    twice = sorted({column.header for _place, column in known if names.count(column.name) > 1})
    places = {place for place, _column in known}
    unknown = [str(cell).strip() for place, cell in enumerate(cells) if place not in places and str(cell or "").strip()]
    problems = [_("“%(header)s”出现了两次") % {"header": header} for header in twice]
    lacking = [column for column in missing if column.is_required]
    if lacking:
        problems.append(_("缺少%(headers)s") % {"headers": "、".join(f"“{column.header}”" for column in lacking)})
    if not sheet.ignores_unknown:
        problems += [_unknown_words(header, missing) for header in unknown]
    if problems and lacking and _has_gap(cells):
        problems.append(_("表头中有空格或合并的单元格，请取消合并、每列写明名称"))
    if problems:
        raise SheetUnreadable(_("表头不对：%(problems)s。请下载模板对照。") % {"problems": "；".join(problems)})
    return tuple(known)


def _unknown_words(header: str, missing: Sequence[Column]) -> str:
    headers = {name: column.header for column in missing for name in (column.header, *column.aliases)}
    near = difflib.get_close_matches(header, list(headers), n=1, cutoff=0.4)
    if near:
        return _("不认识“%(header)s”，是不是“%(near)s”？") % {"header": header[:30], "near": headers[near[0]]}
    return _("不认识“%(header)s”") % {"header": header[:30]}


def _has_gap(cells: Sequence[Any]) -> bool:
    filled = [place for place, cell in enumerate(cells) if str(cell or "").strip()]
    return bool(filled) and len(filled) < filled[-1] + 1
