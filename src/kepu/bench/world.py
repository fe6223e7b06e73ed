"""A city in a database of its own, with as many facts as one likes, made by the server from a seed."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import psycopg
from psycopg import sql

from kepu.foundation import database

FIRST = date(2020, 1, 1)
MONTHS = 60
FLOWS, STOCKS, BODIES, STREETS = 92, 8, 400, 4
SHAPES = ("district", "audience", "body", "all")
AUDIENCES = ("youth", "farmers", "workers", "elderly", "officials", "public")


def say(text: str) -> None:
    """Tell what is going on, apart from the results."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201


@contextmanager
def scratch() -> Iterator[str]:
    """A fresh database with all migrations on the site's own server, its URL in the environment; dropped afterwards."""
    from kepu.config.start import make_secrets

    make_secrets()
    server = database.ensure_running()
    name = f"kepu_bench_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as keeper:
        keeper.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    url = _with_database(server, name)
    os.environ["DATABASE_URL"] = url
    os.environ.setdefault("KEPU_DEMO", "1")  # the example city is the world in which is measured
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kepu.config.settings")
    try:
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0, skip_checks=True)
        yield url
    finally:
        from django.db import connections

        connections.close_all()
        os.environ["DATABASE_URL"] = server
        with psycopg.connect(server, autocommit=True) as keeper:
            keeper.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def _with_database(url: str, name: str) -> str:
    head, _question, query = url.partition("?")
    return f"{head.rpartition('/')[0]}/{name}{'?' + query if query else ''}"


