"""Who may open what of supervision: the office issues and reviews, the body's liaison answers, others read."""

from datetime import timedelta

from kepu.foundation.clock import today
from kepu.plan.supervision.choices import OPEN_STATES
from kepu.plan.supervision.models import SupervisionNotice
from kepu.plan.supervision.services import give_feedback, issue_by_hand
from kepu.plan.tasks.models import Duty, Task
from tests.access import World, row, seen
from tests.plan.factories import small_plan


def _task(world: World) -> Task:
    """A live task in which a body of the district, for which the liaison speaks, has a duty."""
    task = small_plan().tasks.get(slug="2-1")
    Duty.objects.get_or_create(task=task, organisation=world.district_body)
    return task


def _nothing_open() -> None:
    """The world serves every column: what an earlier one left open makes room."""
    SupervisionNotice.objects.filter(state__in=OPEN_STATES).update(state="withdrawn", closed_on=today())


def _task_slug(world: World) -> list[object]:
    task = _task(world)
    return [task.plan.slug, task.slug]


def _issued(world: World) -> list[object]:
    _nothing_open()
    given = {"body_ids": [world.district_body.pk], "colour": "yellow", "demand": "请尽快报送。"}
    return [issue_by_hand(_task(world).pk, actor=world.actors["office"], **given)[0].pk]


def _drafted(world: World) -> list[object]:
    _nothing_open()
    notice = SupervisionNotice.objects.create(
        task=_task(world), body=world.district_body, trigger="behind", colour="yellow", proposed_on=today(),
        seen_on=today(), seen_status="behind", seen_sentence="落后。",
    )  # fmt: skip
    return [notice.pk]


def _answered(world: World) -> list[object]:
    (pk,) = _issued(world)
    words = {"cause": "甲", "measures": "乙", "promised_on": today() + timedelta(days=30)}
    give_feedback(pk, actor=world.actors["liaison"], **words)
    return [pk]


def _answer(_world: World) -> dict[str, object]:
    return {"cause": "甲", "measures": "乙", "promised_on": (today() + timedelta(days=30)).isoformat()}


READERS = {"office": 200, "liaison": 200, "head": 200, "district": 200, "reviewer": 200, "auditor": 200}
OFFICE_ACTS = seen(office=302, liaison=403, head=403, district=403, reviewer=403, auditor=403)

ACCESS = {
    "supervision:desk": row(seen(**READERS)),
    "supervision:export": row(seen(**READERS), args=lambda _world: ["csv"]),
    "supervision:notice": row(seen(**READERS), args=_issued),
    "supervision:issue_several": row(
        OFFICE_ACTS, method="post", data=lambda world: {"notices": [str(pk) for pk in _drafted(world)]}
    ),
    "supervision:by_hand": row(seen(office=200), args=_task_slug),
    "supervision:issue": row(seen(office=302), method="post", args=_drafted, data=lambda _world: {"colour": "red"}),
    "supervision:sign": row(
        seen(office=403, liaison=302, head=403, district=403, reviewer=403, auditor=403), method="post", args=_issued
    ),
    "supervision:answer": row(
        seen(office=403, liaison=302, head=403, district=403, reviewer=403, auditor=403),
        method="post",
        args=_issued,
        data=_answer,
    ),
    "supervision:strike": row(OFFICE_ACTS, method="post", args=_answered),
    "supervision:return": row(OFFICE_ACTS, method="post", args=_answered, data=lambda _world: {"reason": "不具体"}),
    "supervision:withdraw": row(OFFICE_ACTS, method="post", args=_issued, data=lambda _world: {"reason": "发错了"}),
    "supervision:escalate": row(OFFICE_ACTS, method="post", args=_issued, data=lambda _world: {"reason": "多次催办"}),
}
