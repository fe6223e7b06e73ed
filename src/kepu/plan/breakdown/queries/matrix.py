"""The page of a target's breakdown: districts and bodies × years, each share beside what the ledger knows there."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation, Region
from kepu.ledger.queries import EvidenceFilter, Question, Value, values
from kepu.plan.breakdown.choices import Among, BreakdownState
from kepu.plan.breakdown.models import Breakdown, Share, TaskParent
from kepu.plan.breakdown.queries.frames import Frame, frame_of, pieces_of, sum_sentences, with_shares
from kepu.plan.tasks.models import Evidence, Target, Task
from kepu.plan.tasks.queries.places import inside
from kepu.plan.tasks.queries.wording import promise_words
from kepu.plan.tasks.rules.terms import Kind

Owner = Region | Organisation


@dataclass(frozen=True, slots=True)
class Cell:
    """One place in one column: what it owes, and what the ledger knows of it there."""

    year: int | None
    share: Decimal | None = None
    got: Decimal | None = None
    is_ahead: bool = False
    is_demonstration: bool = False

    @property
    def difference(self) -> Decimal | None:
        """What is there less what is owed; None where one of them is unknown."""
        return self.got - self.share if self.got is not None and self.share is not None else None

    @property
    def lack(self) -> Decimal | None:
        """How much is still to come; None where nothing is."""
        return -self.difference if self.difference is not None and self.difference < 0 else None


@dataclass(frozen=True, slots=True)
class ChildTarget:
    """A number in the place's own plan, in words, with the task that holds it."""

    task: Task
    words: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A district or body."""

    owner: Owner
    cells: tuple[Cell, ...]
    children: tuple[ChildTarget, ...] = ()


@dataclass(frozen=True, slots=True)
class MatrixGroup:
    """Districts or bodies, in the order of their codes, never by how far they are."""

    among: str
    label: str
    rows: tuple[MatrixRow, ...]
    sums: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class TargetBreakdown:
    """One version of a breakdown beside the ledger, as of a day.

    Attributes:
        frame: what the target allows.
        versions: the issued ones, newest first.
        shown: the one that is shown; None where none was issued.
        is_in_force: whether it is the newest issued one.
        columns: the heading of every column, the whole first.
        whole: the target itself and what the whole plan's region has.
        sentences: what the shares add up to, in words.
        child_tasks: whether any place's own plan carries the task out.
    """

    frame: Frame
    promise: str
    day: date
    versions: tuple[Breakdown, ...]
    shown: Breakdown | None
    is_in_force: bool
    columns: tuple[str, ...]
    groups: tuple[MatrixGroup, ...]
    whole: tuple[Cell, ...]
    sentences: tuple[str, ...]
    child_tasks: bool
    is_demonstration: bool

    @property
    def target(self) -> Target:
        """The target."""
        return self.frame.target


def target_breakdown(target: Target, day: date, number: int | None = None) -> TargetBreakdown | None:
    """A version beside what the ledger knows; None where there is no such version.

    Args:
        target: with its plan and the plan's region.
        day: as of which day the ledger is read.
        number: which version; the newest issued one where None.
    """
    issued = list(target.breakdowns.filter(state=BreakdownState.ISSUED).select_related("issued_by").order_by("-number"))
    shown = next((one for one in issued if number in {None, one.number}), None)
    if number is not None and shown is None:
        return None
    frame = frame_of(target)
    shares = list(with_shares(Breakdown.objects.filter(pk=shown.pk))[0].shares.all()) if shown else []
    columns = columns_used(frame, shares)
    achieved = Achieved(frame, day)
    owners = owners_of(shares)
    whole = [achieved.ask(None, year) for year in columns]
    asked = {(among, owner.pk, year): achieved.ask(owner, year) for among, owner in owners for year in columns}
    achieved.answer()
    children = child_targets(target, owners)
    by_cell = {(share.among, share.owner_id, share.year): share.value for share in shares}
    rows: dict[str, list[MatrixRow]] = defaultdict(list)
    for among, owner in owners:
        key = (among, owner.pk)
        cells = tuple(achieved.cell(asked[*key, year], year, _owed(frame, by_cell, key, year)) for year in columns)
        rows[among].append(MatrixRow(owner, cells, children.get(key, ())))
    names = {(among, owner.pk): owner.label for among, owner in owners}
    return TargetBreakdown(
        frame=frame,
        promise=promise_of(target, frame.unit),
        day=day,
        versions=tuple(issued),
        shown=shown,
        is_in_force=bool(shown and shown == issued[0]),
        columns=tuple(column_label(frame, year) for year in columns),
        groups=tuple(_group(frame, among, found, columns) for among, found in rows.items()),
        whole=tuple(
            achieved.cell(place, year, _whole_owed(frame, year)) for place, year in zip(whole, columns, strict=True)
        ),
        sentences=sum_sentences(frame, pieces_of(shares), names) if shown else (),
        child_tasks=any(row.children for found in rows.values() for row in found),
        is_demonstration=achieved.is_demonstration,
    )


def promise_of(target: Target, unit: str = "") -> str:
    """The promise in words, in a unit of the reader's language where one is known, else as the plan prints it."""
    return promise_words(
        target.comparator,
        target.value,
        unit or target.unit,
        value_max=target.value_max,
        period=target.period,
        deadline=target.deadline,
    )


