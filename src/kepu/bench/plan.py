"""How long it takes to read a plan of about 11,000 characters inside the process."""

from pathlib import Path
from statistics import median
from time import perf_counter

from kepu.bench import Result
from kepu.engines.policy import parse_text

BAR_MS = 100
CHARACTERS = 11_000
EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "qingdao" / "plan.txt"


def sample() -> str:
    """The example plan, its task part repeated under new numbers until it is as long as a real one."""
    text = EXAMPLE.read_text("utf-8")
    start, end = text.index("三、提升行动"), text.index("四、重点工程")
    part = text[start:end]
    grown = text[:end]
    number = 0
    while len(grown) + len(text) - end < CHARACTERS:
        number += 1
        grown += part.replace("三、提升行动", f"三、提升行动（续{number}）", 1)
    return grown + text[end:]


def measure(*, quick: bool) -> list[Result]:
    """Read the sample several times; the first reading, which compiles patterns, is not counted."""
    text = sample()
    parse_text(text)
    times = []
    for _again in range(5 if quick else 25):
        begin = perf_counter()
        parse_text(text)
        times.append((perf_counter() - begin) * 1000)
    value = median(times)
    return [
        Result(f"read a plan of {len(text)} characters", value, "ms", BAR_MS, holds=value <= BAR_MS),
    ]
