"""The one door for operators: the life of a site, the engines, and every management command.

Nothing here imports Django before a command needs it: `kepu plan parse` works without a site.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from kepu.cli.chinese import ChineseCommand, ChineseGroup, sentence_of
from kepu.cli.errors import Refused
from kepu.cli.rooms import Room, rooms, run_management_command

OK, UNREADABLE, INTERRUPTED = 0, 2, 130


def main() -> None:
    """Run `kepu` and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command.

    Returns:
        0, or 1 for a refusal, 2 for input that can not be read, always after one Chinese sentence on standard error.
    """
    try:
        result = door.main(args=list(arguments), prog_name="kepu", standalone_mode=False)
    except click.Abort:
        return INTERRUPTED
    except click.ClickException as problem:
        click.echo(sentence_of(problem), err=True)
        return problem.exit_code if isinstance(problem, Refused) else UNREADABLE
    except BrokenPipeError:  # `kepu plan parse … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    return result if isinstance(result, int) else OK


@contextmanager
def _refusals_in_words() -> Iterator[None]:
    """Domain errors, full disks, missing rights and a lost database leave with 1, unreadable input with 2."""
    import psycopg
    from django.db.utils import OperationalError

    from kepu.config.environment import EnvironmentMissing
    from kepu.foundation.database import errors_in_words, sentence_of
    from kepu.foundation.errors import DomainError, InputUnreadable

    try:
        with errors_in_words():
            yield
    except InputUnreadable as problem:
        raise click.ClickException(str(problem)) from problem
    except (DomainError, EnvironmentMissing) as problem:
        raise Refused(str(problem)) from problem
    except (OperationalError, psycopg.OperationalError) as problem:
        raise Refused(sentence_of(problem)) from problem


class Door(ChineseGroup):
    """Own commands first; any other first word is a room with management commands."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *rooms()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        own = super().get_command(ctx, cmd_name)
        room = rooms().get(cmd_name)
        if own is None and room is not None:
            return RoomGroup(name=cmd_name, help="\n\n".join(verb.help for verb in room.values()), room=room)
        return own


class RoomGroup(ChineseGroup):
    """`kepu <room> <verb>`: own verbs, and the room's management commands `<room>_<verb>`."""

    def __init__(self, *arguments: Any, room: Room | None = None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.room = room

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *(self._room() or ())})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        own = super().get_command(ctx, cmd_name)
        if own is None and cmd_name in (self._room() or ()):
            return _management_command(self.name or "", cmd_name)
        return own

    def _room(self) -> Room | None:
        return self.room or rooms().get(self.name or "")


def _management_command(room: str, verb: str) -> click.Command:
    @click.pass_context
    def call(context: click.Context, arguments: tuple[str, ...]) -> int:
        with _refusals_in_words():
            return run_management_command(room, verb, [*arguments, *context.args])

    return ChineseCommand(
        name=verb,
        callback=call,
        params=[click.Argument(["arguments"], nargs=-1, type=click.UNPROCESSED)],
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []},
        help=rooms()[room][verb].help,
    )


@click.group(
    cls=Door,
    context_settings={"help_option_names": ["--help", "-h"]},
    help="科普：让一座城市的全民科学素质行动运转起来。",
)
@click.version_option(package_name="kepu", prog_name="kepu", message="%(prog)s %(version)s", help="显示版本。")
def door() -> None:
    """Kepu, from a terminal."""


@door.command(cls=ChineseCommand, help="启动整个站点：数据库、网页和后台作业；Ctrl-C 停止。")
@click.option("--demo", is_flag=True, help="装入示例城市（青岛），开放一键登录；等于 KEPU_DEMO=1。")
@click.option("--host", metavar="地址", default="127.0.0.1", show_default=True, help="监听的地址。")
@click.option(
    "--port",
    metavar="端口",
    type=click.IntRange(1, 65535),
    help="端口；默认取 KEPU_PORT，再默认 8000。被占用时换一个。",
)
@click.option(
    "--workers", metavar="个数", type=click.IntRange(1, 64), default=2, show_default=True, help="网页进程数。"
)
def up(*, demo: bool, host: str, port: int | None, workers: int) -> int:
    """Start the whole site and stay."""
    with _refusals_in_words():
        from kepu.cli.site import run_site

        return run_site(demo=demo, host=host, port=port or _port_from_environment(), workers=workers)


