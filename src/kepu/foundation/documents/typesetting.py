"""Set a document as PDF, and draw its charts; the pages are described in `data/official.typ`."""

import json
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import typst
from django.conf import settings

from kepu.foundation.documents import measures
from kepu.foundation.documents.laying import Item, chart_item, laid_out
from kepu.foundation.documents.model import Chart, Document

FONT_PACKAGE = "@expo-google-fonts/noto-sans-sc"
WEIGHTS = ("400Regular", "500Medium", "700Bold")
PICTURE_PPI = 200
TEMPLATES = Path(__file__).parent / "data"


class FontsMissing(RuntimeError):
    """The house's font is not installed: `make setup` brings it."""


@lru_cache(maxsize=1)
def font_folders() -> tuple[Path, ...]:
    """Folders with the house's font.

    Raises:
        FontsMissing: the npm packages are not installed.
    """
    folders = tuple(settings.NODE_MODULES / FONT_PACKAGE / weight for weight in WEIGHTS)
    missing = [folder for folder in folders if not folder.is_dir()]
    if missing:
        raise FontsMissing(f"{missing[0]} 不存在，请运行 make setup 装上字体。")
    return folders


def _measures() -> dict[str, Any]:
    return {
        "page": measures.PAGE_MM,
        "margins": [measures.TOP_MM, measures.RIGHT_MM, measures.BOTTOM_MM, measures.LEFT_MM],
        "line": measures.LINE_PT,
        "character": measures.CHARACTER_PT,
        "title": measures.TITLE.size_pt,
        "body": measures.BODY.size_pt,
        "table": measures.TABLE.size_pt,
        "caption": measures.CAPTION.size_pt,
        "note": measures.NOTE.size_pt,
        "page_number": measures.PAGE_NUMBER.size_pt,
    }


def _compile(template: str, inputs: dict[str, Any], **options: Any) -> bytes:
    said = {name: json.dumps(value, ensure_ascii=False) for name, value in inputs.items()}
    made: bytes = typst.compile(
        TEMPLATES / template, sys_inputs=said, font_paths=list(font_folders()), ignore_system_fonts=True, **options
    )
    return made


def to_pdf(document: Document) -> bytes:
    """Set a document as tagged PDF with embedded fonts; the same document gives the same bytes.

    Raises:
        ValueError: the document does not hold together (see `laid_out`).
        FontsMissing: the house's font is not installed.
    """
    laid = laid_out(document)
    day = document.issued_on or date(2000, 1, 1)
    stamp = int((day - date(1970, 1, 1)).total_seconds())
    return _compile("official.typ", {"document": laid.as_dict(), "measures": _measures()}, timestamp=stamp)


def chart_picture(chart: Chart | Item, form: Literal["png", "svg"] = "png") -> bytes:
    """Draw one chart, 156 mm wide.

    Args:
        chart: a chart, or the item that `laid_out` made of it.
        form: pixels for a .docx, or drawing for a web page.

    Raises:
        ValueError: the chart does not hold together.
        FontsMissing: the house's font is not installed.
    """
    item = chart_item(chart, "") if isinstance(chart, Chart) else chart
    return _compile("picture.typ", {"chart": item, "measures": _measures()}, format=form, ppi=PICTURE_PPI)


def square_picture(svg: str) -> bytes:
    """A QR code as pixels, 32 mm wide, for a .docx."""
    return _compile("square.typ", {"svg": svg}, format="png", ppi=PICTURE_PPI)
