"""One parent owns its children: it starts them, notices their death and leaves nobody behind."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

_PATIENCE = 15.0  # seconds between asking a child to stop and forcing it
_LONGEST_PAUSE = 30.0
_STEADY = 60.0  # a child that lived this long gets a quick restart again
_SET_PARENT_DEATH_SIGNAL = 1  # prctl's number for it


class StopAsked(BaseException):
    """Ctrl-C, SIGTERM or a closed terminal."""


@contextmanager
def stopping_on_signals() -> Iterator[None]:
    """Turn the signals that mean "stop" into an exception, so that every `finally` runs."""

    def ask(number: int, _frame: object) -> None:
        for other in signals:
            signal.signal(other, signal.SIG_IGN)  # once is enough: nothing may cut the tidying short
        raise StopAsked(number)

    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, ask) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@dataclass(slots=True)
class Child:
    """One process of the site."""

    label: str
    command: Sequence[str]
    environment: Mapping[str, str]
    is_restarted: bool
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = 1.0
    due_at: float = field(default=0.0)

    def start(self) -> None:
        """Start it in a session of its own: Ctrl-C reaches the parent only, which stops all in order."""
        self.process = subprocess.Popen(  # noqa: S603 our own commands
            list(self.command),
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_dying_with(os.getpid()),  # noqa: PLW1509 the parent has one thread
        )
        self.started_at = time.monotonic()
        self.due_at = 0.0

    def exit_code(self) -> int | None:
        """None while it lives."""
        return self.process.poll() if self.process else None


_prctl = getattr(ctypes.CDLL(None), "prctl", None)


def die_with_parent() -> None:
    """Even a parent killed with -9 takes this process along (Linux)."""
    if _prctl is not None:
        _prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)


def _dying_with(parent: int) -> Callable[[], None]:
    def ask_the_kernel() -> None:
        die_with_parent()
        if os.getppid() != parent:  # it died in between
            os._exit(1)

    return ask_the_kernel


class Family:
    """The children of one parent."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.children: list[Child] = []
        self._say = say

    def add(self, child: Child) -> Child:
        """Start a child and own it."""
        self.children.append(child)
        child.start()
        return child

    def look_after(self) -> Child | None:
        """Restart who may be restarted.

        Returns:
            A dead child that the site can not do without, or None.
        """
        now = time.monotonic()
        for child in self.children:
            if child.due_at:
                if now >= child.due_at:
                    child.start()
                continue
            code = child.exit_code()
            if code is None:
                continue
            if not child.is_restarted:
                return child
            child.pause = 1.0 if now - child.started_at > _STEADY else min(child.pause * 2, _LONGEST_PAUSE)
            child.due_at = now + child.pause
            self._say(f"{child.label}意外退出（代码 {code}），{child.pause:.0f} 秒后重新启动。")
        return None

    def stop(self) -> None:
        """Ask all to stop, wait, then force whoever stays, its own children included."""
        living = [child.process for child in self.children if child.process and child.process.poll() is None]
        for process in living:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        end = time.monotonic() + _PATIENCE
        for process in living:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, end - time.monotonic()))
        for child in self.children:
            if child.process:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(child.process.pid, signal.SIGKILL)  # empty when all went well
                child.process.wait()