def _port_from_environment() -> int:
    value = os.environ.get("KEPU_PORT") or "8000"
    if not value.isdigit() or not 0 < int(value) < 65536:  # noqa: PLR2004 ports
        raise click.ClickException(f"KEPU_PORT 应是 1 到 65535 之间的整数，现在是“{value}”。")
    return int(value)


@door.command(cls=ChineseCommand, help="再开一个后台作业进程（kepu up 里已有一个）；Ctrl-C 停止。")
@click.option(
    "--concurrency", metavar="个数", type=click.IntRange(1, 64), default=2, show_default=True, help="同时做几件作业。"
)
@click.option("--queues", metavar="名称", default="", help="只做这些队列的作业，用逗号分开；默认全部。")
def worker(*, concurrency: int, queues: str) -> int:
    """Run one more worker."""
    with _refusals_in_words():
        from kepu.cli.site import run_worker

        return run_worker(concurrency=concurrency, queues=queues)


@door.command(cls=ChineseCommand, help="停止 kepu up 和内嵌数据库。")
def stop() -> int:
    """Stop the site."""
    with _refusals_in_words():
        from kepu.cli.site import stop_site

        return stop_site()


@door.command(cls=ChineseCommand, help="检查这台机器：版本、数据库、磁盘、字体、前端包、可选组件。")
def doctor() -> int:
    """Examine this machine."""
    with _refusals_in_words():
        from kepu.cli.doctor import examine

        return examine()


@door.command(cls=ChineseCommand, help="把数据库、上传的文件和密钥存进一个 .tar 文件。站点可以照常运行。")
@click.argument("file", metavar="文件", type=click.Path(path_type=Path), help="写到哪里，如 备份/2024-09-15.tar。")
@click.option("--force", is_flag=True, help="文件已存在时覆盖它。")
def backup(file: Path, *, force: bool) -> int:
    """Write a backup."""
    with _refusals_in_words():
        from kepu.cli.keeping import backup_site

        return backup_site(file, is_forced=force)


@door.command(cls=ChineseCommand, help="用备份替换现有的数据库和上传的文件。先停止站点。")
@click.argument("file", metavar="文件", type=click.Path(path_type=Path), help="kepu backup 写的 .tar 文件。")
@click.option("--yes", is_flag=True, help="不再询问。现有的数据会被备份里的替换。")
def restore(file: Path, *, yes: bool) -> int:
    """Replace the site by a backup."""
    with _refusals_in_words():
        from kepu.cli.keeping import restore_site

        return restore_site(file, is_agreed=yes)


@door.group(cls=RoomGroup, help="装入示例城市，或把它恢复成刚装好的样子。")
def demo() -> None:
    """Group the commands of the example city."""


@demo.command(cls=ChineseCommand, name="reset", help="把演示站点恢复成刚装好的样子。先停止站点。")
@click.option("--yes", is_flag=True, help="不再询问。")
def demo_reset(*, yes: bool) -> int:
    """Make a demonstration new."""
    with _refusals_in_words():
        from kepu.cli.site import reset_demonstration

        return reset_demonstration(is_agreed=yes)


@door.group(cls=RoomGroup, help="读一份规划，看它的结构。")
def plan() -> None:
    """Group the commands of plans."""


@plan.command(
    cls=ChineseCommand, name="parse", help="读一份规划，把结构印成一个 JSON 对象。不需要数据库，也不存任何东西。"
)
@click.argument("file", metavar="文件", type=click.Path(path_type=Path), help=".txt、.docx、.pdf 或 .html。")
def plan_parse(file: Path) -> int:
    """Print the structure of a plan."""
    from kepu.engines.policy import PolicyUnreadable, parse_file

    try:
        reading = parse_file(file)
    except PolicyUnreadable as problem:
        raise click.ClickException(problem.message) from problem
    text = json.dumps(reading.to_json(), ensure_ascii=False, indent=1)
    sys.stdout.buffer.write(f"{text}\n".encode())  # UTF-8 whatever the terminal says
    sys.stdout.buffer.flush()
    return OK


@door.command(cls=ChineseCommand, help="测量速度：自备数据，运行产品，印出中位数。")
@click.argument("name", metavar="名称", help="测量的名称；写错时会列出现有的。")
@click.option("--quick", is_flag=True, help="十分之一的规模，一分钟以内。")
@click.option("--json", "as_json", is_flag=True, help="印成一个 JSON 对象。")
def bench(name: str, *, quick: bool, as_json: bool) -> int:
    """Measure."""
    with _refusals_in_words():
        from kepu.bench import run as run_bench

        result = run_bench(name, quick=quick, as_json=as_json)
    return result if isinstance(result, int) else OK
