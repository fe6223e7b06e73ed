"""`kepu <room> <verb>` for every management command named `<room>_<verb>`, found without loading Django."""

from __future__ import annotations

import argparse
import ast
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import kepu
from kepu.cli.errors import Refused

if TYPE_CHECKING:
    from django.core.management.base import BaseCommand


@dataclass(frozen=True, slots=True)
class Verb:
    """One management command."""

    name: str  # of the management command
    help: str


Room = dict[str, Verb]  # by the verb as typed


@cache
def rooms() -> dict[str, Room]:
    """Every room that has management commands."""
    found: dict[str, Room] = {}
    for folder in kepu.__path__:
        for file in sorted(Path(folder).glob("**/management/commands/*.py")):
            match = re.fullmatch(r"([a-z0-9]+)_([a-z0-9_]+)", file.stem)
            if match:
                found.setdefault(match[1], {})[match[2].replace("_", "-")] = Verb(file.stem, _help_in(file))
    return found


def _help_in(file: Path) -> str:
    """The text that a command gives as its `help`, read from its source."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Assign) and [getattr(target, "id", "") for target in node.targets] == ["help"]:
            return str(ast.literal_eval(node.value))
    return ""


def run_management_command(room: str, verb: str, arguments: Sequence[str]) -> int:
    """Open the site and run one management command.

    Returns:
        The exit code.
    """
    from kepu.config.start import open_site

    command = _load(room, verb)
    parser = _parser(command, room, verb)
    from django.core.management.base import CommandError, SystemCheckError

    try:
        options = vars(parser.parse_args(list(arguments)))
    except CommandError as problem:
        raise click.ClickException(f"{_what_is_wrong(str(problem))}，请看 kepu {room} {verb} --help。") from problem
    except SystemExit as leaving:  # --help
        return int(leaving.code or 0)
    open_site()
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


def parser_of(room: str, verb: str) -> argparse.ArgumentParser:
    """What a management command takes, as its help shows it."""
    return _parser(_load(room, verb), room, verb)


def _parser(command: BaseCommand, room: str, verb: str) -> argparse.ArgumentParser:
    parser = command.create_parser(f"kepu {room}", verb)
    _speak_chinese(parser)
    return parser


def _load(room: str, verb: str) -> BaseCommand:
    """The command, with Django set up but no database started: its help must come at once."""
    from kepu.config.start import make_secrets
    from kepu.foundation import database

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kepu.config.settings")
    make_secrets()
    is_given = "DATABASE_URL" in os.environ
    os.environ["DATABASE_URL"] = database.database_url()
    try:
        import django

        django.setup()
    finally:
        if not is_given:
            del os.environ["DATABASE_URL"]
    from django.core.management import get_commands, load_command_class

    name = rooms()[room][verb].name
    app = get_commands().get(name)
    if app is None:
        raise Refused(f"“kepu {room} {verb}”所在的应用没有装上。")
    return load_command_class(app, name) if isinstance(app, str) else app


def _refuse_old_tables() -> None:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Refused("数据表还没有更新到这个版本，请先运行一次 kepu up。")


def _speak_chinese(parser: argparse.ArgumentParser) -> None:
    """Chinese headings, and none of Django's own options, which operators do not need."""
    from django.core.management.base import BaseCommand

    plain: Any = BaseCommand().create_parser("", "")
    generic = {option for action in plain._actions for option in action.option_strings}  # noqa: SLF001 no public door
    for action in parser._actions:  # noqa: SLF001
        if action.dest == "help":
            action.help = "显示这段说明。"
        elif generic & set(action.option_strings):
            action.help = argparse.SUPPRESS
    parser._positionals.title, parser._optionals.title = "参数", "选项"  # noqa: SLF001
    usage = " ".join(parser.format_usage().removeprefix("usage: ").split())
    parser.usage = argparse.SUPPRESS
    parser.description = f"用法：{usage}\n\n{parser.description or ''}"
    parser.formatter_class = argparse.RawDescriptionHelpFormatter


_WRONG_ARGUMENTS = (
    (r"unrecognized arguments: (.+)", "不认识 {0}"),
    (r"the following arguments are required: (.+)", "缺少 {0}"),
    (r"argument ([^:]+): expected (?:one|at least one|\d+) arguments?", "{0} 后面少了值"),
    (r"argument ([^:]+): invalid choice: (\S+) \(choose from (.+)\)", "{0} 不能是 {1}，只能是 {2} 之一"),
    (r"argument ([^:]+): invalid \S+ value: (.+)", "{0} 的值 {1} 不对"),
)


def _what_is_wrong(said: str) -> str:
    for pattern, words in _WRONG_ARGUMENTS:
        match = re.search(pattern, said)
        if match:
            return words.format(*(group.replace(", ", "、") for group in match.groups()))
    return "命令写得不对"
