"""Pure rules of questions: what a text gives away, how a number is written, which days a clock stood still."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from kepu.oversight.choices import MASKED_KINDS, FindingKind

CODE_DIGITS = 12
ONE_DAY = timedelta(days=1)

_WIDE_DIGITS = str.maketrans("０１２３４５６７８９－＠．：", "0123456789-@.:")
_INVISIBLE = re.compile("[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_BEFORE, _AFTER = r"(?<![0-9])", r"(?![0-9])"
_GAP = r"[ \-]?"
_HAN = r"[\u4e00-\u9fff]"
_COUNT = r"[0-9一二三四五六七八九十百]{1,6}"
_IDENTITY = re.compile(rf"{_BEFORE}[1-9](?:{_GAP}[0-9]){{16}}{_GAP}[0-9Xx](?![0-9A-Za-z])")
_CARD = re.compile(rf"{_BEFORE}[1-9](?:{_GAP}[0-9]){{15,18}}{_AFTER}")
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_CHECKS = "10X98765432"
_PATTERNS = (
    (FindingKind.MAIL, re.compile(r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+")),
    (FindingKind.MOBILE, re.compile(rf"{_BEFORE}(?:\+?86{_GAP})?1[3-9](?:{_GAP}[0-9]){{9}}{_AFTER}")),
    (FindingKind.LANDLINE, re.compile(rf"{_BEFORE}(?:\(0[0-9]{{2,3}}\)|0[0-9]{{2,3}}){_GAP}[2-9][0-9]{{6,7}}{_AFTER}")),
    (FindingKind.LANDLINE, re.compile(rf"(?:(?<=电话)|(?<=座机)|(?<=电话:)|(?<=座机:)) ?[2-9][0-9]{{6,7}}{_AFTER}")),
    (FindingKind.ACCOUNT, re.compile(r"(?:微信号?|[Vv][Xx]|[Qq]{2}号?)[: ]{0,2}[A-Za-z0-9_\-]{5,20}")),
    (
        FindingKind.ADDRESS,
        re.compile(
            rf"{_HAN}{{1,12}}?(?:大道|路|街|巷|弄|胡同|里|村) ?{_COUNT} ?号(?:楼|院)?"
            rf"(?: ?{_COUNT} ?(?:号楼|栋|幢|单元|室|户|层|楼))*"
        ),
    ),
    (FindingKind.ADDRESS, re.compile(rf"{_COUNT} ?(?:号楼|栋|幢|楼) ?(?:{_COUNT} ?单元 ?)?{_COUNT} ?(?:室|户)")),
    (FindingKind.LINK, re.compile(r"(?:https?://|www\.)[^\s\u4e00-\u9fff，。；、）]+", re.IGNORECASE)),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing noticed in a text."""

    kind: FindingKind
    start: int
    end: int
    words: str


def cleaned(text: str) -> str:
    r"""Drop what nobody can see: control characters, marks that turn the writing direction, zero-width marks.

    Examples:
        >>> cleaned("展馆\u202e何时\u200b开放\r\n谢谢 ")
        '展馆何时开放\n谢谢'
    """
    return _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def is_identity_number(digits: str) -> bool:
    """Whether 18 characters are an identity number: a day that exists, and the right last character.

    Source:
        GB 11643—1999, ISO 7064:1983 MOD 11-2.

    Examples:
        >>> is_identity_number("11010519491231002X"), is_identity_number("110105194912310021")
        (True, False)
    """
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9Xx]", digits):
        return False
    try:
        date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, _IDENTITY_WEIGHTS, strict=False))
    return _IDENTITY_CHECKS[total % 11] == digits[17].upper()


def passes_luhn(digits: str) -> bool:
    """Whether the last digit checks the others, as on bank cards.

    Source:
        ISO/IEC 7812-1, annex B.

    Examples:
        >>> passes_luhn("4111111111111111"), passes_luhn("4111111111111112")
        (True, False)
    """
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 the cross sum of a two-digit number
    return total % 10 == 0


