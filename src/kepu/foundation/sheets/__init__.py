"""Spreadsheets in and out: one definition makes the template, the typed rows, the errors in words and the export."""

from kepu.foundation.sheets.columns import CellUnfit, Column, ColumnKind, Sheet
from kepu.foundation.sheets.reading import (
    Row,
    RowError,
    RowsRefused,
    SheetReader,
    SheetUnreadable,
    file_fingerprint,
    open_sheet,
    read_all,
)
from kepu.foundation.sheets.writing import XLSX_TYPE, csv_lines, template, write_xlsx

__all__ = [
    "XLSX_TYPE",
    "CellUnfit",
    "Column",
    "ColumnKind",
    "Row",
    "RowError",
    "RowsRefused",
    "Sheet",
    "SheetReader",
    "SheetUnreadable",
    "csv_lines",
    "file_fingerprint",
    "open_sheet",
    "read_all",
    "template",
    "write_xlsx",
]
