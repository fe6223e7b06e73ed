"""Which material goes with an order, without a database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from kepu.foundation.search.rules import telling_words
from kepu.outreach.requests.rules.fit import nearness


@dataclass(frozen=True, slots=True)
class Kit:
    """Copies of a resource that lie somewhere, as matching sees them."""

    holding: int
    title: str
    topics: tuple[str, ...]
    audiences: tuple[str, ...]
    """None is anybody."""
    forms: tuple[str, ...]
    """None is any."""
    region_path: str


@dataclass(frozen=True, slots=True)
class Theme:
    """What an order is about, for whom and where."""

    words: frozenset[str]
    alike: Mapping[str, str]
    """Words that do as well → the word that each stands for."""
    audience: str
    form: str
    region_path: str


@lru_cache(maxsize=20_000)
def _words_of(text: str) -> frozenset[str]:
    return frozenset(telling_words(text))


def kits_for(theme: Theme, kits: Iterable[Kit], *, least: float) -> list[Kit]:
    """Kits that speak of an order's topic, those that say most of it in front; the nearest of equals, then by number.

    Args:
        theme: of the order.
        kits: in any order.
        least: share of the order's words that a kit must speak of, 0 to 1.

    Examples:
        >>> theme = Theme(frozenset({"台风", "预警"}), {}, "youth", "lecture", "1/2/")
        >>> near = Kit(1, "台风小实验", (), (), (), "1/2/")
        >>> [one.holding for one in kits_for(theme, [near, Kit(2, "看星星", (), (), (), "1/2/")], least=0.4)]
        [1]
    """
    found: list[tuple[float, float, int, Kit]] = []
    for kit in kits:
        if (kit.audiences and theme.audience not in kit.audiences) or (kit.forms and theme.form not in kit.forms):
            continue
        said = frozenset[str]().union(*(_words_of(text) for text in (kit.title, *kit.topics)))
        both = (theme.words & said) | {theme.alike[word] for word in theme.alike.keys() & said}
        share = len(both) / len(theme.words) if theme.words else 0.0
        if both and share >= least:
            found.append((-share, -nearness(theme.region_path, kit.region_path), kit.holding, kit))
    return [row[3] for row in sorted(found, key=lambda row: row[:3])]