def columns_used(frame: Frame, shares: Sequence[Share]) -> tuple[int | None, ...]:
    """The whole, and those years for which anybody has a share; a flow given year by year has no whole."""
    used = {share.year for share in shares}
    if frame.terms.kind == Kind.FLOW and used and None not in used:
        return tuple(year for year in frame.columns if year in used)
    return tuple(year for year in frame.columns if year is None or year in used)


def column_label(frame: Frame, year: int | None) -> str:
    """The heading of a column."""
    return str(year) if year else frame.whole_label


def owners_of(shares: Iterable[Share]) -> list[tuple[str, Owner]]:
    """Districts in code order, then bodies by name, each once."""
    found = {(share.among, share.owner_id): share.owner for share in shares}
    places = sorted((owner for owner in found.values() if isinstance(owner, Region)), key=lambda one: one.code)
    bodies = [owner for owner in found.values() if isinstance(owner, Organisation)]
    bodies.sort(key=lambda one: (one.sort_key, one.name))
    return [*((Among.REGIONS.value, place) for place in places), *((Among.BODIES.value, body) for body in bodies)]


def by_body(where: EvidenceFilter, body: Organisation, own: Organisation | None) -> EvidenceFilter | None:
    """A filter narrowed to a body and those below it; None where the evidence means another body altogether."""
    if own is not None and body.path and own.path.startswith(body.path):
        return where
    if own is not None and not (own.path and body.path.startswith(own.path)):
        return None
    return replace(where, organisations=(body.pk,))


