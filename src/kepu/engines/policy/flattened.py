"""Where items begin in a text that lost its line breaks: a page copied into one line, an OCR without layout."""

import re

from kepu.engines.policy.marks import Mark, read_mark
from kepu.engines.policy.model import Span

_CANDIDATE = re.compile(
    r"[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)|第[一二三四五六七八九十百]{1,4}[章节条]|"
    r"(?<![\d.])\d{1,2}(?:[.、](?!\d)|\.(?=20\d\d年)|。(?=[\u4e00-\u9fff“]))|[①-⑳]|\(\d{1,2}\)"
)
_HARD = "。;!?:)】〕”》\n"
_LONG = 150
_FEWEST = 3
_LONGEST_HEADING = 60
_LARGE = ("一、", "(一)", "第条", "第章", "第节")
_FACE = re.compile(
    r"(?<=的通知)(?=[^。;,)》”])|(?<=的通知)$|(?:〔|\[|\()20\d\d(?:〕|\]|\))\s?第?\d{1,4}号|"
    r"(?<=[\u4e00-\u9fff)]):(?=[\u4e00-\u9fff《])|20\d\d年\d{1,2}月\d{1,2}日(?=[\u4e00-\u9fff(])|"
    r"(?<=方案|规划|纲要|计划|措施|意见|要点|办法)(?=为(?:了|深入|贯彻|全面|进一步|落实|加快|做好|推动|切实|认真|提升|加强|更好)|根据|按照《|依据《)|"
    r"(?<=[\d年]\))(?=为(?:了|深入|贯彻|全面|进一步|落实|加快|做好|推动|切实|认真|提升|加强|更好)|根据|按照《|依据《)"
)
_HEADING_GAP = re.compile(r"\s*[^。;,:!?\s]{2,30} +(?=[^ ])")
_USUAL_HEADING = re.compile(
    r"\s*(?:(?:总体|工作|主要|发展|行动|任务)目标(?:(?:及|和|与)(?:进度安排|时间安排|主要任务|重点任务|主要指标))?|指导思想|基本原则|工作原则|总体要求|总体思路|"
    r"组织实施|组织保障|保障措施|工作要求)(?=到20|至20|以|坚持|通过|为|加强|各|经过|力争|全[省市县区]|我[省市县区])"
)


def find_breaks(folded: str, lines: list[Span]) -> dict[Span, list[int]]:
    """Find the places inside lines at which an item or a part of the document's face begins.

    Args:
        folded: the whole text, folded.
        lines: its printed lines.

    Returns:
        For each line that holds a run of items, the offsets where its pieces begin; other lines are not in it.
    """
    found: dict[Span, list[int]] = {}
    large: list[int] = []
    for start, _ in lines:
        mark = read_mark(folded, start)
        if mark is not None and mark.style in _LARGE:
            large.append(start)
    for line in lines:
        start, end = line
        if end - start < _LONG:
            continue
        places = _places(folded, start, end)
        inner = [place for place, mark in places if place > start and mark.style in _LARGE]
        if len(places) < _FEWEST or (len(inner) < 2 and not (len(lines) < 6 and len(places) > 4)):
            continue
        if len(large) > 2 * len(inner) + 4:
            continue
        breaks = [place for place, _ in places if place > start]
        breaks += _behind_headings(folded, places, end)
        first = places[0][0]
        breaks += _face(folded, start, first)
        found[line] = sorted(set(breaks))
    return found


def _places(folded: str, start: int, end: int) -> list[tuple[int, Mark]]:
    """Marks in sequence: each carries on an open sequence, or begins one right behind a heading or a full stop."""
    accepted: list[tuple[int, Mark]] = []
    stack: list[tuple[str, int]] = []
    last: dict[str, int] = {}
    sparse = folded.count(" ", start, end) * 12 < end - start
    for found in _CANDIDATE.finditer(folded, start, end):
        at = found.start()
        mark = read_mark(folded, at)
        if mark is None:
            continue
        before = folded[start:at].rstrip(" ")
        is_hard = not before or before[-1] in _HARD or (sparse and folded[at - 1] == " ")
        if not is_hard and not _behind_heading(folded, accepted, at, mark) and not _heads(folded, mark, end):
            continue
        depth = next((d for d, (style, _) in enumerate(stack) if style == mark.style), None)
        if depth is not None:
            missing = mark.value - stack[depth][1] - 1
            if missing < 0 or missing > (before[-1:] in ("。", ")")):  # one number may be unreadable
                continue
            del stack[depth:]
        elif mark.value not in (1, last.get(mark.style, 0) + 1):
            continue
        if before[-1:] not in ("。", ")") and _open_brackets(before[-200:]):
            continue
        if mark.style == "一、" and mark.value == 1:  # whatever list came before, the plan begins here
            stack.clear()
            last.clear()
        last[mark.style] = mark.value
        stack.append((mark.style, mark.value))
        accepted.append((at, mark))
    return accepted


def _behind_headings(folded: str, places: list[tuple[int, Mark]], end: int) -> list[int]:
    """Where the words of an item begin behind its heading: at a space, or behind a usual heading."""
    out: list[int] = []
    stops = [place for place, _ in places[1:]] + [end]
    for (_, mark), stop in zip(places, stops, strict=True):
        words = folded[mark.end : stop]
        found = _HEADING_GAP.match(words) or _USUAL_HEADING.match(words)
        if found and words[found.end() :].strip():
            out.append(mark.end + found.end())
    return out


def _behind_heading(folded: str, accepted: list[tuple[int, Mark]], at: int, mark: Mark) -> bool:
    """Between the last number and this one stands nothing but a heading without a full stop."""
    if not accepted or accepted[-1][1].style == mark.style:
        return False
    words = folded[accepted[-1][1].end : at]
    return 1 < len(words.strip()) <= _LONGEST_HEADING and not re.search(r"[。;:!?]", words)


def _heads(folded: str, mark: Mark, end: int) -> bool:
    """A number of the uppermost form with nothing but a heading between it and the next number."""
    if mark.style != "一、":
        return False
    following = _CANDIDATE.search(folded, mark.end, min(end, mark.end + _LONGEST_HEADING))
    if following is None or folded[following.start()] != "(":
        return False
    words = folded[mark.end : following.start()]
    return len(words) > 1 and not re.search(r"[。;:!?、]", words)


def _open_brackets(text: str) -> bool:
    """Whether the last bracket is still open; one that was never closed ends with its sentence."""
    return text.rfind("(") > max(text.rfind(")"), text.rfind("。"))


def _face(folded: str, start: int, end: int) -> list[int]:
    """Title, number, salutation and date before the first item, each on a line of its own."""
    places: list[int] = []
    sparse = folded.count(" ", start, end) * 12 < end - start
    for found in _FACE.finditer(folded, start, end):
        if _open_brackets(folded[start : found.end()]) or folded.count("《", start, found.end()) > folded.count(
            "》", start, found.end()
        ):
            continue
        places.append(found.end())
    if sparse:
        places += [m.end() for m in re.finditer(r"(?<=[^ ]) +(?=[^ ])", folded[:end]) if m.start() >= start]
    return [place for place in places if start < place < end]
