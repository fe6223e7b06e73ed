"""What the rules propose, what they leave alone, and that a second look adds nothing."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from kepu.directory.notices.models import Notice
from kepu.directory.register.choices import Role
from kepu.directory.todos.queries import open_todos, todos_for
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.clock import fixed
from kepu.foundation.codes.queries import code_list, parameter
from kepu.plan.supervision.choices import SupervisionState, Trigger
from kepu.plan.supervision.errors import NoticeMoved
from kepu.plan.supervision.models import SupervisionNotice
from kepu.plan.supervision.queries.standing import nearest_due
from kepu.plan.supervision.rules import is_reminder_day, raised, state_after, trigger_of
from kepu.plan.supervision.services import (
    issue_notice,
    keep_notices,
    propose_notices,
    strike_notice,
    withdraw_notice,
)
from kepu.plan.tasks.choices import PlanState, Status
from kepu.plan.tasks.queries.status import PartState, TaskState
from kepu.plan.tasks.rules.terms import Cycle, StatusView
from kepu.plan.tasks.services import decide_lead
from tests.kept import kept
from tests.plan.supervision.scenes import MONDAY, Scene, fresh, kinds, set_figure
from tests.plan.test_two_people import at_once
from tests.plan.worlds import DAY, put

pytestmark = pytest.mark.django_db


_built, scene = kept(Scene)


def look(scene, day=DAY):
    with fixed(day):
        return propose_notices(scene.world.plan.pk)


def proposed():
    rows = SupervisionNotice.objects.filter(state="drafted").order_by("task__position", "body__name")
    return [(row.task.code, row.body.label, row.trigger, row.colour) for row in rows]


def test_each_state_that_calls_for_it_is_proposed_in_its_colour_to_who_owes_it(scene):
    assert proposed() == [
        ("二(一)3", "市教育局", "behind", "yellow"),
        ("二(一)4", "市教育局", "overdue", "red"),
        ("二(二)1", "市科协", "stale", "blue"),
        ("二(二)2", "市教育局", "silent", "yellow"),
        ("二(二)2", "市科协", "silent", "yellow"),
    ]


def test_a_proposal_keeps_the_state_and_the_sentence_of_the_day_and_goes_to_nobody_yet(scene):
    notice = scene.draft()

    assert (notice.seen_on, notice.seen_status) == (DAY, "behind")
    assert "30" in notice.seen_sentence
    assert (notice.issued_on, notice.public_number) == (None, "")
    assert not todos_for(scene.liaison)
    assert not Notice.objects.exists()
    item = open_todos(f"supervision.propose:{scene.world.plan.pk}").get()
    assert "5 件待下发" in item.title
    assert item.role == Role.LEADING_OFFICE
    assert kinds(notice) == ["proposed"]
    assert AuditEntry.objects.filter(action="supervision.notice.proposed").count() == 5


def test_looking_twice_adds_nothing(scene):
    before = list(SupervisionNotice.objects.order_by("pk").values())

    again = look(scene)

    assert (again.added, again.kept, again.dropped) == (0, 5, 0)
    assert list(SupervisionNotice.objects.order_by("pk").values()) == before
    assert open_todos(f"supervision.propose:{scene.world.plan.pk}").count() == 1
    assert kinds(scene.draft()) == ["proposed"]


def test_a_proposal_whose_matter_is_gone_is_dropped_and_may_come_back(scene):
    put(scene.world.city, DAY, "counsellors_trained", 100, audience="youth", region="3702")

    report = look(scene)

    notice = scene.draft()
    assert report.dropped == 1
    assert (notice.state, notice.closed_on) == ("dropped", DAY)
    assert kinds(notice) == ["proposed", "dropped"]
    assert "4 件待下发" in open_todos(f"supervision.propose:{scene.world.plan.pk}").get().title
    assert look(scene, date(2025, 10, 1)).added > 0  # a new year of training has nothing yet


def test_what_is_issued_stays_as_it_was_when_the_task_moves(scene):
    notice = scene.issued()
    before = notice.seen_sentence
    put(scene.world.city, DAY, "counsellors_trained", 100, audience="youth", region="3702")

    look(scene, MONDAY)

    assert fresh(notice).state == "issued"
    assert fresh(notice).seen_sentence == before


def test_a_proposal_that_still_stands_says_how_the_task_stands_today(scene):
    put(scene.world.city, DAY, "counsellors_trained", 5, audience="youth", region="3702")

    look(scene, DAY + timedelta(days=1))

    assert scene.draft().seen_on == DAY + timedelta(days=1)
    assert "35" in scene.draft().seen_sentence


def test_only_the_lead_is_asked_where_somebody_said_who_leads(scene):
    with fixed(DAY):
        decide_lead(scene.world.task("二(二)2").pk, scene.association, actor=scene.office, reason="会上定的")
        propose_notices(scene.world.plan.pk)

    assert [row[1] for row in proposed() if row[0] == "二(二)2"] == ["市科协"]
    assert scene.draft("二(二)2").state == "dropped"


def test_what_is_out_is_not_proposed_again_in_the_same_or_a_lighter_colour(scene):
    scene.issued("二(一)4")

    assert look(scene, MONDAY).added == 0


def test_a_graver_matter_is_proposed_beside_a_lighter_notice(scene):
    SupervisionNotice.objects.filter(pk=scene.draft("二(一)4").pk).update(trigger=Trigger.NEAR, colour="blue")
    scene.issued("二(一)4")

    assert look(scene, MONDAY).added == 1
    assert {(n.trigger, n.state) for n in SupervisionNotice.objects.filter(task=scene.world.task("二(一)4"))} == {
        ("near", "issued"),
        ("overdue", "drafted"),
    }


def test_what_was_withdrawn_rests_for_the_days_of_the_site(scene):
    with fixed(DAY):
        withdraw_notice(scene.draft().pk, reason="已经当面说过", actor=scene.office)

    assert look(scene, DAY + timedelta(days=30)).added == 0
    assert look(scene, DAY + timedelta(days=31)).added == 1


def test_what_was_struck_rests_until_the_promised_day(scene):
    notice = scene.answered()
    with fixed(MONDAY):
        strike_notice(notice.pk, actor=scene.office)

    look(scene, date(2024, 11, 20))
    assert not SupervisionNotice.objects.filter(task=notice.task, state="drafted").exists()

    look(scene, date(2024, 11, 21))
    assert SupervisionNotice.objects.filter(task=notice.task, state="drafted").exists()


def test_a_trigger_that_the_site_switched_off_proposes_nothing(scene):
    set_figure("triggers", ["overdue"])

    look(scene)

    assert [row[2] for row in proposed()] == ["overdue"]


def test_the_site_says_which_colour_a_trigger_has(scene):
    set_figure("colour_behind", "red")
    set_figure("colour_stale", "purple")  # no such colour: the default holds

    look(scene)

    assert ("二(一)3", "市教育局", "behind", "red") in proposed()
    assert ("二(二)1", "市科协", "stale", "blue") in proposed()


def test_a_milestone_that_is_near_is_proposed_in_blue(scene):
    steps = scene.world.task("二(一)4").milestones
    steps.filter(title="第一册修订").update(done_on=DAY - timedelta(days=60))
    steps.filter(title="第二册修订").update(due_on=DAY + timedelta(days=60))

    look(scene)
    assert ("二(一)4", "市教育局", "near", "blue") in proposed()

    set_figure("near_days", 59)
    look(scene)
    assert not [row for row in proposed() if row[2] == "near"]


def test_a_closed_plan_proposes_nothing_and_drops_what_waits(scene):
    scene.world.plan.state = PlanState.CLOSED
    scene.world.plan.save()

    assert look(scene).dropped == 5
    assert not open_todos(f"supervision.propose:{scene.world.plan.pk}").exists()


def test_nothing_goes_out_by_itself_unless_the_site_says_so(scene):
    SupervisionNotice.objects.update(state="dropped", closed_on=DAY)
    assert look(scene).issued == 0

    SupervisionNotice.objects.filter(state="drafted").update(state="dropped", closed_on=DAY)
    set_figure("issues_itself", value=True)
    assert look(scene, MONDAY).issued == 5
    out = SupervisionNotice.objects.filter(state="issued")
    assert {notice.number for notice in out} == {1, 2, 3, 4, 5}
    assert out[0].steps.get(kind="issued").who == "system"


def test_the_daily_care_looks_at_every_plan_and_twice_adds_nothing(scene):
    SupervisionNotice.objects.update(state="dropped", closed_on=DAY)
    with fixed(DAY):
        first, second = keep_notices(), keep_notices()

    assert (first.proposed, second.proposed) == (5, 0)
    assert second.dropped == 0


@pytest.mark.django_db(transaction=True)
def test_two_looks_at_the_same_moment_propose_once():
    scene = Scene()
    SupervisionNotice.objects.update(state="dropped", closed_on=DAY)

    given = at_once(lambda: look(scene), lambda: look(scene))

    assert sorted(report.added for report in given) == [0, 5]
    assert SupervisionNotice.objects.filter(state=SupervisionState.DRAFTED).count() == 5


@pytest.mark.django_db(transaction=True)
def test_a_proposal_that_is_issued_at_the_moment_of_a_look_is_not_dropped():
    scene = Scene()
    put(scene.world.city, DAY, "counsellors_trained", 100, audience="youth", region="3702")

    def issue():
        with fixed(DAY):
            return issue_notice(scene.draft().pk, actor=scene.office)

    at_once_either(issue, lambda: look(scene))

    assert scene.draft().state in {"issued", "dropped"}
    assert kinds(scene.draft()) in (["proposed", "issued"], ["proposed", "dropped"])


def at_once_either(*acts):
    """As `at_once`; what is refused in words counts as refused."""

    def words(act):
        def do():
            try:
                return act()
            except NoticeMoved as problem:
                return problem

        return do

    return at_once(*(words(act) for act in acts))


@pytest.mark.parametrize(
    ("status", "reason", "due", "expected"),
    [
        ("overdue", "overdue", None, Trigger.OVERDUE),
        ("behind", "behind", date(2024, 9, 20), Trigger.BEHIND),
        ("silent", "silent", None, Trigger.SILENT),
        ("silent", "awaiting_first", None, None),
        ("silent", "milestones_silent", date(2024, 9, 20), Trigger.NEAR),
        ("stale", "stale", None, Trigger.STALE),
        ("on_pace", "on_pace", date(2024, 9, 20), Trigger.NEAR),
        ("on_pace", "on_pace", date(2025, 9, 20), None),
        ("on_pace", "on_pace", None, None),
        ("kept", "kept_total", date(2024, 9, 20), None),
        ("undecided", "no_due", date(2024, 9, 20), None),
    ],
)
def test_what_a_state_triggers(status, reason, due, expected):
    assert trigger_of(status, reason, due, DAY, 60) == expected


def part(*, status="on_pace", due=None, cycle=None, is_wish=False):
    view = StatusView(Status(status), "", {"due_on": due, "cycle": cycle}, is_aspirational=is_wish)
    return PartState("target", "甲", view, "")


def this_year(*, is_kept):
    return Cycle(date(2024, 1, 1), date(2024, 12, 31), Decimal(1), Decimal(2), is_kept, is_over=False)


SOON, LATER = date(2024, 10, 1), date(2025, 12, 31)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((part(due=SOON), part(due=LATER)), SOON),
        ((part(due=LATER, cycle=this_year(is_kept=False)),), date(2024, 12, 31)),
        ((part(due=LATER, cycle=this_year(is_kept=True)),), None),
        ((part(due=SOON, is_wish=True), part(due=LATER)), LATER),
        ((part(due=SOON, status="kept"),), None),
        ((part(due=DAY - timedelta(days=1)),), None),
        ((part(due=DAY),), DAY),
        ((), None),
    ],
)
def test_what_is_due_next_counts_promises_and_cycles_but_no_wishes_and_nothing_that_is_done(parts, expected):
    state = TaskState("on_pace", "", "", parts, None, is_final=False, is_demonstration=False)

    assert nearest_due(state, DAY) == expected


def test_colours_rise_to_red_and_stop():
    assert [raised(code) for code in ("blue", "yellow", "red")] == ["yellow", "red", "red"]


def test_the_state_follows_from_the_steps():
    assert state_after([]) == "drafted"
    assert state_after(["proposed", "issued", "escalated"]) == "issued"
    assert state_after(["issued", "signed", "answered", "returned", "answered", "struck"]) == "struck"


def test_no_reminder_without_a_day():
    assert not is_reminder_day(None, DAY, (0,), 1)
    assert not is_reminder_day(DAY - timedelta(days=3), DAY, (3,), 0)


def test_the_shipped_rules_are_marked_as_not_confirmed():
    assert code_list("supervision.colours").mark == "默认未确认"
    assert parameter("supervision.answer_days_red").mark == "默认未确认"
