"""A live plan whose targets count in all three ways, and a district's own plan beneath it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kepu.directory.register.models import Person
from kepu.plan.breakdown.choices import Among
from kepu.plan.breakdown.models import Breakdown, ChildPlan
from kepu.plan.breakdown.services import (
    WantedShare,
    confirm_parents,
    issue_breakdown,
    link_plan,
    set_shares,
    start_breakdown,
)
from kepu.plan.tasks.models import Plan, Target
from kepu.plan.tasks.services import Meaning, decide_meaning, load_plan
from tests.factories import OrganisationFactory
from tests.ledger.factories import City
from tests.plan.worlds import World, seven_states

STATIONS = """青岛市阵地行动方案（2021—2025年）

一、工作目标

全面建设科普阵地。

二、重点任务

（一）建设阵地。到2025年，建成科普示范站100个。（市科协、市教育局按职责分工负责）
"""
DISTRICT = """市南区科普行动方案（2021—2025年）

一、工作目标

科普更上层楼。

二、重点任务

（一）办好讲堂。每年举办科普讲座8场以上。（市南区科协负责）

（二）防灾减灾。常年开展避险演练进楼院。（市南区科协负责）
"""


@dataclass(frozen=True)
class Shared:
    """What the tests name."""

    world: World

    @property
    def city(self) -> City:
        return self.world.city

    @property
    def office(self) -> Person:
        return self.world.city.officer

    @property
    def plan(self) -> Plan:
        return self.world.plan

    @property
    def lectures(self) -> Target:
        """A flow: 20 every year."""
        return self.world.task("二(一)1").targets.get()

    @property
    def literate(self) -> Target:
        """A level in per cent: 18 in 2025."""
        return self.plan.targets.get(task=None)

    @property
    def stations(self) -> Target:
        """A total: 100 until 2025."""
        found = Target.objects.filter(plan__slug="stations").first()
        if found is None:
            plan = load_plan(STATIONS.encode(), "stations.txt", actor=None, region=self.city.city, slug="stations")
            found = plan.targets.get()
            meaning = Meaning(counts="total", due_on=date(2025, 12, 31))
            decide_meaning(found.pk, meaning, actor=self.office, reason="到期为止建成多少")
        return Target.objects.select_related("plan__region", "task").get(pk=found.pk)

    def south(self, value: object, year: int | None = None) -> WantedShare:
        return WantedShare(Among.REGIONS.value, self.city.south.pk, Decimal(str(value)), year)

    def north(self, value: object, year: int | None = None) -> WantedShare:
        return WantedShare(Among.REGIONS.value, self.city.north.pk, Decimal(str(value)), year)

    def bureau(self, value: object, year: int | None = None) -> WantedShare:
        return WantedShare(Among.BODIES.value, self.city.bureau.pk, Decimal(str(value)), year)

    def drafted(self, target: Target, *shares: WantedShare) -> Breakdown:
        draft = start_breakdown(target.pk, actor=self.office)
        return set_shares(draft.pk, shares, actor=self.office)

    def issued(self, target: Target, *shares: WantedShare, why: str = "") -> Breakdown:
        draft = self.drafted(target, *shares)
        return issue_breakdown(draft.pk, actor=self.office, reason="按各地讲堂多少分", difference_reason=why)

    def district_plan(self) -> Plan:
        """A plan of one district, confirmed like any other."""
        OrganisationFactory(name="市南区科协", region=self.city.south)
        return load_plan(DISTRICT.encode(), "south.txt", actor=None, region=self.city.south, slug="south")

    def linked(self) -> ChildPlan:
        child = self.district_plan()
        return link_plan(self.plan.pk, child.pk, region=self.city.south, actor=self.office, reason="区里据市方案制定")

    def paired(self) -> ChildPlan:
        """The district's lectures carry out the city's."""
        link = self.linked()
        below = link.child.tasks.get(code="二(一)")
        return confirm_parents(link.pk, {below.pk: self.world.task("二(一)1").pk}, actor=self.office)


def shared_world() -> Shared:
    """The world as of 2024-09-15; the clock must stand there."""
    return Shared(seven_states())
