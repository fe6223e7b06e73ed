"""What a target's number allows: which columns its shares have, whether they are added up, against what."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils.translation import gettext as _

from kepu.directory.register.choices import RegionLevel
from kepu.directory.register.models import Organisation, Region
from kepu.directory.register.queries import districts_of
from kepu.plan.breakdown.choices import Among, BreakdownState
from kepu.plan.breakdown.models import Breakdown, Share
from kepu.plan.breakdown.rules import Piece, Promise, SumCheck, sum_checks
from kepu.plan.tasks.models import Plan, Target
from kepu.plan.tasks.queries.status import PlanJudge
from kepu.plan.tasks.queries.wording import amount_words, period_words
from kepu.plan.tasks.rules.terms import Kind, Terms, months_later

PERCENT = frozenset({"%", "％"})
A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Frame:
    """What a breakdown of one target is made of.

    Attributes:
        target: with its plan, task and evidence.
        judge: knows the plan's terms and which facts speak.
        terms: what was promised.
        unit: of every share.
        is_whole: whether its indicator knows whole numbers only.
        years: the years for which shares may be given.
    """

    target: Target
    judge: PlanJudge
    terms: Terms
    unit: str
    is_whole: bool
    years: tuple[int, ...]

    @property
    def is_added(self) -> bool:
        """Whether shares of places add up to anything; a level in per cent does not."""
        return self.target.unit not in PERCENT

    @property
    def cell_unit(self) -> str:
        """What stands behind every number of a table that names its unit above: only the sign of per cent."""
        return "" if self.is_added else "%"

    @property
    def most(self) -> Decimal:
        """The upper end of the promise."""
        return self.terms.value_max if self.terms.value_max is not None else self.terms.value

    @property
    def promise(self) -> Promise | None:
        """What shares are checked against; None while nobody decided what the number counts."""
        if self.terms.kind is None:
            return None
        due = self.terms.due_on
        return Promise(
            self.terms.kind, self.terms.value, self.terms.value_max, self.is_added, due.year if due else None
        )

    @property
    def whole_label(self) -> str:
        """What the column of shares without a year is called."""
        if self.terms.kind == Kind.FLOW:
            return period_words(self.target.period or "year") or _("每期")
        return _("全期") if self.terms.kind == Kind.TOTAL else _("到期")

    @property
    def columns(self) -> tuple[int | None, ...]:
        """The whole, then the years."""
        return (None, *self.years)

    def span(self, year: int | None, day: date) -> tuple[date, date] | None:
        """The days whose facts speak for a column as of a day; None where they lie ahead."""
        terms = self.terms
        at = min(day, self.judge.ends_on) if self.judge.ends_on else day
        if year is not None:
            since, until = max(date(year, 1, 1), terms.starts_on), min(date(year, 12, 31), at)
            return (since, until) if since <= until else None
        if terms.kind != Kind.FLOW:
            return (terms.starts_on, at) if terms.starts_on <= at else None
        cycle, start = 0, terms.starts_on
        while (following := months_later(terms.starts_on, (cycle + 1) * terms.cycle_months)) <= at:
            cycle, start = cycle + 1, following
        return (start, min(at, following - timedelta(days=1))) if start <= at else None


def frames_of(targets: Iterable[Target]) -> dict[int, Frame]:
    """Frames of targets of one plan, by id; the targets come with their plan and its region."""
    wanted = list(targets)
    if not wanted:
        return {}
    plan = wanted[0].plan
    tasks = plan.tasks.filter(targets__in=wanted).distinct()
    judge = PlanJudge(plan, tasks, with_goals=any(target.task_id is None for target in wanted))
    known = {target.pk: target for target in judge.targets()}
    return {target.pk: _frame(judge, known[target.pk], target) for target in wanted if target.pk in known}


def frame_of(target: Target) -> Frame:
    """The frame of one target; it comes with its plan and the plan's region."""
    return frames_of([target])[target.pk]


def _frame(judge: PlanJudge, judged: Target, target: Target) -> Frame:
    terms = judge.terms(judged)
    rows = list(judged.evidence.all())
    judged.plan, judged.task = target.plan, target.task
    indicator = judge.indicator_of(rows[0]) if rows else None
    is_percent = target.unit in PERCENT or indicator is None
    last = terms.due_on.year if terms.due_on else judge.plan.period_end
    is_yearly = terms.kind != Kind.FLOW or terms.cycle_months == A_YEAR
    years = range(terms.starts_on.year, last + 1) if last and judge.plan.period_start and is_yearly else ()
    return Frame(
        target=judged,
        judge=judge,
        terms=terms,
        unit=target.unit if is_percent or indicator is None else indicator.unit_label,
        is_whole=bool(indicator and indicator.is_integer and target.unit not in PERCENT),
        years=tuple(years),
    )


