"""The numbers that a word processor draws before paragraphs and does not write into the text."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from kepu.engines.chinese.numerals import chinese_numeral

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHINESE = {"chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting", "taiwaneseCountingThousand",
            "ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital", "koreanCounting"}  # fmt: skip
_HEAVENLY = "甲乙丙丁戊己庚辛壬癸"
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_CIRCLED = 20
_MOST = 9999


@dataclass(slots=True)
class _Level:
    start: int = 1
    form: str = "decimal"
    pattern: str = ""
    suffix: str = "tab"
    restarts_after: int | None = None
    legal: bool = False


@dataclass(slots=True)
class _List:
    levels: dict[int, _Level] = field(default_factory=dict)
    abstract: str = ""
    counts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts the lists of one document: ask for each paragraph's label in reading order.

    Source:
        ECMA-376 part 1, 17.9 (numbering).
    """

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None) -> None:
        self._abstract: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, _List] = {}
        self._overrides: dict[str, dict[int, int]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()
        self._styles: dict[str, tuple[str | None, int | None, str | None]] = {}
        self._style_levels: dict[str, tuple[str, int]] = {}
        if numbering is not None:
            self._read(numbering)
        if styles is not None:
            self._read_styles(styles)

    def label(self, properties: etree._Element | None, style: str | None) -> str:
        """Give the printed number of the next paragraph, or an empty text."""
        number, level = self._reference(properties, style)
        if number is None or number == "0" or number not in self._lists:
            return ""
        chosen = self._lists[number]
        rule = chosen.levels.get(level)
        if rule is None or rule.form == "none":
            return ""
        if rule.form == "bullet":
            return "• "
        counts = self._counts.setdefault(chosen.abstract, {})
        if number not in self._begun:
            self._begun.add(number)
            for at, start in self._overrides.get(number, {}).items():
                counts[at] = start - 1
        counts[level] = min(counts.get(level, rule.start - 1) + 1, _MOST)
        for deeper in [at for at in counts if at > level]:
            limit = chosen.levels[deeper].restarts_after if deeper in chosen.levels else None
            if limit is None or (limit and level < limit):
                del counts[deeper]
        return _render(rule, chosen.levels, counts)

    def _reference(self, properties: etree._Element | None, style: str | None) -> tuple[str | None, int]:
        number, level = _number_of(properties)
        seen: set[str] = set()
        while number is None and style and style not in seen:
            seen.add(style)
            styled, styled_level, parent = self._styles.get(style, (None, None, None))
            if styled is not None:
                tied = self._style_levels.get(style)
                return styled, styled_level if styled_level is not None else tied[1] if tied else 0
            style = parent
        return number, level or 0

    def _read(self, root: etree._Element) -> None:
        links: dict[str, str] = {}
        for item in root.iter(f"{W}abstractNum"):
            key = item.get(f"{W}abstractNumId", "")
            self._abstract[key] = {}
            for at, level, style in _levels(item):
                self._abstract[key][at] = level
                if style:
                    self._style_levels[style] = (key, at)
            link = item.find(f"{W}styleLink")
            if link is not None:
                links[link.get(f"{W}val", "")] = key
        for item in root.iter(f"{W}abstractNum"):
            link = item.find(f"{W}numStyleLink")
            if link is not None and link.get(f"{W}val", "") in links:
                self._abstract[item.get(f"{W}abstractNumId", "")] = self._abstract[links[link.get(f"{W}val", "")]]
        for item in root.iter(f"{W}num"):
            number = item.get(f"{W}numId", "")
            reference = item.find(f"{W}abstractNumId")
            abstract = reference.get(f"{W}val", "") if reference is not None else ""
            levels = dict(self._abstract.get(abstract, {}))
            for override in item.iter(f"{W}lvlOverride"):
                at = _whole(override.get(f"{W}ilvl"), 0)
                start = override.find(f"{W}startOverride")
                if start is not None:
                    self._overrides.setdefault(number, {})[at] = _whole(start.get(f"{W}val"), 1)
                for place, level, _ in _levels(override):
                    levels[place] = level
            self._lists[number] = _List(levels, abstract)

    def _read_styles(self, root: etree._Element) -> None:
        for item in root.iter(f"{W}style"):
            parent = item.find(f"{W}basedOn")
            number, level = _number_of(item.find(f"{W}pPr"))
            above = parent.get(f"{W}val") if parent is not None else None
            self._styles[item.get(f"{W}styleId", "")] = (number, level, above)


def _levels(parent: etree._Element) -> Iterator[tuple[int, _Level, str | None]]:
    for item in parent.findall(f"{W}lvl"):
        level = _Level()

        def value(name: str, item: etree._Element = item) -> str | None:
            found = item.find(f"{W}{name}")
            return found.get(f"{W}val", "1") if found is not None else None

        level.start = _whole(value("start"), 1)
        level.form = value("numFmt") or "decimal"
        level.pattern = value("lvlText") or ""
        level.suffix = value("suff") or "tab"
        restart = value("lvlRestart")
        level.restarts_after = _whole(restart, 0) if restart is not None else None
        level.legal = value("isLgl") not in (None, "0", "false")
        yield _whole(item.get(f"{W}ilvl"), 0), level, value("pStyle")


def _number_of(properties: etree._Element | None) -> tuple[str | None, int | None]:
    found = properties.find(f"{W}numPr") if properties is not None else None
    if found is None:
        return None, None
    number, level = found.find(f"{W}numId"), found.find(f"{W}ilvl")
    return (
        number.get(f"{W}val") if number is not None else None,
        _whole(level.get(f"{W}val"), 0) if level is not None else None,
    )


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < len(str(_MOST)) + 1 else otherwise


def _render(rule: _Level, levels: dict[int, _Level], counts: dict[int, int]) -> str:
    label = rule.pattern
    for at in range(9):
        place = f"%{at + 1}"
        if place in label:
            other = levels.get(at, rule)
            form = "decimal" if rule.legal else other.form
            label = label.replace(place, _write(counts.get(at, other.start), form))
    return label + ("" if rule.suffix == "nothing" or not label.isascii() else " ")


def _write(number: int, form: str) -> str:
    if form in _CHINESE:
        return chinese_numeral(number)
    if form == "chineseLegalSimplified":
        return chinese_numeral(number).translate(str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟"))
    if form.startswith("decimalEnclosedCircle") and 0 < number <= _CIRCLED:
        return chr(0x2460 + number - 1)
    if form == "ideographTraditional" and 0 < number <= len(_HEAVENLY):
        return _HEAVENLY[number - 1]
    if form in ("lowerLetter", "upperLetter") and number:
        letter = chr(ord("a") + (number - 1) % 26)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman"):
        written, rest = "", number % 100
        for size, sign in _ROMAN:
            written += sign * (rest // size)
            rest %= size
        return written.upper() if form == "upperRoman" else written
    return str(number)
