"""Who is taken when: asks every hard rule about one more visit, and names the one that forbids it."""

from collections import Counter

import numpy as np

from kepu.engines.matching.checks import Flags, Rows
from kepu.engines.matching.rounds import DIFFERENT, SAME, Round

VISITS, LOAD, PERIOD, BUSY, OWN, REPEAT, TRAVEL = "visits", "load", "period", "busy", "own_half_day", "repeat", "travel"
CONTENTION = (VISITS, LOAD, PERIOD, BUSY, OWN, REPEAT, TRAVEL)
"""Rules about what is taken already: enough visits; the provider has its load, its load of the period, another visit on this half-day; the
request has a visit on this half-day; it wants the same or a different person; the provider is far away on this day."""


class Desk:
    """What is taken so far. Rows are those of one round."""

    def __init__(self, round_: Round) -> None:
        """Begin with nothing taken."""
        requests, providers, slots = round_.requests, round_.providers, round_.slots
        self.repeat = requests.repeat
        self.place = np.asarray(requests.place).tolist()
        self.day, self.period = np.asarray(slots.day), np.asarray(slots.period)
        self.visits_left: Rows = np.asarray(requests.visits).copy()
        self.load_left: Rows = np.asarray(providers.load).copy()
        periods = int(self.period.max(initial=0)) + 1
        most = self.load_left if providers.per_period is None else np.asarray(providers.per_period)
        self.period_left: Rows = most.copy() if most.ndim > 1 else np.repeat(most[:, None], periods, axis=1)
        self.is_busy: Flags = np.zeros(providers.available.shape, dtype=bool)
        self.is_visited: Flags = np.zeros(requests.window.shape, dtype=bool)
        self.far = None if round_.travel is None else round_.travel.is_far()
        self._people: dict[int, Counter[int]] = {}
        self._trips: dict[tuple[int, int], list[int]] = {}
        for provider, day, place in [] if round_.travel is None else round_.travel.trips.tolist():
            self._trips.setdefault((provider, day), []).append(place)

    def blocked(self, request: int, provider: int, slot: int) -> str | None:
        """Name the rule that forbids one more visit, or None."""
        if self.visits_left[request] <= 0:
            return VISITS
        if self.load_left[provider] <= 0:
            return LOAD
        if self.period_left[provider, self.period[slot]] <= 0:
            return PERIOD
        if self.is_busy[provider, slot]:
            return BUSY
        if self.is_visited[request, slot]:
            return OWN
        return self._entangled(request, provider, slot)

    def blocks(self, request: Rows, provider: Rows, slot: Rows) -> Rows:
        """Give the place in `CONTENTION` of the rule against each of many visits, each alone; −1 where there is none."""
        found = np.select(
            [
                self.visits_left[request] <= 0,
                self.load_left[provider] <= 0,
                self.period_left[provider, self.period[slot]] <= 0,
                self.is_busy[provider, slot],
                self.is_visited[request, slot],
            ],
            range(5),
            default=-1,
        ).astype(np.int64)
        for row in np.flatnonzero(found < 0).tolist():
            rule = self._entangled(int(request[row]), int(provider[row]), int(slot[row]))
            if rule is not None:
                found[row] = CONTENTION.index(rule)
        return found

    def is_open(self, request: Rows, provider: Rows, slot: Rows) -> Flags:
        """Tell which of many visits the rules on numbers and half-days still allow; the other rules are not asked."""
        free: Flags = (self.visits_left[request] > 0) & (self.load_left[provider] > 0) & ~self.is_busy[provider, slot]
        free &= ~self.is_visited[request, slot] & (self.period_left[provider, self.period[slot]] > 0)
        return free

    def take(self, request: int, provider: int, slot: int) -> None:
        """Take a visit."""
        self._move(request, provider, slot, 1)
        self._people.setdefault(request, Counter())[provider] += 1
        self._trips.setdefault((provider, int(self.day[slot])), []).append(self.place[request])

    def give_back(self, request: int, provider: int, slot: int) -> None:
        """Give a visit back."""
        self._move(request, provider, slot, -1)
        self._people[request][provider] -= 1
        self._people[request] += Counter()
        self._trips[provider, int(self.day[slot])].remove(self.place[request])

    def _move(self, request: int, provider: int, slot: int, by: int) -> None:
        self.visits_left[request] -= by
        self.load_left[provider] -= by
        self.period_left[provider, self.period[slot]] -= by
        self.is_busy[provider, slot] = self.is_visited[request, slot] = by > 0

    def _entangled(self, request: int, provider: int, slot: int) -> str | None:
        people = self._people.get(request)
        if people:
            policy = self.repeat[request]
            if (policy == DIFFERENT and provider in people) or (policy == SAME and provider not in people):
                return REPEAT
        if self.far is not None:
            place = self.place[request]
            for other in self._trips.get((provider, int(self.day[slot])), ()):
                if self.far[place, other]:
                    return TRAVEL
        return None
