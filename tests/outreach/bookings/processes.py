"""Bookers in real processes, each with connections of its own, for the tests of two at once."""

import multiprocessing
import os
from contextlib import closing
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import django
from django.apps import apps

if not apps.ready:  # in the server, once for all
    django.setup()

from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import connection

from kepu.directory.register.models import Person
from kepu.foundation.errors import DomainError
from kepu.outreach.bookings import services
from kepu.outreach.bookings.rules import SeriesTerms
from tests.outreach.bookings.factories import HALL, register_halls, text_digest

LONGEST = 120.0
_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload([__name__])


def together(work: Any, tasks: list[tuple[Any, ...]], *, processes: int = 5) -> list[Any]:
    """Do many things at once: each process takes every n-th task, in as many threads, and all begin together."""
    os.environ |= {"DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE, "KEPU_VAR": str(settings.KEPU_VAR)}
    start = _SERVER.Barrier(processes)
    started = []
    for number in range(processes):
        here, there = _SERVER.Pipe(duplex=False)
        arguments = (connection.settings_dict["NAME"], there, start, work, tasks[number::processes])
        process = _SERVER.Process(target=_run, args=arguments)
        process.start()
        there.close()
        started.append((process, here))
    found = []
    for process, said in started:
        assert said.poll(LONGEST), "nothing was said"
        found += said.recv()
        process.join(LONGEST)
        assert process.exitcode == 0
    return found


def _run(database: str, said: Any, start: Any, work: Any, tasks: list[tuple[Any, ...]]) -> None:
    connection.settings_dict["NAME"] = database
    register_halls()

    def one(task: tuple[Any, ...]) -> Any:
        with closing(connection):
            connection.ensure_connection()
            ready.wait()
            try:
                return work(*task)
            except DomainError as refusal:
                return refusal.code

    import threading

    ready = threading.Barrier(len(tasks), action=lambda: start.wait(LONGEST))
    with ThreadPoolExecutor(len(tasks)) as pool:
        said.send(list(pool.map(one, tasks)))


def book(slot_id: int, person_id: int, rules_version: str, size: int = 1, *, waits: bool = False) -> str:
    """Book as one person; what came of it."""
    person = Person.objects.get(pk=person_id)
    made = services.book(
        slot_id, actor=person, party_size=size, rules_version=rules_version, waits=waits, text_digest=text_digest()
    )
    return str(made.state)


def wait_or_book(slot_id: int, person_id: int, rules_version: str) -> str:
    """Book, and wait where it is full."""
    return book(slot_id, person_id, rules_version, waits=True)


def open_form(person_id: int, key: str, starts_at: datetime) -> int:
    """Send the form of one slot; the slot's number."""
    actor = Person.objects.get(pk=person_id)
    ends_at = starts_at + timedelta(hours=2)
    opened = services.open_slot(HALL, "1", actor=actor, starts_at=starts_at, ends_at=ends_at, capacity=5, key=UUID(key))
    return opened.pk


def open_days(person_id: int, since: date) -> int:
    """Open a week of slots; how many."""
    terms = SeriesTerms(since, since + timedelta(days=6), frozenset(range(7)), ((time(9), time(10)),), 5, {}, 3)
    return len(services.open_series(HALL, "1", terms, actor=Person.objects.get(pk=person_id)))


def cancel(booking_id: int, person_id: int) -> str:
    """Give up a booking."""
    return str(services.cancel_booking(booking_id, actor=Person.objects.get(pk=person_id)).state)


def book_or_cancel(what: str, *arguments: Any) -> str:
    """One of the two."""
    return cancel(*arguments) if what == "cancel" else wait_or_book(*arguments)


def draw(slot_id: int) -> int:
    """Draw lots, perhaps as one of many workers."""
    return services.draw(slot_id)


def book_or_draw(what: str, *arguments: Any) -> Any:
    """Enter a draw, or hold it."""
    return draw(*arguments) if what == "draw" else wait_or_book(*arguments)