class World:
    """The example's city and plan with 400 bodies and 100 indicators more; every body does ten things in one street."""

    def __init__(self) -> None:
        from django.core.management import call_command

        from kepu.directory.register.models import Organisation, Region
        from kepu.directory.register.queries import districts
        from kepu.ledger.models import Indicator
        from kepu.plan.tasks.models import Plan

        call_command("demo_load", verbosity=0)
        self.plan = Plan.objects.select_related("region").get()
        city = self.plan.region
        places = list(districts())
        self.districts = [place.pk for place in places]
        self.streets = [
            street.pk for place in places for street in Region.objects.filter(parent=place).order_by("code")[:STREETS]
        ]
        bodies = Organisation.objects.bulk_create(
            [Organisation(name=f"测速单位{n:03d}", region=city, sort_key=str(n)) for n in range(BODIES)]
        )
        for number, body in enumerate(bodies):
            top = bodies[number % 25]  # twenty-five bodies at the top, the others below them
            body.parent = None if number == top.pk - bodies[0].pk else top
            body.path = f"{top.pk}/" if body.parent is None else f"{top.pk}/{body.pk}/"
        Organisation.objects.bulk_update(bodies, ["parent", "path"])
        self.bodies = [body.pk for body in bodies]
        kinds = ["flow"] * FLOWS + ["stock"] * STOCKS
        indicators = Indicator.objects.bulk_create(
            [
                Indicator(
                    code=f"bench_{n:03d}",
                    name=f"测速指标{n}",
                    name_en=str(n),
                    unit="次",
                    unit_en="",
                    kind=kind,
                    aggregation="sum",
                )
                for n, kind in enumerate(kinds)
            ]
        )
        self.flows = [indicator.pk for indicator in indicators[:FLOWS]]
        self.stocks = [indicator.pk for indicator in indicators[FLOWS:]]
        self.codes = {indicator.pk: indicator.code for indicator in indicators}
        self._feed_the_plan()

    def _feed_the_plan(self) -> None:
        """Three pieces of evidence for every task of the plan beside its own: two flows, and a stock or one more flow."""
        from kepu.plan.tasks.models import Evidence

        rows = []
        for number, task in enumerate(self.plan.tasks.order_by("position")):
            has_stock = number % 2 == 0 and number < STOCKS * 2
            third = self.stocks[number // 2] if has_stock else self.flows[-1 - number % 20]
            for position, pk in enumerate((self.flows[number * 2], self.flows[number * 2 + 1], third)):
                shape = SHAPES[(number + position) % len(SHAPES)]
                row = Evidence(task=task, indicator_code=self.codes[pk], position=10 + position)
                row.region_id = self.districts[number % len(self.districts)] if shape == "district" else None
                row.audiences = [AUDIENCES[number % len(AUDIENCES)]] if shape == "audience" else []
                row.organisation_id = self.bodies[number % 25] if shape == "body" else None
                rows.append(row)
        Evidence.objects.bulk_create(rows)

    def make(self, size: int) -> None:
        """Make the facts month by month through the table's own door, folding as a site would."""
        from django.db import connection

        from kepu.ledger.services import fold_deltas

        with connection.cursor() as cursor:
            cursor.execute("select setseed(0.2022)")
            cursor.execute("set work_mem = '128MB'")
            for month in range(MONTHS):
                first = date(FIRST.year + month // 12, month % 12 + 1, 1)
                cursor.execute("select ledger_ensure_months(array[%s]::date[])", [first])
                cursor.execute(_MAKE, self._made(first, size // MONTHS, self.flows, "flow"))
                if first.month % 3 == 0:
                    cursor.execute(_MAKE_STOCKS, self._made(first, 0, self.stocks, "stock"))
                if first.month % 6 == 0:
                    fold_deltas()
                    say(f"  {first:%Y-%m}")
            cursor.execute("vacuum analyze")
            cursor.execute("reset work_mem")

    def _made(self, first: date, count: int, indicators: list[int], kind: str) -> dict[str, Any]:
        return {
            "first": first,
            "days": ((first + timedelta(days=32)).replace(day=1) - first).days,
            "count": count,
            "indicators": indicators,
            "flows": len(indicators),
            "bodies": self.bodies,
            "streets": self.streets,
            "districts": self.districts,
            "audiences": list(AUDIENCES),
            "per_district": STREETS,
            "kind": kind,
        }


_DRAWN = """
with drawn as materialized (
    select gen_random_uuid() as id, (random() * 399)::int as body, (random() * 9)::int as thing,
           (random() * 5)::int + 1 as audience, %(first)s::date + (random() * (%(days)s - 1))::int as occurred_on,
           (random() * 200)::int as quantity
      from generate_series(1, %(count)s)
), placed as materialized (
    select id, (%(indicators)s::int[])[1 + (body * 7 + thing) %% %(flows)s] as indicator_id, occurred_on,
           (%(streets)s::bigint[])[1 + body %% 40] as region_id,
           (%(districts)s::bigint[])[1 + (body %% 40) / %(per_district)s] as district_id,
           (%(bodies)s::bigint[])[1 + body] as organisation_id, (%(audiences)s::text[])[audience] as audience, quantity
      from drawn
)"""
_INSERT = """
, keyed as (
    insert into ledger_fact_key select id, occurred_on, indicator_id from placed order by id
)
insert into ledger_fact
select id, indicator_id, occurred_on, region_id, district_id, 'urban', organisation_id, audience, '', quantity, quantity,
       null, null, 'bulk', %(kind)s, '', null, now(), null, true
  from placed order by occurred_on
"""
_MAKE = _DRAWN + _INSERT
_MAKE_STOCKS = (
    """
with placed as materialized (
    select gen_random_uuid() as id, i.id as indicator_id, %(first)s::date + %(days)s - 1 as occurred_on,
           (%(streets)s::bigint[])[1 + (b.n - 1) %% 40] as region_id,
           (%(districts)s::bigint[])[1 + ((b.n - 1) %% 40) / %(per_district)s] as district_id, b.id as organisation_id,
           'public' as audience, (random() * 100)::int as quantity
      from unnest(%(indicators)s::int[]) as i (id), unnest(%(bodies)s::bigint[]) with ordinality as b (id, n)
)"""
    + _INSERT
)
