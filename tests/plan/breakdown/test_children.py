"""Plans beneath plans, tasks beneath tasks."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from kepu.directory.register.choices import Role
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.errors import NotAllowed
from kepu.plan.breakdown.errors import BreakdownMoved, LinkInvalid
from kepu.plan.breakdown.models import ChildPlan, TaskParent
from kepu.plan.breakdown.queries import child_plans
from kepu.plan.breakdown.services import confirm_parents, link_plan, pairs_of, unlink_plan
from kepu.plan.tasks.choices import PlanState
from kepu.plan.tasks.errors import DecisionInvalid, PlanClosed
from kepu.plan.tasks.queries import live_plan
from tests.factories import PersonFactory
from tests.plan.breakdown.worlds import Shared
from tests.plan.worlds import DAY


def test_a_districts_plan_is_put_beneath_the_citys(shared: Shared) -> None:
    link = shared.linked()

    assert (link.parent, link.child.slug, link.owner) == (shared.plan, "south", shared.city.south)
    assert (link.linked_by, link.linked_on, link.reason) == (shared.office, DAY, "区里据市方案制定")
    assert AuditEntry.objects.filter(action="breakdown.plan.linked").count() == 1


def test_a_plan_beneath_another_one_is_not_what_the_site_shows_first(shared: Shared) -> None:
    child = shared.district_plan()
    assert live_plan() == child
    link_plan(shared.plan.pk, child.pk, region=shared.city.south, actor=shared.office, reason="x")
    assert live_plan() == shared.plan


def test_a_bodys_yearly_plan_needs_its_year(shared: Shared) -> None:
    child = shared.stations.plan
    bureau = {"organisation": shared.city.bureau, "actor": shared.office, "reason": "年度计划"}
    for year, words in ((None, "哪一年"), (2020, "不在上级方案的规划期"), (2026, "不在上级方案的规划期")):
        with pytest.raises(LinkInvalid, match=words):
            link_plan(shared.plan.pk, child.pk, year=year, **bureau)
    assert link_plan(shared.plan.pk, child.pk, year=2024, **bureau).owner == shared.city.bureau


def test_what_cannot_stand_beneath_is_refused_in_words(shared: Shared) -> None:
    link = shared.linked()
    city, child, other = shared.plan.pk, link.child_id, shared.stations.plan.pk
    south: dict[str, Any] = {"region": shared.city.south, "actor": shared.office, "reason": "x"}
    body: dict[str, Any] = {"organisation": shared.city.bureau, "year": 2024, "actor": shared.office, "reason": "x"}
    refused = (
        (city, city, body, "自己的下级"),
        (other, child, south, "已经有上级方案"),
        (child, city, body, "不能又作它的下级"),
        (city, other, south, "不是市南区的"),
        (city, other, south | {"region": shared.city.city}, "不在青岛之下"),
        (city, other, south | body, "两者选一"),
        (city, other, {"actor": shared.office, "reason": "x"}, "两者选一"),
    )
    for parent, below, given, words in refused:
        with pytest.raises(LinkInvalid, match=words):
            link_plan(parent, below, **given)
    with pytest.raises(DecisionInvalid, match="理由"):
        link_plan(city, other, **(body | {"reason": ""}))


def test_only_the_office_of_the_plan_above_links(shared: Shared) -> None:
    link = shared.paired()
    theirs = PersonFactory(role=Role.LEADING_OFFICE, region=shared.city.south)
    for person in (theirs, PersonFactory(role=Role.DISTRICT_OFFICER, region=shared.city.south)):
        for act in (
            lambda who: link_plan(shared.plan.pk, link.child_id, region=shared.city.south, actor=who, reason="x"),
            lambda who: confirm_parents(link.pk, {}, actor=who),
            lambda who: unlink_plan(link.pk, actor=who, reason="x"),
        ):
            with pytest.raises(NotAllowed):
                act(person)
    shared.plan.state = PlanState.CLOSED
    shared.plan.save()
    with pytest.raises(PlanClosed):
        confirm_parents(link.pk, {}, actor=shared.office)


def test_alike_tasks_are_proposed_and_a_person_confirms(shared: Shared) -> None:
    link = shared.linked()
    above = shared.world.task("二(一)1")

    lectures, drills = pairs_of(link)

    assert (lectures.parent, lectures.proposed) == (None, above)
    assert lectures.likeness > 0.34
    assert drills.proposed is None
    assert not TaskParent.objects.exists()
    confirm_parents(link.pk, {lectures.child.pk: above.pk, drills.child.pk: None}, actor=shared.office)
    found = pairs_of(ChildPlan.objects.get())
    assert [(pair.parent, pair.proposed, pair.is_confirmed) for pair in found] == [
        (above, None, True),
        (None, None, True),
    ]
    assert {row.confirmed_by for row in TaskParent.objects.all()} == {shared.office}


def test_that_a_task_carries_out_none_is_remembered(shared: Shared, client: Client) -> None:
    link = shared.linked()
    lectures, drills = pairs_of(link)
    confirm_parents(link.pk, {lectures.child.pk: None, drills.child.pk: None}, actor=shared.office)

    assert [pair.proposed for pair in pairs_of(ChildPlan.objects.get())] == [None, None]
    assert child_plans(shared.office).links[0].linked == 0
    client.force_login(shared.office)
    assert client.get(f"/desk/breakdown/children/{link.pk}/").content.decode().count("已核对") == 2
    page = client.get(f"/plan/{link.child.slug}/tasks/{lectures.child.slug}/")
    assert page.status_code == 200
    assert "上级任务" not in page.content.decode()


def test_strangers_and_seconds_are_refused(shared: Shared) -> None:
    link = shared.paired()
    below = link.child.tasks.get(code="二(一)")
    other = shared.stations.task
    assert other is not None
    with pytest.raises(LinkInvalid):
        confirm_parents(link.pk, {below.pk: other.pk}, actor=shared.office)
    with pytest.raises(LinkInvalid):
        confirm_parents(link.pk, {other.pk: None}, actor=shared.office)
    with pytest.raises(BreakdownMoved):
        confirm_parents(link.pk, {below.pk: None}, actor=shared.office, seen=0)
    assert TaskParent.objects.get().child == below


def test_a_link_is_taken_back_with_a_reason(shared: Shared) -> None:
    link = shared.paired()
    with pytest.raises(DecisionInvalid):
        unlink_plan(link.pk, actor=shared.office, reason="")
    unlink_plan(link.pk, actor=shared.office, reason="连错了")
    assert not ChildPlan.objects.exists()
    assert not TaskParent.objects.exists()
    entry = AuditEntry.objects.get(action="breakdown.plan.unlinked")
    assert entry.data["reason"] == "连错了"


def test_both_tasks_show_each_other_and_the_share_stands_beside_the_districts_own_number(
    shared: Shared, client: Client
) -> None:
    shared.issued(shared.lectures, shared.south(12), shared.north(8))
    link = shared.paired()
    above, below = shared.world.task("二(一)1"), link.child.tasks.get(code="二(一)")
    pages = {task.pk: reverse("plan:task", args=[task.plan.slug, task.slug]) for task in (above, below)}

    up = client.get(pages[below.pk]).content.decode()
    down = client.get(pages[above.pk]).content.decode()
    target = reverse("breakdown:target", args=[shared.plan.slug, shared.lectures.pk])
    rows = client.get(target).context["page"].groups[0].rows

    assert "上级任务" in up
    assert f'href="{pages[above.pk]}"' in up
    assert "区市和单位落实" in down
    assert f'href="{pages[below.pk]}"' in down
    assert [[child.task for child in row.children] for row in rows] == [[below], []]
    assert "不少于 8 场，每年" in rows[0].children[0].words


def test_the_office_links_and_confirms_on_its_pages(shared: Shared, client: Client) -> None:
    child = shared.district_plan()
    client.force_login(shared.office)
    page = reverse("breakdown:children")
    given = {"parent": shared.plan.pk, "child": child.pk, "region": shared.city.south.pk, "reason": "区里据市方案制定"}
    wrong = client.post(page, given | {"region": "", "reason": "还没有选"})
    assert wrong.status_code == 422
    assert "还没有选" in wrong.content.decode()

    assert client.post(page, given).status_code == 302

    link = ChildPlan.objects.get()
    pairs = reverse("breakdown:child", args=[link.pk])
    shown = client.get(pairs)
    assert "机器建议" in shown.content.decode()
    sent = {bound.html_name: bound.value() for bound in shown.context["form"]} | {"seen": link.revision}
    assert client.post(pairs, sent).status_code == 302
    assert client.post(pairs, sent).status_code == 409
    assert TaskParent.objects.get(parent__isnull=False).parent == shared.world.task("二(一)1")
    assert client.post(reverse("breakdown:unlink", args=[link.pk]), {"reason": "连错了"}).status_code == 302
    assert not ChildPlan.objects.exists()


def test_the_pages_of_children_ask_few_questions(
    shared: Shared, client: Client, django_assert_max_num_queries: Any
) -> None:
    link = shared.paired()
    client.force_login(shared.office)
    with django_assert_max_num_queries(16):
        client.get(reverse("breakdown:children"))
    with django_assert_max_num_queries(30):
        client.get(reverse("breakdown:child", args=[link.pk]))


def test_the_database_holds_the_rules_of_links(shared: Shared) -> None:
    link = shared.linked()
    other = shared.stations.plan
    given = {"linked_on": DAY, "reason": "x", "region": shared.city.south}
    above = shared.world.task("二(一)1")
    rows = (
        (ChildPlan(parent=other, child=other, **given), "child_plan_is_another"),
        (ChildPlan(parent=shared.plan, child=other, **(given | {"region": None})), "child_plan_of_one_owner"),
        (
            ChildPlan(parent=shared.plan, child=other, organisation=shared.city.bureau, **given),
            "child_plan_of_one_owner",
        ),
        (ChildPlan(parent=shared.plan, child=link.child, **given), "child_id"),
        (TaskParent(link=link, child=above, parent=above, confirmed_on=DAY), "task_parent_is_another"),
    )
    for row, constraint in rows:
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            row.save(force_insert=True)
