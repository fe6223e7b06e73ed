"""Who may open what of matters: bodies raise, the leading office takes up and holds meetings, others read what concerns them."""

from datetime import date, timedelta

from kepu.foundation.clock import today
from kepu.plan.matters import services
from kepu.plan.matters.models import AgendaItem, AgreedDuty
from kepu.plan.matters.services import MatterWords, MeetingTerms
from kepu.plan.reports.models import Entry, Period, Report
from kepu.plan.tasks.models import Duty, Task
from tests.access import World, row, seen
from tests.plan.factories import small_plan


def _task(world: World) -> Task:
    """A live task in which a body of the district, for which the liaison speaks, has a duty."""
    task = small_plan().tasks.get(slug="2-1")
    Duty.objects.get_or_create(task=task, organisation=world.district_body)
    return task


def _raised(world: World) -> list[object]:
    task = _task(world)
    words = MatterWords("缺少场地", "社区没有场地。", asked="请协调。", tasks=[task.pk])
    return [services.raise_matter(task.plan_id, world.district_body.pk, words, actor=world.actors["liaison"]).pk]


def _listed(world: World) -> list[object]:
    (pk,) = _raised(world)
    return [services.list_matter(pk, actor=world.actors["office"]).pk]


def _answered(world: World) -> list[object]:
    (pk,) = _raised(world)
    return [services.answer_matter(pk, actor=world.actors["office"], text="用社区中心。").pk]


def _called(world: World) -> int:
    terms = MeetingTerms("第一次会议", today(), "会议室", [])
    return services.call_meeting(_task(world).plan_id, terms, actor=world.actors["office"]).pk


def _item(world: World) -> AgendaItem:
    (matter,) = _listed(world)
    item = services.add_item(_called(world), matter, actor=world.actors["office"])
    return services.recommend(item.pk, text="建议议定。", actor=world.actors["office"])


def _prepared(world: World) -> list[object]:
    return [_item(world).meeting_id]


def _fixed(world: World) -> list[object]:
    item = _item(world)
    services.fix_agenda(item.meeting_id, actor=world.actors["office"])
    return [item.meeting_id]


def _held(world: World) -> AgendaItem:
    item = _item(world)
    services.fix_agenda(item.meeting_id, actor=world.actors["office"])
    services.hold_meeting(item.meeting_id, actor=world.actors["office"])
    said = {"outcome": "decided", "decision": "同意。"}
    return services.record_outcome(item.pk, actor=world.actors["office"], **said)


def _duty(world: World) -> list[object]:
    """The plan of the example ended before today; what was written before stands."""
    given = {"task": _task(world), "body": world.district_body, "text": "腾出场地", "due_on": date(2025, 12, 31)}
    return [AgreedDuty.objects.create(item=_held(world), **given).pk]


def _entry(world: World) -> list[object]:
    """A sent report of the district's body that names an obstacle."""
    task = _task(world)
    period, _made = Period.objects.get_or_create(
        plan=task.plan, since=today() - timedelta(days=90), until=today() - timedelta(days=1),
        defaults={
            "due_on": today() + timedelta(days=9), "locks_on": today() + timedelta(days=20), "has_two_steps": False,
            "opened_on": today(),
        },
    )  # fmt: skip
    report, _made = Report.objects.get_or_create(
        period=period, organisation=world.district_body,
        defaults={"state": "submitted", "frozen": {}, "first_submitted_on": today(), "is_on_time": True},
    )  # fmt: skip
    Entry.objects.filter(report=report).delete()
    return [Entry.objects.create(report=report, task=task, obstacle="社区没有场地。").pk]


def _place(world: World) -> list[object]:
    return [_task(world).plan.slug, world.district_body.pk]


WORDS = {"title": "缺少场地", "difficulty": "社区没有场地。", "asked": "请协调。"}
READERS = seen(office=200, liaison=200, head=200, district=200, reviewer=200, auditor=200)
CONCERNED = seen(office=200, liaison=200, head=200, district=200)
OFFICE_ACTS = seen(office=302, liaison=403, head=403, district=403)
OFFICE = seen(office=302)

ACCESS = {
    "matters:desk": row(READERS),
    "matters:export": row(READERS, args=lambda _world: ["csv"]),
    "matters:matter": row(READERS, args=_answered),
    "matters:new": row(seen(office=200, liaison=200), args=_place),
    "matters:from_own_report": row(seen(office=200, liaison=200), args=_entry),
    "matters:from_report": row(seen(office=302, liaison=403), method="post", args=_entry),
    "matters:amend": row(seen(office=200, liaison=200), args=_raised),
    "matters:withdraw": row(
        seen(office=302, liaison=302, head=403, district=403),
        method="post",
        args=_raised,
        data=lambda _world: {"reason": "算了"},
    ),
    "matters:list": row(OFFICE_ACTS, method="post", args=_raised),
    "matters:answer": row(OFFICE_ACTS, method="post", args=_raised, data=lambda _world: {"text": "用社区中心。"}),
    "matters:return": row(OFFICE_ACTS, method="post", args=_raised, data=lambda _world: {"reason": "不具体"}),
    "matters:close": row(OFFICE_ACTS, method="post", args=_raised, data=lambda _world: {"reason": "不办了"}),
    "matters:meetings": row(READERS),
    "matters:call": row(seen(office=200), args=lambda world: [_task(world).plan.slug]),
    "matters:meeting": row(CONCERNED, args=_fixed),
    "matters:change": row(seen(office=200), args=_prepared),
    "matters:remake": row(OFFICE_ACTS, method="post", args=_fixed),
    "matters:paper": row(CONCERNED, args=lambda world: [*_fixed(world), "agenda"]),
    "matters:fix": row(OFFICE, method="post", args=_prepared),
    "matters:reopen": row(OFFICE_ACTS, method="post", args=_fixed, data=lambda _world: {"reason": "改期"}),
    "matters:cancel": row(OFFICE_ACTS, method="post", args=_fixed, data=lambda _world: {"reason": "不开了"}),
    "matters:hold": row(OFFICE_ACTS, method="post", args=_fixed),
    "matters:issue": row(OFFICE_ACTS, method="post", args=lambda world: [_held(world).meeting_id]),
    "matters:add_item": row(OFFICE, method="post", args=lambda world: [_called(world), *_listed(world)]),
    "matters:remove_item": row(OFFICE, method="post", args=lambda world: [_item(world).pk]),
    "matters:move_item": row(OFFICE, method="post", args=lambda world: [_item(world).pk, "up"]),
    "matters:item": row(seen(office=200), args=lambda world: [_item(world).pk]),
    "matters:add_duty": row(
        seen(office=422), method="post", args=lambda world: [_held(world).pk], data=lambda _world: {"text": "甲"}
    ),
    "matters:remove_duty": row(OFFICE, method="post", args=_duty),
}
