"""Every command explains itself in Chinese, and says in a Chinese sentence what was wrong."""

import re
from collections.abc import Iterator

import click
import pytest
from django.core.management.base import CommandError

from kepu.cli import door, run
from kepu.cli.rooms import rooms
from kepu.foundation.errors import DomainError, InputUnreadable

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH_SENTENCE = re.compile(r"[A-Za-z]{2,}(?: [A-Za-z']+){3,}")


def commands(group: click.Group = door, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command, groups too, as it is typed."""
    yield path
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


ALL = list(commands())


def test_the_door_knows_the_life_of_a_site_and_every_room():
    assert {("up",), ("stop",), ("worker",), ("doctor",), ("backup",), ("restore",), ("bench",)} <= set(ALL)
    assert {("plan", "parse"), ("demo", "reset"), ("audit", "verify"), ("people", "create")} <= set(ALL)
    assert {(room, verb) for room, verbs in rooms().items() for verb in verbs} <= set(ALL)


@pytest.mark.parametrize("command", ALL, ids=" ".join)
@pytest.mark.parametrize("word", ["--help", "-h"])
def test_every_command_has_help_in_chinese(command, word, capsys):
    assert run([*command, word]) == 0

    said = capsys.readouterr().out
    assert "用法：kepu" in said
    assert "显示这段说明。" in said
    assert not ENGLISH_SENTENCE.search(said), said
    paragraphs = [line for line in said.split("\n") if line.strip()]
    assert CHINESE.search(paragraphs[1]), f"{command} does not say what it does"
    rows = [line for line in paragraphs if re.match(r"^\s+-", line) or re.match(r"^  \S+  +\S", line)]
    assert all(CHINESE.search(row) for row in rows), rows


@pytest.mark.parametrize("group", [path for path in ALL if path and isinstance(door.get_command(click.Context(door), path[0]), click.Group) and len(path) == 1], ids=" ".join)  # fmt: skip
def test_a_group_alone_shows_its_commands_and_leaves_with_2(group, capsys):
    assert run(list(group)) == 2
    assert "命令" in capsys.readouterr().err


WRONG = {
    "frob": "没有“frob”这个命令，请看 kepu --help。",
    "plan frob": "没有“frob”这个命令，请看 kepu plan --help。",
    "--frob": "没有 --frob 这个选项，请看 kepu --help。",
    "up --prot 3": "没有 --prot 这个选项，请看 kepu up --help。",
    "up --port x": "选项 --port 的值不对，要 1 到 65535 之间的整数，请看 kepu up --help。",
    "up --port 0": "选项 --port 的值不对，要 1 到 65535 之间的整数，请看 kepu up --help。",
    "up --port": "选项 --port 后面少了或多了值，请看 kepu --help。",
    "up now": "多写了参数，请看 kepu up --help。",
    "worker --concurrency 0": "选项 --concurrency 的值不对，要 1 到 64 之间的整数，请看 kepu worker --help。",
    "plan parse": "缺少参数 文件，请看 kepu plan parse --help。",
    "plan parse a b": "多写了参数，请看 kepu plan parse --help。",
    "backup": "缺少参数 文件，请看 kepu backup --help。",
    "bench frob": "没有名为 frob 的测量。",
    "people create": "缺少 登录名、姓名，请看 kepu people create --help。",
    "people create a b --role": "--role 后面少了值，请看 kepu people create --help。",
    "people create a b --role x": "--role 不能是 'x'，只能是 'administrator'",
    "audit verify --frob": "不认识 --frob，请看 kepu audit verify --help。",
    "plan parse /no/such/file": "找不到这个文件",
    "restore /no/such/file": "找不到备份文件 /no/such/file，请检查路径。",
    "restore /etc/passwd": "/etc/passwd 不是 kepu backup 做的备份，或已损坏。请换一个文件。",
}


@pytest.mark.parametrize(("typed", "words"), WRONG.items(), ids=list(WRONG))
def test_what_can_not_be_read_is_told_in_a_chinese_sentence_and_leaves_with_2(typed, words, capsys):
    assert run(typed.split()) == 2

    said = capsys.readouterr().err
    assert said.startswith(words)
    assert said.strip().count("\n") == 0
    assert not ENGLISH_SENTENCE.search(said)


REFUSED = {
    "backup /etc/passwd": "/etc/passwd 已经存在；换一个名字，或加 --force 覆盖它。",
    "backup /no/such/folder/x.tar": "没有文件夹 /no/such/folder，请先建立它。",
    "demo reset": "这不是演示站点",
}


@pytest.mark.parametrize(("typed", "words"), REFUSED.items(), ids=list(REFUSED))
def test_what_can_not_be_done_is_told_in_a_chinese_sentence_and_leaves_with_1(typed, words, capsys):
    assert run(typed.split()) == 1
    assert capsys.readouterr().err.startswith(words)


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1"])
def test_a_port_of_the_environment_that_is_none_is_refused(port, monkeypatch, capsys):
    monkeypatch.setenv("KEPU_PORT", port)
    assert run(["up"]) == 2
    assert capsys.readouterr().err == f"KEPU_PORT 应是 1 到 65535 之间的整数，现在是“{port}”。\n"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("problem", "code", "words"),
    [
        (DomainError("这个单位还有任务，不能删除。"), 1, "这个单位还有任务，不能删除。\n"),
        (InputUnreadable("第 3 行的日期不对。"), 2, "第 3 行的日期不对。\n"),
        (CommandError("链头应是 64 位十六进制数字。", returncode=2), 2, "链头应是 64 位十六进制数字。\n"),
        (OSError(28, "No space left on device"), 1, "磁盘空间不够："),
        (PermissionError(13, "Permission denied", "/srv/kepu"), 1, "没有权限读写 /srv/kepu。"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_errors_of_a_management_command_become_exit_codes(problem, code, words, monkeypatch, capsys):
    def fail(*_arguments: object, **_options: object) -> None:
        raise problem

    monkeypatch.setattr("kepu.foundation.search.management.commands.search_rebuild.rebuild", fail)

    assert run(["search", "rebuild"]) == code
    assert capsys.readouterr().err.startswith(words)


@pytest.mark.django_db
def test_a_bug_is_no_message_but_rises(monkeypatch):
    def fail(*_arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("kepu.foundation.search.management.commands.search_rebuild.rebuild", fail)
    with pytest.raises(ZeroDivisionError):
        run(["search", "rebuild"])


def test_the_version_is_told(capsys):
    assert run(["--version"]) == 0
    assert re.fullmatch(r"kepu \d+\.\d+\.\d+\n", capsys.readouterr().out)
