"""Pure rules of a report's texts: 【name】 stands for a number that is drawn anew whenever the numbers are."""

import re
from collections.abc import Mapping

from kepu.foundation.documents import Cited, Part

_FIELD = re.compile(r"【([^【】\n]{1,40})】")

Numbers = Mapping[str, tuple[str, str]]
"""By its name: a number as text, and the key of its source."""


def text_parts(words: str, numbers: Numbers) -> tuple[Part, ...]:
    """Words with their numbers filled in and cited; a name that is not known stays as it is.

    Examples:
        >>> text_parts("共【任务数】项。", {"任务数": ("32", "status")})
        ('共', Cited(text='32', source='status'), '项。')
    """
    parts: list[Part] = []
    at = 0
    for found in _FIELD.finditer(words):
        known = numbers.get(found[1])
        if known is None:
            continue
        if found.start() > at:
            parts.append(words[at : found.start()])
        parts.append(Cited(*known))
        at = found.end()
    if at < len(words):
        parts.append(words[at:])
    return tuple(parts)


def unknown_names(words: str, numbers: Numbers) -> tuple[str, ...]:
    """The names in a text for which there is no number.

    Examples:
        >>> unknown_names("【任务数】与【人口】", {"任务数": ("32", "status")})
        ('人口',)
    """
    return tuple(name for name in _FIELD.findall(words) if name not in numbers)
