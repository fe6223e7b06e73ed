"""Hold a reading against a summary written by hand, and count what agrees."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kepu.engines.policy import PlanReading, parse_file

SAMPLES = Path(__file__).resolve().parents[2] / "fixtures" / "plans"


@dataclass(frozen=True)
class Score:
    """Agreement of two multisets."""

    found: int
    wanted: int
    right: int

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.found + self.wanted) if self.found + self.wanted else 1.0

    def __add__(self, other: "Score") -> "Score":
        return Score(self.found + other.found, self.wanted + other.wanted, self.right + other.right)


def score(found: list[Any], wanted: list[Any]) -> Score:
    a, b = Counter(map(repr, found)), Counter(map(repr, wanted))
    return Score(sum(a.values()), sum(b.values()), sum((a & b).values()))


def sample_names() -> list[str]:
    return sorted(path.stem for path in SAMPLES.glob("*.json"))


def sample_file(name: str) -> Path:
    return next(path for path in SAMPLES.glob(f"{name}.*") if path.suffix != ".json")


def sample(name: str) -> tuple[PlanReading, dict[str, Any]]:
    wanted = json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))
    return parse_file(sample_file(name)), wanted


def tasks_of(reading: PlanReading) -> dict[str, list[Any]]:
    return {
        task.id: [
            task.title,
            [d.organisation + ("" if d.role == "joint" else f"={d.role}") for d in task.duties],
            task.has_others,
        ]
        for task in reading.tasks
    }


def targets_of(reading: PlanReading) -> list[list[Any]]:
    rows = []
    for target in reading.to_json()["targets"]:
        flags = " ".join(flag for flag in ("aspirational", "approximate") if target[flag])
        rows.append([target[key] for key in ("at", "value", "unit", "comparator", "period", "deadline")] + [flags])
    return rows


def scores(reading: PlanReading, wanted: dict[str, Any]) -> dict[str, Score]:
    """Agreement on tasks, titles, organisations, roles and targets (place, value and unit; then all fields)."""
    found = tasks_of(reading)

    def names(tasks: dict[str, list[Any]], *, roles: bool) -> list[tuple[str, str]]:
        return [(key, name if roles else name.split("=")[0]) for key, row in tasks.items() for name in row[1]]

    rows, goals = targets_of(reading), wanted["targets"]
    return {
        "tasks": score(list(found), list(wanted["tasks"])),
        "titles": score([(k, v[0]) for k, v in found.items()], [(k, v[0]) for k, v in wanted["tasks"].items()]),
        "organisations": score(names(found, roles=False), names(wanted["tasks"], roles=False)),
        "roles": score(names(found, roles=True), names(wanted["tasks"], roles=True)),
        "targets": score([row[:3] for row in rows], [row[:3] for row in goals]),
        "fields": score(rows, goals),
    }
