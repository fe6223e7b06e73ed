"""Whether two names may mean the same: rosters lay such rows before a person."""

import re
import unicodedata
from functools import lru_cache

_LIKE = 0.6
_IGNORED = re.compile(r"[\W_]+")


@lru_cache(maxsize=20_000)
def folded_name(name: str) -> str:
    """A name without what is written in many ways: width, case, spaces, marks, and the city before it.

    Examples:
        >>> folded_name("青岛市 科技馆（新馆）"), folded_name("青岛科技馆(新馆)")
        ('青岛科技馆新馆', '青岛科技馆新馆')
    """
    plain = _IGNORED.sub("", unicodedata.normalize("NFKC", name).casefold())
    return re.sub(r"^(.{2,3}?)[市区县](?=..)", r"\1", plain)


def alike(one: str, other: str) -> bool:
    """Whether two folded names share most of their pairs of characters.

    Examples:
        >>> alike("李沧科技馆", "李沧区科技馆"), alike("李沧科技馆", "崂山博物馆")
        (True, False)
    """
    pairs, others = _pairs(one), _pairs(other)
    return bool(pairs and others) and 2 * len(pairs & others) / (len(pairs) + len(others)) >= _LIKE


@lru_cache(maxsize=20_000)
def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))
