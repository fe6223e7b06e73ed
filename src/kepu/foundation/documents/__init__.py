"""Documents in the layout of an official paper, from one definition: .docx, PDF, pictures of charts.

A room describes what it has to say as a `Document`; `to_word` and `to_pdf` lay it out, and `laid_out` gives the same
pieces, numbered and cited, for a web page.
"""

from kepu.foundation.documents.laying import Laid, laid_out
from kepu.foundation.documents.model import (
    Block,
    Chart,
    ChartTarget,
    Cited,
    Column,
    Document,
    Heading,
    PageBreak,
    Paragraph,
    Part,
    QrCode,
    Series,
    Source,
    Table,
)
from kepu.foundation.documents.typesetting import chart_picture, to_pdf
from kepu.foundation.documents.word import to_word

__all__ = [
    "Block",
    "Chart",
    "ChartTarget",
    "Cited",
    "Column",
    "Document",
    "Heading",
    "Laid",
    "PageBreak",
    "Paragraph",
    "Part",
    "QrCode",
    "Series",
    "Source",
    "Table",
    "chart_picture",
    "laid_out",
    "to_pdf",
    "to_word",
]
