"""The embedded database: starts, recovers, stops with its last user, and touches nothing that is not ours."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from kepu.foundation import database
from kepu.foundation.database import place
from kepu.foundation.database.place import wheel

KEEPER = Path(__file__).with_name("keeper.py")
IS_ROOT = os.geteuid() == 0


class Keeper:
    """One process that uses the database of a folder."""

    def __init__(self, var: Path, *prefix: str) -> None:
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        self.process = subprocess.Popen(
            [*prefix, sys.executable, str(KEEPER)],
            env={**environment, "KEPU_VAR": str(var)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        first = self.hear()
        self.said: list[str] = first["said"]
        self.refused: str | None = first.get("refused")
        self.url: str = first.get("url", "")

    def hear(self) -> dict:
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line, f"the keeper ended with {self.process.wait()}"
        return json.loads(line)

    def ask(self, word: str) -> dict:
        assert self.process.stdin
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()
        return self.hear()

    def leave(self) -> None:
        self.ask("leave")
        assert self.process.wait(10) == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def kill_all(numbers: list[int]) -> None:
    """Kill processes; a backend may have ended by itself once its postmaster was gone."""
    for pid in numbers:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


class Site:
    """A folder with a database of its own."""

    def __init__(self, var: Path) -> None:
        self.var = var

    @contextmanager
    def kept(self, *prefix: str) -> Iterator[Keeper]:
        keeper = Keeper(self.var, *prefix)
        assert keeper.refused is None, keeper.refused
        try:
            yield keeper
        finally:
            if keeper.process.poll() is None:
                keeper.leave()

    @property
    def home(self) -> Path:
        state = database.STATE / (self.var / "site").read_text().strip() if IS_ROOT else self.var
        return state / "db"

    def server(self) -> int:
        return int((self.home / "data" / "postmaster.pid").read_text().split("\n")[0])

    def processes(self) -> list[int]:
        """Every living process that works on this database."""
        if not (self.var / "site").exists() and not (self.var / "db").exists():
            return []
        found = []
        for process in Path("/proc").iterdir():
            if process.name.isdigit():
                try:
                    folder = (process / "cwd").readlink()
                except OSError:
                    continue  # gone, a zombie, or not ours
                if folder == self.home / "data":
                    found.append(int(process.name))
        return found

    def owners(self) -> set[int]:
        """Under whose names they run; a process that ended meanwhile, as the database's own helpers do, has none."""
        found = set()
        for process in self.processes():
            with suppress(FileNotFoundError):
                found.add(Path(f"/proc/{process}").stat().st_uid)
        return found

    def kill_server(self) -> None:
        """As the kernel does when memory is short."""
        os.kill(self.server(), signal.SIGKILL)

    def remove(self) -> None:
        """What a test as root left in the system's state folder."""
        if IS_ROOT and (self.var / "site").exists():
            shutil.rmtree(self.home.parent)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A database below a long path with spaces and Chinese characters; making one takes a second."""
    folder = tmp_path_factory.mktemp("科普 平台") / "很长的文件夹名字" / ("名" * 40)
    folder.mkdir(parents=True)
    made = Site(folder / "var")
    yield made
    assert made.processes() == []
    made.remove()


def execute(keeper: Keeper, sql: str) -> list[tuple]:
    with psycopg.connect(keeper.url, autocommit=True) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else []


def modes(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Mode and owner of a folder and of everything above it."""
    found = {}
    for path in (folder, *folder.parents):
        status = path.stat()
        found[str(path)] = (status.st_mode, status.st_uid, status.st_gid)
    return found


def test_the_first_start_says_what_it_does_and_changes_no_permission_elsewhere(site):
    elsewhere = [Path(database.__file__).parent, wheel(), site.var.parent.parent, Path("/var/lib"), Path.home()]
    before = [modes(folder) for folder in elsewhere]

    with site.kept() as keeper:
        assert "正在建立数据库……" in keeper.said
        execute(keeper, "create table note (text text)")
        owners = site.owners()
        assert owners
        assert 0 not in owners
        assert (site.home.stat().st_mode & 0o777, (site.home / "data").stat().st_mode & 0o777) == (0o700, 0o700)

    assert [modes(folder) for folder in elsewhere] == before


def test_the_last_user_stops_it_and_leaves_no_socket(site):
    with site.kept() as first:
        with site.kept() as second:
            assert second.said == []
            assert execute(second, "select current_user") == [("kepu",)]
        assert execute(first, "select 1") == [(1,)]
        folder = Path(psycopg.conninfo.conninfo_to_dict(first.url)["host"])
        assert folder.exists()
    assert site.processes() == []
    assert not (folder / ".s.PGSQL.5432").exists()


