"""An amended text, or the next generation's: what differs is shown, what was decided and proved goes on."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kepu.directory.register.choices import Role
from kepu.foundation.errors import NotAllowed
from kepu.plan.tasks.choices import DecisionKind, LinkKind
from kepu.plan.tasks.errors import CorrectionInvalid, PlanNotReady
from kepu.plan.tasks.models import Decision, Evidence, Milestone, TaskLink
from kepu.plan.tasks.queries.drafts import draft_content
from kepu.plan.tasks.rules.comparison import ComparedTask, compare_tasks, diff_words, tokens
from kepu.plan.tasks.services import (
    accept_links,
    add_finding,
    compare_draft,
    compare_plans,
    confirm_draft,
    create_bodies,
    create_draft,
    guessed_bodies,
    link_task,
    load_plan,
    strike_finding,
)
from tests.factories import PersonFactory, city_region
from tests.plan.texts import AMENDED, PLAN

words = st.text(alphabet="科普教育局每年100人次，。", max_size=40)


@given(words, words)
def test_a_difference_holds_both_texts(earlier, later):
    changes = diff_words(tokens(earlier), tokens(later))

    assert "".join(change.text for change in changes if change.kind != "new") == earlier
    assert "".join(change.text for change in changes if change.kind != "gone") == later


@given(st.lists(words, max_size=6), st.lists(words, max_size=6))
def test_every_task_of_both_texts_has_its_place(earlier, later):
    before = [ComparedTask(f"a{n}", f"一{n}", "", body) for n, body in enumerate(earlier)]
    after = [ComparedTask(f"b{n}", f"一{n}", "", body) for n, body in enumerate(later)]

    pairs = compare_tasks(before, after)

    assert sorted(p.earlier.key for p in pairs if p.earlier) == sorted(task.key for task in before)
    assert {p.later.key for p in pairs if p.later} == {task.key for task in after}
    assert sum(1 for p in pairs if p.later and p.kind in {"same", "successor", ""}) == len(after)


def test_a_task_that_went_into_another_is_proposed_as_merged():
    before = [
        ComparedTask("1", "一1", "办好银龄课堂", "全市建成六十个银龄课堂，方便老年人就近学习智能手机"),
        ComparedTask("2", "一2", "宣传合理用药", "在社区宣传合理用药知识"),
    ]
    after = [
        ComparedTask(
            "x", "一1", "办好银龄课堂", "全市建成六十个银龄课堂，方便老年人就近学习智能手机，在社区宣传合理用药知识"
        )
    ]

    assert [(pair.earlier.key, pair.kind) for pair in compare_tasks(before, after)] == [("1", "same"), ("2", "merged")]


pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return PersonFactory(role=Role.LEADING_OFFICE)


@pytest.fixture
def plan():
    return load_plan(PLAN.encode(), "plan.txt", actor=None, region=city_region(), slug="first", kinds={})


@pytest.fixture
def amended(office, plan):
    return create_draft(AMENDED, "修订稿", actor=office, predecessor=plan)


def test_the_difference_names_words_bodies_promises_and_places(amended):
    comparison = compare_draft(amended)

    assert comparison.counts == {"unchanged": 0, "changed": 2, "moved": 1, "new": 1, "merged": 0, "ended": 0}
    rows = {row.pairing.earlier.code: row for row in comparison.rows if row.pairing.earlier}
    lesson = rows["二(一)1"]
    assert [(c.kind, c.text) for c in lesson.changes if c.kind != "same"] == [("gone", "100"), ("new", "200")]
    before, after = lesson.pairing.targets_changed[0]
    assert ("100" in before.promise, "200" in after.promise) == (True, True)
    assert rows["二(一)2"].pairing.bodies_added == (("市教育局", "joint"),)
    assert (rows["二(二)1"].pairing.later.code, rows["二(二)1"].pairing.state) == ("二(二)2", "moved")


def test_every_earlier_task_needs_a_confirmed_end(amended, office):
    with pytest.raises(PlanNotReady) as refused:
        confirm_draft(amended.pk, actor=office)
    assert "3" in str(refused.value)

    assert accept_links(amended.pk, actor=office) == 3
    assert accept_links(amended.pk, actor=office) == 0

    later = confirm_draft(amended.pk, actor=office)
    assert [(link.earlier.code, link.later.code, link.kind) for link in TaskLink.objects.order_by("pk")] == [
        ("二(一)1", "二(一)1", "same"),
        ("二(一)2", "二(一)2", "same"),
        ("二(二)1", "二(二)2", "same"),
    ]
    assert later.predecessor.slug == "first"


def test_a_person_may_say_otherwise(amended, plan, office):
    old = plan.tasks.get(code="二(一)2")
    keys = {task.code: task.key for task in draft_content(amended).tasks}
    accept_links(amended.pk, actor=office)

    link_task(amended.pk, old.pk, LinkKind.SUCCESSOR, [keys["二(二)1"], keys["二(一)2"]], actor=office, note="拆成两项")

    confirm_draft(amended.pk, actor=office)
    assert set(old.later_links.values_list("later__code", "kind", "note")) == {
        ("二(二)1", "successor", "拆成两项"),
        ("二(一)2", "successor", "拆成两项"),
    }


def test_an_end_that_points_nowhere_is_refused(amended, plan, office):
    old = plan.tasks.first()
    with pytest.raises(CorrectionInvalid):
        link_task(amended.pk, old.pk, LinkKind.SAME, [], actor=office)
    with pytest.raises(CorrectionInvalid):
        link_task(amended.pk, old.pk, LinkKind.SAME, ["t99"], actor=office)
    with pytest.raises(CorrectionInvalid):
        link_task(amended.pk, 10**9, LinkKind.ENDED, actor=office)
    with pytest.raises(NotAllowed):
        link_task(amended.pk, old.pk, LinkKind.ENDED, actor=PersonFactory(role=Role.AUDITOR))


def test_an_end_falls_open_again_when_its_task_is_struck(amended, office):
    accept_links(amended.pk, actor=office)
    strike_finding(amended.pk, "t0", actor=office)

    with pytest.raises(PlanNotReady):
        confirm_draft(amended.pk, actor=office)


def _progress(plan, office):
    """Everything that a person can have decided or proved about the first version."""
    lesson, hall = plan.tasks.get(code="二(一)1"), plan.tasks.get(code="二(二)1")
    lead = lesson.duties.get(printed_name="市科协")
    lead.role = "lead"
    lead.save()
    aim = lesson.targets.get()
    aim.decided_period, aim.baseline, aim.baseline_year = "year", 40, 2020
    aim.save()
    Evidence.objects.create(task=hall, indicator_code="venues.halls", audiences=["elderly"])
    Evidence.objects.create(target=aim, indicator_code="training.tutors", region=city_region())
    Milestone.objects.create(task=hall, title="选址", due_on=date(2022, 6, 30), done_on=date(2022, 6, 1), note="已选")
    given = {"plan": plan, "decided_by": office, "decided_as": "领导小组办公室", "decided_on": date(2022, 5, 1)}
    Decision.objects.create(kind=DecisionKind.LEAD, task=lesson, summary="市科协牵头", **given)
    Decision.objects.create(kind=DecisionKind.MEANING, task=lesson, target=aim, summary="每年算", **given)
    goal = plan.targets.get(task=None)
    goal.baseline = 14
    goal.save()
    Evidence.objects.create(target=goal, indicator_code="survey.literate")
    Decision.objects.create(kind=DecisionKind.INDICATOR, target=goal, summary="用测评结果", **given)


def test_progress_goes_on_into_an_amended_text_and_nothing_is_lost(amended, plan, office):
    _progress(plan, office)
    before = {model: model.objects.count() for model in (Evidence, Milestone, Decision)}
    accept_links(amended.pk, actor=office)

    later = confirm_draft(amended.pk, actor=office)

    lesson, hall = later.tasks.get(code="二(一)1"), later.tasks.get(code="二(二)2")
    assert lesson.duties.get(role="lead").printed_name == "市科协"
    aim = lesson.targets.get()
    assert (aim.value, aim.decided_period, aim.baseline, aim.baseline_year) == (200, "year", 40, 2020)
    assert aim.earlier == plan.tasks.get(code="二(一)1").targets.get()
    assert [e.indicator_code for e in aim.evidence.all()] == ["training.tutors"]
    assert aim.evidence.get().region == city_region()
    assert [(e.indicator_code, e.audiences) for e in hall.evidence.all()] == [("venues.halls", ["elderly"])]
    assert hall.milestones.get().done_on == date(2022, 6, 1)
    carried = lesson.decisions.get(kind=DecisionKind.MEANING)
    assert (carried.target, carried.decided_by, carried.decided_on) == (aim, office, date(2022, 5, 1))
    assert carried.reason.startswith("承接自")
    assert lesson.decisions.get(kind=DecisionKind.LINK).summary.startswith("承接自")
    goal = later.targets.get(task=None)
    assert (goal.baseline, goal.evidence.get().indicator_code) == (14, "survey.literate")
    assert goal.decisions.get().summary == "用测评结果"
    assert {model: model.objects.filter(**_of(model, plan)).count() for model in before} == before
    plan.refresh_from_db()
    assert plan.state == "closed"


def _of(model, plan):
    if model is Decision:
        return {"plan": plan}
    if model is Milestone:
        return {"task__plan": plan}
    return {"pk__in": [e.pk for e in Evidence.objects.all() if (e.task or e.target).plan_id == plan.pk]}


def test_a_task_made_of_a_sentence_is_made_again_in_the_amended_text(office):
    draft = create_draft(PLAN, "x", actor=office, region=city_region())
    start = PLAN.index("（二）保障经费")
    end = PLAN.index("开展绩效评价。") + 7
    create_bodies(draft.pk, guessed_bodies(draft), actor=office)
    plan = confirm_draft(draft.pk, actor=office)
    section = plan.sections.get(title="保障经费")
    made = plan.tasks.create(
        section=section, code="三(二)", slug="3-2", title="保障经费", start=start, end=end,
        body_start=start + 8, body_end=end, position=99, origin="person",
    )  # fmt: skip
    Evidence.objects.create(task=made, indicator_code="funds.spent")

    amended = create_draft(AMENDED, "修订", actor=office, predecessor=plan)
    accept_links(amended.pk, actor=office)
    later = confirm_draft(amended.pk, actor=office)

    again = later.tasks.get(code="三(二)")
    assert (again.origin, again.evidence.get().indicator_code) == ("person", "funds.spent")
    assert later.text[again.body_start : again.body_end].startswith("按规定安排")


def test_the_next_generation_links_but_counts_anew(plan, office):
    _progress(plan, office)
    text = AMENDED.replace("2021—2025", "2026—2030").replace("到2025年", "到2030年")
    draft = create_draft(text, "下一期", actor=office, predecessor=plan)
    accept_links(draft.pk, actor=office)

    later = confirm_draft(draft.pk, actor=office)

    assert TaskLink.objects.count() == 3
    assert not Evidence.objects.filter(task__plan=later).exists()
    assert not later.tasks.get(code="二(一)1").duties.filter(role="lead").exists()
    plan.refresh_from_db()
    assert (plan.state, Evidence.objects.count()) == ("live", 3)


def test_two_live_plans_are_compared_by_their_links(amended, plan, office):
    accept_links(amended.pk, actor=office)
    later = confirm_draft(amended.pk, actor=office)

    comparison = compare_plans(plan, later)

    assert comparison.open_count == 0
    assert comparison.counts["new"] == 1


def test_a_text_that_continues_nothing_is_not_compared(office):
    city_region()
    draft = create_draft(PLAN, "x", actor=office)

    with pytest.raises(PlanNotReady):
        compare_draft(draft)


def test_only_a_new_task_may_have_nothing_before_it(amended, office):
    body_start = AMENDED.index("按规定安排科普经费")
    add_finding(
        amended.pk,
        "task",
        {"code": "三(二)", "title": "经费", "start": body_start, "end": body_start + 9},
        actor=office,
    )

    amended.refresh_from_db()
    assert compare_draft(amended).counts["new"] == 2
