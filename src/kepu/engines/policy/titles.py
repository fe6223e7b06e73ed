"""Where the title of an item ends and its words begin."""

import re

from kepu.engines.policy.lines import Clean, bullet_end
from kepu.engines.policy.model import Span
from kepu.engines.policy.targets import read_promises

LONGEST_TITLE = 40
_LONGEST_ALONE = 25
_LONGEST_COLON = 25
_CIRCLE = re.compile(r"\d+(?:分钟|小时|公里)[\u4e00-\u9fff]{0,8}圈")
_STOP = re.compile(r"[。!?]")


def find_title(clean: Clean, start: int, end: int, *, more: bool) -> Span | None:
    """Find the title in the first paragraph of an item.

    Args:
        clean: the text.
        start: behind the number.
        end: the end of the paragraph, or where its duties begin.
        more: whether the item goes on after the paragraph.

    Returns:
        [start, end) of the title in the clean text, None where the item only has words.
    """
    text = clean.text
    start = bullet_end(text, start)
    while start < end and text[start] in " :、.,":
        start += 1
    while end > start and text[end - 1] in " \n":
        end -= 1
    if start >= end:
        return None
    found = _STOP.search(text, start, end)
    stop = found.start() if found else end
    rest = more or text[stop + 1 : end].strip() != ""
    gap = _wide_gap(clean, start, stop)
    if gap and (stop - start > LONGEST_TITLE or gap < stop - 4):
        return start, gap
    words = text[start:stop]
    colon = words.find(":")
    is_long = len(words) > LONGEST_TITLE or "," in words[colon:]
    if 2 <= colon <= _LONGEST_COLON and words[colon + 1 :].strip() and is_long:
        return start, start + colon
    words = words.rstrip(":")
    stop = start + len(words)
    if not words or ";" in words or len(words) > (LONGEST_TITLE if found or not more else LONGEST_TITLE + 20):
        return None
    if rest and not found:
        return start, stop
    promises, refused = read_promises(text, start, stop)
    counts = bool(promises) or any(
        number.reason not in ("name", "structure", "age")
        and not _CIRCLE.match(text, number.start)
        and re.search(r"\d", text[number.start : number.end])
        for number in refused
    )
    if counts or (not rest and (len(words) > _LONGEST_ALONE or "," in words)):
        return None
    return start, stop


def _wide_gap(clean: Clean, start: int, stop: int) -> int:
    """Where two spaces stand for the full stop after a title."""
    for at in range(start + 3, min(stop - 1, start + LONGEST_TITLE)):
        gap = clean.gap_after(at - 1)
        if (
            (len(gap) >= 2 or "\u3000" in gap)
            and "\n" not in gap
            and not gap.strip()
            and clean.text[at - 1] not in ",;、:"
        ):
            return at
    return 0
