"""Fold the many printed forms of a character into one, keeping every position."""

import unicodedata
from functools import cache

import opencc

_SPECIAL = {
    "\u3000": " ", "\u00a0": " ", "\u2002": " ", "\u2003": " ", "\u2009": " ", "\u200a": " ", "\u202f": " ",
    "\u200b": " ", "\ufeff": " ", "\u00ad": " ", "\t": " ", "\v": " ", "\f": " ", "\r": " ", "\u2028": " ", "\u2029": " ",
    "–": "—", "―": "—", "─": "—", "‒": "—", "━": "—", "﹣": "-", "‐": "-", "‑": "-", "−": "-", "－": "-",
    "～": "~", "〜": "~", "∼": "~", "∽": "~",
    "｡": "。", "､": "、", "﹑": "、", "﹒": ".", "﹐": ",", "﹔": ";", "﹕": ":",
    "﹙": "(", "﹚": ")", "⦅": "(", "⦆": ")", "﹝": "〔", "﹞": "〕", "❲": "〔", "❳": "〕", "〖": "【", "〗": "】",
    "「": "“", "」": "”", "『": "“", "』": "”", "〝": "“", "〞": "”", "〈": "《", "〉": "》", "﹪": "%",
    "○": "〇", "◯": "〇", "Ｏ": "O", "∗": "*", "﹡": "*", "＊": "*",
}  # fmt: skip


@cache
def _table() -> dict[int, str]:
    table: dict[int, str] = {}
    for point in range(0xFF01, 0xFF5F):
        table[point] = chr(point - 0xFEE0)
    for first, last in ((0x2E80, 0x2FDF), (0xF900, 0xFAFF)):  # radicals and compatibility forms, as PDFs carry them
        for point in range(first, last + 1):
            plain = unicodedata.normalize("NFKC", chr(point))
            if len(plain) == 1:
                table[point] = plain
    table |= {ord(printed): plain for printed, plain in _SPECIAL.items()}
    hanzi = [chr(point) for point in range(0x4E00, 0x9FA6)]
    simple = opencc.OpenCC("t2s").convert("\n".join(hanzi)).split("\n")
    table |= {ord(old): new for old, new in zip(hanzi, simple, strict=True) if old != new and len(new) == 1}
    return table


def fold(text: str) -> str:
    """Fold width, brackets, dashes, spaces and traditional characters, one character for one.

    Args:
        text: any text.

    Returns:
        A text of the same length: position i of the one is position i of the other. Newlines stay.

    Source:
        Unicode Standard, "Halfwidth and Fullwidth Forms"; traditional to simplified by OpenCC's t2s, character by
        character. See docs/explanation/plan-grammar.md.

    Examples:
        >>> fold("（一）科學素質：１００％")
        '(一)科学素质:100%'
    """
    return text.translate(_table())
