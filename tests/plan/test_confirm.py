"""A checked draft goes live whole, once, by the leading office."""

import threading

import pytest
from django.db import connection

from kepu.directory.register.choices import Role
from kepu.directory.register.errors import OrganisationExists
from kepu.directory.register.models import Organisation, Region
from kepu.directory.register.queries import match_organisations
from kepu.directory.todos.models import Todo
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import subscribe
from kepu.plan.tasks.choices import DraftState
from kepu.plan.tasks.errors import CorrectionInvalid, DraftNotOpen, PlanAlreadyLive, PlanNotReady
from kepu.plan.tasks.events import PlanConfirmed
from kepu.plan.tasks.models import Duty, Plan, PlanDraft, Section, Target, Task
from kepu.plan.tasks.queries.drafts import body_rows, draft_content
from kepu.plan.tasks.services import (
    NewBody,
    add_finding,
    change_finding,
    confirm_draft,
    create_bodies,
    create_body,
    create_draft,
    discard_draft,
    guessed_bodies,
    load_plan,
    match_body,
    strike_finding,
    task_slug,
)
from tests.factories import OrganisationFactory, PersonFactory, RegionFactory, city_region
from tests.plan.texts import PLAN

heard: list[PlanConfirmed] = []


@subscribe(PlanConfirmed)
def _hear(event):
    heard.append(event)


@pytest.fixture
def office():
    return PersonFactory(role=Role.LEADING_OFFICE)


@pytest.fixture
def draft(office):
    city_region()
    return create_draft(PLAN, "示例方案", actor=office)


def rows(draft):
    draft.refresh_from_db()
    return {row.printed: row for row in body_rows(draft, draft_content(draft))}


pytestmark = pytest.mark.django_db


def test_bodies_are_found_by_name_alias_and_city(draft):
    education = OrganisationFactory(name="青岛市教育局")
    OrganisationFactory(name="市科协")
    league = OrganisationFactory(name="共青团青岛市委")
    league.aliases.create(name="团市委")

    found = {name: (row.organisation, row.how) for name, row in rows(draft).items()}

    assert found["市教育局"] == (education, "prefix")
    assert found["市科协"][1] == "exact"
    assert found["团市委"] == (league, "alias")
    assert found["市科技局"] == (None, "none")


def test_another_citys_body_of_the_same_short_name_is_no_match(draft, office):
    elsewhere = RegionFactory(code="3701", name="济南市", short_name="济南")
    OrganisationFactory(name="济南市教育局", short_name="市教育局", region=elsewhere)

    assert rows(draft)["市教育局"].organisation is None

    create_bodies(draft.pk, {"市教育局": guessed_bodies(draft)["市教育局"]}, actor=office)
    assert rows(draft)["市教育局"].organisation.name == "青岛市教育局"


def test_kinds_and_names_of_new_bodies_are_guessed_from_the_text(draft):
    guesses = guessed_bodies(draft)

    assert guesses["市教育局"] == NewBody("青岛市教育局", "government")
    assert guesses["团市委"] == NewBody("共青团青岛市委", "mass")


def test_all_unknown_bodies_are_created_in_one_act_or_none(draft, office):
    OrganisationFactory(name="已有单位")
    wanted = guessed_bodies(draft)
    broken = {**wanted, "市科协": NewBody("已有单位", "mass")}

    with pytest.raises(OrganisationExists):
        create_bodies(draft.pk, broken, actor=office)
    assert Organisation.objects.count() == 1

    create_bodies(draft.pk, wanted, actor=office)
    assert all(row.how == "created" and row.by == str(office) for row in rows(draft).values())
    assert Organisation.objects.count() == 6


def test_a_chosen_body_may_keep_the_printed_name_as_alias(draft, office):
    body = OrganisationFactory(name="青岛市科学技术协会")

    match_body(draft.pk, "市科协", body, actor=office, keep_alias=True)

    assert rows(draft)["市科协"].how == "chosen"
    assert match_organisations(["市科协"])["市科协"].how == "alias"


