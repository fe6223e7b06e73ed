"""Of which words of a plan a task can be made: its sections, and the sentences in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kepu.plan.tasks.models import Plan, Section

_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]?")
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Words:
    """Some words of the plan; `code` is that of the task which they are already."""

    start: int
    end: int
    text: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A section, whether it is a task already, and the sentences that stand directly in it."""

    section: Section
    words: Words
    sentences: tuple[Words, ...]


def places_of(plan: Plan) -> tuple[Place, ...]:
    """Every section of a plan in its order, with its sentences."""
    sections = list(plan.sections.select_related("parent").order_by("position"))
    taken = {
        (start, end): code
        for start, end, code in plan.tasks.filter(is_struck=False).values_list("start", "end", "code")
    }
    places = []
    for section in sections:
        below = [one.start for one in sections if one.start > section.start and one.end <= section.end]
        own_end = min(below, default=section.end)
        whole = plan.text[section.start : section.end].strip()
        words = Words(section.start, section.end, whole, taken.get((section.start, section.end), ""))
        sentences = tuple(
            Words(start, end, text, taken.get((start, end), ""))
            for start, end, text in sentences_in(plan.text, section.start, own_end)
        )
        places.append(Place(section, words, sentences))
    return tuple(places)


def sentences_in(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """The sentences of [start, end) of a text with their places; what is too short for one is left out.

    Examples:
        >>> list(sentences_in("建立机制。定期测评；好。", 0, 12))
        [(0, 5, '建立机制。'), (5, 10, '定期测评；')]
    """
    for found in _SENTENCE.finditer(text, start, end):
        words = found.group()
        lead = len(words) - len(words.lstrip())
        told = words.strip()
        if len(told) > _SHORTEST:
            yield found.start() + lead, found.start() + lead + len(told), told
