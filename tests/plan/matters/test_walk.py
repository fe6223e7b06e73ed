"""The way of a matter: raised, taken up, put on an agenda, decided, turned into steps, settled."""

from datetime import date

import pytest

from kepu.directory.notices.models import Notice
from kepu.directory.todos.models import Todo
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.clock import fixed
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.oversight.errors import PersonalDataFound, TextUnfit
from kepu.plan.matters import services
from kepu.plan.matters.errors import MatterMoved, MatterUnfit, MeetingMoved, MeetingUnready
from kepu.plan.matters.models import AgreedDuty, Matter, Meeting
from kepu.plan.matters.queries import counts_for, duties_of
from kepu.plan.tasks.errors import DecisionInvalid, PlanClosed
from kepu.plan.tasks.events import PlanConfirmed
from kepu.plan.tasks.models import Milestone, Plan, Task, TaskLink
from kepu.plan.tasks.services import WantedStep, reopen_milestone, set_milestones
from tests.factories import OrganisationFactory, PersonFactory
from tests.kept import kept
from tests.plan.matters.scenes import DUE, MEETING, MONDAY, Scene, fresh, kinds

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday():
    with fixed(MONDAY):
        yield


_built, scene = kept(Scene, on=MONDAY)


def waiting(key):
    return list(Todo.objects.filter(key=key, closed_on=None))


def standings(matter):
    return [one.standing.value for one in duties_of([matter.pk])]


def test_a_raised_matter_waits_at_the_office(scene):
    matter = scene.raised()

    assert matter.state == "raised"
    assert kinds(matter) == ["raised"]
    assert list(matter.asked_bodies.all()) == [scene.association]
    assert waiting(f"matters.receive:{matter.pk}")[0].role == "leading_office"
    assert AuditEntry.objects.filter(action="matters.matter.raised").count() == 1


def test_the_office_takes_it_up_and_the_body_is_told(scene):
    matter = scene.listed()

    assert matter.state == "listed"
    assert not waiting(f"matters.receive:{matter.pk}")
    assert Notice.objects.filter(person=scene.liaison, title__contains="已受理").count() == 1
    with pytest.raises(MatterMoved, match="已受理"):
        services.list_matter(matter.pk, actor=scene.office)


def test_an_answer_settles_it_without_a_meeting(scene):
    matter = services.answer_matter(scene.raised().pk, actor=scene.office, text="经费由原渠道解决。")

    assert (matter.state, matter.closed_on) == ("answered", MONDAY)
    assert matter.steps.last().text == "经费由原渠道解决。"
    with pytest.raises(MatterMoved):
        services.return_matter(matter.pk, actor=scene.office, reason="再说说")


def test_a_returned_matter_is_completed_and_raised_again(scene):
    matter = services.return_matter(scene.raised().pk, actor=scene.office, reason="差多少钱没有写。")
    assert waiting(f"matters.complete:{matter.pk}")[0].organisation == scene.bureau

    again = services.amend_matter(matter.pk, scene.words(difficulty="差 20 万元。"), revision=0, actor=scene.liaison)

    assert (again.state, again.difficulty) == ("raised", "差 20 万元。")
    assert kinds(again) == ["raised", "returned", "raised"]
    assert not waiting(f"matters.complete:{matter.pk}")
    assert waiting(f"matters.receive:{matter.pk}")


def test_two_windows_do_not_write_over_each_other(scene):
    matter = scene.raised()
    services.amend_matter(matter.pk, scene.words(tried="甲"), revision=0, actor=scene.liaison)

    with pytest.raises(MatterMoved, match="别处改过"):
        services.amend_matter(matter.pk, scene.words(tried="乙"), revision=0, actor=scene.liaison)
    assert fresh(matter).tried == "甲"


def test_the_body_takes_back_what_is_on_no_agenda(scene):
    matter = services.withdraw_matter(scene.listed().pk, actor=scene.liaison, reason="已经解决。")
    assert (matter.state, matter.closed_on) == ("withdrawn", MONDAY)

    item = scene.item(scene.listed(title="另一件"))
    with pytest.raises(MatterMoved, match="已列入议程"):
        services.withdraw_matter(item.matter_id, actor=scene.liaison, reason="算了")