def test_only_printed_names_and_known_kinds_make_bodies(draft, office):
    with pytest.raises(CorrectionInvalid):
        match_body(draft.pk, "市不存在局", OrganisationFactory(), actor=office)
    with pytest.raises(CorrectionInvalid):
        create_body(draft.pk, "市科协", NewBody("青岛市科协", "boss"), actor=office)
    with pytest.raises(NotAllowed):
        create_body(draft.pk, "市科协", NewBody("青岛市科协", "mass"), actor=PersonFactory(role=Role.AUDITOR))


def test_a_plan_goes_live_with_everything_a_person_said(draft, office):
    heard.clear()
    one = next(t for t in draft_content(draft).targets if "银龄" in t.measure)
    change_finding(draft.pk, one.key, {"value": "80"}, actor=office)
    strike_finding(draft.pk, "t1", actor=office)
    start = PLAN.index("按规定安排科普经费")
    add_finding(
        draft.pk, "task", {"code": "三(二)", "title": "保障经费", "start": start, "end": start + 9}, actor=office
    )
    draft.refresh_from_db()
    create_bodies(draft.pk, guessed_bodies(draft), actor=office)

    plan = confirm_draft(draft.pk, actor=office, provenance="示例文本")

    assert [(task.code, task.slug) for task in plan.tasks.all()] == [
        ("二(一)1", "2-1-1"), ("二(二)1", "2-2-1"), ("三(二)", "3-2"),
    ]  # fmt: skip
    assert set(plan.targets.values_list("value", "unit")) == {(18, "%"), (100, "人次"), (80, "个")}
    assert plan.targets.filter(decided_period="", decided_due_on=None, baseline=None).count() == 3
    assert Duty.objects.filter(task__slug="2-1-1").count() == 2
    assert plan.text == PLAN
    assert plan.text[plan.tasks.get(slug="2-1-1").start :].startswith("1.办好科学课")
    assert plan.slug == "qingdao-2021-2025"
    assert (plan.provenance, plan.confirmed_by) == ("示例文本", office)
    assert plan.sections.get(number="(一)", kind="action").parent.kind == "actions"
    assert heard == [PlanConfirmed(plan_id=plan.pk, predecessor_id=None)]
    assert AuditEntry.objects.filter(action="plan.plan.confirmed").count() == 1
    assert Todo.objects.filter(key=f"plan.undecided:{plan.pk}", role=Role.LEADING_OFFICE).count() == 1
    draft.refresh_from_db()
    assert (draft.state, draft.plan) == (DraftState.CONFIRMED, plan)


def test_a_draft_with_unknown_bodies_does_not_go_live(draft, office):
    with pytest.raises(PlanNotReady) as refused:
        confirm_draft(draft.pk, actor=office)

    assert "市教育局" in str(refused.value)
    assert set(refused.value.data["missing"]) == set(rows(draft))
    assert not Plan.objects.exists()


def test_a_draft_with_double_numbers_does_not_go_live(draft, office):
    create_bodies(draft.pk, guessed_bodies(draft), actor=office)
    change_finding(draft.pk, "t1", {"code": "二(一)1"}, actor=office)

    with pytest.raises(PlanNotReady) as refused:
        confirm_draft(draft.pk, actor=office)

    assert refused.value.data["codes_double"] == ["t0", "t1"]
    assert not Plan.objects.exists()
    assert not Section.objects.exists()


def test_a_draft_without_region_waits_for_one(office):
    draft = create_draft(PLAN, "示例方案", actor=office)
    assert not Region.objects.exists()
    with pytest.raises(PlanNotReady):
        create_bodies(draft.pk, guessed_bodies(draft), actor=office)
    region = city_region()
    for name in rows(draft):
        match_body(draft.pk, name, OrganisationFactory(name=f"青岛{name}"), actor=office)

    with pytest.raises(PlanNotReady):
        confirm_draft(draft.pk, actor=office)

    assert confirm_draft(draft.pk, actor=office, region=region).region == region


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.REVIEWER])
def test_only_the_leading_office_puts_a_draft_live(draft, office, role):
    create_bodies(draft.pk, guessed_bodies(draft), actor=office)

    with pytest.raises(NotAllowed):
        confirm_draft(draft.pk, actor=PersonFactory(role=role))
    assert not Plan.objects.exists()


