"""Who may open the pages of a plan: everyone; who brings one in: the leading office."""

from kepu.plan.models import Duty, PlanDraft
from kepu.plan.services import create_bodies, create_draft, discard_draft, guessed_bodies
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


OFFICE = seen(office=200)
OFFICE_POST = seen(office=302)

ACCESS = {
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
    "plan:overview": row(OPEN),
    "plan:plan": row(OPEN, args=lambda _world: [small_plan().slug]),
    "plan:task": row(OPEN, args=lambda _world: [small_plan().slug, "2-1"]),
    "plan:body": row(OPEN, args=_body),
    "plan:bring": row(OPEN),
}
