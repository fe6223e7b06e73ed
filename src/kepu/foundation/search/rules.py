"""What a question asks of the index: pure text, no tables."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kepu.engines.chinese.folding import fold
from kepu.engines.chinese.pinyin import typed_syllables
from kepu.engines.chinese.spelling import grams
from kepu.engines.chinese.words import expand, search_words, segment

LONGEST_QUESTION = 80
_EMPTY_WORDS = frozenset(
    [
        "的",
        "了",
        "和",
        "与",
        "及",
        "或",
        "在",
        "是",
        "有",
        "为",
        "对",
        "把",
        "被",
        "等",
        "吗",
        "呢",
        "什么",
        "怎么",
        "哪些",
        "哪里",
        "如何",
        "请问",
        "我",
        "要",
        "想",
    ]
)
_LATIN = re.compile(r"[a-z0-9\s']+", re.ASCII)
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Question:
    """One question, taken apart.

    Attributes:
        words: what must be found, in order.
        synonyms: word that will do as well → the word that it stands for.
        all_words: tsquery that wants every word (or what stands for it); empty if there is none.
        any_word: tsquery that is content with one.
        pinyin, initials: tsqueries over sounds; empty if the question is not to be heard.
        pairs: pairs of characters, for near misses.
    """

    words: tuple[str, ...]
    synonyms: Mapping[str, str]
    all_words: str
    any_word: str
    pinyin: str
    initials: str
    pairs: tuple[str, ...]

    @property
    def marks(self) -> tuple[str, ...]:
        """What to mark in a text, longest first."""
        parts = {part for word in (*self.words, *self.synonyms) for part in (word, *search_words(word))}
        return tuple(sorted(parts, key=lambda part: (-len(part), part)))


def quoted(word: str) -> str:
    """Write a word as PostgreSQL wants it inside a vector or a query.

    Examples:
        >>> print(quoted("it's"))
        'it''s'
    """
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def asked(text: str, synonyms: Mapping[str, Iterable[str]]) -> Question:
    """Take a question apart.

    Args:
        text: what was typed; only its beginning counts if it is very long.
        synonyms: word → words that mean the same.

    Examples:
        >>> question = asked("老人的讲座", {"老年人": ["老人"]})
        >>> question.words, question.synonyms, question.all_words
        (('老人', '讲座'), {'老年人': '老人'}, "('老人' | '老年人') & ('讲座')")
    """
    plain = fold(text.replace("\0", "")).lower().strip()[:LONGEST_QUESTION]
    every = [word for word in segment(plain) if search_words(word)]
    words = tuple(dict.fromkeys([word for word in every if word not in _EMPTY_WORDS] or every))
    found = expand(words, synonyms)
    parts = dict.fromkeys(part for word in words for part in search_words(word))
    typed = _typed(plain)
    return Question(
        words=words,
        synonyms=found,
        all_words=" & ".join(f"({_alternatives(word, found)})" for word in words),
        any_word=" | ".join(quoted(part) for part in dict.fromkeys([*parts, *found])),
        pinyin=f"{quoted(typed)}:*B" if typed else "",
        initials=f"{quoted(typed)}:*A" if typed and not _HAN.search(plain) else "",
        pairs=tuple(grams(plain)),
    )


def _alternatives(word: str, synonyms: Mapping[str, str]) -> str:
    """The word itself, its parts together (科技馆 for 青岛科技馆), or what means the same."""
    others = [other for other, stands_for in synonyms.items() if stands_for == word]
    parts = [part for part in search_words(word) if part != word]
    together = [] if len(parts) < 2 else [f"({' & '.join(quoted(part) for part in parts)})"]  # noqa: PLR2004 a word has parts
    return " | ".join([*(quoted(one) for one in (word, *others)), *together])


def _typed(plain: str) -> str:
    """What the question sounds like, if it was typed in letters or has at least two characters."""
    if _LATIN.fullmatch(plain):
        letters = re.sub(r"[\s']", "", plain)
        return letters if len(letters) > 1 and not letters.isdigit() else ""
    return "".join(typed_syllables(plain)) if len(_HAN.findall(plain)) > 1 else ""


def pieces(text: str, marks: Iterable[str]) -> tuple[tuple[str, bool], ...]:
    """Cut a text where something is to be marked.

    Returns:
        Parts that make up the text, each with whether it is marked.

    Examples:
        >>> pieces("青島科技館开放", ["科技馆"])
        (('青島', False), ('科技館', True), ('开放', False))
    """
    wanted = "|".join(re.escape(mark) for mark in marks if mark)
    if not wanted:
        return ((text, False),) if text else ()
    found, last = [], 0
    for match in re.finditer(wanted, fold(text).lower()):
        if match.start() > last:
            found.append((text[last : match.start()], False))
        found.append((text[match.start() : match.end()], True))
        last = match.end()
    if last < len(text):
        found.append((text[last:], False))
    return tuple(found)


def snippet(body: str, marks: Iterable[str], *, length: int = 90) -> str:
    """Cut the stretch of a text around the first thing to be marked; its beginning if there is none."""
    plain = fold(body).lower()
    places = [place for place in (plain.find(mark) for mark in marks if mark) if place >= 0]
    start = max(0, min(places, default=0) - length // 4)
    cut = " ".join(body[start : start + length].split())
    return f"{'…' if start else ''}{cut}{'…' if start + length < len(body) else ''}"
