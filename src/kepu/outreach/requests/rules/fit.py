"""How well somebody fits an order, and which rule stands against it; without a database."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from kepu.outreach.requests.choices import Unmet
from kepu.outreach.requests.rules.days import half_day_code, half_days_between
from kepu.outreach.requests.rules.far import Limit, Spot

HalfDay = tuple[date, str]
Visit = tuple[int, HalfDay]
"""An order and the half-day at which somebody comes."""


@dataclass(frozen=True, slots=True)
class Want:
    """An order as matching sees it."""

    id: int
    words: tuple[str, ...]
    subject: str
    form: str
    audience: str
    language: str
    is_online: bool
    region_path: str
    halves: tuple[HalfDay, ...]
    """When it may be, in order of time; half-days that are taken are left out."""
    visits: int = 1
    repeat: str = "any"
    house: str = ""
    """Who asks, as written, where that is no body of the register."""
    alike: Mapping[str, str] = field(default_factory=dict)
    """Words that do as well → the word of the topic that each stands for."""
    only: frozenset[int] | None = None
    """Who gives the standing offer that is asked for: nobody else comes, and the topic is not looked at."""
    lacks_room: bool = False
    """Whether it has no place of its own, and no room is free at any of its half-days."""


@dataclass(frozen=True, slots=True)
class Giver:
    """Somebody who can be sent, as matching sees it."""

    id: int
    person: int
    topics: tuple[tuple[str, frozenset[str]], ...]
    """What the person speaks about or did, each with its words."""
    subjects: frozenset[str]
    forms: frozenset[str]
    audiences: frozenset[str]
    languages: frozenset[str]
    times: frozenset[str]
    """Half-days of a week; empty where the person said nothing, which then stands against nothing."""
    region_path: str
    house: str = ""
    """Where the person works, as written."""
    is_for_all: bool = True
    """Whether the person is sent to any order, not only to the standing offers that the person gives."""
    served: tuple[str, ...] = ()
    """Paths of places; empty where the person goes anywhere."""
    busy: frozenset[HalfDay] = frozenset()
    load: Mapping[tuple[int, int], int] = field(default_factory=dict)
    """ISO year and week → what is planned already."""
    away: Mapping[date, Sequence[Spot]] = field(default_factory=dict)
    """Day → where the person goes already."""
    since: date = date.min
    until: date = date.max
    """The term."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Why somebody fits: parts between 0 and 1."""

    topic: float
    said: str
    """The topic that has most of the words."""
    words: tuple[str, ...]
    is_subject: bool
    is_audience: bool
    near: float
    """1 in the same place, less for each step up until they meet; 0 where they meet in the city only."""

    @property
    def score(self) -> float:
        """One figure between 0 and 1; the topic weighs most."""
        return 0.65 * self.topic + 0.15 * self.is_subject + 0.1 * self.is_audience + 0.1 * self.near


class Supply:
    """Everybody who can be sent, found by words; made once for any number of orders."""

    def __init__(self, givers: Iterable[Giver], *, total: int | None = None, least: float = 0.0) -> None:
        """Find by words.

        Args:
            givers: everybody, or at least everybody who has one of the words that will be asked for.
            total: how many there are in all, where not everybody is given: by it rare words are told from common ones.
            least: share of an order's words, by weight, that somebody must speak of, 0 to 1; the same subject will do as well.
        """
        self.givers = sorted(givers, key=lambda one: one.id)
        self._least = least
        self._with_word: dict[str, list[int]] = defaultdict(list)
        self._with_subject: dict[str, list[int]] = defaultdict(list)
        count: Counter[str] = Counter()
        for number, giver in enumerate(self.givers):
            known = frozenset[str]().union(*(words for _said, words in giver.topics))
            count.update(known)
            for word in known:
                self._with_word[word].append(number)
            for subject in giver.subjects:
                self._with_subject[subject].append(number)
        self._total = total or len(self.givers) or 1
        self._weight = {word: math.log(1 + self._total / seen) for word, seen in count.items()}

    def weight(self, word: str) -> float:
        """How much a word tells: rare ones more; one that nobody has as much as the rarest."""
        return self._weight.get(word, math.log(1 + self._total))

    def fitting(self, want: Want) -> Iterator[tuple[Giver, Fit]]:
        """Who speaks of the topic, or of its subject, in this form; in the order of their ids."""
        if want.only is not None:
            yield from ((giver, self._fit(want, giver)) for giver in self.givers if giver.id in want.only)
            return
        numbers = {number for word in (*want.words, *want.alike) for number in self._with_word.get(word, ())}
        numbers.update(self._with_subject.get(want.subject, ()) if want.subject else ())
        for number in sorted(numbers):
            giver = self.givers[number]
            if (giver.forms and want.form not in giver.forms) or not giver.is_for_all:
                continue
            fit = self._fit(want, giver)
            if fit.is_subject or fit.topic >= self._least:
                yield giver, fit

    def _fit(self, want: Want, giver: Giver) -> Fit:
        asked = frozenset(want.words)
        best, said, shared = 0.0, "", frozenset[str]()
        for title, words in giver.topics:
            both = (asked & words) | {want.alike[word] for word in want.alike.keys() & words}
            weight = sum(self.weight(word) for word in both)
            if weight > best:
                best, said, shared = weight, title, both
        whole = sum(self.weight(word) for word in asked) or 1.0
        return Fit(
            topic=min(1.0, best / whole),
            said=said,
            words=tuple(word for word in want.words if word in shared),
            is_subject=bool(want.subject) and want.subject in giver.subjects,
            is_audience=want.audience in giver.audiences,
            near=nearness(want.region_path, giver.region_path),
        )


