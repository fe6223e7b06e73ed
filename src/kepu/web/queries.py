"""What the page of components shows: examples that are marked as examples."""

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from kepu.web.choices import State


@dataclass(frozen=True, slots=True)
class Example:
    """A thing in a state, for show."""

    label: str
    state: str


@dataclass(frozen=True, slots=True)
class ExampleGroup:
    """Things that stand together."""

    name: str
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Showcase:
    """Everything the page of components needs."""

    groups: tuple[ExampleGroup, ...]
    counts: tuple[tuple[str, int], ...]
    page: Page[int]
    start: date
    end: date
    series: tuple[tuple[int, float], ...]


_GROUPS = (
    ("青少年", "silent on_pace behind on_pace undecided on_pace"),
    ("农民", "on_pace behind kept on_pace"),
    ("产业工人", "on_pace on_pace overdue stale"),
    ("老年人", "behind on_pace stale"),
    ("领导干部和公务员", "silent on_pace on_pace"),
    ("科技资源科普化", "stale behind on_pace"),
    ("科普信息化", "kept on_pace kept"),
    ("科普基础设施", "kept undecided on_pace"),
    ("基层科普能力", "kept undecided behind"),
)


def showcase() -> Showcase:
    """Return the examples of the page of components."""
    states = [state for _name, line in _GROUPS for state in line.split()]
    return Showcase(
        groups=tuple(
            ExampleGroup(
                name,
                tuple(
                    Example(_("示例任务 %(number)s") % {"number": f"{name} {i}"}, state)
                    for i, state in enumerate(line.split(), 1)
                ),
            )
            for name, line in _GROUPS
        ),
        counts=tuple((state.value, states.count(state.value)) for state in State),
        page=Paginator(range(1, 488), 20).page(7),
        start=date(2021, 1, 1),
        end=date(2025, 12, 31),
        series=((2010, 3.27), (2015, 6.2), (2018, 8.47), (2020, 10.56), (2022, 12.93), (2023, 14.14)),
    )
