"""A plan in its districts: where something is recorded, how many people live there; never a ranking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from kepu.directory.register.models import Region, RegionPopulation
from kepu.directory.register.queries import districts, outline_of
from kepu.ledger.models import Indicator
from kepu.ledger.queries import EvidenceFilter, Question, Value, districts_with_facts, values
from kepu.plan.tasks.choices import TaskOrigin
from kepu.plan.tasks.models import Evidence, Plan, Task
from kepu.plan.tasks.queries.pages import TaskRow, is_over, judged_tasks, rows_of
from kepu.plan.tasks.queries.status import PlanJudge

RECENT_DAYS = 92


@dataclass(frozen=True, slots=True)
class Cover:
    """Of how many tasks something was recorded in one district during the last days."""

    region: Region
    tasks: frozenset[int]
    of: int
    population: RegionPopulation | None

    @property
    def spoken(self) -> int:
        """The number of those tasks."""
        return len(self.tasks)

    @property
    def share(self) -> Decimal | None:
        """From 0 to 1; None where no task has an indicator."""
        return Decimal(self.spoken) / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class DrawnPlace:
    """A district on the map: its path, and where its name stands, in the map's own units."""

    cover: Cover
    path: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class DistrictMap:
    """The districts as a 标准地图 draws them, with the number that must stand below."""

    width: int
    height: int
    places: tuple[DrawnPlace, ...]
    review_number: str
    source: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """All districts, in code order, and what the figure means."""

    since: date
    day: date
    of: int
    districts: tuple[Cover, ...]
    map: DistrictMap | None = None
    """Only where the operator loaded one."""

    @property
    def columns(self) -> int:
        """How wide the grid of tiles is."""
        return max((cover.region.tile_column or 0 for cover in self.districts), default=0)

    @property
    def has_places(self) -> bool:
        """Whether every district has its place on the grid."""
        return all(cover.region.tile_column and cover.region.tile_row for cover in self.districts)

    @property
    def counted_on(self) -> date | None:
        """The day of the head counts, where all are of one day."""
        days = {cover.population.counted_on for cover in self.districts if cover.population}
        return days.pop() if len(days) == 1 else None


@dataclass(frozen=True, slots=True)
class Record:
    """What one indicator says of one district: the level, or what was added up."""

    indicator: Indicator
    audiences: tuple[str, ...]
    total: Value
    recent: Value
    is_fresh: bool


@dataclass(frozen=True, slots=True)
class DistrictRow:
    """One task with what is recorded for it in one district."""

    row: TaskRow
    records: tuple[Record, ...]

    @property
    def is_spoken(self) -> bool:
        """Whether anything was recorded during the last days."""
        return any(record.is_fresh for record in self.records)


@dataclass(frozen=True, slots=True)
class DistrictPage:
    """What is recorded in one district, task by task."""

    plan: Plan
    day: date
    since: date
    cover: Cover
    rows: tuple[DistrictRow, ...]
    without: tuple[TaskRow, ...]
    is_demonstration: bool
    is_final: bool
    places: tuple[Region, ...]


@dataclass(frozen=True, slots=True)
class DistrictList:
    """All districts with what is recorded there."""

    plan: Plan
    coverage: Coverage
    is_demonstration: bool
    is_final: bool


def populations_on(regions: Sequence[Region], day: date) -> Mapping[int, RegionPopulation]:
    """The newest head count of each region not after a day."""
    found = RegionPopulation.objects.filter(region__in=regions, group="all", counted_on__lte=day)
    return {row.region_id: row for row in found.order_by("region_id", "-counted_on").distinct("region_id")}


def evidence_of(task: Task) -> list[Evidence]:
    """Everything of the ledger that speaks for a task or for one of its targets."""
    return [*(row for target in task.targets.all() for row in target.evidence.all()), *task.evidence.all()]