def nearness(one: str, other: str) -> float:
    """How near two places are by their paths, between 0 and 1.

    Examples:
        >>> nearness("1/2/3/", "1/2/3/"), nearness("1/2/3/", "1/2/4/"), nearness("1/2/", "1/5/")
        (1.0, 0.5, 0.0)
    """
    ours, theirs = one.strip("/").split("/"), other.strip("/").split("/")
    shared = 0
    for here, there in zip(ours, theirs, strict=False):
        if here != there:
            break
        shared += 1
    return max(0, shared - 1) / max(1, max(len(ours), len(theirs)) - 1)


def barred_by(
    want: Want, giver: Giver, *, has_conflict: bool, most_a_week: int, limit: Limit | None = None
) -> Unmet | None:
    """The first hard rule that stands against a pair at any time; None where there is a half-day for it.

    Args:
        want: the order.
        giver: who might come.
        has_conflict: whether a conflict of interest stands between them.
        most_a_week: how many sessions a week a person is sent to.
        limit: how far apart two places of one day may lie; None: that is not looked at.
    """
    if has_conflict or is_of_house(want, giver):
        return Unmet.CONFLICT
    if not serves(want, giver):
        return Unmet.PLACE
    if lacks_language(want, giver) or want.lacks_room:
        return Unmet.LANGUAGE if lacks_language(want, giver) else Unmet.ROOM
    free = [half for half in want.halves if _is_free(half, giver) and not is_far(want, half[0], giver, limit)]
    if not free:
        return Unmet.TIME
    if not any(giver.load.get(half[0].isocalendar()[:2], 0) < most_a_week for half in free):
        return Unmet.LOAD
    return None


def free_halves(want: Want, giver: Giver, *, most_a_week: int, limit: Limit | None = None) -> list[HalfDay]:
    """The half-days that suit both and leave the person's week light enough and the way of a day short, in order of time."""
    return [
        half
        for half in want.halves
        if _is_free(half, giver)
        and giver.load.get(half[0].isocalendar()[:2], 0) < most_a_week
        and not is_far(want, half[0], giver, limit)
    ]


def is_far(want: Want, day: date, giver: Giver, limit: Limit | None) -> bool:
    """Whether the person goes on a day already to where it is too far from the order's place."""
    if limit is None or want.is_online:
        return False
    return any(limit.is_far(Spot(want.region_path), spot) for spot in giver.away.get(day, ()))


def is_of_house(want: Want, giver: Giver) -> bool:
    """Whether the person works at who asks, by the names as they are written: for bodies that no register knows.

    Examples:
        >>> common = {"words": (), "subject": "", "form": "", "audience": "", "language": "", "is_online": True}
        >>> want = Want(1, **common, region_path="", halves=(), house="示例第一小学（东校区）")
        >>> named = {"topics": (), "subjects": frozenset(), "forms": frozenset(), "audiences": frozenset()}
        >>> more = {"languages": frozenset(), "times": frozenset(), "region_path": ""}
        >>> is_of_house(want, Giver(1, 1, **named, **more, house="示例第一小学"))
        True
    """
    ours, theirs = _bare(want.house), _bare(giver.house)
    return bool(ours and theirs) and (ours in theirs or theirs in ours)


def _bare(name: str) -> str:
    return "".join(sign for sign in name if sign.isalnum())


def lacks_language(want: Want, giver: Giver) -> bool:
    """Whether a language is asked for that the person does not speak; who named none speaks all."""
    return bool(want.language and giver.languages) and want.language not in giver.languages


def serves(want: Want, giver: Giver) -> bool:
    """Whether the person goes to the place; who named none goes anywhere."""
    if want.is_online or not giver.served:
        return True
    places = (*giver.served, giver.region_path)
    return any(want.region_path.startswith(place) or place.startswith(want.region_path) for place in places)


def _is_free(half: HalfDay, giver: Giver) -> bool:
    day, part = half
    if half in giver.busy or not giver.since <= day <= giver.until:
        return False
    return not giver.times or half_day_code(day, part) in giver.times


def halves_of(
    earliest: date, latest: date, wanted: Sequence[str], *, today: date, taken: Iterable[HalfDay] = ()
) -> tuple[HalfDay, ...]:
    """The half-days of an order that are still to come and not taken, tomorrow the first; evenings only where asked for."""
    known, parts = frozenset(taken), "ape" if wanted else "ap"
    found = half_days_between(earliest, latest, wanted, parts)
    return tuple(half for half in found if half[0] > today and half not in known)


_STAGES = (
    Unmet.SUPPLY,
    Unmet.CONFLICT,
    Unmet.PLACE,
    Unmet.LANGUAGE,
    Unmet.ROOM,
    Unmet.TIME,
    Unmet.LOAD,
    Unmet.DECLINED,
)


def last_rule(barred: Iterable[Unmet]) -> Unmet:
    """The rule that took the last one who might have come: whoever got farthest fell by it.

    Examples:
        >>> last_rule([Unmet.CONFLICT, Unmet.TIME]).value, last_rule([]).value
        ('time', 'supply')
    """
    return max(barred, key=_STAGES.index, default=Unmet.SUPPLY)
