"""What a question asks of the index: pure text, no tables."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
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


# --- what may leave the house -------------------------------------------------------------------------------------

LONGEST_MEANING = 200
_SHORT_NAME, _LONG_NAME, _MOST_PARTS = 8, 16, 4
_NUMBER = re.compile(
    r"[0-9](?:[\s\-\u2010-\u2015.()（）]*[0-9]){4,}[xX]?|[〇零一二三四五六七八九幺]{7,}"
)  # a phone, an identity number, a card
_MAIL = re.compile(r"[\w.+-]+@[\w.-]+", re.ASCII)
_PART = re.compile(r"[^\s，。、；：！？,;:!?“”\"'《》()（）]+")
_MOST_DIGITS = 2  # 5G and 3D are topics; anything with more digits may be somebody's number


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Where a person's name may stand in a text: every short stretch, and up to four parts beside each other."""
    longest = _LONG_NAME if "·" in text else _SHORT_NAME
    for start, first in enumerate(text):
        if not first.isspace():
            for end in range(start + 2, min(len(text), start + longest) + 1):
                if not text[end - 1].isspace():
                    yield start, end
    parts = [match.span() for match in _PART.finditer(text)]
    for place, (start, _end) in enumerate(parts):
        for _start, end in parts[place : place + _MOST_PARTS]:
            yield start, end


def name_forms(text: str) -> frozenset[str]:
    """How a name may be written in the register where a stretch of text is one.

    Examples:
        >>> sorted(name_forms("張三"))
        ['张 三', '张三', '張 三', '張三']
    """
    forms = {text, fold(text)}
    forms |= {form[:1] + " " + form[1:] for form in forms if " " not in form and len(form) <= 4 and _HAN.match(form)}  # noqa: PLR2004 a Chinese name
    forms |= {"".join(form.split()) for form in forms if _HAN.match(form)}
    return frozenset(forms | {form.title() for form in forms if form.isascii()})


def forms_in(text: str) -> frozenset[str]:
    """Everything in a text that may be somebody's name, as the register may write it."""
    return frozenset(form for start, end in spans(text) for form in name_forms(text[start:end]) if len(form) > 1)


def sendable(text: str, names: Collection[str]) -> str:
    """A text without names, long numbers and addresses.

    Args:
        text: any text.
        names: those of `forms_in` the text that are persons' names.

    Examples:
        >>> sendable("示例专家甲讲极光，电话 138 0000 0000", {"示例专家甲"})
        '讲极光,电话'
    """
    plain = list(text)
    if names:
        for start, end in spans(text):
            if not name_forms(text[start:end]).isdisjoint(names):
                plain[start:end] = " " * (end - start)
    without = _NUMBER.sub(" ", fold(_MAIL.sub(" ", "".join(plain))))
    return " ".join(without.split())


def open_words(text: str) -> frozenset[str]:
    """The words of a text that a question may hold too: of two characters at least, and no numbers.

    Examples:
        >>> sorted(open_words("5G 与天文观测 2024"))
        ['5g', '天文', '观测']
    """
    plain = fold(text).lower()
    return frozenset(word for word in (*segment(plain), *search_words(plain)) if _is_open(word))


def _is_open(word: str) -> bool:
    return (
        len(word) > 1
        and bool(search_words(word))
        and sum(sign.isdigit() for sign in word) < min(len(word), _MOST_DIGITS + 1)
    )


def open_question(text: str, names: Collection[str], is_known: Callable[[str], bool]) -> str:
    """What of a question may leave the house: its words that are known as topics, in their order; mostly nothing else.

    Args:
        text: what was typed.
        names: those of `forms_in` the text that are persons' names.
        is_known: whether a word was sent with the topics, is a synonym, or stands in the list of open words.

    Examples:
        >>> open_question("示例专家甲的天文观测 13800000000", {"示例专家甲"}, {"天文", "观测", "示例"}.__contains__)
        '天文 观测'
        >>> open_question("张三和李四", (), {"天文"}.__contains__)
        ''
    """
    plain = sendable(text[:LONGEST_QUESTION], names).lower()
    found: list[str] = []
    for word in segment(plain):
        parts = [word] if is_known(word) else [part for part in search_words(word) if is_known(part)]
        found += [part for part in parts if _is_open(part) and part not in _EMPTY_WORDS]
    return " ".join(dict.fromkeys(found))


# What a topic is asked about says nothing of what it is about.
_SAYS_NOTHING = frozenset(
    [
        "怎么办",
        "的",
        "了",
        "和",
        "与",
        "及",
        "怎么",
        "怎样",
        "如何",
        "什么",
        "为什么",
        "办",
        "讲",
        "讲座",
        "知识",
        "科普",
        "学习",
        "介绍",
        "一下",
        "关于",
        "我们",
        "请",
        "来",
        "吗",
        "呢",
    ]
)


def telling_words(text: str) -> tuple[str, ...]:
    """The words of a topic that say what it is about, each once.

    Examples:
        >>> telling_words("台风来了怎么办")
        ('台风',)
    """
    return tuple(dict.fromkeys(word for word in search_words(text) if word not in _SAYS_NOTHING and not word.isdigit()))


def alike_words(words: Iterable[str], synonyms: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Words that do as well, each with the word that it stands for.

    Examples:
        >>> alike_words(["老人"], {"老年人": ["老人", "长者"]})
        {'老年人': '老人', '长者': '老人'}
    """
    return expand(words, synonyms)
