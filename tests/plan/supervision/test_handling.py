"""The steps of a notice: who may, in which state, and what follows."""

from datetime import date

import pytest

from kepu.directory.notices.models import Notice
from kepu.directory.register.choices import Role
from kepu.directory.register.models import RoleAssignment
from kepu.directory.todos.queries import todos_for
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.clock import fixed
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import _subscribers, subscribe
from kepu.oversight.errors import PersonalDataFound, TextUnfit
from kepu.plan.supervision.errors import JudgeOfOwnBody, NoticeMoved, NoticeOpen, NoticeUnfit
from kepu.plan.supervision.events import (
    SupervisionAnswered,
    SupervisionIssued,
    SupervisionStruck,
    SupervisionWithdrawn,
)
from kepu.plan.supervision.models import SupervisionNotice
from kepu.plan.supervision.queries import notice_page
from kepu.plan.supervision.services import (
    give_feedback,
    issue_by_hand,
    issue_notice,
    issue_notices,
    return_notice,
    sign_notice,
    strike_notice,
    withdraw_notice,
)
from kepu.plan.supervision.services.steps import TODO_KEYS
from kepu.plan.tasks.choices import PlanState
from kepu.plan.tasks.errors import PlanClosed
from tests.factories import OrganisationFactory, PersonFactory
from tests.kept import kept
from tests.plan.supervision.scenes import MONDAY, Scene, fresh, kinds, set_figure
from tests.plan.test_two_people import at_once

pytestmark = pytest.mark.django_db

FEEDBACK = {"cause": "师资不足。", "measures": "办两期培训班。", "promised_on": date(2024, 12, 20)}


@pytest.fixture(autouse=True)
def _monday():
    with fixed(MONDAY):
        yield


_built, scene = kept(Scene)


@pytest.fixture
def heard():
    """Every event of a notice that is published during the test."""
    events = []
    told = (SupervisionIssued, SupervisionAnswered, SupervisionStruck, SupervisionWithdrawn)
    before = {kind: list(_subscribers[kind]) for kind in told}
    for kind in told:
        subscribe(kind)(events.append)
    yield events
    for kind in told:
        _subscribers[kind][:] = before[kind]


# --- issuing ---


def test_the_office_issues_a_proposal_and_the_days_run(scene, heard):
    notice = issue_notice(scene.draft().pk, actor=scene.office, demand="请说明原因。")

    assert (notice.state, notice.public_number, notice.demand) == ("issued", "督〔2024〕1号", "请说明原因。")
    assert (notice.issued_on, notice.answer_days) == (MONDAY, 10)
    assert notice.sign_by == date(2024, 9, 26)
    assert notice.due_on == date(2024, 10, 11)  # ten working days: Sunday the 29th is worked, 1 to 7 October are not
    todo = todos_for(scene.liaison).get()
    assert (todo.action, todo.due_on) == ("去签收", notice.sign_by)
    assert Notice.objects.get().person == scene.liaison
    assert heard == [SupervisionIssued(notice.pk, notice.task_id, scene.bureau.pk, "yellow")]
    assert AuditEntry.objects.get(action="supervision.notice.issued").actor_id == scene.office.pk
    assert kinds(notice) == ["proposed", "issued"]


def test_the_office_may_issue_it_in_another_colour_but_not_in_one_that_there_is_not(scene):
    with pytest.raises(NoticeUnfit):
        issue_notice(scene.draft().pk, actor=scene.office, colour="green")

    assert issue_notice(scene.draft().pk, actor=scene.office, colour="red").answer_days == 5