def test_a_second_confirmation_leads_to_the_plan(draft, office):
    create_bodies(draft.pk, guessed_bodies(draft), actor=office)
    plan = confirm_draft(draft.pk, actor=office)

    with pytest.raises(PlanAlreadyLive) as refused:
        confirm_draft(draft.pk, actor=office)

    assert refused.value.data["slug"] == plan.slug
    with pytest.raises(DraftNotOpen):
        change_finding(draft.pk, "t0", {"title": "改"}, actor=office)
    assert Plan.objects.count() == 1


def test_a_draft_given_up_does_not_go_live(draft, office):
    discard_draft(draft.pk, actor=office)

    with pytest.raises(DraftNotOpen):
        confirm_draft(draft.pk, actor=office)


def test_two_names_of_one_body_are_one_duty(draft, office):
    body = OrganisationFactory(name="青岛市科教联合办公室")
    create_bodies(draft.pk, {n: b for n, b in guessed_bodies(draft).items() if n != "市教育局"}, actor=office)
    match_body(draft.pk, "市教育局", body, actor=office)
    match_body(draft.pk, "市科协", body, actor=office)

    plan = confirm_draft(draft.pk, actor=office)

    assert list(plan.tasks.get(slug="2-1-1").duties.values_list("organisation", flat=True)) == [body.pk]


def test_addresses_of_plans_and_tasks_are_unique(office):
    city_region()
    first, second = (create_draft(PLAN, "x", actor=office) for _ in range(2))
    create_bodies(first.pk, guessed_bodies(first), actor=office)

    slugs = [confirm_draft(draft.pk, actor=office).slug for draft in (first, second)]

    assert slugs == ["qingdao-2021-2025", "qingdao-2021-2025-2"]
    assert task_slug("三(一)6", 1, {"3-1-6"}) == "3-1-6-b"
    assert task_slug("附件/表", 4) == "t4"


def test_an_example_is_loaded_in_one_act_with_bodies_of_given_kinds():
    region = city_region()

    plan = load_plan(
        PLAN.encode(), "plan.txt", actor=None, region=region, slug="example", provenance="示例文本",
        is_demonstration=True, kinds={"市科协": "society"},
    )  # fmt: skip

    assert (plan.slug, plan.is_demonstration, plan.confirmed_by) == ("example", True, None)
    assert Organisation.objects.get(short_name="市科协").kind == "society"
    assert PlanDraft.objects.get().plan == plan


def test_a_flat_list_of_tasks_gets_the_plan_as_its_heading(draft, office):
    for section in draft_content(draft).sections:
        strike_finding(draft.pk, section.key, actor=office)
    create_bodies(draft.pk, guessed_bodies(draft), actor=office)

    plan = confirm_draft(draft.pk, actor=office)

    assert {task.section.title for task in plan.tasks.all()} == {plan.title}
    assert Target.objects.filter(task=None, section__level=0).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_double_click_makes_one_plan():
    city_region()
    office = PersonFactory(role=Role.LEADING_OFFICE)
    draft = create_draft(PLAN, "示例方案", actor=office)
    create_bodies(draft.pk, guessed_bodies(draft), actor=office)
    together, outcome = threading.Barrier(2), []

    def confirm():
        together.wait()
        try:
            outcome.append(confirm_draft(draft.pk, actor=office).slug)
        except PlanAlreadyLive as problem:
            outcome.append(problem.code)
        connection.close()

    windows = [threading.Thread(target=confirm) for _ in range(2)]
    for window in windows:
        window.start()
    for window in windows:
        window.join()

    assert sorted(outcome) == ["plan_already_live", "qingdao-2021-2025"]
    assert (Plan.objects.count(), Task.objects.count()) == (1, 3)
