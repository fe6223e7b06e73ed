"""Which material goes with an order, and who of a round gets which, without a database."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from kepu.foundation.search.rules import telling_words
from kepu.outreach.requests.rules.fit import Visit, nearness


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


class Shelf:
    """Kits, found by words; made once for any number of orders."""

    def __init__(self, kits: Iterable[Kit], *, least: float) -> None:
        """Find by words.

        Args:
            kits: in any order.
            least: share of an order's words that a kit must speak of, 0 to 1.
        """
        self._least = least
        self._kits: list[tuple[Kit, frozenset[str]]] = []
        self._with_word: dict[str, list[int]] = defaultdict(list)
        for number, kit in enumerate(kits):
            said = frozenset[str]().union(*(_words_of(text) for text in (kit.title, *kit.topics)))
            self._kits.append((kit, said))
            for word in said:
                self._with_word[word].append(number)

    def suiting(self, theme: Theme) -> list[Kit]:
        """Kits that speak of an order's topic, those that say most of it in front; the nearest of equals, then by number.

        Examples:
            >>> theme = Theme(frozenset({"台风", "预警"}), {}, "youth", "lecture", "1/2/")
            >>> near = Kit(1, "台风小实验", (), (), (), "1/2/")
            >>> shelf = Shelf([near, Kit(2, "看星星", (), (), (), "1/2/")], least=0.4)
            >>> [one.holding for one in shelf.suiting(theme)]
            [1]
        """
        numbers = {number for word in (*theme.words, *theme.alike) for number in self._with_word.get(word, ())}
        found: list[tuple[float, float, int, Kit]] = []
        for kit, said in (self._kits[number] for number in numbers):
            if (kit.audiences and theme.audience not in kit.audiences) or (kit.forms and theme.form not in kit.forms):
                continue
            both = (theme.words & said) | {theme.alike[word] for word in theme.alike.keys() & said}
            share = len(both) / len(theme.words) if theme.words else 0.0
            if both and share >= self._least:
                found.append((-share, -nearness(theme.region_path, kit.region_path), kit.holding, kit))
        return [row[3] for row in sorted(found, key=lambda row: row[:3])]


def share_kits(
    visits: Iterable[Visit], choices: Mapping[int, Sequence[int]], free: Callable[[int, date], int]
) -> dict[Visit, int]:
    """Promise each visit the best of its kits of which a copy is left that day, visit by visit.

    Greedy and not by bipartite matching as rooms are shared: a visit without a room can not be, one without a kit can, so
    nobody's best is taken away for somebody's second-best, and what is promised hangs on nothing but the visits before.

    Args:
        visits: in the sequence of their right.
        choices: order → its kits, the best first.
        free: how many copies of a kit there are to promise on a day.

    Returns:
        Visit → kit; who gets none is missing.

    Examples:
        >>> morning, afternoon = (date(2024, 9, 15), "a"), (date(2024, 9, 15), "p")
        >>> list(share_kits([(1, morning), (2, afternoon)], {1: [7], 2: [7, 8]}, lambda kit, day: 1).values())
        [7, 8]
    """
    promised: Counter[tuple[int, date]] = Counter()
    found: dict[Visit, int] = {}
    for order, half in visits:
        day = half[0]
        kit = next((one for one in choices.get(order, ()) if promised[one, day] < free(one, day)), None)
        if kit is not None:
            promised[kit, day] += 1
            found[order, half] = kit
    return found
