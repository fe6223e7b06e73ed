"""Measurements: each makes its own data from a seed, runs the product, and prints medians."""

import json
import os
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import Any

from kepu.foundation.errors import InputUnreadable

NAMES = ("plan", "ledger", "reports", "search", "coverage", "routing", "booking", "matching")


@dataclass(frozen=True, slots=True)
class Result:
    """One measured figure.

    Args:
        metric: what was measured.
        value: the median.
        unit: its unit.
        bar: what it must reach, or None.
        holds: whether it does.
        peer: what it is compared with, or None.
        ratio: product to peer, or None.
    """

    metric: str
    value: float
    unit: str
    bar: float | None = None
    holds: bool | None = None
    peer: str | None = None
    ratio: float | None = None


def machine() -> str:
    """Say in a line what this ran on."""
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"


def run(name: str, *, quick: bool, as_json: bool) -> int:
    """Run one benchmark and print it.

    Returns:
        0.

    Raises:
        InputUnreadable: there is no benchmark of this name.
    """
    if name not in NAMES:
        raise InputUnreadable(f"没有名为 {name} 的测量。现有：{'、'.join(NAMES)}。")
    measure: Callable[..., list[Result]] = import_module(f"kepu.bench.{name}").measure
    results = measure(quick=quick)
    if as_json:
        tree: dict[str, Any] = {"name": name, "machine": machine(), "results": [asdict(one) for one in results]}
        print(json.dumps(tree, ensure_ascii=False, indent=1))  # noqa: T201
        return 0
    for one in results:
        verdict = "" if one.holds is None else ("  达到" if one.holds else "  未达到")
        bar = "" if one.bar is None else f"  （目标 {one.bar:g}）"
        print(f"{one.metric}: {one.value:.4g} {one.unit}{bar}{verdict}")  # noqa: T201
    return 0
