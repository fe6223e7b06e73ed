"""Many slots alike: on which days, at which times."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta

MOST_DAYS = 92
MOST_SLOTS = 400


@dataclass(frozen=True, slots=True)
class SeriesTerms:
    """What all slots of a series have in common."""

    since: date
    until: date
    """The last day, included."""
    weekdays: frozenset[int]
    """0 is Monday, 6 Sunday."""
    times: tuple[tuple[time, time], ...]
    """Beginning and end of each slot of a day."""
    capacity: int
    quotas: Mapping[str, int]
    days_before: int
    """So many days before each slot it may be booked, from midnight."""
    release_hours: int | None = None
    """So many hours before each slot unused seats of the channels go to all; None keeps them."""
    title: str = ""

    def moments(self) -> Iterator[tuple[date, time, time]]:
        """Every day with the beginning and the end of each of its slots, in order of time."""
        for ahead in range((self.until - self.since).days + 1):
            day = self.since + timedelta(days=ahead)
            if day.weekday() in self.weekdays:
                yield from ((day, begin, end) for begin, end in self.times)


def read_times(text: str) -> tuple[tuple[time, time], ...]:
    """Read one slot a line, such as `09:00-10:30`; full-width signs are read too.

    Returns:
        Beginning and end of each, in order of time.

    Raises:
        ValueError: a line can not be read, or ends before it begins, or overlaps another; the message is that line.

    Examples:
        >>> read_times("14：00—15：30")
        ((datetime.time(14, 0), datetime.time(15, 30)),)
    """
    found: list[tuple[time, time]] = []
    for line in filter(None, (one.strip() for one in text.translate(_NARROW).splitlines())):
        begin, _mark, end = line.partition("-")
        try:
            span = time.fromisoformat(begin.strip().zfill(5)), time.fromisoformat(end.strip().zfill(5))
        except ValueError:
            raise ValueError(line) from None
        if span[1] <= span[0] or any(span[0] < other[1] and other[0] < span[1] for other in found):
            raise ValueError(line)
        found.append(span)
    if not found:
        raise ValueError(text.strip())
    return tuple(sorted(found))


_NARROW = str.maketrans(
    {
        "：": ":",
        "—": "-",
        "–": "-",
        "－": "-",
        "~": "-",
        "～": "-",
        "至": "-",
        "到": "-",
        ",": "\n",
        "，": "\n",
        "、": "\n",
        ";": "\n",
        "；": "\n",
    }
)
