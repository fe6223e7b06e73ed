"""How Chinese text sounds: keys to sort by, and what a keyboard types."""

import re

from pypinyin import Style, lazy_pinyin

from kepu.engines.chinese.folding import fold
from kepu.engines.chinese.words import segment

_READINGS = {
    "长岛": "chang2 dao3",
    "莘县": "shen1 xian4",
    "单县": "shan4 xian4",
    "临朐": "lin2 qu2",
    "乐陵": "lao4 ling2",
    "东阿": "dong1 e1",
    "曲阜": "qu1 fu4",
}
_TONED = re.compile(r"^[a-z]+[1-5]$")
_DIGITS = re.compile(r"\d+")
_ASCII_WORD = re.compile(r"[a-z0-9]+")


def syllables(text: str) -> list[str]:
    """Read a text aloud, word by word.

    Args:
        text: any text.

    Returns:
        One syllable with its tone (1–5) for each Chinese character; other text as it stands, folded to lower case.

    Source:
        The phrase dictionary of pypinyin on the words of `segment`; readings of a few places of our own.

    Examples:
        >>> syllables("重庆市长江大桥")
        ['chong2', 'qing4', 'shi4', 'chang2', 'jiang1', 'da4', 'qiao2']
    """
    spoken: list[str] = []
    for word in segment(fold(text).lower()):
        if word in _READINGS:
            spoken += _READINGS[word].split()
        else:
            spoken += lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True)
    return spoken


def pinyin_key(text: str) -> str:
    """Make a key by which Chinese names sort as in a dictionary when compared byte by byte.

    Args:
        text: a name or title.

    Returns:
        Syllables with tones, apart by a space; numbers padded, so that 第2 comes before 第10; then the text itself,
        so that different names never share a key.

    Examples:
        >>> sorted(["胶州市", "崂山区", "城阳区", "即墨区"], key=pinyin_key)
        ['城阳区', '即墨区', '胶州市', '崂山区']
        >>> sorted(["第10小学", "第2小学"], key=pinyin_key)
        ['第2小学', '第10小学']
    """
    sound = " ".join(part.strip() for part in syllables(text) if part.strip())
    return _DIGITS.sub(_padded, sound) + "\t" + text.strip()


def _padded(match: re.Match[str]) -> str:
    digits = match.group()
    before = match.string[match.start() - 1 : match.start()]
    return digits if len(digits) == 1 and before.isascii() and before.isalpha() else digits.rjust(8, "0")


def typed_syllables(text: str) -> list[str]:
    """Return what one types to find a text: syllables without tone, and Latin words, without anything else.

    Examples:
        >>> typed_syllables("青岛 ABC 第2中学")
        ['qing', 'dao', 'abc', 'di', '2', 'zhong', 'xue']
    """
    typed: list[str] = []
    for part in syllables(text):
        typed += [part[:-1]] if _TONED.match(part) else _ASCII_WORD.findall(part)
    return typed


def initials(text: str) -> str:
    """Return the first letter of every syllable, and numbers as they stand.

    Examples:
        >>> initials("青岛市科协")
        'qdskx'
    """
    return "".join(part if part.isdigit() else part[0] for part in typed_syllables(text))