def test_the_agenda_invites_who_is_concerned(scene):
    item = scene.item()
    assert set(item.meeting.invited.all()) == {scene.bureau, scene.association}

    meeting = scene.fixed(item)

    assert meeting.state == "fixed"
    assert {todo.organisation for todo in waiting(f"matters.attend:{meeting.pk}")} == {scene.bureau, scene.association}
    assert Notice.objects.filter(kind="matters.meeting", person=scene.other).count() == 1
    assert list(meeting.papers.values_list("kind", flat=True)) == ["agenda", "brief"]


def test_items_are_moved_and_taken_off(scene):
    first = scene.item()
    second = services.add_item(first.meeting_id, scene.listed(title="第二件").pk, actor=scene.office)
    meeting = services.move_item(second.pk, up=True, actor=scene.office)
    assert [item.pk for item in meeting.items.all()] == [second.pk, first.pk]
    services.move_item(second.pk, up=True, actor=scene.office)
    assert [item.pk for item in meeting.items.all()] == [second.pk, first.pk]

    services.remove_item(second.pk, actor=scene.office)

    assert fresh(second.matter).state == "listed"
    assert kinds(second.matter)[-1] == "unscheduled"


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (lambda scene: scene.called(), "议程还是空的"),
        (lambda scene: services.add_item(scene.called().pk, scene.listed().pk, actor=scene.office).meeting, "还没有办公室建议"),
        (lambda scene: scene.item(meeting=scene.called(held_on=date(2024, 9, 1))).meeting, "已经过了"),
    ],
)  # fmt: skip
def test_an_agenda_that_is_not_ready_is_not_fixed(scene, prepare, said):
    with pytest.raises(MeetingUnready, match=said):
        services.fix_agenda(prepare(scene).pk, actor=scene.office)


def test_a_reopened_agenda_voids_its_papers_and_tells_the_bodies(scene):
    meeting = scene.fixed()

    services.reopen_agenda(meeting.pk, reason="改到下周。", actor=scene.office)

    assert fresh(meeting).state == "preparing"
    assert not meeting.papers.exists()
    assert not waiting(f"matters.attend:{meeting.pk}")
    assert Notice.objects.filter(person=scene.other, title__contains="会议有变").count() == 1
    assert services.fix_agenda(meeting.pk, actor=scene.office).round == 2


def test_a_cancelled_meeting_gives_its_matters_back(scene):
    item = scene.item()
    scene.fixed(item)

    services.cancel_meeting(item.meeting_id, reason="另行安排。", actor=scene.office)

    assert fresh(item.meeting).state == "cancelled"
    assert fresh(item.matter).state == "listed"
    assert services.add_item(scene.called().pk, item.matter_id, actor=scene.office)


def test_minutes_make_steps_that_the_status_knows(scene):
    before = list(scene.task.milestones.filter(done_on=None).values_list("pk", "title", "due_on"))

    duty = scene.issued()

    assert duty.milestone.title == f"{scene.bureau.label}：完成第二册审定"
    assert duty.milestone.due_on == DUE
    after = list(scene.task.milestones.filter(done_on=None).values_list("pk", "title", "due_on"))
    assert set(before) < set(after)
    matter = duty.item.matter
    assert fresh(matter).state == "decided"
    assert standings(matter) == ["open"]
    todo = waiting(f"matters.duty:{duty.pk}")[0]
    assert (todo.organisation, todo.due_on) == (scene.bureau, DUE)
    assert scene.task.decisions.first().reason.startswith("领导小组 2024 年第三次会议议定")


def test_the_done_step_settles_the_matter(scene):
    duty = scene.issued()

    scene.complete(duty)

    matter = duty.item.matter
    with fixed(date(2024, 11, 2)):
        assert standings(matter) == ["done"]
        assert counts_for(scene.office) == {"settled": 1}
    assert kinds(matter)[-2:] == ["duty_done", "settled"]
    assert not waiting(f"matters.duty:{duty.pk}")
    assert Notice.objects.filter(person=scene.liaison, key__contains="settled").count() == 1


