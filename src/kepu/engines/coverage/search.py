"""The search in a process of its own: it can be killed, and what it says is checked here."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any, Literal

import numpy as np

from kepu.engines.coverage.cover import ROUNDING, Cover
from kepu.engines.coverage.travel import Rows

Told = Callable[[float, float], object]
Ended = Literal["proven", "nodes", "fuse", "start"]
SOLVER = "kepu.engines.coverage.solver"
_PATIENCE_S = 0.5
_DUAL_TOLERANCE = 1e-7
"""HiGHS's own: each column, which lies between 0 and 1, may hide so much of its bound."""


@dataclass(frozen=True, slots=True)
class Found:
    """A plan, what it reaches, and what none reaches more than."""

    plan: Rows
    value: float
    bound: float
    nodes: int
    ended: Ended


def search(cover: Cover, start: Found, wanted_gap: float, ends: float, node_limit: int, tell: Told | None) -> Found:
    """Let HiGHS search until it has proven, used up its nodes, or the clock says so; then kill it.

    Args:
        cover: the model.
        start: a plan and a bound.
        wanted_gap: 0 to below 1.
        ends: reading of `time.monotonic` at which it is killed.
        node_limit: nodes allowed.
        tell: called with value and bound from time to time; what it raises ends the search.

    Raises:
        RuntimeError: the solver failed by itself.
    """
    packed = BytesIO()
    left = max(0.1, ends - monotonic())
    np.savez(
        packed, indptr=cover.covers.indptr, indices=cover.covers.indices, weight=cover.weight, start=start.plan,
        numbers=np.array([cover.covers.shape[1], cover.k, wanted_gap, left, node_limit], dtype=np.float64),
    )  # fmt: skip
    solver = subprocess.Popen(  # noqa: S603 our own module
        [sys.executable, "-m", SOLVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    lines: SimpleQueue[bytes | None] = SimpleQueue()
    reader = Thread(target=_talk, args=(solver, packed.getvalue(), lines), daemon=True)
    reader.start()
    found = start
    try:
        while True:
            try:
                line = lines.get(timeout=max(0.0, min(_PATIENCE_S, ends - monotonic())))
            except Empty:
                line = b""
            if line is None:
                _check_end(solver)
                return found
            if line:
                found = _taken(cover, found, json.loads(line))
            if tell is not None:
                tell(found.value, found.bound)
            if monotonic() >= ends and not line:
                return Found(found.plan, found.value, found.bound, found.nodes, "fuse")
    finally:
        solver.kill()
        solver.wait()
        reader.join()
        if solver.stderr is not None:
            solver.stderr.close()


def _check_end(solver: "subprocess.Popen[bytes]") -> None:
    """A solver that was killed (no memory) leaves what it had found; one that failed is a bug."""
    if solver.wait() > 0:
        words = solver.stderr.read().decode(errors="replace") if solver.stderr else ""
        raise RuntimeError(f"the solver failed: {words.strip().rsplit(chr(10), 1)[-1]}")


def _talk(solver: "subprocess.Popen[bytes]", question: bytes, lines: "SimpleQueue[bytes | None]") -> None:
    if solver.stdin is None or solver.stdout is None:
        raise RuntimeError("the solver has no pipes")
    with solver.stdout as answers:
        try:
            with solver.stdin as asked:
                asked.write(question)
        except BrokenPipeError:  # killed, or it never started: the start stands
            lines.put(None)
            return
        for line in answers:
            lines.put(line)
    lines.put(None)


def _taken(cover: Cover, found: Found, told: dict[str, Any]) -> Found:
    plan, value, bound = found.plan, found.value, found.bound
    if told.get("plan") is not None:
        offered = np.unique(np.array(told["plan"], dtype=np.int64))
        worth = cover.reached(offered)
        if len(offered) <= cover.k and worth > value:
            plan, value = offered, worth
    if told.get("bound") is not None:
        slack = _DUAL_TOLERANCE * sum(cover.covers.shape) + ROUNDING * float(told["bound"])
        bound = min(bound, max(value, float(told["bound"]) + slack))
    return Found(plan, value, bound, int(told.get("nodes", found.nodes)), told.get("ended", found.ended))
