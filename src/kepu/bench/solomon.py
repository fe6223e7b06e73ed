"""The 56 instances of Solomon with 100 customers: shortest known lengths with ways cut to one decimal, and a reader of their files.

`FOUND` stands in a published table of optimal values (A. Jungwirth, vrptwfl, `OptimalSolutions`: proven, from the literature). `RECALLED` is
from memory of the list of the DIMACS challenge of 2021 and was not found again in a source at hand; no run of ours was shorter. The files of the
instances are not part of this project.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOUND = {
    "C1": (827.3, 827.3, 826.3, 822.9, 827.3, 827.3, 827.3, 827.3, 827.3),
    "R1": (1637.7, 1466.6, 1208.7, 971.5, 1355.3, 1234.6, 1064.6, 932.1, 1146.9, 1068.0, 1048.7, 948.6),
    "RC1": (1619.8, 1457.4, 1258.0, 1132.3, 1513.7, 1372.7, 1207.8, 1114.2),
}
RECALLED = {
    "C2": (589.1, 589.1, 588.7, 588.1, 586.4, 586.0, 585.8, 585.8),
    "R2": (1143.2, 1029.6, 870.8, 731.3, 949.8, 875.9, 794.0, 701.0, 854.8, 900.5, 746.7),
    "RC2": (1261.8, 1092.3, 923.7, 783.5, 1154.0, 1051.1, 962.9, 776.1),
}
BEST = {
    f"{family}{number:02}": length
    for family, lengths in (FOUND | RECALLED).items()
    for number, length in enumerate(lengths, start=1)
}
"""Shortest known length of each instance."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One instance in tenths: ways cut to one decimal, times ten."""

    way: Any
    demand: Any
    opens: Any
    closes: Any
    service: Any
    vehicles: int
    capacity: int


def read(file: Path) -> Instance:
    """Read a file of Solomon's: vehicles and capacity in the fifth line, customers from the tenth."""
    import numpy as np

    lines = file.read_text(encoding="utf-8").splitlines()
    vehicles, capacity = (int(one) for one in lines[4].split())
    rows = np.array([[float(one) for one in line.split()] for line in lines[9:] if line.strip()])
    gaps = rows[:, None, 1:3] - rows[None, :, 1:3]
    way = np.floor(10 * np.sqrt((gaps**2).sum(axis=2)) + 1e-9).astype(np.int64)
    opens, closes, service = ((10 * rows[:, column]).astype(np.int64) for column in (4, 5, 6))
    return Instance(way, rows[:, 3].astype(np.int64), opens, closes, service, vehicles, capacity)


def length_of(instance: Instance, routes: tuple[tuple[int, ...], ...]) -> int | None:
    """Recompute the length in tenths; None where a rule is broken."""
    total, seen = 0, list[int]()
    for route in routes:
        at, now = 0, int(instance.opens[0])
        for one in [*route, 0]:
            way = int(instance.way[at, one])
            total, now = total + way, max(now + way, int(instance.opens[one]))
            if now > instance.closes[one]:
                return None
            now, at = now + int(instance.service[one]), one
        if sum(int(instance.demand[one]) for one in route) > instance.capacity:
            return None
        seen += route
    is_whole = sorted(seen) == list(range(1, len(instance.way))) and len(routes) <= instance.vehicles
    return total if is_whole else None
