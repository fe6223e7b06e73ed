"""The life of a site: up, worker, stop, and the demonstration made new."""

from __future__ import annotations

import fcntl
import hashlib
import http.client
import json
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from kepu.cli.supervise import Child, Family, StopAsked, stopping_on_signals
from kepu.config.start import make_secrets, open_site, prepare_environment
from kepu.foundation import database
from kepu.foundation.errors import DomainError

_PORTS_TRIED = 50
_FIRST_ANSWER_LIMIT = 60.0
_LOOK_EVERY = 0.25
_LOOK_AT_DATABASE_EVERY = 2.0
_SERVER_ERROR = 500
_CONNECTIONS_A_PROCESS = "8"
_THREADS_A_PROCESS = "4"


class SiteRefused(DomainError):
    """The site can not do this now; the message says why and what to do."""

    code = "site_refused"


def tell(text: str) -> None:
    """One line for the operator, at once."""
    click.echo(text)
    sys.stdout.flush()


@contextmanager
def step(text: str) -> Iterator[None]:
    """Announce a step, and its time when it was long."""
    tell(f"· {text}……")
    began = time.monotonic()
    yield
    seconds = time.monotonic() - began
    if seconds > 1:
        tell(f"  {text}：用了 {seconds:.1f} 秒")


# --- up ---------------------------------------------------------------------------------------------------------


def run_site(*, demo: bool, host: str, port: int, workers: int) -> int:
    """Start everything, stay until asked to stop, stop everything.

    Returns:
        The exit code: 0 after Ctrl-C or SIGTERM, 1 when the server died.
    """
    with stopping_on_signals():
        try:
            with _the_only_site() as note:
                return _run(note, demo=demo, host=host, port=port, workers=workers)
        except StopAsked:
            tell("已停止。")
            return 0
        finally:
            database.release()


def _run(note: RunningNote, *, demo: bool, host: str, port: int, workers: int) -> int:
    is_demonstration = _decide_demonstration(asked=demo)
    with step("启动数据库"):
        make_secrets()
        prepare_environment(lambda text: tell(f"  {text}"))
    family = Family(tell)
    try:
        with step("准备程序"):
            open_site()
        prepare_site(is_demonstration=is_demonstration)
        _close_connections()
        port = free_port(host, port)
        with step("启动网页服务"):
            server = family.add(_server(host, port, workers))
            _wait_for_answer(server, host, port)
        family.add(_worker(is_restarted=True))
        address = f"http://{'127.0.0.1' if host in {'0.0.0.0', '::'} else host}:{port}"  # noqa: S104 compared only
        note.write(address)
        _welcome(address, is_demonstration=is_demonstration)
        return _stay(family)
    except StopAsked:
        tell("正在停止……")
        raise
    finally:
        family.stop()


def prepare_site(*, is_demonstration: bool) -> None:
    """Bring tables, static files and, where asked, the demonstration up to date. Changes nothing the second time."""
    from django.core.management import call_command

    with step("更新数据表"):
        call_command("migrate", interactive=False, verbosity=0)
    with step("整理样式、字体和脚本"):
        collect_static()
    if is_demonstration:
        with step("装入示例城市"):
            _load_demonstration()


def _decide_demonstration(*, asked: bool) -> bool:
    """A site that holds demonstration data stays a demonstration, and says so on every page."""
    mark = database.var_folder() / "demonstration"
    is_demonstration = asked or os.environ.get("KEPU_DEMO", "").lower() in {"1", "true", "yes"} or mark.exists()
    if is_demonstration:
        os.environ["KEPU_DEMO"] = "1"
    return is_demonstration


def _load_demonstration() -> None:
    from django.core.management import call_command

    mark = database.var_folder() / "demonstration"
    if not mark.exists():
        from django.contrib.auth import get_user_model

        if get_user_model().objects.exists():
            raise SiteRefused("这个站点已有真实数据，不能再装入演示数据。请换一个文件夹：KEPU_VAR=… kepu up --demo。")
        mark.write_text("这个站点装有演示数据。\n", "utf-8")
    call_command("demo_load", verbosity=1)


def _close_connections() -> None:
    from django.db import connections

    connections.close_all()


