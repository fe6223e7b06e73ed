"""The measures of an official paper.

Source:
    GB/T 9704-2012 《党政机关公文格式》 5.1–5.2, 6, 7.3, 7.5. The standard's text was not at hand: general knowledge, so an
    operator confirms the layout before papers leave the house.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Face:
    """How words are set; `name` is the typeface that offices have, which PDFs replace by the house's own font."""

    name: str
    size_pt: float
    is_bold: bool = False


PAGE_MM = (210, 297)
TOP_MM, LEFT_MM = 37, 28
TEXT_MM = (156, 225)
RIGHT_MM = PAGE_MM[0] - LEFT_MM - TEXT_MM[0]
BOTTOM_MM = PAGE_MM[1] - TOP_MM - TEXT_MM[1]
LINES, CHARACTERS = 22, 28
PT_PER_MM = 72 / 25.4
LINE_PT = TEXT_MM[1] * PT_PER_MM / LINES

TITLE = Face("方正小标宋简体", 22)
BODY = Face("仿宋", 16)
HEADINGS = (Face("黑体", 16), Face("楷体", 16), Face("仿宋", 16, is_bold=True), Face("仿宋", 16))
TABLE = Face("仿宋", 10.5)
CAPTION = Face("黑体", 12)
NOTE = Face("仿宋", 9)
PAGE_NUMBER = Face("宋体", 14)
CHARACTER_PT = TEXT_MM[0] * PT_PER_MM / CHARACTERS
"""Width of one character where a line holds exactly so many; the face is drawn together by the difference."""
