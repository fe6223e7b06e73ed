"""What `kepu doctor` says of a machine that has everything, and of each thing that may be missing."""

import shutil
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from kepu.bench.endpoint import toy_endpoint
from kepu.cli.doctor import examine
from kepu.foundation import database


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture
def healthy(monkeypatch, tmp_path):
    """A machine with a running server, room on its disk and all packages."""
    packages = tmp_path / "node_modules"
    for name in ("htmx.org", "echarts", "@tabler/core", "@fontsource-variable/noto-sans-sc/files"):
        (packages / name).mkdir(parents=True)
    (packages / "@fontsource-variable/noto-sans-sc/files/1.woff2").touch()
    monkeypatch.setattr(database, "ROOT", tmp_path)
    monkeypatch.setattr(database, "status", lambda: found(version=180004))
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Usage(0, 0, 50 * 1024**3))
    return monkeypatch


def found(**changes):
    given = {"embedded": True, "running": True, "url": "", "folder": Path("/var/kepu"), "version": 180004}
    return database.Status(**given | changes)


def said(capsys):
    code = examine()
    return code, capsys.readouterr().out


def test_a_machine_that_has_everything(healthy, capsys):
    code, words = said(capsys)

    assert code == 0
    assert "✓ 数据库：PostgreSQL 18.4 正在运行（内嵌，位于 /var/kepu）" in words
    assert "✓ 磁盘：" in words
    assert "✓ 前端包：齐全" in words
    assert "✗" not in words
    assert words.endswith("一切正常。\n")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"version": 140010}, "✗ 数据库：PostgreSQL 14 太旧，至少要 15"),
        ({"version": None, "embedded": False}, "✗ 数据库：没有在运行（由 DATABASE_URL 指定），请检查地址"),
    ],
)
def test_a_server_that_is_too_old_or_away(healthy, capsys, change, sentence):
    healthy.setattr(database, "status", lambda: found(**change))

    code, words = said(capsys)

    assert code == 1
    assert sentence in words
    assert words.endswith("发现 1 个问题。\n")


def test_an_embedded_server_that_rests_is_no_problem(healthy, capsys):
    healthy.setattr(database, "status", lambda: found(version=None))

    code, words = said(capsys)

    assert (code, "· 数据库：没有在运行（内嵌，位于 /var/kepu），kepu up 会启动它" in words) == (0, True)


def test_a_full_disk_and_missing_packages_are_said_with_what_to_do(healthy, capsys, tmp_path):
    healthy.setattr(shutil, "disk_usage", lambda _folder: Usage(0, 0, 1024**3))
    shutil.rmtree(tmp_path / "node_modules" / "echarts")
    (tmp_path / "node_modules/@fontsource-variable/noto-sans-sc/files/1.woff2").unlink()

    code, words = said(capsys)

    assert code == 1
    assert "还有 1.0 GB，请腾出空间" in words
    assert "✗ 前端包：缺少 echarts，请运行 make setup" in words
    assert "✗ 中文字体：没有找到网页字体，请运行 make setup" in words
    assert words.endswith("发现 3 个问题。\n")


def test_the_search_by_meaning_is_silent_until_an_endpoint_is_named(healthy, capsys):
    healthy.delenv("KEPU_EMBEDDINGS_URL", raising=False)

    assert "按意思查找" not in said(capsys)[1]


def test_an_endpoint_that_answers_is_named_with_its_dimension(healthy, capsys):
    with toy_endpoint(dimension=64) as toy:
        healthy.setenv("KEPU_EMBEDDINGS_URL", toy.url)
        healthy.setenv("KEPU_EMBEDDINGS_MODEL", "toy-1")
        code, words = said(capsys)

    assert (code, toy.asked) == (0, [["科普"]])
    assert f"✓ 按意思查找：{toy.url} 有应答，模型 toy-1，64 维" in words


def test_an_endpoint_that_fails_and_one_that_is_half_set_are_problems(healthy, capsys):
    with toy_endpoint(answer=lambda _body: (401, b"")) as toy:
        healthy.setenv("KEPU_EMBEDDINGS_URL", toy.url)
        healthy.setenv("KEPU_EMBEDDINGS_MODEL", "toy-1")
        code, words = said(capsys)
    assert code == 1
    assert "应答 401" in words
    healthy.delenv("KEPU_EMBEDDINGS_MODEL")
    code, words = said(capsys)
    assert code == 1
    assert "还要设 KEPU_EMBEDDINGS_MODEL" in words


def test_an_endpoint_without_numpy_is_a_problem(healthy, capsys):
    healthy.setattr(sys.modules["kepu.cli.doctor"], "_is_installed", lambda name: name != "numpy")
    with toy_endpoint() as toy:
        healthy.setenv("KEPU_EMBEDDINGS_URL", toy.url)
        healthy.setenv("KEPU_EMBEDDINGS_MODEL", "toy-1")
        code, words = said(capsys)

    assert code == 1
    assert "没有装 numpy" in words