def collect_static() -> bool:
    """Collect static files for serving, unless nothing changed since the last time.

    Returns:
        Whether there was something to do.
    """
    from django.conf import settings
    from django.core.management import call_command

    root = Path(settings.STATIC_ROOT)
    stamp = root.with_name("static.stamp")
    fingerprint = _static_fingerprint()
    if root.is_dir() and stamp.exists() and stamp.read_text("ascii") == fingerprint:
        return False
    stamp.unlink(missing_ok=True)
    shutil.rmtree(root, ignore_errors=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(fingerprint, "ascii")
    return True


def _static_fingerprint() -> str:
    from importlib.metadata import version

    from django.conf import settings
    from django.contrib.staticfiles import finders

    digest = hashlib.sha256(version("whitenoise").encode())
    digest.update(str(settings.STORAGES["staticfiles"]).encode())
    for finder in finders.get_finders():
        for path, storage in finder.list([]):
            found = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def free_port(host: str, wanted: int) -> int:
    """The wanted port, or the next free one, said aloud."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port in range(wanted, min(wanted + _PORTS_TRIED, 65536)):
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except PermissionError:
                raise SiteRefused(f"没有权限使用端口 {port}，请用 KEPU_PORT 选一个 1024 以上的端口。") from None
            except socket.gaierror:
                raise SiteRefused(f"不认识地址 {host}，请用 --host 127.0.0.1。") from None
            except OSError as error:
                if error.errno == 99:  # noqa: PLR2004 EADDRNOTAVAIL
                    raise SiteRefused(f"这台机器没有地址 {host}，请用 --host 127.0.0.1。") from None
                continue
        if port != wanted:
            tell(f"端口 {wanted} 已被占用，改用 {port}。")
        return port
    raise SiteRefused(f"端口 {wanted} 到 {wanted + _PORTS_TRIED - 1} 都被占用，请用 KEPU_PORT 另选一个。")


def _server(host: str, port: int, workers: int) -> Child:
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        host,
        "--port",
        str(port),
        "--workers",
        str(workers),
        "--blocking-threads",
        _THREADS_A_PROCESS,
        "--respawn-failed-workers",
        "--no-ws",
        "--log-level",
        "warning",
        "kepu.cli.serve:application",
    ]
    environment = {"KEPU_POOL_SIZE": _CONNECTIONS_A_PROCESS, **os.environ}
    return Child("网页服务", command, environment, is_restarted=False)


def _worker(*arguments: str, is_restarted: bool) -> Child:
    command = [sys.executable, "-m", "kepu.cli.work", *arguments]
    return Child("后台作业", command, dict(os.environ), is_restarted=is_restarted)


def _wait_for_answer(server: Child, host: str, port: int) -> None:
    """Wait for the first page: it also warms the process up."""
    end = time.monotonic() + _FIRST_ANSWER_LIMIT
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 compared only
    while True:
        connection = http.client.HTTPConnection(target, port, timeout=30)
        try:
            connection.request("GET", "/", headers={"Host": f"127.0.0.1:{port}"})
            if connection.getresponse().status >= _SERVER_ERROR:
                tell("  首页出错了，请看上面的说明；其余页面也许可用。")
        except OSError:
            if server.exit_code() is not None:
                raise SiteRefused("网页服务没有启动，请看上面的说明。") from None
            if time.monotonic() > end:
                raise SiteRefused("网页服务一分钟没有应答，请看上面的说明。") from None
            time.sleep(0.05)
        else:
            return
        finally:
            connection.close()


def _welcome(address: str, *, is_demonstration: bool) -> None:
    desk = ("/doors/", "坐到工作台前") if is_demonstration else ("/desk/", "登录工作台")
    lines = [
        "",
        f"科普已经运行：{address}",
        f"  看这座城市　　 {address}/",
        f"  {desk[1]}　 {address}{desk[0]}",
        f"  放入你的方案　 {address}/bring/",
        "按 Ctrl-C 停止（或在另一个窗口运行 kepu stop）。",
    ]
    tell("\n".join(lines))


def _stay(family: Family) -> int:
    looked = time.monotonic()
    while True:
        dead = family.look_after()
        if dead is not None:
            tell(f"{dead.label}意外退出（代码 {dead.exit_code()}），站点随之停止。请看上面的说明后重新运行。")
            return 1
        if time.monotonic() - looked > _LOOK_AT_DATABASE_EVERY:
            if database.revive(lambda text: tell(f"  {text}")):
                tell("数据库意外退出，已重新启动。")
            looked = time.monotonic()
        time.sleep(_LOOK_EVERY)


# --- one site a folder ------------------------------------------------------------------------------------------


class RunningNote:
    """`var/running.json`: who runs this site, locked as long as it does."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.write("")

    def write(self, address: str) -> None:
        """Note who runs and where."""
        text = json.dumps({"pid": os.getpid(), "address": address}).encode()
        os.truncate(self._descriptor, 0)
        os.pwrite(self._descriptor, text, 0)


def _running_file() -> Path:
    return database.var_folder() / "running.json"


def running_site() -> dict[str, Any] | None:
    """Pid and address of the site that runs on this folder, or None."""
    file = _running_file()
    if not file.exists():
        return None
    with file.open("rb") as note:
        try:
            fcntl.flock(note, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            found: dict[str, Any] = json.loads(note.read() or b"{}")
            return found
    return None


@contextmanager
def _the_only_site() -> Iterator[RunningNote]:
    with database.errors_in_words():
        file = _running_file()
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        address = (running_site() or {}).get("address") or "正在启动"
        raise SiteRefused(f"这个站点已经在运行（{address}）；要停止它请运行 kepu stop。") from None
    if os.pread(descriptor, 1, 0):  # a clean end leaves it empty
        tell("上次没有正常停止（断电，或进程被强行结束）；这次启动会先恢复。")
    try:
        yield RunningNote(descriptor)
    finally:
        os.truncate(descriptor, 0)
        os.close(descriptor)


def refuse_while_running(what: str) -> None:
    """Refuse what must not happen under a running site."""
    if running_site() is not None:
        raise SiteRefused(f"站点正在运行，不能{what}。请先运行 kepu stop。")


# --- worker, stop, demonstration --------------------------------------------------------------------------------


def run_worker(*, concurrency: int, queues: str) -> int:
    """Run one more worker in the foreground."""
    with stopping_on_signals():
        try:
            prepare_environment(tell)
            child = _worker(f"--concurrency={concurrency}", f"--queues={queues}", is_restarted=False)
            family = Family(tell)
            try:
                family.add(child)
                tell("后台作业已启动。按 Ctrl-C 停止。")
                while family.look_after() is None:
                    time.sleep(_LOOK_EVERY)
            finally:
                family.stop()
            tell(f"后台作业意外退出（代码 {child.exit_code()}），请看上面的说明后重新运行。")
        except StopAsked:
            tell("已停止。")
            return 0
        finally:
            database.release()
    return 1


def stop_site() -> int:
    """Stop `kepu up` and the embedded database of this folder."""
    found = running_site()
    if found and found.get("pid"):
        try:
            os.kill(found["pid"], signal.SIGTERM)
        except PermissionError:
            raise SiteRefused("站点由别的用户启动，请用那个用户运行 kepu stop。") from None
        end = time.monotonic() + 60
        while running_site() is not None and time.monotonic() < end:
            time.sleep(0.1)
    stopped_database = not os.environ.get("DATABASE_URL") and database.stop()
    if running_site() is not None:
        raise SiteRefused("站点一分钟内没有停下来，请检查它的窗口。")
    tell("已停止。" if found or stopped_database else "没有在运行的站点。")
    return 0


def reset_demonstration(*, is_agreed: bool) -> int:
    """Throw a demonstration's data away and load it anew."""
    refuse_while_running("恢复演示数据")
    var = database.var_folder()
    if not (var / "demonstration").exists():
        raise SiteRefused("这不是演示站点，没有什么可以恢复；真实数据不会被动。")
    if not is_agreed and not ask("演示站点里的一切改动都会丢失。继续吗？"):
        return 1
    os.environ["KEPU_DEMO"] = "1"
    try:
        url = database.ensure_running(say=tell)
        with step("清空演示数据"):
            replace_database(url, lambda _new: None)
            shutil.rmtree(var / "files", ignore_errors=True)
        open_site(tell)
        prepare_site(is_demonstration=True)
        _close_connections()
    finally:
        database.release()
    tell("演示站点已恢复成刚装好的样子。")
    return 0


def ask(question: str) -> bool:
    """Ask for a yes; without a terminal the answer is no."""
    if not sys.stdin.isatty():
        click.echo(f"{question}没有可以回答的终端；确定的话请加 --yes。", err=True)
        return False
    return click.prompt(f"{question}[是/否]", default="否", show_default=False).strip().lower() in {"是", "y", "yes"}


def replace_database(url: str, fill: Callable[[str], None]) -> None:
    """Put a new database in the place of the present one: filled aside first, exchanged only when that went well.

    Args:
        url: address of the present database.
        fill: fills the empty database whose address it is given.
    """
    import psycopg
    from psycopg import sql
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    name = str(conninfo_to_dict(url).get("dbname") or database.DATABASE)
    fresh, old = f"{name}_new", f"{name}_old"
    present, new, gone = sql.Identifier(name), sql.Identifier(fresh), sql.Identifier(old)
    drop = sql.SQL("drop database if exists {} with (force)")
    try:
        with psycopg.connect(make_conninfo(url, dbname="postgres"), autocommit=True) as connection:
            connection.execute(drop.format(new))
            connection.execute(drop.format(gone))
            connection.execute(sql.SQL("create database {} template template0 encoding 'UTF8'").format(new))
            try:
                fill(make_conninfo(url, dbname=fresh))
                connection.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and pid <> pg_backend_pid()",
                    [name],
                )
                connection.execute(sql.SQL("alter database {} rename to {}").format(present, gone))
                connection.execute(sql.SQL("alter database {} rename to {}").format(new, present))
            except BaseException:
                connection.execute(drop.format(new))
                raise
            connection.execute(drop.format(gone))
    except psycopg.errors.InsufficientPrivilege:
        raise SiteRefused("数据库账号没有建库的权限（CREATEDB），请管理员授权后再试。") from None
