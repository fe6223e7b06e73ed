"""Rules of the register: when two entries may be one human being."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kepu.foundation.sheets.columns import folded
from kepu.foundation.sheets.likeness import alike, folded_name
from kepu.outreach.people.capacities.choices import Likeness

_LONG_NAME = 3
_MOST_TWINS = 5
_ORDER = {likeness: place for place, likeness in enumerate(Likeness)}


@dataclass(frozen=True, slots=True)
class Human:
    """What of a person, or of a row, counts when the same human being is looked for."""

    key: int
    name: str
    bodies: frozenset[str] = frozenset()
    """Names of the bodies, folded by `folded_name`."""
    numbers: Mapping[str, str] = field(default_factory=dict)
    """Kind → number in its one form; only of rows, those of the register are found by their keyed hash."""

    @classmethod
    def of(cls, key: int, name: str, bodies: Iterable[str], numbers: Mapping[str, str] | None = None) -> "Human":
        """Fold what was typed."""
        names = frozenset(folded_name(body) for body in bodies if body.strip())
        return cls(key, folded(name).replace("·", ""), names, numbers or {})


def likeness_of(one: Human, other: Human) -> Likeness | None:
    """Why two may be one human being; None where nothing says so.

    Examples:
        >>> here, there = Human.of(1, "示例专家甲", ["市示例研究所"]), Human.of(2, "示例 专家甲", ["市示例研究所（本部）"])
        >>> likeness_of(here, there)
        Likeness.LIKE_BODY
        >>> likeness_of(here, Human.of(3, "示例专家乙", ["别的单位"])) is None
        True
    """
    for kind in (Likeness.PHONE, Likeness.IDENTITY):
        if one.numbers.get(kind) and one.numbers.get(kind) == other.numbers.get(kind):
            return kind
    shares_body = bool(one.bodies & other.bodies)
    if one.name == other.name:
        if shares_body:
            return Likeness.SAME
        if not one.bodies or not other.bodies:
            return Likeness.NAME
        return Likeness.LIKE_BODY if any(alike(a, b) for a in one.bodies for b in other.bodies) else None
    return Likeness.LIKE_NAME if shares_body and _one_apart(one.name, other.name) else None


def _one_apart(one: str, other: str) -> bool:
    """Whether two names of some length differ in one character; numbers that differ tell people apart."""
    if len(one) != len(other) or len(one) < _LONG_NAME:
        return False
    apart = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    return len(apart) == 1 and not "".join(apart[0]).isdigit()


class Humans:
    """People in whom likeness is looked for without comparing each with each."""

    def __init__(self, people: Iterable[Human]) -> None:
        self._blocks: dict[tuple[str, ...], list[Human]] = {}
        for human in people:
            for block in _blocks(human):
                self._blocks.setdefault(block, []).append(human)

    def like(self, one: Human) -> list[tuple[int, Likeness]]:
        """Those who may be this one, the surest first, at most five; the one itself left out."""
        found: dict[int, Likeness] = {}
        for block in _blocks(one):
            for other in self._blocks.get(block, ()):
                if other is not one and other.key not in found and (why := likeness_of(one, other)) is not None:
                    found[other.key] = why
        return sorted(found.items(), key=lambda pair: (_ORDER[pair[1]], pair[0]))[:_MOST_TWINS]


def _blocks(human: Human) -> Iterator[tuple[str, ...]]:
    """Under which keys somebody stands: two who may be one share at least one of them."""
    for kind, value in human.numbers.items():
        yield ("number", kind, value)
    yield ("name", human.name)
    if len(human.name) >= _LONG_NAME:
        for place in range(len(human.name)):
            yield ("hole", str(place), human.name[:place], human.name[place + 1 :])
