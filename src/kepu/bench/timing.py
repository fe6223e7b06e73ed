"""How long calls take, and the queries inside them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from time import perf_counter
from typing import Any


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of each call, and of the queries inside it."""

    whole: list[float]
    queries: list[float]


def times(act: Callable[[date], None], day: Callable[[], date], rounds: int) -> Times:
    """Call something as of some days, after five calls that warm it.

    Args:
        act: what is called.
        day: gives the day of each call.
        rounds: how often.
    """
    from django.db import connection

    spent = 0.0

    def measured(execute: Callable[..., Any], *call: Any) -> Any:
        nonlocal spent
        begin = perf_counter()
        try:
            return execute(*call)
        finally:
            spent += perf_counter() - begin

    for _warm in range(5):
        act(day())
    taken = Times([], [])
    for _again in range(rounds):
        asked = day()
        spent, begin = 0.0, perf_counter()
        with connection.execute_wrapper(measured):
            act(asked)
        taken.whole.append((perf_counter() - begin) * 1000)
        taken.queries.append(spent * 1000)
    return taken