class Achieved:
    """What the ledger knows of places in columns, asked for together."""

    def __init__(self, frame: Frame, day: date) -> None:
        self._frame = frame
        self._day = day
        self._rows = list(frame.target.evidence.all())
        self._questions: list[Question] = []
        self._answers: Sequence[Value] = ()

    def ask(self, owner: Owner | None, year: int | None) -> tuple[tuple[int, int | None], ...] | None:
        """Note what must be asked; None where the column lies ahead. Each pair is a value and what came before it."""
        span = self._frame.span(year, self._day)
        if span is None:
            return None
        found = []
        for row in self._rows:
            where = self._narrowed(row, owner)
            if where is None:
                continue
            before = None
            if self._is_difference_of_levels(row):
                before = self._put(Question(where, self._frame.terms.starts_on, span[0] - timedelta(days=1)))
            found.append((self._put(Question(where, *span)), before))
        return tuple(found)

    def answer(self) -> None:
        """Look into the ledger once."""
        self._answers = values(self._questions, known=self._frame.judge.indicators) if self._questions else ()

    def cell(self, asked: tuple[tuple[int, int | None], ...] | None, year: int | None, share: Decimal | None) -> Cell:
        """What was asked for, beside what is owed."""
        if asked is None:
            return Cell(year, share, is_ahead=True)
        found = [(self._answers[now], self._answers[before] if before is not None else None) for now, before in asked]
        spoken = [(now.value, before) for now, before in found if now.value is not None]
        got = sum((now - ((before and before.value) or 0) for now, before in spoken), Decimal(0)) if spoken else None
        return Cell(year, share, got, is_demonstration=any(now.is_demonstration for now, _before in found))

    @property
    def is_demonstration(self) -> bool:
        """Whether anything of it is made up."""
        return any(answer.is_demonstration for answer in self._answers)

    def _put(self, question: Question) -> int:
        self._questions.append(question)
        return len(self._questions) - 1

    def _narrowed(self, row: Evidence, owner: Owner | None) -> EvidenceFilter | None:
        where = self._frame.judge.filter_of(row)
        if isinstance(owner, Region):
            return inside(where, owner, row.region)
        return by_body(where, owner, row.organisation) if owner is not None else where

    def _is_difference_of_levels(self, row: Evidence) -> bool:
        """A total that is measured by a level is what the level grew by."""
        indicator = self._frame.judge.indicator_of(row)
        return self._frame.terms.kind == Kind.TOTAL and indicator is not None and indicator.is_stock


def child_targets(
    target: Target, owners: Iterable[tuple[str, Owner]]
) -> Mapping[tuple[str, int], tuple[ChildTarget, ...]]:
    """The numbers that the places' own plans give in tasks that carry out this one's."""
    known = set(owners)
    if target.task_id is None or not known:
        return {}
    links = TaskParent.objects.filter(parent=target.task_id, child__is_struck=False)
    found: dict[tuple[str, int], list[ChildTarget]] = defaultdict(list)
    for one in links.select_related("link", "child__plan").prefetch_related("child__targets"):
        among = Among.REGIONS.value if one.link.region_id else Among.BODIES.value
        key = (among, int(one.link.region_id or one.link.organisation_id or 0))
        words = [f"{t.measure} {promise_of(t)}" for t in one.child.targets.all() if not t.is_struck]
        found[key].append(ChildTarget(one.child, _("；").join(words)))
    return {key: tuple(rows) for key, rows in found.items()}


def _owed(
    frame: Frame, by_cell: Mapping[tuple[str, int, int | None], Decimal], key: tuple[str, int], year: int | None
) -> Decimal | None:
    """The share of a cell; of a flow the one for every year counts where none is given for this one."""
    own = by_cell.get((*key, year))
    if own is None and year is not None and frame.terms.kind == Kind.FLOW:
        return by_cell.get((*key, None))
    if own is None and year is None and frame.terms.kind == Kind.TOTAL:
        years = [value for (among, pk, of), value in by_cell.items() if (among, pk) == key and of is not None]
        return sum(years, Decimal(0)) if years else None
    return own


def _whole_owed(frame: Frame, year: int | None) -> Decimal | None:
    """What the target itself asks in a column; what it asks by a year of the way, the text does not say."""
    is_said = year is None or frame.terms.kind == Kind.FLOW
    return frame.terms.value if is_said else None


def _group(frame: Frame, among: str, rows: Sequence[MatrixRow], columns: Sequence[int | None]) -> MatrixGroup:
    sums = []
    for place, year in enumerate(columns if frame.is_added else ()):
        cells = [row.cells[place] for row in rows]
        shares = [cell.share for cell in cells if cell.share is not None]
        got = [cell.got for cell in cells if cell.got is not None]
        sums.append(
            Cell(
                year,
                sum(shares, Decimal(0)) if shares else None,
                sum(got, Decimal(0)) if got else None,
                is_ahead=all(cell.is_ahead for cell in cells),
            )
        )
    label = _("区市") if among == Among.REGIONS else _("单位")
    return MatrixGroup(among, label, tuple(rows), tuple(sums))