def regions_beneath(plan: Plan) -> QuerySet[Region]:
    """The districts of a city's plan; the townships of a district's plan."""
    if plan.region.level <= RegionLevel.CITY:
        return districts_of(plan.region)
    return Region.objects.filter(parent=plan.region, valid_to=None).order_by("code")


def bodies_of(target: Target) -> QuerySet[Organisation]:
    """The bodies with a duty in a target's task, as the plan names them; of the whole plan's tasks for its own goal."""
    if target.task_id:
        return Organisation.objects.filter(duties__task=target.task_id).order_by("duties__position")
    return Organisation.objects.none()


def with_shares(breakdowns: QuerySet[Breakdown]) -> QuerySet[Breakdown]:
    """Versions with their shares and whose they are."""
    return breakdowns.prefetch_related(Prefetch("shares", Share.objects.select_related("region", "organisation")))


def in_force() -> QuerySet[Breakdown]:
    """The newest issued version of every target."""
    issued = Breakdown.objects.filter(state=BreakdownState.ISSUED)
    newer = issued.filter(target=OuterRef("target"), number__gt=OuterRef("number"))
    return issued.filter(~Exists(newer))


def pieces_of(shares: Iterable[Share]) -> list[Piece]:
    """Shares as the rules see them."""
    return [Piece(share.among, share.owner_id, share.year, share.value) for share in shares]


def checks_of(frame: Frame, shares: Iterable[Share]) -> tuple[SumCheck, ...]:
    """What the shares add up to, beside what they should."""
    return sum_checks(pieces_of(shares), frame.promise) if frame.promise else ()


def sum_sentences(frame: Frame, pieces: Iterable[Piece], names: Mapping[tuple[str, int], str]) -> tuple[str, ...]:
    """What pieces add up to, in words; why no sum is formed where none is.

    Args:
        frame: the target's.
        pieces: shares as the rules see them.
        names: what each owner is called, by code of `Among` and id.
    """
    if not frame.is_added:
        return (_("这是百分比，各地各有各的水平，人口也不一样多，加起来没有意义，所以不求合计；全市的水平另列。"),)
    alike: dict[tuple[SumCheck, bool], list[SumCheck]] = {}
    for check in sum_checks(pieces, frame.promise) if frame.promise else ():
        alike.setdefault((replace(check, year=None), check.year is None), []).append(check)
    return tuple(
        check_words(checks[0], frame, names, [check.year for check in checks if check.year])
        for checks in alike.values()
    )


def check_words(check: SumCheck, frame: Frame, names: Mapping[tuple[str, int], str], years: Sequence[int] = ()) -> str:
    """One check in a sentence: 分到各区市的合计 90，比目标 100 少 10.

    Args:
        check: the check.
        frame: the target's.
        names: what each owner is called.
        years: the years for which it is the same.
    """
    of = {Among.REGIONS.value: _("各区市"), Among.BODIES.value: _("各单位")}
    said = {
        "whom": of[check.among],
        "years": _("、").join(str(year) for year in (years or [check.year or 0])),
        "total": amount_words(check.total, frame.unit),
        "wanted": amount_words(check.wanted, frame.unit),
        "difference": amount_words(abs(check.difference), frame.unit),
    }
    if check.owner is not None:
        said["whom"] = names.get((check.among, check.owner), "")
        head = _("%(whom)s分到各年的合计 %(total)s") % said
        against = _("它的全期数 %(wanted)s") % said
    else:
        head = _("分到%(whom)s的合计 %(total)s") % said
        if len(years) > 1:
            head = _("%(years)s 年，每年分到%(whom)s的合计 %(total)s") % said
        elif check.year:
            head = _("%(years)s 年分到%(whom)s的合计 %(total)s") % said
        against = _("目标 %(wanted)s") % said
    if check.most is not None:
        against = _("目标 %(wanted)s 至 %(most)s") % {**said, "most": amount_words(check.most, frame.unit)}
    if not check.difference:
        return _("%(head)s，与%(against)s相合。") % {"head": head, "against": against}
    words = (
        _("%(head)s，比%(against)s少 %(difference)s。")
        if check.difference < 0
        else _("%(head)s，比%(against)s多 %(difference)s。")
    )
    return words % {"head": head, "against": against, "difference": said["difference"]}