def test_a_step_taken_back_opens_the_matter_again(scene):
    duty = scene.issued()
    scene.complete(duty)
    with fixed(date(2024, 11, 5)):
        reopen_milestone(duty.milestone_id, actor=scene.office, reason="漏了一章")
        assert counts_for(scene.office) == {"decided": 1}

    matter = duty.item.matter
    assert kinds(matter)[-1] == "duty_reopened"
    assert waiting(f"matters.duty:{duty.pk}")
    scene.complete(duty, on=date(2024, 12, 5))
    assert kinds(matter)[-2:] == ["duty_done", "settled"]


def test_a_step_that_is_taken_away_is_told_and_is_not_done(scene):
    duty = scene.issued()
    kept = [
        WantedStep(s.title, s.due_on, s.pk)
        for s in scene.task.milestones.filter(done_on=None).exclude(pk=duty.milestone_id)
    ]

    set_milestones(scene.task.pk, kept, actor=scene.office, reason="不再需要")

    matter = duty.item.matter
    assert standings(matter) == ["gone"]
    assert kinds(matter)[-1] == "duty_gone"
    assert counts_for(scene.office) == {"decided": 1}
    assert not waiting(f"matters.duty:{duty.pk}")
    services.close_matter(matter.pk, actor=scene.office, reason="节点取消，不再办。")
    assert fresh(matter).state == "closed"


def test_a_step_that_is_moved_is_told_with_its_day(scene):
    duty = scene.issued()
    later = date(2025, 3, 31)
    steps = [
        WantedStep(s.title, later if s.pk == duty.milestone_id else s.due_on, s.pk)
        for s in scene.task.milestones.filter(done_on=None)
    ]

    set_milestones(scene.task.pk, steps, actor=scene.office, reason="延期")

    one = duties_of([duty.item.matter_id])[0]
    assert (one.was_moved, one.due_on, one.duty.due_on) == (True, later, DUE)
    assert kinds(duty.item.matter)[-1] == "duty_moved"
    assert waiting(f"matters.duty:{duty.pk}")[0].due_on == later
    steps_before = duty.item.matter.steps.count()
    services.follow_task(scene.task.pk)
    assert duty.item.matter.steps.count() == steps_before


def test_a_decision_without_duties_is_settled_at_once(scene):
    item = scene.decided()
    with fixed(MEETING):
        services.issue_minutes(item.meeting_id, actor=scene.office)
    assert counts_for(scene.office) == {"settled": 1}
    assert kinds(item.matter)[-2:] == ["decided", "settled"]


def test_what_is_put_off_waits_for_another_meeting_and_what_is_not_agreed_is_over(scene):
    first = scene.item()
    second = scene.item(scene.listed(title="第二件"), first.meeting)
    scene.held(first)
    scene.decided(first, outcome="deferred", decision="材料不全，下次再议。")
    scene.decided(second, outcome="not_agreed", decision="与方案不符。")
    with fixed(MEETING):
        services.issue_minutes(first.meeting_id, actor=scene.office)

    assert fresh(first.matter).state == "listed"
    assert fresh(second.matter).state == "not_agreed"
    assert services.add_item(scene.called().pk, first.matter_id, actor=scene.office)


def test_a_duty_of_a_body_without_one_in_the_task_is_refused(scene):
    item = scene.decided()
    with pytest.raises(MatterUnfit, match="没有责任"):
        scene.duty(item, body_id=scene.association.pk)
    with pytest.raises(DecisionInvalid, match="规划期以内"):
        scene.duty(item, due_on=date(9999, 1, 1))
    with pytest.raises(MatterUnfit, match="早于开会"):
        scene.duty(item, due_on=date(2024, 1, 1))
    with pytest.raises(MatterUnfit, match="一项任务"):
        scene.duty(item, task_id=10**9)
    with pytest.raises(PersonalDataFound):
        scene.duty(item, text="请联系 13812345678")
    scene.duty(item)
    with pytest.raises(MatterUnfit, match="同名"):
        scene.duty(item)
    assert AgreedDuty.objects.count() == 1