def findings_in(text: str, words: Iterable[str] = ()) -> tuple[Finding, ...]:
    """Find what a person should look at before a text is shown: personal data, links, the site's own words.

    Args:
        text: as written; full-width digits and digits in groups are understood.
        words: the operator's list.

    Returns:
        Findings in the order of the text; no two overlap, the surer kind wins.

    Examples:
        >>> [(one.kind.value, one.words) for one in findings_in("我的手机是１３８-0013-8000，见 www.example.cn")]
        [('mobile', '１３８-0013-8000'), ('link', 'www.example.cn')]
    """
    narrow = text.translate(_WIDE_DIGITS)
    found: list[Finding] = []
    for kind, start, end in _spans_in(narrow, words):
        if start < end and not any(start < one.end and one.start < end for one in found):
            found.append(Finding(kind, start, end, text[start:end]))
    return tuple(sorted(found, key=lambda one: one.start))


def _spans_in(text: str, words: Iterable[str]) -> Iterator[tuple[FindingKind, int, int]]:
    """Everything that looks like something, the surest kinds first."""
    for match in _IDENTITY.finditer(text):
        if is_identity_number(re.sub(r"[ \-]", "", match[0])):
            yield FindingKind.IDENTITY, *match.span()
    for match in _CARD.finditer(text):
        if passes_luhn(re.sub(r"[ \-]", "", match[0])):
            yield FindingKind.CARD, *match.span()
    for kind, pattern in _PATTERNS:
        yield from ((kind, *match.span()) for match in pattern.finditer(text))
    for word in filter(None, words):
        yield from ((FindingKind.WORD, *match.span()) for match in re.finditer(re.escape(word), text, re.IGNORECASE))


def masked(text: str, findings: Sequence[Finding]) -> str:
    """Leave personal data out of a text and say that something was left out.

    Examples:
        >>> masked("请打13800138000找我", findings_in("请打13800138000找我"))
        '请打［手机号已隐去］找我'
    """
    parts, at = [], 0
    for one in findings:
        if one.kind in MASKED_KINDS:
            parts += [text[at : one.start], _("［%(what)s已隐去］") % {"what": FindingKind(one.kind).label}]
            at = one.end
    return "".join([*parts, text[at:]])


def digest_of_words(title: str, text: str) -> bytes:
    """A digest by which the same words are known again, whatever their spacing, case and marks.

    Examples:
        >>> digest_of_words("展馆何时开放？", "Ａ馆") == digest_of_words("展馆 何时开放", "a馆。")
        True
    """
    folded = unicodedata.normalize("NFKC", title + text).lower()
    letters = "".join(mark for mark in folded if unicodedata.category(mark)[0] in "LN")
    return hashlib.sha256(letters.encode()).digest()


def number_of(year: int, number: int) -> str:
    """The public number of a question.

    Examples:
        >>> number_of(2024, 7)
        '2024-0007'
    """
    return f"{year}-{number:04d}"


def read_number(typed: str) -> tuple[int, int] | None:
    """Year and running number from what somebody typed, or None.

    Examples:
        >>> read_number(" ２０２４－0007 "), read_number("2024 7"), read_number("no")
        ((2024, 7), (2024, 7), None)
    """
    plain = unicodedata.normalize("NFKC", typed).strip()
    match = re.fullmatch(r"([0-9]{4})[\s\-—–_/]*0*([1-9][0-9]{0,6})", plain)
    return (int(match[1]), int(match[2])) if match else None


def read_code(typed: str) -> str:
    """The digits of a code from what somebody typed.

    Examples:
        >>> read_code(" 1234 ５６７８-9012")
        '123456789012'
    """
    return re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", typed)[:64])


def spaced_code(code: str) -> str:
    """A code in groups of four, to be read and copied.

    Examples:
        >>> spaced_code("123456789012")
        '1234 5678 9012'
    """
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


@dataclass(frozen=True, slots=True)
class Span:
    """Days on end, both included, with what they have in common."""

    since: date
    until: date
    name: str = ""


def spans_of(days: Iterable[tuple[date, str]]) -> tuple[Span, ...]:
    """Join days that follow one another under the same name.

    Examples:
        >>> spans_of([(date(2024, 9, 7), "周末"), (date(2024, 9, 8), "周末"), (date(2024, 9, 15), "中秋节")])[0].until
        datetime.date(2024, 9, 8)
    """
    spans: list[Span] = []
    for day, name in days:
        if spans and spans[-1].name == name and spans[-1].until + ONE_DAY == day:
            spans[-1] = Span(spans[-1].since, day, name)
        else:
            spans.append(Span(day, day, name))
    return tuple(spans)
