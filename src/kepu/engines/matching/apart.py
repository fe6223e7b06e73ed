"""Solve a round in a process of its own, which can be killed: a cancelled solve leaves nothing behind."""

import json
import subprocess
import sys
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic

from kepu.engines.matching.canonical import Prepared, prepare
from kepu.engines.matching.packing import packed
from kepu.engines.matching.plans import Plan, Proof, plan_from
from kepu.engines.matching.problem import problem_of
from kepu.engines.matching.rounds import Round
from kepu.engines.matching.settings import DEFAULT, Settings
from kepu.engines.matching.solving import Progress, Tell

WORKER = "kepu.engines.matching.worker"
_PATIENCE_S = 0.25


class SolveTimedOut(TimeoutError):
    """The fuse burnt before there was a plan."""


def solve_apart(
    round_: Round | Prepared,
    settings: Settings = DEFAULT,
    *,
    known: Proof | None = None,
    tell: Tell | None = None,
    fuse_s: float = 120.0,
) -> Plan:
    """Decide a round as `solve` does, in a process of its own.

    There is a plan or there is none: nothing of a solve that was ended is kept.

    Args:
        round_: the round.
        settings: what is set, pinned and forbidden.
        known: as for `solve`.
        tell: called with what is new and at least every quarter of a second (`waiting`); what it raises kills the process, and is raised.
        fuse_s: seconds after which the process is killed, > 0.

    Raises:
        SolveTimedOut: the fuse burnt.
        PinsRefused: a pin breaks a hard rule.
        ValueError: as `solve`.
        RuntimeError: the process failed by itself.
    """
    if not fuse_s > 0:
        raise ValueError("fuse_s: must be above 0")
    ends = monotonic() + fuse_s
    prepared = round_ if isinstance(round_, Prepared) else prepare(round_)
    problem_of(prepared, settings)  # what is wrong with the question is said here
    question = packed(prepared, settings, known)
    process = subprocess.Popen(  # noqa: S603 our own module
        [sys.executable, "-m", WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    lines: SimpleQueue[bytes | None] = SimpleQueue()
    reader = Thread(target=_talk, args=(process, question, lines), daemon=True)
    reader.start()
    last = Progress("waiting")
    try:
        while True:
            try:
                line = lines.get(timeout=max(0.0, min(_PATIENCE_S, ends - monotonic())))
            except Empty:
                line = b""
            if line is None:
                raise RuntimeError(f"the solver failed: {_last_words(process)}")
            words = json.loads(line) if line else {}
            if "plan" in words:
                return plan_from(words["plan"])
            if "progress" in words:
                last = Progress(**words["progress"])
            if tell is not None:
                tell(last if line else Progress("waiting", last.flows, last.arcs, last.value, last.bound, last.broken))
            if monotonic() >= ends:
                raise SolveTimedOut(f"no plan within {fuse_s:g} s")
    finally:
        process.kill()
        process.wait()
        reader.join()
        if process.stderr is not None:
            process.stderr.close()


def _last_words(process: "subprocess.Popen[bytes]") -> str:
    code = process.wait()
    words = process.stderr.read().decode(errors="replace").strip() if process.stderr else ""
    return words.rsplit("\n", 1)[-1] or f"it ended with {code}"


def _talk(process: "subprocess.Popen[bytes]", question: bytes, lines: "SimpleQueue[bytes | None]") -> None:
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the solver has no pipes")
    with process.stdout as answers:
        try:
            with process.stdin as asked:
                asked.write(question)
        except BrokenPipeError:  # killed, or it never started
            lines.put(None)
            return
        for line in answers:
            lines.put(line)
    lines.put(None)
