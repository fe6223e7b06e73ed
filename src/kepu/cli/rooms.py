"""`kepu <room> <verb>` for every management command named `<room>_<verb>`, found without loading Django."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import click

import kepu

Room = dict[str, str]  # verb as typed → name of the management command


@cache
def rooms() -> dict[str, Room]:
    """Every room that has management commands."""
    found: dict[str, Room] = {}
    for folder in kepu.__path__:
        for file in Path(folder).glob("**/management/commands/*.py"):
            match = re.fullmatch(r"([a-z0-9]+)_([a-z0-9_]+)", file.stem)
            if match:
                found.setdefault(match[1], {})[match[2].replace("_", "-")] = file.stem
    return found


def run_management_command(room: str, verb: str, arguments: Sequence[str]) -> int:
    """Open the site and run one management command.

    Returns:
        The exit code.
    """
    from kepu.config.start import open_site

    open_site()
    from django.core.management import get_commands, load_command_class
    from django.core.management.base import CommandError, SystemCheckError

    name = rooms()[room][verb]
    app = get_commands().get(name)
    if app is None:
        raise click.ClickException(f"“kepu {room} {verb}”所在的应用没有装上。")
    command = load_command_class(app, name) if isinstance(app, str) else app
    parser = command.create_parser(f"kepu {room}", verb)
    try:
        options = vars(parser.parse_args(list(arguments)))
    except CommandError as problem:
        detail = str(problem).removeprefix("Error: ")
        raise click.ClickException(f"参数不对（{detail}），请看 kepu {room} {verb} --help。") from problem
    except SystemExit as leaving:  # --help
        return int(leaving.code or 0)
    _refuse_old_tables()
    positional = options.pop("args", ())
    try:
        command.execute(*positional, **options)
    except SystemCheckError as problem:
        click.echo(str(problem), err=True)
        return 1
    except CommandError as problem:
        click.echo(str(problem), err=True)
        return problem.returncode
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else int(bool(leaving.code))
    return 0


def _refuse_old_tables() -> None:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise click.ClickException("数据表还没有更新到这个版本，请先运行一次 kepu up。")