def test_minutes_whose_duties_no_longer_fit_are_refused_and_nothing_is_lost(scene):
    item = scene.decided()
    scene.duty(item)
    scene.task.duties.all().delete()

    with fixed(MEETING), pytest.raises(MeetingUnready, match=r"完成第二册审定：.*没有责任"):
        services.issue_minutes(item.meeting_id, actor=scene.office)

    assert fresh(item.meeting).state == "held"
    assert AgreedDuty.objects.get().milestone is None
    assert not item.meeting.papers.filter(kind="minutes").exists()


def test_minutes_need_a_result_for_every_item(scene):
    item = scene.held()
    with pytest.raises(MeetingUnready, match="还没有记下结果"):
        services.issue_minutes(item.meeting_id, actor=scene.office)


def test_a_second_issue_is_refused_in_words(scene):
    duty = scene.issued()
    with pytest.raises(MeetingMoved, match="纪要已印发"):
        services.issue_minutes(duty.item.meeting_id, actor=scene.office)
    with pytest.raises(MeetingMoved, match="纪要已印发"):
        scene.decided(duty.item, decision="改主意了")
    with pytest.raises(MeetingMoved):
        services.remove_duty(duty.pk, actor=scene.office)
    assert Milestone.objects.filter(title__contains="完成第二册审定").count() == 1


