"""What others did to a draft since a page was opened: nobody's correction is lost, nobody's is overwritten unseen.

A page carries the number of corrections that it shows (its revision). The list of corrections only grows, so the first
so many of them give again what the person saw.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kepu.plan.tasks.rules.corrections import effective_reading
from kepu.plan.tasks.rules.findings import EffectiveReading, Values

PLACE = "place"
"""The key under which region and predecessor of a draft are written down."""


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """One correction that came after a page was opened."""

    id: str
    op: str
    key: str
    by: str
    at: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def content_at(
    reading: Mapping[str, Any], corrections: Sequence[Mapping[str, Any]], seen: int | None
) -> EffectiveReading:
    """The reading as a page of that revision showed it; None stands for now."""
    return effective_reading(reading, corrections if seen is None else corrections[: max(seen, 0)])


def since(corrections: Sequence[Mapping[str, Any]], seen: int | None, key: str | None = None) -> tuple[Meanwhile, ...]:
    """The corrections after a revision, oldest first.

    Args:
        corrections: all of a draft.
        seen: how many of them the page showed; None says that nobody asks, and nothing came after.
        key: only those that touch this finding: itself, the task around a body, the bodies of a task.

    Examples:
        >>> rows = [{"id": "a", "op": "set", "key": "t5.d0"}, {"id": "b", "op": "undo", "key": "a"}]
        >>> [(one.op, one.key) for one in since(rows, 1, "t5")], since(rows, 0, "g1"), since(rows, None)
        ([('undo', 't5.d0')], (), ())
    """
    if seen is None:
        return ()
    names = {str(correction["id"]): str(correction["key"]) for correction in corrections}
    found = []
    for correction in corrections[max(seen, 0) :]:
        touched = str(correction["key"])
        while touched in names:  # an undo names a correction, which may itself be an undo
            touched = names[touched]
        if key is None or _is_family(key, touched):
            found.append(
                Meanwhile(
                    id=correction["id"],
                    op=correction["op"],
                    key=touched,
                    by=(correction.get("by") or {}).get("name", ""),
                    at=correction.get("at", ""),
                    before=correction.get("before") or {},
                    after=correction.get("after") or {},
                )
            )
    return tuple(found)


def _is_family(key: str, touched: str) -> bool:
    return key == touched or touched.startswith(f"{key}.") or key.startswith(f"{touched}.")


@dataclass(frozen=True, slots=True)
class Merge:
    """What is left of a person's values after those of others since the page was opened."""

    mine: Values
    """Fields that the person changed, against what the page showed."""
    clashes: tuple[str, ...]
    """Fields that somebody else set to something else meanwhile."""


def merge(base: Mapping[str, Any], now: Mapping[str, Any], typed: Mapping[str, Any]) -> Merge:
    """Join typed values with what stands now, field by field.

    Args:
        base: the values that the page showed.
        now: the values that stand now.
        typed: the values that came back.

    Examples:
        >>> merge({"value": "100", "unit": ""}, {"value": "150", "unit": ""}, {"value": "100", "unit": "人"})
        Merge(mine={'unit': '人'}, clashes=())
        >>> merge({"value": "100"}, {"value": "150"}, {"value": "120"}).clashes
        ('value',)
    """
    mine = {name: value for name, value in typed.items() if value != base.get(name)}
    clashes = tuple(name for name, value in mine.items() if now.get(name) not in (base.get(name), value))
    return Merge({name: value for name, value in mine.items() if value != now.get(name)}, clashes)
