"""How many seat decisions a minute a slot takes over HTTP, from 200 bookers at once, and whether one seat too many goes.

The site itself runs: granian with two workers on a database of its own. Every booker is signed in, keeps one connection
and sends the form of the booking page again and again; each answer is one decision: seats, a place on the waiting list, or
a refusal in words. The bookers run on the same two cores and are counted in.
"""

import http.client
import os
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles
from time import monotonic, perf_counter, process_time, sleep, time
from typing import Any
from urllib.parse import urlencode, urlsplit

from kepu.bench import Result
from kepu.bench.world import say, scratch

BOOKERS = 200
SEATS, QUICK_SEATS = 3000, 1000
ROUNDS = 5
BAR = 12_000.0
_ANSWERS = {422: "refused"}
_KIND = "bench.hall"
_SERVER = (
    sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--workers", "2",
    "--blocking-threads", "4", "--no-ws", "--log-level", "warning", "kepu.cli.serve:application",
)  # fmt: skip


def measure(*, quick: bool) -> list[Result]:
    """Let 200 bookers rush at a slot that takes half of them, several times; then once at a slot that is full."""
    seats = QUICK_SEATS if quick else SEATS
    with scratch() as url:
        say("signing people in …")
        sessions = _sessions(2 * seats)
        rushes, database = [], urlsplit(url).path.strip("/")
        with _served(url) as (port, server):
            for number in range(2 if quick else ROUNDS):
                slot = _slot(seats, number)
                say(f"rush {number + 1}: {2 * seats:,} people, {seats:,} seats …")
                before, own = _cpu_seconds(server, database), process_time()
                rushes.append(_rush(port, slot, sessions))
                after = _cpu_seconds(server, database)
                spent = (after[0] - before[0], after[1] - before[1], process_time() - own)
                rushes[-1].cpu_ms = tuple(seconds * 1000 / (2 * seats) for seconds in spent)  # type: ignore[assignment]
                _check(slot, seats, rushes[-1])
        return _results(rushes)


