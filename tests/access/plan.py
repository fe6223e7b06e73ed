"""Who may open the pages of a plan: everyone; who brings one in: the leading office."""

from datetime import date

from kepu.plan.tasks.models import Duty, Evidence, Milestone, Plan, PlanDraft, Target, Task
from kepu.plan.tasks.services import (
    WantedStep,
    choose_evidence,
    complete_milestone,
    create_bodies,
    create_draft,
    discard_draft,
    guessed_bodies,
    set_milestones,
)
from tests.access import OPEN, World, row, seen
from tests.plan.factories import small_plan
from tests.plan.texts import AMENDED, PLAN


def _body(_world: World) -> list[object]:
    plan = small_plan()
    return [plan.slug, Duty.objects.filter(task__plan=plan)[0].organisation_id]


def _draft(world: World, text: str = PLAN) -> PlanDraft:
    office = world.actors["office"]
    assert office is not None
    return create_draft(text, "示例方案", actor=office, region=world.city)


def _open_draft(world: World) -> list[object]:
    return [_draft(world).pk]


def _continuing(world: World) -> list[object]:
    draft = _draft(world, AMENDED)
    draft.predecessor = small_plan()
    draft.save()
    return [draft.pk]


def _ready(world: World) -> list[object]:
    draft = _draft(world)
    create_bodies(draft.pk, guessed_bodies(draft), actor=world.actors["office"])
    return [draft.pk]


def _given_up(world: World) -> list[object]:
    draft = _draft(world)
    discard_draft(draft.pk, actor=world.actors["office"])
    return [draft.pk]


def _task(world: World) -> tuple[Plan, Task]:
    """A live task in which the body of the liaison has a duty, with an indicator and two steps, one of them done."""
    plan = small_plan()
    task = plan.tasks.get(slug="2-1")
    Duty.objects.get_or_create(task=task, organisation=world.body)
    if not task.milestones.exists():
        steps = [WantedStep("方案印发", date(2022, 3, 31)), WantedStep("平台上线", date(2025, 6, 30))]
        set_milestones(task.pk, steps, actor=None)
        complete_milestone(task.milestones.get(title="方案印发").pk, done_on=date(2022, 3, 1), actor=None)
        choose_evidence("lectures", task_id=task.pk, actor=None)
    return plan, task


def _plan_slug(world: World) -> list[object]:
    return [_task(world)[0].slug]


def _task_slug(world: World) -> list[object]:
    plan, task = _task(world)
    return [plan.slug, task.slug]


def _target(world: World) -> list[object]:
    plan, task = _task(world)
    return [plan.slug, Target.objects.get(task=task).pk]


def _evidence(world: World) -> list[object]:
    return [_task(world)[0].slug, Evidence.objects.get().pk]


def _step(world: World, title: str) -> list[object]:
    return [_task(world)[0].slug, Milestone.objects.get(title=title).pk]


OFFICE = seen(office=200)
READERS = seen(others=200, administrator=404)
OFFICE_POST = seen(office=302)

ACCESS = {
    "plan:desk": row(READERS),
    "plan:desk_plan": row(READERS, args=_plan_slug),
    "plan:desk_export": row(READERS, args=lambda world: [*_plan_slug(world), "csv"]),
    "plan:desk_task": row(READERS, args=_task_slug),
    "plan:desk_target": row(READERS, args=_target),
    "plan:decide_lead": row(OFFICE, args=_task_slug),
    "plan:choose_evidence": row(OFFICE, args=_task_slug),
    "plan:set_milestones": row(OFFICE, args=_task_slug),
    "plan:decide_meaning": row(OFFICE, args=_target),
    "plan:target_evidence": row(OFFICE, args=_target),
    "plan:drop_evidence": row(OFFICE, args=_evidence),
    "plan:complete_milestone": row(seen(office=200, liaison=200), args=lambda world: _step(world, "平台上线")),
    "plan:reopen_milestone": row(OFFICE, args=lambda world: _step(world, "方案印发")),
    "plan:make_task": row(OFFICE, args=_plan_slug),
    "plan:drafts": row(OFFICE),
    "plan:draft": row(OFFICE, args=_open_draft),
    "plan:draft_edit": row(OFFICE, args=lambda world: [*_open_draft(world), "t0"]),
    "plan:draft_add": row(OFFICE, args=lambda world: [*_open_draft(world), "target"]),
    "plan:draft_mark": row(OFFICE_POST, method="post", args=_open_draft, data=lambda _w: {"op": "agree", "key": "t0"}),
    "plan:draft_news": row(OFFICE, args=_open_draft, data=lambda _world: {"seen": "0"}),
    "plan:draft_undo": row(OFFICE_POST, method="post", args=_open_draft, data=lambda _w: {"correction": "x"}),
    "plan:draft_place": row(OFFICE_POST, method="post", args=_open_draft, data=lambda world: {"region": world.city.pk}),
    "plan:draft_bodies": row(OFFICE, args=_open_draft),
    "plan:draft_body": row(OFFICE, args=_open_draft, data=lambda _world: {"name": "市科协"}),
    "plan:draft_compare": row(OFFICE, args=_continuing),
    "plan:draft_accept_links": row(OFFICE_POST, method="post", args=_continuing),
    "plan:draft_confirm": row(OFFICE_POST, method="post", args=_ready, data=lambda world: {"region": world.city.pk}),
    "plan:draft_discard": row(OFFICE_POST, method="post", args=_open_draft),
    "plan:draft_resume": row(OFFICE_POST, method="post", args=_given_up),
    "plan:sample": row(dict.fromkeys(OPEN, 404), path="/bring/samples/..%2F..%2Fpyproject.toml"),
    "plan:overview": row(dict.fromkeys(OPEN, 302)),
    "plan:plan": row(OPEN, args=lambda _world: [small_plan().slug]),
    "plan:task": row(OPEN, args=lambda _world: [small_plan().slug, "2-1"]),
    "plan:body": row(OPEN, args=_body),
    "plan:export": row(OPEN, args=lambda _world: [small_plan().slug]),
    "plan:bodies": row(OPEN, args=lambda _world: [small_plan().slug]),
    "plan:districts": row(OPEN, args=lambda _world: [small_plan().slug]),
    "plan:district": row(OPEN, args=lambda world: [small_plan().slug, world.district.code]),
    "plan:bring": row(OPEN),
}
