"""Which volunteer team is asked to help, without a database."""

from collections.abc import Iterable
from dataclasses import dataclass

from kepu.outreach.requests.rules.fit import nearness


@dataclass(frozen=True, slots=True)
class Crew:
    """A team that has enough helpers, as matching sees it."""

    team: int
    region_path: str
    able: int
    """How many of it could be asked."""


def best_crew(region_path: str, crews: Iterable[Crew]) -> Crew | None:
    """The nearest; of equals the one with more, then the lower number; None where there is none.

    Args:
        region_path: where help is wanted.
        crews: in any order.

    Examples:
        >>> near, far = Crew(2, "1/2/", 3), Crew(1, "1/5/", 9)
        >>> best_crew("1/2/4/", [far, near]).team, best_crew("1/2/4/", [far, near, Crew(3, "1/2/", 4)]).team
        (2, 3)
        >>> best_crew("1/2/", []) is None
        True
    """
    return min(crews, key=lambda one: (-nearness(region_path, one.region_path), -one.able, one.team), default=None)
