"""What the reference names is what the code has: settings, commands, jobs, events, actions of the trail, terms."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from importlib import import_module
from pathlib import Path

import click
from django.apps import apps
from procrastinate.contrib.django import app

from kepu.cli import door
from kepu.cli.rooms import parser_of, rooms

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "kepu"
REFERENCE = ROOT / "docs" / "reference"
SETTING = re.compile(r"DATABASE_URL|KEPU_[A-Z][A-Z_]*")


def text(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def rows(name: str) -> dict[str, str]:
    """The first cell of every row of every table, without its marks, and the rest of the row."""
    return dict(re.findall(r"^\| `([^`]+)`[^|]*\|(.*)\|$", text(name), re.MULTILINE))


def syntax_trees() -> Iterator[tuple[Path, ast.Module]]:
    for file in sorted(SOURCE.rglob("*.py")):
        yield file, ast.parse(file.read_text(encoding="utf-8"))


def settings_read() -> set[str]:
    """Names of environment variables: every one in `config/environment.py`, and those asked of `os.environ` elsewhere."""
    found = set()
    for file, tree in syntax_trees():
        is_reader = file == SOURCE / "config" / "environment.py"
        for node in ast.walk(tree):
            asked = is_reader or (
                isinstance(node, ast.Call | ast.Subscript | ast.Compare) and "os.environ" in ast.unparse(node)
            )
            if asked:
                constants = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
                found |= {value for value in constants if isinstance(value, str) and SETTING.fullmatch(value)}
    return found


def test_every_setting_is_in_the_reference_and_none_that_is_not_read():
    assert set(rows("settings.md")) == settings_read()


def test_only_named_places_read_the_environment():
    """`config/environment.py` is the reader; the rest is what runs before settings exist."""
    readers = {file for file, _tree in syntax_trees() if "os.environ" in file.read_text(encoding="utf-8")}
    rooms_that_read = {file.relative_to(SOURCE).parts[:2] for file in readers}

    before_settings = {("foundation", "database"), ("foundation", "testing.py")}
    assert {parts for parts in rooms_that_read if parts[0] not in {"cli", "config", "bench"}} == before_settings


def commands(group: click.Group = door, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


def options_of(path: tuple[str, ...]) -> set[str]:
    """The long options of a command, but for its help."""
    if path[0] in rooms() and path[-1] in rooms()[path[0]]:
        return command_options(*path)
    command: click.Command = door
    for name in path:
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), name)
        assert found is not None
        command = found
    return {option for one in command.params if isinstance(one, click.Option) for option in one.opts} - {"--help"}


def command_options(room: str, verb: str) -> set[str]:
    parser = parser_of(room, verb)
    return {
        option
        for action in parser._actions
        for option in action.option_strings
        if action.help != "==SUPPRESS==" and option.startswith("--") and option != "--help"
    }


def test_every_command_with_every_option_is_in_the_reference():
    sections = dict(re.findall(r"^### `kepu ([^`]+)`$(.*?)(?=^##|\Z)", text("commands.md"), re.MULTILINE | re.DOTALL))

    assert set(sections) == {" ".join(path) for path in commands()}
    for path in commands():
        described = set(re.findall(r"^\| `(--[a-z-]+)`", sections[" ".join(path)], re.MULTILINE))
        assert described == options_of(path), path


def test_every_target_of_make_is_in_the_reference():
    help_text = (ROOT / "Makefile").read_text(encoding="utf-8").split("help:", 1)[1].split("\n\n", 1)[0]

    assert set(re.findall(r"make ([a-z]+)", help_text)) == {
        name.removeprefix("make ") for name in rows("commands.md") if name.startswith("make ")
    }


def test_every_job_with_its_schedule_is_in_the_reference():
    schedules = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    ours = {name for name in app.tasks if not name.startswith(("builtin:", "procrastinate."))}
    described = rows("jobs.md")

    assert set(described) == ours
    for name in ours:
        written = re.match(r" `([^`]+)` \|", described[name])
        assert (written and written[1]) == schedules.get(name), name


def events() -> dict[str, type]:
    found = {}
    for file in SOURCE.rglob("events.py"):
        module = import_module(".".join(file.relative_to(SOURCE.parent).with_suffix("").parts))
        own = {
            name: value for name, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__
        }
        found |= {name: value for name, value in own.items() if is_dataclass(value)}
    return found


def test_every_event_with_what_it_carries_is_in_the_reference():
    described = rows("events.md")

    assert set(described) == set(events())
    for name, event in events().items():
        carried = set(re.findall(r"`([a-z_]+)`", described[name].rsplit("|", 1)[-1]))
        assert carried == {field.name for field in fields(event)}, name


def actions() -> set[str]:
    """The first argument of every `record(…)` and `record_bulk(…)`; a star where its last part is computed."""
    found = set()
    for file, tree in syntax_trees():
        for node in ast.walk(tree):
            is_record = isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in {
                "record",
                "record_bulk",
            }
            if is_record and node.args and file.parent.name != "audit":
                words = [part.value for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)]
                named = [str(word) for word in words if str(word).count(".") == 2]
                assert named, f"{file}: the action of this record is not written out"
                found |= {f"{word}*" if word.endswith(".") else word for word in named}
    return found


def test_every_action_of_the_trail_is_in_the_reference():
    assert set(rows("audit-actions.md")) == actions()


def test_every_thing_that_is_kept_has_its_word_in_the_glossary():
    glossary = re.findall(r"^\|[^|]+\|([^|]+)\|", text("glossary.md"), re.MULTILINE)
    words = {word for cell in glossary for word in re.findall(r"[A-Za-z_]+", cell)}
    kept = {model.__name__ for model in apps.get_models() if model.__module__.startswith("kepu.")}

    assert kept - words == set()


def test_the_glossary_has_one_english_word_for_a_chinese_one():
    chinese = [
        word.strip()
        for cell in re.findall(r"^\|([^|]*[\u4e00-\u9fff][^|]*)\|", text("glossary.md"), re.MULTILINE)[1:]
        for word in cell.split("/")
    ]

    assert [word for word in chinese if chinese.count(word) > 1] == []
