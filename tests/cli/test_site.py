"""The life of a real site: up, killed, recovered, stopped, backed up and restored; nothing is left behind."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Self

import psycopg
import pytest

from kepu.cli.site import SiteRefused, free_port
from kepu.foundation import database

LONGEST_START = 120.0


class Up:
    """`kepu up` (or `worker`) as a process, and every line that it says."""

    def __init__(self, site: "Site", *options: str, command: str = "up") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kepu.cli", command, *options],
            env=site.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout
        self.lines.extend(line.rstrip("\n") for line in iter(self.process.stdout.readline, ""))

    def hear(self, words: str, seconds: float = LONGEST_START) -> str:
        """Wait until it says so."""
        wait_for(lambda: any(words in line for line in self.lines) or self.process.poll() is not None, seconds)
        return next((line for line in self.lines if words in line), "\n".join(self.lines))

    @property
    def address(self) -> str:
        return self.hear("科普已经运行：").removeprefix("科普已经运行：")

    def children(self) -> dict[str, int]:
        """Name and number of each child."""
        found = {}
        for process in Path("/proc").iterdir():
            if process.name.isdigit():
                try:
                    parent = int((process / "stat").read_text().rsplit(")", 1)[1].split()[1])
                    command = (process / "cmdline").read_text()
                except OSError:
                    continue
                if parent == self.process.pid:
                    name = next((word for word in ("granian", "kepu.cli.work", "postgres") if word in command), "?")
                    found[name] = int(process.name)
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_problem: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)


class Site:
    """A folder for a site, and its commands."""

    def __init__(self, var: Path) -> None:
        self.var = var
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("KEPU_", "DJANGO_"))}
        inherited.pop("DATABASE_URL", None)
        self.environment = {**inherited, "KEPU_VAR": str(var)}

    def kepu(self, *typed: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "kepu.cli", *typed]
        return subprocess.run(
            command, check=False, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )

    def processes(self) -> list[str]:
        """Every living process that this site started."""
        found = []
        for process in Path("/proc").iterdir():
            if process.name.isdigit() and int(process.name) != os.getpid():
                try:
                    is_ours = f"KEPU_VAR={self.var}\0".encode() in (process / "environ").read_bytes()
                except OSError:
                    continue
                if is_ours:
                    found.append((process / "cmdline").read_text().replace("\0", " "))
        return found

    @cached_property
    def url(self) -> str:
        code = "from kepu.foundation import database; print(database.database_url())"
        return subprocess.check_output([sys.executable, "-c", code], env=self.environment, text=True).strip()

    def ask(self, sql: str) -> list[tuple]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def content(self) -> str:
        """All that the database holds, but for what background work leaves by itself."""
        sql = "select relname from pg_stat_user_tables where relname not like 'procrastinate%' and relname <> 'audit_seal' order by relname"
        counted = [
            (name, self.ask(f'select count(*), max(xmin::text::bigint) from "{name}"')) for (name,) in self.ask(sql)
        ]
        return json.dumps(counted, default=str)


def wait_for(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.1)


def status_of(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 our own server
            return int(answer.status)
    except OSError:
        return 0


@pytest.fixture
def site(tmp_path):
    made = Site(tmp_path / "var")
    yield made
    assert made.processes() == []
    if os.geteuid() == 0:
        shutil.rmtree(database.STATE / (made.var / "site").read_text().strip())


@pytest.fixture
def taken_port():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def check_first_words(up: Up, taken_port: int) -> None:
    address = up.address
    assert up.hear("已被占用").startswith(f"端口 {taken_port} 已被占用，改用 ")
    assert not address.endswith(f":{taken_port}")
    up.hear("按 Ctrl-C 停止")
    steps = [line.strip("· …") for line in up.lines if line.startswith("· ")]
    assert steps == ["启动数据库", "准备程序", "更新数据表", "整理样式、字体和脚本", "启动网页服务"]
    ways = [line.split()[-1] for line in up.lines[-4:-1]]
    assert ways == [f"{address}/", f"{address}/desk/", f"{address}/bring/"]
    assert up.lines[-1] == "按 Ctrl-C 停止（或在另一个窗口运行 kepu stop）。"
    assert status_of(address) == 200


def check_refusals(site: Site, address: str) -> None:
    again = site.kepu("up")
    assert (again.returncode, again.stderr) == (1, f"这个站点已经在运行（{address}）；要停止它请运行 kepu stop。\n")
    refused = site.kepu("restore", "x.tar", "--yes")
    assert (refused.returncode, refused.stderr) == (1, "站点正在运行，不能恢复备份。请先运行 kepu stop。\n")


def check_single_kills(up: Up) -> None:
    os.kill(up.children()["kepu.cli.work"], signal.SIGKILL)
    assert "重新启动" in up.hear("后台作业意外退出（代码 -9）")
    os.kill(up.children()["postgres"], signal.SIGKILL)
    assert up.hear("数据库意外退出") == "数据库意外退出，已重新启动。"
    wait_for(lambda: status_of(up.address) == 200)


def check_backup(site: Site, file: Path) -> None:
    saved = site.kepu("backup", str(file))
    assert saved.returncode == 0, saved.stderr
    assert "里面有密钥和个人信息" in saved.stdout
    assert file.stat().st_mode & 0o777 == 0o600


def kill_all(site: Site, up: Up) -> None:
    for pid in [up.process.pid, *up.children().values()]:
        os.kill(pid, signal.SIGKILL)
    up.process.wait()
    wait_for(lambda: site.processes() == [])


def test_a_site_starts_survives_kills_says_so_and_leaves_nobody_behind(site, taken_port, tmp_path):
    backup, paper = tmp_path / "site.tar", site.var / "files" / "paper.txt"
    with Up(site, "--port", str(taken_port), "--workers", "1") as up:
        check_first_words(up, taken_port)
        check_refusals(site, up.address)
        check_single_kills(up)
        site.ask("create table kept_note (text text); insert into kept_note values ('before')")
        paper.parent.mkdir(exist_ok=True)
        paper.write_text("before")
        check_backup(site, backup)
        before, static = site.content(), (site.var / "static").stat().st_mtime_ns
        kill_all(site, up)

    with Up(site, "--workers", "1") as up:
        up.hear("按 Ctrl-C 停止")
        assert up.lines[0] == "上次没有正常停止（断电，或进程被强行结束）；这次启动会先恢复。"
        assert "  数据库正在从上次异常中断中恢复……" in up.lines
        assert site.content() == before, "a second start changes nothing"
        assert (site.var / "static").stat().st_mtime_ns == static
        site.ask("update kept_note set text = 'after'")
        paper.write_text("after")
        up.process.send_signal(signal.SIGTERM)
        assert up.process.wait(60) == 0
        assert up.lines[-2:] == ["正在停止……", "已停止。"]
        assert site.processes() == []

    restored = site.kepu("restore", str(backup), "--yes")
    assert restored.returncode == 0, restored.stderr
    assert paper.read_text() == "before"
    with Up(site, command="worker") as worker:
        worker.hear("后台作业已启动")
        assert site.ask("select text from kept_note") == [("before",)]
        worker.process.send_signal(signal.SIGINT)
        assert worker.process.wait(60) == 0
        assert worker.lines[-1] == "已停止。"


def test_nothing_to_stop_is_said(site):
    done = site.kepu("stop")

    assert (done.returncode, done.stdout) == (0, "没有在运行的站点。\n")


def test_the_wanted_port_is_taken_when_free(taken_port):
    assert free_port("127.0.0.1", taken_port) != taken_port


@pytest.mark.parametrize(
    ("host", "words"), [("no.such.host.invalid", "不认识地址"), ("203.0.113.7", "这台机器没有地址 203.0.113.7")]
)
def test_an_address_that_is_not_ours_is_refused_in_words(host, words):
    with pytest.raises(SiteRefused, match=words):
        free_port(host, 8000)