def test_a_meeting_is_not_held_before_its_day(scene):
    meeting = scene.fixed()
    with pytest.raises(MeetingUnready, match="还没有到"):
        services.hold_meeting(meeting.pk, actor=scene.office)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "长" * 101}, "title"),
        ({"difficulty": "难" * 100_000}, "difficulty"),
        ({"wanted_by": date(9999, 12, 31)}, "wanted_by"),
        ({"bodies": [10**9]}, "bodies"),
        ({"tasks": [10**9]}, "tasks"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(scene, more, field):
    with pytest.raises((TextUnfit, DecisionInvalid, MatterUnfit)) as refused:
        scene.raised(**more)
    assert refused.value.data["field"] == field
    assert not Matter.objects.exists()


def test_a_body_does_not_ask_itself(scene):
    with pytest.raises(MatterUnfit, match="其他单位"):
        scene.raised(bodies=[scene.bureau.pk])


def test_who_may_not_is_refused(scene):
    matter = scene.raised()
    for act in (
        lambda: services.raise_matter(scene.world.plan.pk, scene.bureau.pk, scene.words(), actor=scene.other),
        lambda: services.amend_matter(matter.pk, scene.words(), revision=0, actor=scene.other),
        lambda: services.withdraw_matter(matter.pk, reason="x", actor=scene.other),
        lambda: services.list_matter(matter.pk, actor=scene.liaison),
        lambda: services.answer_matter(matter.pk, text="x", actor=scene.liaison),
        lambda: services.return_matter(matter.pk, reason="x", actor=scene.liaison),
        lambda: services.close_matter(matter.pk, reason="x", actor=scene.liaison),
        lambda: services.call_meeting(scene.world.plan.pk, services.MeetingTerms("x", MEETING, "y"), actor=scene.liaison),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            act()
    item = scene.item(services.list_matter(matter.pk, actor=scene.office))
    duty = scene.duty(scene.decided(scene.held(item)))
    meeting = item.meeting_id
    for act in (
        lambda: services.change_meeting(meeting, services.MeetingTerms("x", MEETING, "y"), actor=scene.liaison),
        lambda: services.add_item(meeting, matter.pk, actor=scene.liaison),
        lambda: services.remove_item(item.pk, actor=scene.liaison),
        lambda: services.move_item(item.pk, up=True, actor=scene.liaison),
        lambda: services.recommend(item.pk, text="x", actor=scene.liaison),
        lambda: services.fix_agenda(meeting, actor=scene.liaison),
        lambda: services.reopen_agenda(meeting, reason="x", actor=scene.liaison),
        lambda: services.cancel_meeting(meeting, reason="x", actor=scene.liaison),
        lambda: services.hold_meeting(meeting, actor=scene.liaison),
        lambda: services.record_outcome(item.pk, outcome="decided", decision="x", actor=scene.liaison),
        lambda: services.remove_duty(duty.pk, actor=scene.liaison),
        lambda: services.issue_minutes(meeting, actor=scene.liaison),
        lambda: services.remake_papers(meeting, actor=scene.liaison),
        lambda: scene.duty.__func__(scene_with(scene, scene.liaison), item, text="x"),
    ):
        with pytest.raises(NotAllowed):
            act()


def scene_with(scene, office):
    """The same scene with somebody else in the place of the office."""
    return type("Other", (), {"office": office, "task": scene.task, "bureau": scene.bureau})()


def test_a_closed_plan_takes_no_matter_and_presses_nobody(scene):
    duty = scene.issued()
    matter = scene.raised(title="又一件")
    scene.world.plan.state = "closed"
    scene.world.plan.save()
    services.end_plan(scene.world.plan.pk)

    assert not waiting(f"matters.duty:{duty.pk}")
    for act in (
        lambda: scene.raised(title="太晚了"),
        lambda: services.list_matter(matter.pk, actor=scene.office),
        scene.called,
    ):
        with pytest.raises(PlanClosed, match="已收官"):
            act()
    assert services.answer_matter(matter.pk, actor=scene.office, text="转到下一个方案。").state == "answered"


def test_a_body_without_liaison_is_reached_through_the_office(scene):
    orphan = OrganisationFactory(region=scene.world.city.city)
    scene.task.duties.create(organisation=orphan)
    matter = services.raise_matter(scene.world.plan.pk, orphan.pk, scene.words(), actor=scene.office)
    assert services.return_matter(matter.pk, reason="补", actor=scene.office)
    assert waiting(f"matters.complete:{matter.pk}")[0].role == "leading_office"


def test_an_item_of_another_plan_is_refused(scene):
    meeting, matter = scene.called(), scene.listed()
    services.add_item(meeting.pk, matter.pk, actor=scene.office)
    with pytest.raises(MatterMoved, match="已列入议程"):
        services.add_item(scene.called().pk, matter.pk, actor=PersonFactory(role="leading_office"))
    assert Meeting.objects.count() == 2


@pytest.mark.parametrize("is_carried", [True, False])
def test_an_amended_text_takes_over_what_is_not_settled(scene, is_carried):
    duty = scene.issued()
    waits = scene.raised(title="还在等")
    over = services.answer_matter(scene.raised(title="答过了").pk, actor=scene.office, text="好")
    plan, old = scene.world.plan, duty.task
    plan.state = "closed"
    plan.save()
    later = Plan.objects.create(
        slug="later", title="修订", region=plan.region, text=plan.text, text_digest="x", predecessor=plan,
        confirmed_on=MONDAY,
    )  # fmt: skip
    new = _copy_of(old, later)
    if is_carried:
        TaskLink.objects.create(earlier=old, later=new)
        Milestone.objects.create(task=new, title=duty.milestone.title, due_on=duty.milestone.due_on)

    publish(PlanConfirmed(plan_id=later.pk, predecessor_id=plan.pk))

    assert [fresh(one).plan for one in (waits, duty.item.matter, over)] == [later, later, plan]
    assert standings(duty.item.matter) == ["open" if is_carried else "gone"]
    if is_carried:
        assert fresh(duty).task == new
        assert list(waits.tasks.all()) == [new]
        assert waiting(f"matters.duty:{duty.pk}")
    else:
        assert kinds(duty.item.matter)[-1] == "duty_gone"


def _copy_of(task, plan):
    section = task.section
    section.pk, section.plan, section.parent = None, plan, None
    section.save()
    new = Task.objects.get(pk=task.pk)
    new.pk, new.plan, new.section = None, plan, section
    new.save()
    return new
