"""One PostgreSQL server up and down: its cluster, its settings, its marks, its end."""

from __future__ import annotations

import os
import re
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from psycopg import pq

from kepu.foundation.database.place import DATABASE, MEGABYTE, ROOM_FOR_A_NEW_CLUSTER, Account, Place, Say
from kepu.foundation.database.words import DatabaseUnavailable, disk_full, explain

_LOG_LIMIT = 20 * MEGABYTE
_SILENCE_LIMIT = 120.0  # seconds a living server may give no answer at all; recovery answers "starting up"
_STOP_LIMIT = 60.0
_NOBODY = 2**31 - 2  # a process number that the kernel never gives


def bring_up(place: Place, say: Say) -> None:
    _make_folder(place.home, place.account)
    if place.socket != place.home:
        _make_folder(place.socket, place.account)
    answer = ping(place)
    if answer == pq.Ping.OK:
        return
    if (answer == pq.Ping.REJECT or living_postmaster(place)) and _wait_for_another(place, say):
        return
    if place.for_tests and (place.data / "PG_VERSION").exists() and _version_of(place) != _version_on_disk(place):
        shutil.rmtree(place.data)  # holds nothing of worth
    if not (place.data / "PG_VERSION").exists():
        _make_cluster(place, say)
    if _version_of(place) != _version_on_disk(place):
        raise DatabaseUnavailable(
            f"这里的数据由 PostgreSQL {_version_on_disk(place)} 建立，而程序是 {_version_of(place)}。"
            "请用旧版程序 kepu backup，再用新版 kepu restore。"
        )
    _start(place, say)


def _version_on_disk(place: Place) -> str:
    return (place.data / "PG_VERSION").read_text("ascii").strip()


def _version_of(place: Place) -> str:
    """The major version of the server's program."""
    command = [str(place.binaries / "bin" / "postgres"), "--version"]
    with _switching_account():
        said = subprocess.run(command, check=False, capture_output=True, text=True, **_as(place.account))
    number = re.search(r"\) (\d+)", said.stdout)
    if number is None:
        raise DatabaseUnavailable(explain(said.stderr, home=place.home, log=place.log))
    return number[1]


def _make_folder(folder: Path, account: Account | None) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        pass
    else:
        if account:
            os.chown(folder, account.uid, account.gid)
    found = folder.lstat()
    uid = account.uid if account else os.geteuid()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid:
        raise DatabaseUnavailable(f"数据库文件夹 {folder} 属于别的用户。请换用建立它的用户运行，或把它移走后再试。")


def _make_cluster(place: Place, say: Say) -> None:
    version_file = place.data / "PG_VERSION"
    if place.data.exists() and not version_file.exists() and any(place.data.iterdir()):
        raise DatabaseUnavailable(f"{place.data} 里有来历不明的文件，不是数据库。请把它移走后再试。")
    if shutil.disk_usage(place.home).free < ROOM_FOR_A_NEW_CLUSTER:
        raise DatabaseUnavailable(disk_full(place.home))
    say("正在建立数据库……")
    draft = place.home / "data.new"  # renamed when complete: half a cluster is never taken for one
    shutil.rmtree(draft, ignore_errors=True)
    command = [
        str(place.binaries / "bin" / "initdb"),
        "-D",
        str(draft),
        "-U",
        "kepu",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--auth=trust",
    ]
    if place.for_tests:
        command.append("--no-sync")
    with _switching_account():
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, errors="replace", **_as(place.account)
        )
    if done.returncode:
        shutil.rmtree(draft, ignore_errors=True)
        raise DatabaseUnavailable(explain(done.stderr or done.stdout, home=place.home, log=place.log))
    with (draft / "postgresql.conf").open("a", encoding="utf-8") as conf:
        conf.write("\ninclude = 'kepu.conf'\n")
    if place.data.exists():
        place.data.rmdir()
    draft.rename(place.data)


