"""Matters made through the services, in the world of seven states."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person
from kepu.foundation.clock import fixed
from kepu.plan.matters import services
from kepu.plan.matters.models import AgendaItem, AgreedDuty, Matter, Meeting
from kepu.plan.matters.services import MatterWords, MeetingTerms
from kepu.plan.tasks.models import Milestone
from kepu.plan.tasks.services import complete_milestone
from tests.factories import PersonFactory
from tests.plan.worlds import World, seven_states

MONDAY = date(2024, 9, 23)
MEETING = date(2024, 9, 26)
DUE = date(2024, 11, 30)


@dataclass
class Scene:
    """The world with the office, the liaison of the bureau, and the liaison of the association."""

    world: World = field(default_factory=seven_states)

    def __post_init__(self) -> None:
        self.office: Person = PersonFactory(role=Role.LEADING_OFFICE)
        self.liaison: Person = PersonFactory(role=Role.LIAISON, organisation=self.bureau)
        self.other: Person = PersonFactory(role=Role.LIAISON, organisation=self.association)

    @property
    def bureau(self) -> Organisation:
        return self.world.bureau

    @property
    def association(self) -> Organisation:
        return self.world.city.office

    @property
    def task(self):
        """A task with milestones, one of them open and late, in which the bureau alone has a duty."""
        return self.world.task("二(一)4")

    def words(self, **more: Any) -> MatterWords:
        said = {
            "title": "教材修订缺少审定经费",
            "difficulty": "第二册修订要请专家审定，没有经费渠道。",
            "tried": "已与出版社商量，未果。",
            "asked": "请定下由谁出资。",
            "bodies": [self.association.pk],
            "wanted_by": date(2024, 12, 31),
            "tasks": [self.task.pk],
        }
        return MatterWords(**said | more)

    def raised(self, **more: Any) -> Matter:
        return services.raise_matter(self.world.plan.pk, self.bureau.pk, self.words(**more), actor=self.liaison)

    def listed(self, **more: Any) -> Matter:
        return services.list_matter(self.raised(**more).pk, actor=self.office)

    def called(self, **more: Any) -> Meeting:
        terms = {"title": "领导小组 2024 年第三次会议", "held_on": MEETING, "place": "市政府 301 会议室"} | more
        return services.call_meeting(self.world.plan.pk, MeetingTerms(**terms), actor=self.office)

    def item(self, matter: Matter | None = None, meeting: Meeting | None = None) -> AgendaItem:
        meeting = meeting or self.called()
        item = services.add_item(meeting.pk, (matter or self.listed()).pk, actor=self.office)
        return services.recommend(item.pk, text="建议由市科协安排经费。", actor=self.office)

    def fixed(self, item: AgendaItem | None = None) -> Meeting:
        return services.fix_agenda((item or self.item()).meeting_id, actor=self.office)

    def held(self, item: AgendaItem | None = None) -> AgendaItem:
        item = item or self.item()
        self.fixed(item)
        with fixed(MEETING):
            services.hold_meeting(item.meeting_id, actor=self.office)
        return item

    def decided(self, item: AgendaItem | None = None, **more: Any) -> AgendaItem:
        item = item or self.held()
        said = {"outcome": "decided", "decision": "同意由市科协安排审定经费。"} | more
        return services.record_outcome(item.pk, actor=self.office, **said)

    def duty(self, item: AgendaItem, **more: Any) -> AgreedDuty:
        said = {"task_id": self.task.pk, "body_id": self.bureau.pk, "text": "完成第二册审定", "due_on": DUE} | more
        return services.add_duty(item.pk, actor=self.office, **said)

    def issued(self, **more: Any) -> AgreedDuty:
        """One duty of issued minutes."""
        item = self.decided(**more)
        duty = self.duty(item)
        with fixed(MEETING):
            services.issue_minutes(item.meeting_id, actor=self.office)
        duty.refresh_from_db()
        return duty

    def complete(self, duty: AgreedDuty, on: date = date(2024, 11, 1)) -> Milestone:
        with fixed(on):
            complete_milestone(duty.milestone_id, actor=self.liaison, done_on=on, note="已审定")
        return Milestone.objects.get(pk=duty.milestone_id)


def fresh(thing: Any) -> Any:
    """A row as it stands now."""
    return type(thing).objects.get(pk=thing.pk)


def kinds(matter: Matter) -> list[str]:
    """The steps of a matter."""
    return list(matter.steps.values_list("kind", flat=True))