def test_nobody_reaches_it_over_the_network(site):
    with site.kept() as keeper:
        assert execute(keeper, "show listen_addresses") == [("",)]
        assert execute(keeper, "show unix_socket_permissions") == [("0700",)]


def test_a_killed_server_is_revived_by_its_keeper_and_what_was_committed_is_there(site):
    with site.kept() as keeper:
        execute(keeper, "insert into note values ('kept')")
        site.kill_server()
        time.sleep(0.1)

        answer = keeper.ask("revive")

        assert answer == {"died": True, "said": ["数据库正在从上次异常中断中恢复……"]}
        assert execute(keeper, "select count(*) from note where text = 'kept'") != [(0,)]
        assert keeper.ask("revive") == {"died": False, "said": []}


def test_after_a_kill_of_everything_the_next_start_recovers_and_says_so(site):
    with site.kept() as keeper:
        execute(keeper, "insert into note values ('power cut')")
        kill_all([keeper.process.pid, *site.processes()])
        keeper.process.wait()

    with site.kept() as keeper:
        assert keeper.said == ["数据库正在从上次异常中断中恢复……"]
        assert execute(keeper, "select count(*) from note where text = 'power cut'") != [(0,)]


def test_a_server_whose_keeper_was_killed_is_taken_over_and_stopped(site):
    with site.kept() as keeper:
        keeper.kill()
        assert site.processes()

    with site.kept() as keeper:
        assert execute(keeper, "select 1") == [(1,)]
    assert site.processes() == []


def test_marks_with_the_number_of_another_process_do_not_keep_it_down(site):
    """In a container process numbers begin at 1 again after every restart."""
    with site.kept() as keeper:
        kill_all([keeper.process.pid, *site.processes()])
        keeper.process.wait()
    stranger = subprocess.Popen(["sleep", "60"], user=site.home.stat().st_uid)
    try:
        socket = Path(psycopg.conninfo.conninfo_to_dict(keeper.url)["host"])
        for mark in (site.home / "data" / "postmaster.pid", socket / ".s.PGSQL.5432.lock"):
            rest = mark.read_text().split("\n", 1)[1]
            mark.write_text(f"{stranger.pid}\n{rest}")

        with site.kept() as keeper:
            assert execute(keeper, "select 1") == [(1,)]
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.skipif(not IS_ROOT or not shutil.which("setpriv"), reason="only root in a container lacks this right")
def test_root_that_may_not_look_into_other_processes_still_stops_it(site):
    with site.kept("setpriv", "--bounding-set=-sys_ptrace", "--inh-caps=-all") as keeper:
        assert execute(keeper, "select 1") == [(1,)]
        assert site.processes()
    assert site.processes() == []


def test_data_of_another_version_is_refused_in_words(site):
    note = site.home / "data" / "PG_VERSION"
    before = note.read_text()
    note.write_text("13\n")
    try:
        assert "由 PostgreSQL 13 建立" in str(Keeper(site.var).refused)
    finally:
        note.write_text(before)


def test_a_folder_full_of_something_else_is_left_alone(site):
    data = site.home / "data"
    data.rename(data.with_name("aside"))
    data.mkdir()
    (data / "thesis.docx").write_text("mine")
    try:
        assert "来历不明" in str(Keeper(site.var).refused)
        assert (data / "thesis.docx").read_text() == "mine"
    finally:
        shutil.rmtree(data)
        data.with_name("aside").rename(data)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of some megabytes, which only root can make."""
    folder = tmp_path / "small"
    folder.mkdir()
    made = IS_ROOT and not subprocess.call(
        ["mount", "-t", "tmpfs", "-o", "size=20m,mode=755", "kepu-test", str(folder)], stderr=subprocess.DEVNULL
    )
    if not made:
        pytest.skip("may not mount a small disk")
    yield folder
    subprocess.check_call(["umount", str(folder)])


def test_a_full_disk_is_told_in_words(small_disk):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(place, "STATE", small_disk / "state")
        patch.delenv("DATABASE_URL", raising=False)
        patch.setenv("KEPU_VAR", str(small_disk / "var"))
        with pytest.raises(database.DatabaseUnavailable, match=r"磁盘空间不够：.*请腾出空间"):
            database.ensure_running(say=lambda _text: None)
    assert not any((small_disk / "state").glob("*/db/data"))