def _cpu_seconds(server: int, database: str) -> tuple[float, float]:
    """Processor time used so far by the server with its workers, and by the database's processes for this database."""
    ours, theirs, parents = {server}, 0.0, {}
    used: dict[int, float] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parts = (entry / "stat").read_text().rpartition(")")[2].split()
            pid = int(entry.name)
            parents[pid], used[pid] = int(parts[1]), (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")
            if database in (entry / "cmdline").read_text().replace("\0", " ") and pid != os.getpid():
                theirs += used[pid]
    ours |= {pid for pid, parent in parents.items() if parent == server}
    return sum(used.get(pid, 0.0) for pid in ours), theirs


class _Rush:
    """What came of one rush."""

    def __init__(self, answers: Counter[str], seconds: float, took: list[float]) -> None:
        self.answers, self.seconds, self.took, self.oversold = answers, seconds, took, 0
        self.cpu_ms = (0.0, 0.0, 0.0)
        """Of the server, the database and the bookers themselves, for one decision."""

    @property
    def a_minute(self) -> float:
        return sum(self.answers.values()) * 60 / self.seconds


def _results(rushes: list[_Rush]) -> list[Result]:
    rate = median(one.a_minute for one in rushes)
    waits = [seconds * 1000 for one in rushes for seconds in one.took]
    oversold = max(one.oversold for one in rushes)
    unanswered = sum(one.answers["failed"] for one in rushes)
    return [
        Result(f"seat decisions over HTTP, one slot, {BOOKERS} bookers at once", rate, "decisions/min", BAR, holds=rate >= BAR),
        Result("the slowest rush", min(one.a_minute for one in rushes), "decisions/min"),
        Result("a decision, median", median(waits), "ms"),
        Result("a decision, p95", quantiles(waits, n=20)[18], "ms"),
        *(
            Result(f"processor time of a decision: {whose}", median(one.cpu_ms[number] for one in rushes), "ms")
            for number, whose in enumerate(("web server", "database", "bookers"))
        ),
        Result("seats sold beyond the slot's", oversold, "seats", 0, holds=oversold == 0),
        Result("requests without an answer", unanswered, "requests", 0, holds=unanswered == 0),
    ]  # fmt: skip


def _sessions(count: int) -> list[tuple[int, str]]:
    """Persons of age with a session each, as signing in leaves it, who agreed to the text on bookings before."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    from kepu.directory.privacy.models import Consent, PersonalDetail
    from kepu.directory.privacy.queries import consent_text
    from kepu.directory.register.http import SEEN_AT, SIGNED_IN_AT
    from kepu.directory.register.models import Person
    from kepu.outreach.bookings.services import CONSENT

    Person.objects.bulk_create(
        [Person(login=f"booker{n:06d}", name=f"示例观众 {n:06d}", password="!") for n in range(count)]  # noqa: S106 none fits it
    )
    people = list(Person.objects.filter(login__startswith="booker").order_by("pk"))
    text = consent_text(CONSENT)
    Consent.objects.bulk_create(
        Consent(
            person=one, purpose=CONSENT, version=text.version, text_digest=text.digest, state="given", band="adult",
            answered_by=one, recorded_by=one, answered_at=timezone.now(),
        )
        for one in people
    )  # fmt: skip
    PersonalDetail.objects.bulk_create(PersonalDetail(person=one, birthday="1980-05-04") for one in people)
    at = int(time())
    store, until, rows = SessionStore(), timezone.now() + timedelta(hours=2), []
    for person in people:
        data = {
            SESSION_KEY: str(person.pk), BACKEND_SESSION_KEY: "allauth.account.auth_backends.AuthenticationBackend",
            HASH_SESSION_KEY: person.get_session_auth_hash(),
            SIGNED_IN_AT: at, SEEN_AT: at,
        }  # fmt: skip
        rows.append(Session(session_key=f"bench{person.pk:027d}", session_data=store.encode(data), expire_date=until))
    Session.objects.bulk_create(rows)
    return [(person.pk, row.session_key) for person, row in zip(people, rows, strict=True)]


def _slot(seats: int, number: int) -> Any:
    """A slot of its own for every rush, none at the same time as another."""
    from kepu.foundation.clock import now
    from kepu.outreach.bookings.rules import Subject, register_subject
    from kepu.outreach.bookings.services import open_slot

    register_subject(
        _KIND, lambda _id: Subject("测速展厅", is_demonstration=True), noun="展厅", managed=lambda _person: ()
    )
    begins = now() + timedelta(days=number + 1)
    return open_slot(_KIND, "1", actor=None, starts_at=begins, ends_at=begins + timedelta(hours=1), capacity=seats)


@contextmanager
def _served(url: str) -> Iterator[tuple[int, int]]:
    """The site's own server with two workers, as `kepu up` starts it."""
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    settings = {"DATABASE_URL": url, "KEPU_POOL_SIZE": "8"}
    with subprocess.Popen([*_SERVER, "--port", str(port)], env=os.environ | settings) as server:  # noqa: S603 our own
        try:
            _wait(port)
            yield port, server.pid
        finally:
            server.terminate()
            server.wait(20)


def _wait(port: int) -> None:
    end = monotonic() + 60
    while monotonic() < end:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        sleep(0.2)
    raise AssertionError("the server did not start")


def _rush(port: int, slot: Any, sessions: list[tuple[int, str]]) -> _Rush:
    """All bookers at once; each person books once, the next person of a booker when the last has the answer."""
    from kepu.directory.privacy.queries import consent_text
    from kepu.outreach.bookings.services import CONSENT

    digest = consent_text(CONSENT).digest
    body = urlencode({
        "party_size": 1, "accompanying": 0, "rules_version": slot.rules_version, "text_digest": digest,
        "csrfmiddlewaretoken": "a" * 32,
    })  # fmt: skip
    answers: Counter[str] = Counter()
    took: list[float] = []
    ready = threading.Barrier(BOOKERS + 1)
    guard = threading.Lock()

    def booker(own: list[tuple[int, str]]) -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        said, seconds = Counter[str](), []
        line.connect()
        ready.wait()
        for _person, session in own:
            begin = perf_counter()
            said[_decision(line, slot.pk, body, session)] += 1
            seconds.append(perf_counter() - begin)
        line.close()
        with guard:
            answers.update(said)
            took.extend(seconds)

    threads = [threading.Thread(target=booker, args=(sessions[number::BOOKERS],)) for number in range(BOOKERS)]
    for one in threads:
        one.start()
    ready.wait()
    begin = perf_counter()
    for one in threads:
        one.join()
    return _Rush(answers, perf_counter() - begin, took)


def _decision(line: http.client.HTTPConnection, slot_id: int, body: str, session: str) -> str:
    """Send one form as the page's own script does; a redirect is a booking, 422 a refusal in words."""
    headers = {
        "Content-Type": "application/x-www-form-urlencoded", "Cookie": f"sessionid={session}; csrftoken={'a' * 32}",
        "HX-Request": "true",
    }  # fmt: skip
    try:
        line.request("POST", f"/book/{slot_id}/", body, headers)
        answer = line.getresponse()
        answer.read()
    except OSError:
        line.close()
        return "failed"
    return (
        "booked"
        if answer.headers.get("HX-Redirect", "").startswith("/book/mine/")
        else _ANSWERS.get(answer.status, "failed")
    )


def _check(slot: Any, seats: int, rush: _Rush) -> None:
    """Count in the database what was answered over HTTP; the rush knows how many seats too many went."""
    from django.db import connection

    from kepu.outreach.bookings.models import Booking

    booked = Booking.objects.filter(slot=slot, state="booked").count()
    connection.close()
    if booked != rush.answers["booked"] or sum(rush.answers.values()) != 2 * seats:
        raise AssertionError(f"answered {dict(rush.answers)}, stored {booked}")
    rush.oversold = max(0, booked - seats)
