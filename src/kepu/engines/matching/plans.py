"""What comes out of a round: who comes to whom and when, what it is worth, what is proven, who was left and why."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from kepu.engines.matching.settings import Forbid, Match


@dataclass(frozen=True, slots=True, order=True)
class Assignment:
    """One visit of the plan.

    Args:
        request: id.
        provider: id.
        slot: id.
        fit: of the pair, 0 to 1.
        distance: of the pair.
        is_pinned: a person said so.
        stays: it was in the plan before.
    """

    request: str
    provider: str
    slot: str
    fit: float
    distance: float
    is_pinned: bool = False
    stays: bool = False

    @property
    def match(self) -> Match:
        """Give its three ids."""
        return Match(self.request, self.provider, self.slot)


@dataclass(frozen=True, slots=True)
class Worth:
    """What a plan's value consists of, term by term; they add up to it but for rounding (10⁻⁵ a visit and term)."""

    served: float
    fit: float
    distance: float
    equity: float
    evenness: float
    staying: float


@dataclass(frozen=True, slots=True)
class DistrictFill:
    """How a district fares.

    Args:
        district: id.
        wanted: visits that its requests want in this round.
        served: visits that it gets in this round.
        fill: (had + served) / need.
        missing: visits below its floor.
    """

    district: str
    wanted: int
    served: int
    fill: float
    missing: int


@dataclass(frozen=True, slots=True)
class Unserved:
    """A request that gets fewer visits than it wants, and why.

    Args:
        request: id.
        wanted: visits.
        served: visits.
        left: candidates left after each rule, in the order they were asked: `listed`, the caller's rules, `half_days` (both can on some
            half-day), `forbidden` (a person forbade the rest).
        blocked: of the visits these candidates could make, how many each rule about what is taken forbids, as named in `CONTENTION`.
        rule: the rule that took the last candidate; where candidates are left, the one that blocks most of their visits; `whole` where some are free
            but not enough for all visits or none.
    """

    request: str
    wanted: int
    served: int
    left: Mapping[str, int]
    blocked: Mapping[str, int]
    rule: str


@dataclass(frozen=True, slots=True)
class Moves:
    """What changed against another plan."""

    kept: int
    gone: tuple[Match, ...]
    new: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """A bound that holds for every further solve of the same round with these pins and forbids, or more.

    Args:
        fingerprint: of the round.
        weights: settings that the worth depends on.
        units: no plan is worth more, but for staying; in `problem.UNIT`s.
        pins: that were set.
        forbids: that were said.
    """

    fingerprint: str
    weights: tuple[float, ...]
    units: int
    pins: tuple[Match, ...]
    forbids: tuple[Forbid, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A round decided.

    Args:
        assignments: sorted by request, provider, half-day.
        value: what was maximised.
        bound: no plan that keeps the floors as well as they can be kept is worth more: proven over the whole graph. None: nothing is proven (a narrow graph without an earlier proof).
        worth: the terms of the value.
        wanted: visits wanted.
        districts: sorted by id.
        unserved: sorted by id.
        left: pairs left after each rule, all requests together; see `Unserved.left`.
        moves: against `Settings.previous`.
        flows: flows that were sought: 1 where only rules of the network are on.
        arcs: visits that could be, of the first flow.
        proof: for `solve(…, known=…)`.
    """

    assignments: tuple[Assignment, ...]
    value: float
    bound: float | None
    worth: Worth
    wanted: int
    districts: tuple[DistrictFill, ...]
    unserved: tuple[Unserved, ...]
    left: Mapping[str, int]
    moves: Moves
    flows: int
    arcs: int
    proof: Proof | None

    @property
    def gap(self) -> float | None:
        """(bound − value) / bound, 0 to 1: by how much another plan could at most be better."""
        if self.bound is None:
            return None
        return max(0.0, (self.bound - self.value) / self.bound) if self.bound > 0 else 0.0

    @property
    def served(self) -> int:
        """Visits of the plan."""
        return len(self.assignments)

    @property
    def matches(self) -> tuple[Match, ...]:
        """The ids of its visits: `previous` of the next solve."""
        return tuple(one.match for one in self.assignments)

    @property
    def emptied_by(self) -> str | None:
        """Name the rule that left no pair at all in the whole round, or None."""
        return next((rule for rule, count in self.left.items() if not count), None)

    @property
    def fills(self) -> tuple[float, ...]:
        """Fills of the districts that want something."""
        return tuple(one.fill for one in self.districts if one.wanted)

    def as_dict(self) -> dict[str, Any]:
        """Give plain values, for JSON; `plan_from` makes the plan again."""
        return asdict(self)


def plan_from(values: Mapping[str, Any]) -> Plan:
    """Make a plan from what `Plan.as_dict` gave, also by way of JSON."""
    proof, moves = values["proof"], values["moves"]
    return Plan(
        **{
            **values,
            "assignments": tuple(Assignment(**one) for one in values["assignments"]),
            "worth": Worth(**values["worth"]),
            "districts": tuple(DistrictFill(**one) for one in values["districts"]),
            "unserved": tuple(Unserved(**one) for one in values["unserved"]),
            "moves": Moves(moves["kept"], _matches(moves["gone"]), _matches(moves["new"])),
            "proof": None if proof is None else proof_from(proof),
        }
    )


def proof_from(values: Mapping[str, Any]) -> Proof:
    """Make a proof from its plain values."""
    return Proof(
        values["fingerprint"], tuple(values["weights"]), values["units"], _matches(values["pins"]),
        tuple(Forbid(*one) for one in values["forbids"]),
    )  # fmt: skip


def moves_between(before: Iterable[Match], after: Iterable[Match]) -> Moves:
    """Tell what changed between two plans.

    Examples:
        >>> a, b, c = (Match(name, "expert", "am") for name in "abc")
        >>> moves_between([a, b], [b, c])
        Moves(kept=1, gone=(Match(request='a', provider='expert', slot='am'),), new=(Match(request='c', provider='expert', slot='am'),))
    """
    old, new = {Match(*one) for one in before}, {Match(*one) for one in after}
    return Moves(len(old & new), tuple(sorted(old - new)), tuple(sorted(new - old)))


def _matches(given: Iterable[Iterable[str]]) -> tuple[Match, ...]:
    return tuple(Match(*one) for one in given)
