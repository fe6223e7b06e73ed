"""The end of a plan: only when it is over, with every unfinished promise carried on or struck, frozen and public."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person
from kepu.foundation import clock
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.errors import NotAllowed
from kepu.plan.closing.choices import Outcome
from kepu.plan.closing.errors import ClosingIncomplete, PlanNotOver
from kepu.plan.closing.models import Closing, Ending
from kepu.plan.closing.queries import closing_desk, final_page
from kepu.plan.closing.services import WantedEnding, close_plan
from kepu.plan.tasks.errors import PlanClosed
from kepu.plan.tasks.models import Plan, Task, TaskLink
from kepu.plan.tasks.services import choose_evidence
from tests.factories import PersonFactory
from tests.kept import kept
from tests.plan.factories import small_plan
from tests.plan.worlds import DAY, World, put, seven_states

pytestmark = pytest.mark.django_db
AFTER = date(2026, 1, 15)


def _real() -> World:
    with clock.fixed(DAY):
        return seven_states(is_demonstration=False)


_built, world = kept(_real, on=AFTER)


@pytest.fixture
def office() -> Person:
    return PersonFactory(role=Role.LEADING_OFFICE)


def _struck(plan: Plan) -> dict[int, WantedEnding]:
    return {one.row.task.pk: WantedEnding(Outcome.STRUCK, "不再安排") for one in closing_desk(plan).unfinished}


def _next(plan: Plan) -> Task:
    later = small_plan("next")
    later.predecessor = plan
    later.save()
    task = later.tasks.first()
    assert task is not None
    return task


def test_every_unfinished_task_needs_where_it_goes_and_why(world: World, office: Person) -> None:
    wanted = _struck(world.plan)
    first, second, *_others = wanted
    wrong = wanted | {first: WantedEnding(Outcome.STRUCK, "  "), second: WantedEnding("", "忘了")}
    with pytest.raises(ClosingIncomplete) as refused:
        close_plan(world.plan, wrong, actor=office)
    assert set(refused.value.data["tasks"]) == {first, second}
    assert not Closing.objects.exists()
    world.plan.refresh_from_db()
    assert world.plan.state == "live"


def test_closed_it_is_frozen_and_nothing_is_decided_any_more(world: World, office: Person) -> None:
    before = {one["code"]: one["status"] for one in _final(world)}
    closing = close_plan(world.plan, _struck(world.plan), words="五年小结", actor=office)
    assert closing.judged_on == date(2025, 12, 31)
    put(world.city, date(2025, 3, 1), "counsellors_trained", 500, audience="youth", region="3702")
    page = final_page(world.plan)
    assert page is not None
    assert {task.code: task.status for task in page.tasks} == before
    with pytest.raises(PlanClosed):
        choose_evidence("fairs", task_id=world.task("二(一)1").pk, actor=office, reason="补")
    with pytest.raises(PlanClosed, match="已经收官"):
        close_plan(world.plan, {}, actor=office)
    assert AuditEntry.objects.filter(action="closing.plan.closed").count() == 1


def _final(world: World) -> list[dict[str, str]]:
    return [{"code": row.task.code, "status": row.status} for row in closing_desk(world.plan).rows]


def test_a_promise_is_carried_to_a_task_of_the_plan_that_follows(world: World, office: Person) -> None:
    later = _next(world.plan)
    wanted = _struck(world.plan)
    moved = next(iter(wanted))
    close_plan(world.plan, wanted | {moved: WantedEnding(Outcome.CARRIED, "接着办", later.pk)}, actor=office)
    assert Ending.objects.get(task=moved).later == later
    assert TaskLink.objects.get(earlier=moved).later == later
    task = Task.objects.get(pk=moved)
    page = Client().get(reverse("plan:task", args=[world.plan.slug, task.slug])).content.decode()
    assert "接着办" in page
    assert "方案收官时" in page


def test_a_task_does_not_both_go_on_and_end(world: World, office: Person) -> None:
    later, wanted = _next(world.plan), _struck(world.plan)
    first, second, *_others = wanted
    TaskLink.objects.create(earlier_id=first, later=later, kind="successor")
    TaskLink.objects.create(earlier_id=second, later=None, kind="ended")
    close_plan(world.plan, wanted | {second: WantedEnding(Outcome.CARRIED, "接着办", later.pk)}, actor=office)
    assert [link.later for link in TaskLink.objects.filter(earlier=first)] == [None]
    assert [link.later for link in TaskLink.objects.filter(earlier=second)] == [later]


def test_nothing_is_carried_to_a_task_of_another_plan(world: World, office: Person) -> None:
    stranger = small_plan("other").tasks.first()
    assert stranger is not None
    wanted = _struck(world.plan)
    moved = next(iter(wanted))
    with pytest.raises(ClosingIncomplete):
        close_plan(world.plan, wanted | {moved: WantedEnding(Outcome.CARRIED, "接着办", stranger.pk)}, actor=office)


def test_a_plan_whose_years_run_is_closed_only_when_another_follows(world: World, office: Person) -> None:
    with clock.fixed(DAY):
        with pytest.raises(PlanNotOver):
            close_plan(world.plan, _struck(world.plan), actor=office)
        _next(world.plan)
        assert close_plan(world.plan, _struck(world.plan), actor=office).judged_on == DAY


def test_only_the_leading_office_closes(world: World) -> None:
    for role in (Role.REVIEWER, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            close_plan(world.plan, _struck(world.plan), actor=PersonFactory(role=role))


def test_what_the_links_say_already_is_proposed(world: World) -> None:
    task = world.task("二(二)2")
    TaskLink.objects.create(earlier=task, later=None, kind="ended", note="并入别的工作")
    proposed = {one.row.task.pk: (one.outcome, one.reason) for one in closing_desk(world.plan).unfinished}
    assert proposed[task.pk] == ("struck", "并入别的工作")


def test_closed_by_the_page_with_everything_kept_that_was_typed(world: World, office: Person) -> None:
    client = Client()
    client.force_login(office)
    address = reverse("closing:close", args=[world.plan.slug])
    assert "项没有兑现的任务" in client.get(address).content.decode()
    typed = {f"t{pk}-to": "struck" for pk in _struck(world.plan)} | {"words": "小结"}
    refused = client.post(address, typed)
    assert refused.status_code == 400
    assert "请选去向，写明理由。" in refused.content.decode()
    assert "小结" in refused.content.decode()
    typed |= {f"t{pk}-reason": "不再安排" for pk in _struck(world.plan)}
    done = client.post(address, typed)
    final = reverse("closing:final", args=[world.plan.slug])
    assert done.headers["location"] == final
    assert f'href="{final}"' in Client().get(reverse("plan:plan", args=[world.plan.slug])).content.decode()
    page = Client().get(final).content.decode()
    assert "小结" in page
    assert "不再列入" in page
    assert client.get(address).headers["location"] == final
    english = Client().get(final, headers={"accept-language": "en"}).content.decode()
    assert "Final state" in english
    assert "收官" not in english


def test_a_living_plan_has_no_final_state(world: World) -> None:
    assert Client().get(reverse("closing:final", args=[world.plan.slug])).status_code == 404


@pytest.mark.parametrize(
    ("values", "constraint"),
    [({"outcome": "carried"}, "ending_carried_names_the_later"), ({"reason": ""}, "ending_says_why")],
)
def test_the_database_refuses_an_ending_that_cannot_be(
    world: World, office: Person, values: dict[str, object], constraint: str
) -> None:
    close_plan(world.plan, _struck(world.plan), actor=office)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Ending.objects.update(**values)


def test_the_form_costs_as_many_queries_for_many_tasks(
    world: World, office: Person, django_assert_max_num_queries
) -> None:
    client = Client()
    client.force_login(office)
    address = reverse("closing:close", args=[world.plan.slug])
    client.get(address)
    with django_assert_max_num_queries(26):
        client.get(address)