def _start(place: Place, say: Say) -> None:
    _write_settings(place)
    if place.pid_file.exists():
        say("数据库正在从上次异常中断中恢复……")
        _disown_marks(place)
    if place.log.exists() and place.log.stat().st_size > _LOG_LIMIT:
        place.log.replace(place.log.with_suffix(".log.1"))
    tries = 0
    while True:
        before = place.log.stat().st_size if place.log.exists() else 0
        with place.log.open("ab") as log, _switching_account():
            process = subprocess.Popen(
                [str(place.binaries / "bin" / "postgres"), "-D", str(place.data)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **_as(place.account),
            )
        try:
            if _wait_for_ours(place, process, say):
                _processes.append(process)
                return
        except BaseException:
            process.send_signal(signal.SIGINT)
            process.wait()
            raise
        with place.log.open("rb") as log:
            log.seek(before)
            words = log.read().decode("utf-8", "replace")
        tries += 1
        # After a kill -9 of the postmaster its children need a moment to notice.
        if "pre-existing shared memory block" not in words or tries > 100:  # noqa: PLR2004
            raise DatabaseUnavailable(explain(words, home=place.home, log=place.log))
        time.sleep(0.3)


_processes: list[subprocess.Popen[bytes]] = []  # kept so that a stopped server is reaped


def _wait_for_ours(place: Place, process: subprocess.Popen[bytes], say: Say) -> bool:
    """Wait until the server answers; False when it gave up."""
    began = time.monotonic()
    told = began + 5
    heard = began
    while True:
        answer = ping(place)
        now = time.monotonic()
        if answer == pq.Ping.OK:
            return True
        if process.poll() is not None:
            return False
        if answer == pq.Ping.REJECT:
            heard = now
        if now - heard > _SILENCE_LIMIT:
            raise DatabaseUnavailable(f"数据库启动后没有应答。请看日志 {place.log}。")
        if now > told:
            say(f"数据库还在准备，已等 {now - began:.0f} 秒……")
            told = now + 10
        time.sleep(0.03)


def _wait_for_another(place: Place, say: Say) -> bool:
    """A server that we did not start is coming up or going down: wait for the outcome. True when it is up."""
    began = time.monotonic()
    told = began + 1
    while True:
        answer = ping(place)
        now = time.monotonic()
        if answer == pq.Ping.OK:
            return True
        if not living_postmaster(place):
            return False
        if answer == pq.Ping.NO_RESPONSE and now - began > _SILENCE_LIMIT:
            raise DatabaseUnavailable(f"数据库进程还在，但没有应答。请运行 kepu stop，再看日志 {place.log}。")
        if now > told:
            say(f"数据库正在启动或恢复，已等 {now - began:.0f} 秒……")
            told = now + 10
        time.sleep(0.05)


def stop(place: Place) -> bool:
    pid = living_postmaster(place)
    if not pid:
        return False
    os.kill(pid, signal.SIGINT)  # "fast": roll back, write a checkpoint, leave
    end = time.monotonic() + _STOP_LIMIT
    while place.pid_file.exists() and living_postmaster(place) == pid:
        reap()
        if time.monotonic() > end:
            os.kill(pid, signal.SIGQUIT)
            break
        time.sleep(0.02)
    for process in list(_processes):
        if process.pid == pid:
            process.wait()
            _processes.remove(process)
    if place.socket != place.home:
        with suppress(OSError):
            place.socket.rmdir()
    return True


def reap() -> None:
    """Let go of servers of this process that ended: their numbers count as living until somebody asks."""
    for process in list(_processes):
        if process.poll() is not None:
            _processes.remove(process)


def ping(place: Place) -> pq.Ping:
    return pq.Ping(pq.PGconn.ping(place.url("postgres").encode()))


def living_postmaster(place: Place) -> int | None:
    """The pid in the server's mark, if that process is alive and really serves this folder."""
    try:
        pid = int(place.pid_file.read_text("ascii", "replace").split("\n", 1)[0])
        os.kill(pid, 0)
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return None
    except PermissionError:
        return None  # another user's process has taken over the number
    return pid if _serves(pid, place) else None


def _serves(pid: int, place: Place) -> bool:
    process = Path("/proc") / str(pid)
    try:
        return (process / "cwd").resolve(strict=True) == place.data.resolve()
    except PermissionError:
        # Root in a container may not look into another account's process, but everybody may read how it was called.
        called = (process / "cmdline").read_bytes().split(b"\0")
        return Path(os.fsdecode(called[0])).name == "postgres" and os.fsencode(place.data) in called
    except OSError:
        # A dead child not yet reaped has no folder any more; without /proc we must believe the mark.
        return not Path("/proc/self").exists()


def _disown_marks(place: Place) -> None:
    """Make the marks of a dead server harmless: PostgreSQL gives up when their number belongs to any living process.

    That happens in containers, where process numbers begin at 1 again, and where nobody reaps the dead. Only the number
    is changed: by the other lines PostgreSQL sees whether a process of the dead server still works on the data.
    """
    if living_postmaster(place) is not None:
        return
    try:
        _, _, rest = place.pid_file.read_text("utf-8", "replace").partition("\n")
        place.pid_file.write_text(f"{_NOBODY}\n{rest}", "utf-8")
    except FileNotFoundError:
        return
    (place.socket / ".s.PGSQL.5432.lock").unlink(missing_ok=True)


def make_database(place: Place) -> None:
    with psycopg.connect(place.url("postgres"), autocommit=True) as connection:
        known = connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone()
        if known:
            return
        try:
            connection.execute(f"create database {DATABASE}")
        except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            return  # another command was quicker


def _as(account: Account | None) -> dict[str, Any]:
    """How to run a program of the server: its user, a clean environment, a folder that it can enter."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_", "LANG", "LD_"))}
    options: dict[str, Any] = {"cwd": "/", "env": {**kept, "LC_ALL": "C.UTF-8"}, "umask": 0o077}
    if account:
        options |= {"user": account.uid, "group": account.gid, "extra_groups": []}
    return options


@contextmanager
def _switching_account() -> Iterator[None]:
    try:
        yield
    except PermissionError as error:
        sentence = "不能切换到运行数据库的普通账号。请以普通用户运行，或用 DATABASE_URL 指定一个数据库。"
        raise DatabaseUnavailable(sentence) from error


def _write_settings(place: Place) -> None:
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // MEGABYTE
    settings = {
        "listen_addresses": "''",
        "unix_socket_directories": f"'{place.socket}'",
        "unix_socket_permissions": "0700",
        "port": "5432",
        "max_connections": "200",
        "shared_buffers": f"{min(512, max(64, memory // 16))}MB",
        "effective_cache_size": f"{max(256, memory // 2)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{min(256, max(64, memory // 32))}MB",
        "max_wal_size": "2GB",
        "min_wal_size": "80MB",
        "checkpoint_timeout": "15min",
        "wal_compression": "off",  # this build has only pglz, which costs more time than the disk it saves
        "random_page_cost": "1.1",
        "jit": "off",  # pages ask in milliseconds
        "dynamic_shared_memory_type": _shared_memory_kind(),
        "log_checkpoints": "off",
        "log_line_prefix": "'%m [%p] '",
    }
    if place.for_tests:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    text = "# Written by Kepu at every start; own settings belong into postgresql.conf, after the include.\n"
    text += "".join(f"{name} = {value}\n" for name, value in settings.items())
    target = place.data / "kepu.conf"
    draft = target.with_suffix(".new")
    draft.write_text(text, "utf-8")
    if place.account:
        os.chown(draft, place.account.uid, place.account.gid)
    draft.replace(target)


def _shared_memory_kind() -> str:
    """Containers often have 64 MB of shared memory, at which a parallel query fails."""
    shared = Path("/dev/shm")  # noqa: S108 only its size is asked
    if shared.is_dir() and shutil.disk_usage(shared).total >= 1024 * MEGABYTE:
        return "posix"
    return "mmap"
