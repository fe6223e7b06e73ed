"""Work for real processes, forked from one server that has Django up; each opens a connection of its own."""

import multiprocessing
import os
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, timedelta
from decimal import Decimal
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, NamedTuple

import django
from django.apps import apps

if not apps.ready:  # in the server, once for all
    django.setup()

from django.conf import settings
from django.db import connection

from kepu.foundation import clock
from kepu.ledger.errors import FactAlreadyReversed
from kepu.ledger.rules import FactDraft
from kepu.ledger.services import fold_deltas, load_facts, loading, record_fact, reverse_fact

DAY = date(2024, 9, 15)
LONGEST = 120.0
_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload([__name__])


class Started(NamedTuple):
    """A process under way, and what it says."""

    process: BaseProcess
    said: Connection


def start(work: Callable[..., Any], *arguments: Any) -> Started:
    """Run a function of this module in a process of its own, on the test's database."""
    os.environ |= {"DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE, "KEPU_VAR": str(settings.KEPU_VAR)}
    here, there = _SERVER.Pipe(duplex=False)
    process = _SERVER.Process(target=_run, args=(connection.settings_dict["NAME"], there, work, arguments))
    process.start()
    there.close()
    return Started(process, here)


def finish(started: list[Started]) -> Iterator[Any]:
    """What each gave back; a process that failed fails the test."""
    for one in started:
        assert one.said.poll(LONGEST), "nothing was said"
        yield one.said.recv()
        one.process.join(LONGEST)
        assert one.process.exitcode == 0


def _run(database: str, said: Connection, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    connection.settings_dict["NAME"] = database
    with clock.fixed(DAY), closing(connection):
        said.send(work(said, *arguments))


def _draft(n: int, **values: Any) -> FactDraft:
    given: dict[str, Any] = {
        "indicator": "lectures", "occurred_on": date(2024, 1, 1) + timedelta(days=n % 200), "region": "370202",
        "organisation": "市科协", "quantity": Decimal(1), "people": n, "key": f"row {n}",
    }  # fmt: skip
    return FactDraft(**(given | values))


def write_one_cell(_said: Connection, worker: int) -> None:
    """Ten connections that write one cell, one of which folds in between."""

    def write(n: int) -> None:
        with clock.fixed(DAY), closing(connection):
            for again in range(4):
                record_fact(_draft(0, key=f"{worker} {n} {again}", people=2, person=bytes([n]) * 16), actor=None)
                if n == 3:
                    fold_deltas()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(write, range(10)))


def load_rows(_said: Connection, first: int, count: int) -> int:
    """Load rows that others load too; how many were new."""
    return load_facts((_draft(n) for n in range(first, first + count)), actor=None, source="shared").added


def load_and_hang(said: Connection, count: int) -> None:
    """Write everything, say so, and never commit."""

    def slowly(cursor: Any, *_given: Any, **_options: Any) -> int:
        cursor.execute("select ledger_ensure_months(array(select distinct occurred_on from ledger_staging))")
        cursor.execute(loading._INSERT_NEW_KEYS)
        cursor.execute(loading._INSERT_FACTS, ["bulk", None, clock.now(), False])
        said.send("written")
        time.sleep(60)
        return count

    loading._store = slowly
    load_facts((_draft(n) for n in range(count)), actor=None, source="killed")


def take_back(_said: Connection, fact: uuid.UUID) -> str:
    """Reverse a fact, or come late."""
    try:
        reverse_fact(fact, reason="同时", actor=None)
    except FactAlreadyReversed:
        return "late"
    return "done"
