"""`kepu plan parse` as a shell calls it: an object on standard output, or one sentence on standard error and a code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kepu.cli import OK, UNREADABLE, run
from tests.plan.texts import PLAN
from tests.unreadable import UNREADABLE as BAD_FILES


def said(captured: str) -> list[str]:
    return captured.splitlines()


def is_chinese(words: str) -> bool:
    return any("一" <= mark <= "鿿" for mark in words)


@pytest.mark.parametrize(("name", "data", "sentence"), BAD_FILES, ids=[name for name, *_ in BAD_FILES])
def test_a_file_that_is_no_plan_is_told_in_one_sentence(tmp_path, capfd, name, data, sentence):
    file = tmp_path / name
    file.write_bytes(data())

    code = run(["plan", "parse", str(file)])

    out, err = capfd.readouterr()
    assert code == UNREADABLE
    assert out == ""
    assert sentence in err
    assert len(said(err)) == 1


def test_a_huge_file_is_refused_before_it_is_read(tmp_path, capfd):
    file = tmp_path / "大.txt"
    with file.open("wb") as stream:
        stream.truncate(200 * 1024 * 1024)  # holds no blocks on the disk

    assert run(["plan", "parse", str(file)]) == UNREADABLE

    out, err = capfd.readouterr()
    assert out == ""
    assert is_chinese(err)
    assert len(said(err)) == 1


@pytest.mark.parametrize(
    "place",
    [lambda folder: folder / "没有.txt", lambda folder: folder, lambda _: Path("/dev/null")],
    ids=["missing", "folder", "device"],
)
def test_what_is_no_file_is_told(tmp_path, capfd, place):
    assert run(["plan", "parse", str(place(tmp_path))]) == UNREADABLE

    out, err = capfd.readouterr()
    assert out == ""
    assert is_chinese(err)
    assert len(said(err)) == 1


@pytest.mark.parametrize("arguments", [[], ["a.txt", "b.txt"], ["--nonsense", "a.txt"]])
def test_wrong_words_are_told(capfd, arguments):
    assert run(["plan", "parse", *arguments]) == UNREADABLE

    out, err = capfd.readouterr()
    assert out == ""
    assert is_chinese(err)


def test_a_plan_is_one_object_whatever_the_terminal(tmp_path):
    file = tmp_path / "方案.txt"
    file.write_text(PLAN, encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "kepu.cli", "plan", "parse", str(file)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.environ.get("PYTHONPATH", ""), "LC_ALL": "C"},
        capture_output=True,
        check=False,
    )

    assert done.returncode == OK
    assert done.stderr == b""
    assert json.loads(done.stdout.decode("utf-8"))["tasks"]


def test_a_reader_that_leaves_early_gets_no_traceback(tmp_path):
    file = tmp_path / "方案.txt"
    file.write_text(PLAN * 40, encoding="utf-8")

    done = subprocess.run(
        ["/bin/sh", "-c", '"$0" -m kepu.cli plan parse "$1" | head -c 1', sys.executable, str(file)],
        capture_output=True,
        check=False,
        env={**os.environ},
    )

    assert done.stdout == b"{"
    assert done.stderr == b""
