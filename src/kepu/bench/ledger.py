"""How fast the ledger takes facts and answers, with ten million facts in it, and whether every cell is still right.

The facts are made by the server in a database of their own, which is dropped at the end. The product's own functions
do the work: `load_facts`, `record_fact`, `values`, `series`, `by_district`.
"""

import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from statistics import median, quantiles
from tempfile import NamedTemporaryFile
from time import perf_counter
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from kepu.bench import Result
from kepu.bench.pages import page_results
from kepu.bench.timing import times
from kepu.bench.world import AUDIENCES, BODIES, FIRST, FLOWS, World, say, scratch
from kepu.foundation import database

SEED = 20220328
DAY = date(2024, 12, 31)
CLIENTS = 8
FULL, QUICK = 10_000_000, 1_000_000
LOAD_BAR_S, HOT_BAR, TASK_BAR_MS, OVERVIEW_BAR_MS = 20.0, 4000.0, 5.0, 100.0


def measure(*, quick: bool) -> list[Result]:
    """Make the facts, then measure loading, single facts, and the queries behind the pages."""
    size = QUICK if quick else FULL
    results: list[Result] = []
    with scratch() as url:
        from kepu.foundation import clock

        with clock.fixed(DAY):
            world = World()
            say(f"making {size:,} facts …")
            begin = perf_counter()
            world.make(size)
            results.append(Result("facts made by the server", size / (perf_counter() - begin), "facts/s"))
            say("loading …")
            results += _loading(world, size // 10)
            say("single facts …")
            results += _singles(world, url, seconds=5 if quick else 10)
            say("questions …")
            results += _questions(world, rounds=100 if quick else 300)
            say("pages …")
            results += page_results(world, rounds=15 if quick else 30)
            say("comparing cell by cell …")
            results.append(_differences())
    return results


def _loading(world: World, size: int) -> list[Result]:
    from django.db import connection

    from kepu.ledger.models import Delta
    from kepu.ledger.services import load_facts

    result: list[Result] = []
    copied = _copied(size)
    result.append(Result(f"yardstick: the server's COPY of {size:,} such lines into an unlogged table", copied, "s"))
    before = _count(connection)
    begin = perf_counter()
    loaded = load_facts(_drafts(world, size), actor=None, source="bench", is_demonstration=True)
    took = perf_counter() - begin
    if loaded.added != size or Delta.objects.exists() or _count(connection) != before + size:
        raise AssertionError("the load did not store what it said")
    bar = LOAD_BAR_S * size / 1_000_000
    loading = f"load {size:,} facts: checked, keyed, folded"
    result.append(Result(loading, took, "s", bar, holds=took <= bar, peer="COPY", ratio=took / copied))
    result.append(Result("the same, a million at this rate", took * 1_000_000 / size, "s"))
    begin = perf_counter()
    again = load_facts(_drafts(world, size), actor=None, source="bench", is_demonstration=True)
    result.append(Result("the same load again", perf_counter() - begin, "s"))
    result.append(Result("facts added by it", again.added, "facts", 0, holds=again.added == 0))
    return result


def _copied(size: int) -> float:
    """Seconds that the server takes for the least one can do with as many lines: how fast this machine is."""
    from django.db import connection

    line = "\t1\t2024-01-31\t1\t1\turban\t1\tyouth\t\t100.0000\t10\n"
    lines = "".join(f"{number:032x}{line}" for number in range(size))
    with connection.cursor() as cursor:
        cursor.execute(
            "create unlogged table bench_yardstick (key uuid, indicator_id integer, occurred_on date, region_id bigint,"
            " district_id bigint, area_class text, organisation_id bigint, audience text, audience_tag text,"
            " quantity numeric(18, 4), people bigint)"
        )
        begin = perf_counter()
        with cursor.copy("copy bench_yardstick from stdin") as copy:
            copy.write(lines)
        took = perf_counter() - begin
        cursor.execute("drop table bench_yardstick")
    return took


def _count(connection: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from ledger_fact_key")
        return int(cursor.fetchone()[0])


def _drafts(world: World, size: int) -> Iterator[Any]:
    from kepu.ledger.rules import FactDraft

    chance = Random(SEED)  # noqa: S311 data, no secret
    codes = [world.codes[pk] for pk in world.flows]
    days = [DAY - timedelta(days=n) for n in range(730)]
    for number in range(size):
        body = chance.randrange(BODIES)
        people = chance.randrange(200)
        yield FactDraft(
            codes[(body * 7 + number % 10) % FLOWS],
            days[chance.randrange(730)],
            world.streets[body % 40],
            world.bodies[body],
            Decimal(people),
            AUDIENCES[number % 6],
            "",
            people,
            None,
            None,
            f"row {number}",
        )


_HOT = """select ledger_record_fact(gen_random_uuid(), {indicator}, date '2024-11-30', {street}, {district}, 'urban', {body},
'{audience}', '', 1, 10, null, null, 'service', '', '', null, now(), true);
"""


def _singles(world: World, url: str, *, seconds: int) -> list[Result]:
    """Eight clients into one cell while a fold runs as often as the site's; then the service itself, one caller."""
    from kepu.ledger.services import record_fact

    cell = {
        "indicator": world.flows[0], "street": world.streets[0], "district": world.districts[0], "body": world.bodies[0],
        "audience": "public",
    }  # fmt: skip
    stop = threading.Event()
    folder = threading.Thread(target=_fold_every_two_seconds, args=(url, stop))
    folder.start()
    try:
        hot = _pgbench(url, _HOT.format(**cell), seconds)
    finally:
        stop.set()
        folder.join()
    results = []
    least = _least_commits(url, seconds)
    if hot is not None and least is not None:
        name = f"single facts on one hot cell, {CLIENTS} clients (pgbench)"
        results.append(Result("yardstick: commits of a row of one number, as many clients", least, "rows/s"))
        results.append(
            Result(name, hot, "facts/s", HOT_BAR, holds=hot >= HOT_BAR, peer="one-number rows", ratio=hot / least)
        )
    draft = next(_drafts(world, 1))
    count = 500
    begin = perf_counter()
    for number in range(count):
        record_fact(draft._replace(key=f"single {number}"), actor=None, is_demonstration=True)
    rate = count / (perf_counter() - begin)
    results.append(Result("single facts through the service, one caller, with audit and event", rate, "facts/s"))
    return results


def _least_commits(url: str, seconds: int) -> float | None:
    with psycopg.connect(url, autocommit=True) as keeper:
        keeper.execute("create table bench_least (number integer)")
        try:
            return _pgbench(url, "insert into bench_least values (1);\n", seconds)
        finally:
            keeper.execute("drop table bench_least")


def _fold_every_two_seconds(url: str, stop: threading.Event) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        while not stop.wait(2):
            connection.execute("select ledger_fold()")


def _pgbench(url: str, script: str, seconds: int) -> float | None:
    try:
        program = database.program("pgbench")
    except (database.DatabaseUnavailable, OSError):
        say("pgbench is missing: the hot cell is not measured")
        return None
    with NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        os.chmod(file.name, 0o644)  # noqa: PTH101 a made-up call, read by another program
        run = subprocess.run(  # noqa: S603
            [str(program), "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2", "-T", str(seconds), "-f", file.name,
             make_conninfo(url)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    for line in run.stdout.splitlines():
        if line.startswith("tps = "):
            return float(line.split()[2])
    say(run.stderr)
    return None


def _questions(world: World, *, rounds: int) -> list[Result]:
    """The queries behind the pages, with some thousand deltas that nobody folded yet."""
    from kepu.ledger.models import Delta
    from kepu.ledger.queries import EvidenceFilter, Question, by_district, cells, series, values
    from kepu.ledger.services import load_facts

    chance = Random(SEED)  # noqa: S311 data, no secret
    from django.db import transaction

    with transaction.atomic():  # the fold after the load runs at commit only, so its deltas stay to be read
        load_facts(
            (draft._replace(key=f"unfolded {draft.key}") for draft in _drafts(world, 5000)), actor=None, source="bench"
        )
        waiting = Delta.objects.count()
        codes = [world.codes[pk] for pk in world.flows]
        stocks = [world.codes[pk] for pk in world.stocks]

        def some_day() -> date:
            return FIRST + timedelta(days=chance.randrange(400, 1800))

        def evidence(code: str, shape: int) -> EvidenceFilter:
            if shape == 0:
                return EvidenceFilter(code, regions=(chance.choice(world.districts),))
            if shape == 1:
                return EvidenceFilter(code, audiences=(chance.choice(AUDIENCES),))
            if shape == 2:  # noqa: PLR2004 the third of four shapes
                return EvidenceFilter(code, organisations=(chance.choice(world.bodies[:25]),))
            return EvidenceFilter(code)

        def task(day: date) -> None:
            chosen = chance.sample(codes, 10)
            values([Question(EvidenceFilter(code), date(2021, 1, 1), day) for code in chosen])

        def matrix(day: date) -> None:
            cells(EvidenceFilter(chance.choice(codes)), by=["month", "district"], since=date(2021, 1, 1), until=day)

        def chart(day: date) -> None:
            series(evidence(chance.choice(codes), chance.randrange(4)), since=date(2020, 1, 1), until=day)

        def places(day: date) -> None:
            by_district(EvidenceFilter(chance.choice(codes)), since=date(2021, 1, 1), until=day)

        def overview(day: date) -> None:
            asked = [
                Question(evidence(chance.choice(codes), chance.randrange(5)), date(2021, 1, 1), day) for _n in range(80)
            ]
            asked += [Question(evidence(chance.choice(stocks), chance.randrange(5)), None, day) for _n in range(16)]
            values(asked)

        def stock(day: date) -> None:
            values([Question(EvidenceFilter(chance.choice(stocks)), None, day)])

        today, any_day = (lambda: DAY), some_day
        return [
            Result("deltas waiting while questions are asked", waiting, "rows"),
            *_p95("task: 10 indicators, value, age, flags, as of today", task, today, rounds),
            *_p95("task: the same as of any day", task, any_day, rounds),
            *_p95("chart: one indicator by month and district", matrix, today, rounds),
            *_p95("chart: one evidence by month, any filter", chart, today, rounds),
            *_p95("districts: one indicator in every district", places, today, rounds),
            *_p95("level of a stock, 400 cells", stock, any_day, rounds),
            _median("overview: 32 tasks, 96 pieces of evidence, as of today, median", overview, today, rounds // 5),
            _median("overview: the same as of any day, median", overview, any_day, rounds // 5),
        ]


def _p95(name: str, act: Callable[[date], None], day: Callable[[], date], rounds: int) -> Iterator[Result]:
    taken = times(act, day, rounds)
    value = quantiles(taken.queries, n=20)[-1]
    yield Result(f"{name}: its queries, p95", value, "ms", TASK_BAR_MS, holds=value <= TASK_BAR_MS)
    yield Result(f"{name}: with Python around them, p95", quantiles(taken.whole, n=20)[-1], "ms")


def _median(name: str, act: Callable[[date], None], day: Callable[[], date], rounds: int) -> Result:
    value = median(times(act, day, rounds).whole)
    return Result(name, value, "ms", OVERVIEW_BAR_MS, holds=value <= OVERVIEW_BAR_MS)


def _differences() -> Result:
    from kepu.ledger.services import check_rollups

    found = check_rollups()
    wrong = found.fine + found.page + found.stocks + found.persons + found.keys
    return Result("cells that differ from the facts, after all of it", wrong, "cells", 0, holds=wrong == 0)
