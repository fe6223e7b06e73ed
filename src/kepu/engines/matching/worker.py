"""The process that solves a round: a question comes in on standard input, lines of JSON go out, the last is the plan."""

import json
import sys
from dataclasses import asdict

from kepu.engines.matching.packing import unpacked
from kepu.engines.matching.solving import Progress, solve


def work() -> None:
    """Read a question, solve it, tell how far it is, and answer."""
    prepared, settings, known = unpacked(sys.stdin.buffer.read())

    def tell(progress: Progress) -> None:
        _say(progress=asdict(progress))

    _say(plan=solve(prepared, settings, known=known, tell=tell).as_dict())


def _say(**words: object) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    work()
