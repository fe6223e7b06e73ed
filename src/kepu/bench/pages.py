"""How long the public pages take, through the whole of Django: middleware, queries, judging, template."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random
from statistics import median

from kepu.bench import Result
from kepu.bench.timing import times
from kepu.bench.world import World

SEED = 20220328
PAGE_BAR_MS = 100.0


def page_results(world: World, *, rounds: int) -> Iterator[Result]:
    """The pages of the plan as of its last day and as of any, asked by a client inside this process.

    Args:
        world: with its facts.
        rounds: how often each page is asked.
    """
    from django.test import Client
    from django.urls import reverse

    client = Client(headers={"host": "localhost"})
    chance = Random(SEED)  # noqa: S311 data, no secret
    first = date(world.plan.period_start or 2021, 1, 1)
    slugs = list(world.plan.tasks.values_list("slug", flat=True))

    def last_day() -> date:
        return first.replace(year=first.year + 3, month=12, day=31)

    def some_day() -> date:
        return first + timedelta(days=chance.randrange(200, 1400))

    def asked(address: Callable[[], str]) -> Callable[[date], None]:
        def ask(day: date) -> None:
            answer = client.get(address(), {"day": day.isoformat()})
            if answer.status_code != 200:  # noqa: PLR2004 HTTP
                raise AssertionError(f"{answer.request['PATH_INFO']}: {answer.status_code}")

        return ask

    pages = {
        "front page": asked(lambda: reverse("portal:home")),
        "plan's overview page": asked(lambda: reverse("plan:plan", args=[world.plan.slug])),
        "task page": asked(lambda: reverse("plan:task", args=[world.plan.slug, chance.choice(slugs)])),
    }
    for name, ask in pages.items():
        for when, day in (("as of its newest day", last_day), ("as of any day", some_day)):
            taken = times(ask, day, rounds)
            value = median(taken.whole)
            yield Result(f"{name} {when}, median", value, "ms", PAGE_BAR_MS, holds=value <= PAGE_BAR_MS)
            yield Result(f"{name} {when}: its queries, median", median(taken.queries), "ms")
