"""Every `kepu` line that the docs show is a command that exists; those that are quick and harmless are run."""

import csv
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from kepu.cli import door, run
from kepu.cli.rooms import parser_of, rooms
from kepu.directory.register.models import Person, Region

ROOT = Path(__file__).parents[2]
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
EXAMPLE = ROOT / "examples" / "qingdao"
# They start, stop or replace a whole site; tests/cli/test_site.py does that.
LIFE_OF_A_SITE = {"up", "stop", "worker", "backup", "restore", "doctor", "demo", "bench"}


LINE = re.compile(r"(?:^|&& |[ =/])(?:\.venv/bin/)?kepu ([a-z][^#\n&|]*)", re.MULTILINE)
FENCED = re.compile(r"^```[a-z]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"(?:^    .+\n)+", re.MULTILINE)


def examples() -> Iterator[tuple[str, str]]:
    """Document and line of every command inside a block of code."""
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        for block in [*FENCED.findall(text), *INDENTED.findall(FENCED.sub("", text))]:
            for match in LINE.finditer(block):
                yield document.relative_to(ROOT).as_posix(), match[1].strip()


COMMANDS = [one for one in examples() if one[1].split()[0] in door.list_commands(click.Context(door))]


def test_the_docs_show_commands():
    assert len(COMMANDS) >= 15


@pytest.mark.parametrize(("document", "line"), COMMANDS)
def test_every_command_in_the_docs_exists_with_its_options(document, line):
    words = shlex.split(re.sub(r"<[^>]+>|\$\([^)]*\)", "ab" * 32, line))
    if len(words) > 1 and words[0] in rooms() and words[1] in rooms()[words[0]]:
        parser_of(words[0], words[1]).parse_args(words[2:])
        return
    context = door.make_context("kepu", list(words))
    command: click.Command = door
    while isinstance(command, click.Group):
        _name, found, words = command.resolve_command(context, words)
        assert found is not None
        command = found
    command.make_context("kepu", words, parent=context)


def outlines(regions: Path) -> str:
    """A square for each district, as a 标准地图 would be exported."""
    with regions.open(encoding="utf-8") as file:
        codes = [row["code"] for row in csv.DictReader(file) if len(row["code"]) == 6]
    features = [
        {
            "type": "Feature",
            "properties": {"code": code},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[120 + n, 36], [120.5 + n, 36], [120.5 + n, 36.5], [120 + n, 36]]],
            },
        }
        for n, code in enumerate(codes)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


QUICK = [one for one in COMMANDS if one[1].split()[0] not in LIFE_OF_A_SITE and "<" not in one[1]]


@pytest.mark.django_db
def test_the_quick_ones_run_as_they_are_written(tmp_path, monkeypatch, capsys):
    for name in ("regions.csv", "townships.csv", "plan.txt"):
        (tmp_path / name).write_bytes((EXAMPLE / name).read_bytes())
    (tmp_path / "examples" / "qingdao").mkdir(parents=True)
    (tmp_path / "examples" / "qingdao" / "plan.txt").write_bytes((EXAMPLE / "plan.txt").read_bytes())
    township = (EXAMPLE / "townships.csv").read_text("utf-8").splitlines()[1].split(",")[0]
    (tmp_path / "villages.csv").write_text(f"code,name\n{township}001,示例社区\n", encoding="utf-8")
    (tmp_path / "districts.geojson").write_text(outlines(EXAMPLE / "regions.csv"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    lines = dict.fromkeys(line for _document, line in QUICK)  # each once, in their order
    made = {line.split()[2] for line in lines if line.startswith("people create")}
    for line in lines:
        assert run(shlex.split(line)) == 0, (line, capsys.readouterr().err)

    assert Region.objects.filter(code=f"{township}001").exists()
    assert made <= set(Person.objects.values_list("login", flat=True))


def test_the_plan_of_the_example_is_read_as_the_readme_says(capsys):
    assert run(["plan", "parse", str(EXAMPLE / "plan.txt")]) == 0

    assert json.loads(capsys.readouterr().out)


def test_every_make_line_of_the_docs_is_a_target():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        name
        for document in DOCUMENTS
        for name in re.findall(r"(?:^|`)make ([a-z]+)\b", document.read_text(encoding="utf-8"), re.MULTILINE)
    }

    assert named - targets == set()