@pytest.mark.parametrize("role", [Role.LIAISON, Role.DISTRICT_OFFICER, Role.REVIEWER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_nobody_else_issues_withdraws_or_reviews(scene, role):
    person = scene.liaison if role == Role.LIAISON else scene.someone(role)
    answered = scene.answered("二(一)4")

    with pytest.raises(NotAllowed):
        issue_notice(scene.draft().pk, actor=person)
    with pytest.raises(NotAllowed):
        issue_by_hand(answered.task_id, body_ids=[scene.bureau.pk], colour="red", demand="甲", actor=person)
    with pytest.raises(NotAllowed):
        withdraw_notice(scene.draft().pk, reason="甲", actor=person)
    with pytest.raises(NotAllowed):
        strike_notice(answered.pk, actor=person)
    with pytest.raises(NotAllowed):
        return_notice(answered.pk, reason="甲", actor=person)
    assert scene.draft().state == "drafted"
    assert fresh(answered).state == "answered"


def test_the_office_of_another_region_does_not_issue(scene):
    other = PersonFactory(role=Role.LEADING_OFFICE, region=scene.world.city.south)

    with pytest.raises(NotAllowed):
        issue_notice(scene.draft().pk, actor=other)


def test_several_go_out_at_once_and_one_that_cannot_keeps_none_back(scene):
    gone = scene.issued("二(一)4")
    drafts = list(SupervisionNotice.objects.filter(state="drafted"))

    report = issue_notices([gone.pk, *(one.pk for one in drafts)], actor=scene.office)

    assert len(report.issued) == 4
    assert len(report.refused) == 1
    assert "已下发，待签收" in report.refused[0]
    assert sorted(SupervisionNotice.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5]
    with pytest.raises(NoticeUnfit):
        issue_notices([], actor=scene.office)


def test_a_closed_plan_sends_nothing_out(scene):
    draft = scene.draft()
    scene.world.plan.state = PlanState.CLOSED
    scene.world.plan.save()

    with pytest.raises(PlanClosed):
        issue_notice(draft.pk, actor=scene.office)
    with pytest.raises(PlanClosed):
        issue_by_hand(draft.task_id, body_ids=[scene.bureau.pk], colour="red", demand="甲", actor=scene.office)
    assert issue_notices([draft.pk], actor=scene.office).refused


def test_by_hand_freezes_the_state_of_today_and_goes_to_each_body_that_owes_the_task(scene):
    task = scene.world.task("二(一)1")

    made = issue_by_hand(
        task.pk,
        body_ids=[scene.bureau.pk, scene.association.pk],
        colour="blue",
        demand="请报计划。",
        actor=scene.office,
    )

    assert {notice.body for notice in made} == {scene.bureau, scene.association}
    assert {(n.trigger, n.colour, n.seen_status, n.seen_on) for n in made} == {("by_hand", "blue", "kept", MONDAY)}
    assert all(notice.is_demonstration for notice in made)


def test_by_hand_wants_a_reason_a_colour_and_a_body_that_owes_it(scene):
    task, other = scene.world.task("二(一)3"), OrganisationFactory()
    given = {"body_ids": [scene.bureau.pk], "colour": "red", "demand": "甲", "actor": scene.office}

    for wrong in (
        {"body_ids": []},
        {"body_ids": [other.pk]},
        {"body_ids": [scene.bureau.pk, other.pk]},
        {"colour": ""},
    ):
        with pytest.raises(NoticeUnfit):
            issue_by_hand(task.pk, **(given | wrong))
    with pytest.raises(TextUnfit):
        issue_by_hand(task.pk, **(given | {"demand": " "}))
    issue_by_hand(task.pk, **given)
    with pytest.raises(NoticeOpen):
        issue_by_hand(task.pk, **given)
    assert SupervisionNotice.objects.filter(trigger="by_hand").count() == 1


def test_a_body_without_a_liaison_leaves_the_office_to_pass_it_on(scene):
    notice = issue_notice(scene.draft("二(二)1", scene.association).pk, actor=scene.office)

    todo = todos_for(scene.office).get(key=f"supervision.sign:{notice.pk}")
    assert "还没有联络员" in todo.reason
    sign_notice(notice.pk, actor=scene.office)
    assert notice.steps.last().role == Role.LEADING_OFFICE


# --- the body ---


def test_the_liaison_signs_and_then_owes_the_answer(scene):
    notice = scene.signed()

    assert (notice.state, notice.signed_on) == ("signed", MONDAY)
    todo = todos_for(scene.liaison).get()
    assert (todo.action, todo.due_on) == ("去反馈", notice.due_on)
    step = notice.steps.last()
    assert (step.kind, step.role, step.body_name) == ("signed", Role.LIAISON, "青岛市教育局")


def test_nobody_but_the_body_signs_or_answers(scene):
    notice = scene.issued()
    stranger = PersonFactory(role=Role.LIAISON, organisation=OrganisationFactory())

    for actor in (scene.office, stranger, scene.someone(Role.DISTRICT_OFFICER)):
        with pytest.raises(NotAllowed):
            sign_notice(notice.pk, actor=actor)
        with pytest.raises(NotAllowed):
            give_feedback(notice.pk, actor=actor, **FEEDBACK)


def test_the_liaison_answers_and_the_office_is_asked_to_review(scene, heard):
    notice = scene.answered()

    assert (notice.state, notice.promised_on) == ("answered", date(2024, 11, 20))
    feedback = notice.feedbacks.get()
    assert (feedback.cause, feedback.verdict) == ("培训师资不足。", "")
    assert not todos_for(scene.liaison)
    assert todos_for(scene.office).get(key=f"supervision.review:{notice.pk}").action == "去复核"
    assert SupervisionAnswered(notice.pk, notice.task_id, is_late=False) in heard


def test_answering_without_signing_signs_as_well(scene):
    notice = give_feedback(scene.issued().pk, actor=scene.liaison, **FEEDBACK)

    assert notice.signed_on == MONDAY
    assert kinds(notice)[-2:] == ["signed", "answered"]


def test_a_late_answer_is_known_to_be_late(scene, heard):
    notice = scene.issued()
    with fixed(date(2024, 11, 4)):
        give_feedback(notice.pk, actor=scene.liaison, **FEEDBACK)

    assert heard[-1] == SupervisionAnswered(notice.pk, notice.task_id, is_late=True)


@pytest.mark.parametrize(
    ("wrong", "error", "field"),
    [
        ({"cause": ""}, TextUnfit, "cause"),
        ({"measures": "长" * 2001}, TextUnfit, "measures"),
        ({"promised_on": date(2024, 9, 22)}, NoticeUnfit, "promised_on"),
        ({"promised_on": date(2034, 9, 22)}, NoticeUnfit, "promised_on"),
        ({"measures": "请找13800138000"}, PersonalDataFound, "measures"),
    ],
)
def test_an_answer_that_does_not_do_is_refused_at_its_field(scene, wrong, error, field):
    notice = scene.issued()

    with pytest.raises(error) as refused:
        give_feedback(notice.pk, actor=scene.liaison, **(FEEDBACK | wrong))

    assert refused.value.data["field"] == field
    assert fresh(notice).state == "issued"
    assert not notice.feedbacks.exists()


def test_what_looks_like_personal_data_goes_through_when_somebody_checked_it(scene):
    words = FEEDBACK | {"measures": "咨询电话：0532-85911111"}

    notice = give_feedback(scene.issued().pk, actor=scene.liaison, is_checked=True, **words)

    assert notice.state == "answered"


# --- the review ---


def test_the_office_strikes_it_off(scene, heard):
    notice = strike_notice(scene.answered().pk, actor=scene.office, text="措施可行。")

    assert (notice.state, notice.closed_on) == ("struck", MONDAY)
    assert notice.feedbacks.get().verdict == "accepted"
    assert not todos_for(scene.office).filter(key__in=[f"supervision.{cause}:{notice.pk}" for cause in TODO_KEYS])
    assert Notice.objects.filter(person=scene.liaison, title__contains="已销号").exists()
    assert heard[-1] == SupervisionStruck(notice.pk, notice.task_id)


def test_the_office_returns_it_with_a_reason_and_the_days_start_anew(scene):
    notice = scene.answered()
    with pytest.raises(TextUnfit):
        return_notice(notice.pk, reason="", actor=scene.office)

    with fixed(date(2024, 10, 14)):
        notice = return_notice(notice.pk, reason="没有写哪一期培训。", actor=scene.office)

    assert (notice.state, notice.round, notice.promised_on) == ("returned", 2, None)
    assert (notice.clock_starts_on, notice.due_on) == (date(2024, 10, 14), date(2024, 10, 28))
    assert notice.feedbacks.get().verdict == "returned"
    assert todos_for(scene.liaison).get().action == "去补办"
    with fixed(date(2024, 10, 15)):
        assert give_feedback(notice.pk, actor=scene.liaison, **FEEDBACK).feedbacks.count() == 2


def test_who_speaks_for_the_body_does_not_review_it(scene):
    notice = scene.answered()
    RoleAssignment.objects.create(
        person=scene.office, role=Role.LIAISON, organisation=scene.bureau, starts_on=date(2020, 1, 1)
    )
    scene.office.forget_roles()

    with pytest.raises(JudgeOfOwnBody):
        strike_notice(notice.pk, actor=scene.office)
    with pytest.raises(JudgeOfOwnBody):
        return_notice(notice.pk, reason="甲", actor=scene.office)
    assert fresh(notice).state == "answered"
    page = notice_page(scene.office, notice.pk)
    assert page.is_own_body
    assert not {"strike", "return"} & page.acts
    assert strike_notice(notice.pk, actor=PersonFactory(role=Role.LEADING_OFFICE)).state == "struck"


def test_who_wrote_the_answer_for_a_body_without_liaison_does_not_review_it(scene):
    notice = issue_notice(scene.draft("二(二)1", scene.association).pk, actor=scene.office)
    give_feedback(notice.pk, actor=scene.office, **FEEDBACK)

    with pytest.raises(JudgeOfOwnBody):
        strike_notice(notice.pk, actor=scene.office)
    assert strike_notice(notice.pk, actor=PersonFactory(role=Role.LEADING_OFFICE)).state == "struck"


# --- taking back ---


def test_the_office_withdraws_with_a_reason_and_the_body_is_told(scene, heard):
    notice = scene.signed()
    with pytest.raises(TextUnfit):
        withdraw_notice(notice.pk, reason=" ", actor=scene.office)

    notice = withdraw_notice(notice.pk, reason="数据报漏了，已补。", actor=scene.office)

    assert (notice.state, notice.closed_on) == ("withdrawn", MONDAY)
    assert not todos_for(scene.liaison)
    assert Notice.objects.filter(person=scene.liaison, title__contains="已撤回").exists()
    assert heard[-1] == SupervisionWithdrawn(notice.pk, notice.task_id)


def test_a_proposal_that_does_not_go_out_tells_nobody(scene, heard):
    withdraw_notice(scene.draft().pk, reason="已经说过", actor=scene.office)

    assert not Notice.objects.exists()
    assert heard == []


# --- states ---


@pytest.mark.parametrize("state", ["drafted", "answered", "struck", "withdrawn"])
def test_a_step_that_does_not_fit_is_refused_with_the_state_it_is_in(scene, state):
    notice = {
        "drafted": scene.draft,
        "answered": scene.answered,
        "struck": lambda: strike_notice(scene.answered().pk, actor=scene.office),
        "withdrawn": lambda: withdraw_notice(scene.issued().pk, reason="甲", actor=scene.office),
    }[state]()

    with pytest.raises(NoticeMoved) as refused:
        give_feedback(notice.pk, actor=scene.liaison, **FEEDBACK)
    assert notice.get_state_display() in str(refused.value)
    with pytest.raises(NoticeMoved):
        sign_notice(notice.pk, actor=scene.liaison)
    if state != "answered":
        with pytest.raises(NoticeMoved):
            strike_notice(notice.pk, actor=scene.office)


def test_what_is_settled_is_not_withdrawn_and_not_issued_again(scene):
    notice = strike_notice(scene.answered().pk, actor=scene.office)

    with pytest.raises(NoticeMoved):
        withdraw_notice(notice.pk, reason="甲", actor=scene.office)
    with pytest.raises(NoticeMoved):
        issue_notice(notice.pk, actor=scene.office)


def test_a_year_that_nobody_loaded_gives_no_day_instead_of_a_guess(scene):
    set_figure("answer_days_yellow", 900)

    notice = scene.issued()

    assert (notice.answer_days, notice.due_on) == (900, None)


@pytest.mark.django_db(transaction=True)
def test_of_two_reviews_at_the_same_moment_one_is_told_what_the_other_did():
    scene = Scene()
    notice = scene.answered()
    colleague = PersonFactory(role=Role.LEADING_OFFICE)

    def review(act):
        def do():
            with fixed(MONDAY):
                try:
                    return act()
                except NoticeMoved as problem:
                    return problem

        return do

    given = at_once(
        review(lambda: strike_notice(notice.pk, actor=scene.office)),
        review(lambda: return_notice(notice.pk, reason="不具体", actor=colleague)),
    )

    refused = [one for one in given if isinstance(one, NoticeMoved)]
    assert len(refused) == 1
    assert fresh(notice).get_state_display() in str(refused[0])
    assert len(kinds(notice)) == 5


@pytest.mark.django_db(transaction=True)
def test_two_who_issue_at_the_same_moment_get_one_number():
    scene = Scene()
    draft = scene.draft()

    def issue():
        with fixed(MONDAY):
            return len(issue_notices([draft.pk], actor=scene.office).issued)

    assert sorted(at_once(issue, issue)) == [0, 1]
    assert fresh(draft).number == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_issue_overlapping_choices_wait_for_each_other():
    scene = Scene()
    every = list(SupervisionNotice.objects.order_by("-pk").values_list("pk", flat=True))

    def issue(chosen):
        def do():
            with fixed(MONDAY):
                return len(issue_notices(chosen, actor=scene.office).issued)

        return do

    assert sum(at_once(issue(every), issue(every[:3]), issue(every[2:]))) == 5
    assert set(SupervisionNotice.objects.values_list("number", flat=True)) == {1, 2, 3, 4, 5}