def coverage(judge: PlanJudge, day: date) -> Coverage:
    """In which districts something was recorded for which of the plan's tasks during the last 92 days."""
    at = min(day, judge.ends_on) if judge.ends_on else day
    since = at - timedelta(days=RECENT_DAYS - 1)
    places = list(districts())
    tasks = [task for task in judge.tasks if task.origin == TaskOrigin.TEXT and evidence_of(task)]
    asked = [(task.pk, judge.filter_of(row)) for task in tasks for row in evidence_of(task)]
    spoken = districts_with_facts(
        [where for _task, where in asked], [place.pk for place in places], since=since, until=at, known=judge.indicators
    )
    by_place: dict[int, set[int]] = {place.pk: set() for place in places}
    for (task, _where), found in zip(asked, spoken, strict=True):
        for place in found:
            by_place[place].add(task)
    people = populations_on(places, day)
    covers = tuple(Cover(place, frozenset(by_place[place.pk]), len(tasks), people.get(place.pk)) for place in places)
    return Coverage(since, at, len(tasks), covers, _map_of(judge.plan.region, covers))


def _map_of(region: Region, covers: Sequence[Cover]) -> DistrictMap | None:
    """The loaded map, if it draws every district that is shown."""
    outline = outline_of(region)
    if outline is None or any(cover.region.code not in outline.drawing.paths for cover in covers):
        return None
    drawing = outline.drawing
    places = tuple(
        DrawnPlace(cover, drawing.paths[cover.region.code], *drawing.places[cover.region.code]) for cover in covers
    )
    return DistrictMap(drawing.width, drawing.height, places, outline.review_number, outline.source)


def district_list(plan: Plan, day: date) -> DistrictList:
    """All districts on a day, with the figure of the front page."""
    judge = judged_tasks(plan, with_goals=False)
    return DistrictList(plan, coverage(judge, day), judge.on(day).is_demonstration, is_over(judge, day))


def inside(where: EvidenceFilter, region: Region, own: Region | None) -> EvidenceFilter | None:
    """A filter narrowed to a district; None where it means another place altogether.

    Args:
        where: the filter.
        region: the district.
        own: the region that the evidence names itself, if any.
    """
    if own is not None and own.path.startswith(region.path):
        return where
    if own is not None and not region.path.startswith(own.path):
        return None
    return replace(where, regions=(region.pk,))


def district_page(plan: Plan, code: str, day: date) -> DistrictPage | None:
    """What is recorded in one district; None where there is no such district."""
    places = list(districts())
    region = next((place for place in places if place.code == code), None)
    if region is None:
        return None
    judge = judged_tasks(plan, with_goals=False)
    judgement = judge.on(day)
    at = min(day, judge.ends_on) if judge.ends_on else day
    since = at - timedelta(days=RECENT_DAYS - 1)
    questions: list[Question] = []
    asked: list[tuple[int, Evidence]] = []
    for task in judge.tasks:
        for row in evidence_of(task):
            where = inside(judge.filter_of(row), region, row.region)
            if where is not None and judge.indicator_of(row) is not None:
                asked.append((task.pk, row))
                questions += [Question(where, judge.starts_on, at), Question(where, since, at)]
    answers = values(questions, known=judge.indicators)
    records: dict[int, list[Record]] = {}
    for number, (task_id, row) in enumerate(asked):
        if (indicator := judge.indicator_of(row)) is None:
            continue
        total, recent = answers[2 * number : 2 * number + 2]
        is_fresh = total.last_on is not None and total.last_on >= since
        labels = tuple(row.audiences)
        records.setdefault(task_id, []).append(Record(indicator, labels, total, recent, is_fresh))
    rows = rows_of(judge, judgement)
    shown = tuple(DistrictRow(row, tuple(records[row.task.pk])) for row in rows if row.task.pk in records)
    printed = {row.task.pk for row in rows if row.task.origin == TaskOrigin.TEXT and row.has_indicator}
    cover = Cover(
        region,
        frozenset(one.row.task.pk for one in shown if one.is_spoken) & printed,
        len(printed),
        populations_on([region], day).get(region.pk),
    )
    return DistrictPage(
        plan=plan,
        day=day,
        since=since,
        cover=cover,
        rows=shown,
        without=tuple(row for row in rows if row.task.pk not in records),
        is_demonstration=any(r.total.is_demonstration for one in shown for r in one.records),
        is_final=is_over(judge, day),
        places=tuple(places),
    )
