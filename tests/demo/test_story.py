"""The example's story: decisions through the services, facts in the ledger, and what they make of the tasks."""

import tomllib
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings
from procrastinate.contrib.django.models import ProcrastinateJob

from kepu.config.environment import read_environment
from kepu.demo.services import load_city
from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person
from kepu.directory.todos.models import Todo
from kepu.foundation import clock
from kepu.ledger.models import Fact
from kepu.plan.matters.models import Matter
from kepu.plan.matters.queries import duties_of, public_panel
from kepu.plan.reports.models import Report
from kepu.plan.supervision.models import SupervisionNotice
from kepu.plan.tasks.choices import Status, TaskOrigin
from kepu.plan.tasks.models import Decision, Evidence, Milestone, Plan
from kepu.plan.tasks.queries import plan_overview

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "qingdao"
DAY = date(2024, 9, 15)


@pytest.fixture(scope="module")
def loaded_city(django_db_setup, django_db_blocker):
    """The example, loaded once; every test's own changes are rolled back to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(KEPU_IS_DEMONSTRATION=True, KEPU_DEMONSTRATION_DAY=DAY):
            load_city(EXAMPLE)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def city(loaded_city, db, settings) -> Plan:
    settings.KEPU_IS_DEMONSTRATION = True
    settings.KEPU_DEMONSTRATION_DAY = DAY
    return Plan.objects.get()


def test_the_demonstration_day_is_the_one_judged_here():
    environment = {"DATABASE_URL": "postgresql:///kepu", "KEPU_SECRET_KEY": "x", "KEPU_DEMO": "1"}
    assert read_environment(environment).demonstration_day == DAY


def test_on_the_demonstration_day_the_tasks_stand_in_all_seven_states(city):
    overview = plan_overview(city, DAY)

    assert overview.tasks == 32
    counts = dict(overview.counts)
    assert set(counts) == set(Status.values)
    assert min(counts.values()) >= 1
    assert sum(counts.values()) == 32
    sentences = Counter(row.sentence for row in overview.rows if row.status != Status.UNDECIDED)
    assert max(sentences.values()) == 1
    assert all(row.sentence for row in overview.rows)
    assert overview.is_demonstration


def test_clauses_of_the_last_part_are_tasks_that_a_person_made(city):
    overview = plan_overview(city, DAY)

    assert [(row.task.code, row.task.slug) for row in overview.own] == [
        ("五(一)", "5-1"),
        ("五(二)", "5-2"),
        ("五(三)", "5-3"),
    ]
    assert all(row.task.origin == TaskOrigin.PERSON for row in overview.own)
    assert not {row.task.code for row in overview.own} & {row.task.code for row in overview.rows}
    words = city.text[overview.own[0].task.body_start : overview.own[0].task.body_end]
    assert words.startswith("各级政府把全民科学素质建设列入议事日程")


def test_every_decision_is_dated_and_of_the_demonstrations_office(city):
    office = Person.objects.get(role_assignments__role=Role.LEADING_OFFICE)
    assert office.is_demonstration
    done_by_body = Decision.objects.filter(kind="milestone_done", decided_as="市人力资源社会保障局联络员")
    assert done_by_body.count() == 1
    decided = Decision.objects.exclude(pk__in=done_by_body)
    assert {(d.decided_by, d.decided_as) for d in decided} == {(office, "领导小组办公室")}
    assert not Decision.objects.filter(decided_on__lt=city.confirmed_on).exists()
    assert not Decision.objects.filter(decided_on__gte=DAY).exists()
    assert Milestone.objects.exclude(done_on=None).count() == Decision.objects.filter(kind="milestone_done").count()


def test_the_office_is_asked_for_what_the_story_leaves_open(city):
    todo = Todo.objects.get(key=f"plan.undecided:{city.pk}", closed_on=None)
    assert todo.reason.startswith(
        "3 项任务没有数字，也没有指标或节点，1 个目标的口径、期限或基期未定，1 个目标没有依据"
    )


def test_made_up_facts_are_marked_and_published_figures_are_not(city):
    published = Fact.objects.filter(is_demonstration=False)

    figures = [(fact.occurred_on.year, fact.quantity) for fact in published.order_by("occurred_on")]
    assert figures == [(2015, Decimal(10)), (2020, Decimal("14.3"))]
    assert all(fact.method and fact.method["instrument"] and fact.method["cut"] == "70" for fact in published)
    assert not Fact.objects.filter(source_ref="story").exclude(note="演示数据").exists()
    assert Fact.objects.filter(is_demonstration=True).count() > 3000


def test_a_second_load_changes_nothing_even_after_somebody_worked_on_it(city):
    Evidence.objects.filter(task__code="三(二)1").delete()
    before = (Decision.objects.count(), Fact.objects.count(), Evidence.objects.count(), Milestone.objects.count())

    again = load_city(EXAMPLE)

    assert (again.decisions, again.facts, again.notices) == (0, 0, 0)
    assert before == (
        Decision.objects.count(),
        Fact.objects.count(),
        Evidence.objects.count(),
        Milestone.objects.count(),
    )


def test_the_story_names_every_task_at_most_once():
    story = tomllib.loads((EXAMPLE / "story.toml").read_text("utf-8"))
    codes = [row["code"] for row in story["task"]]
    assert len(codes) == len(set(codes))


def test_the_clock_is_free_again_after_loading(city):
    assert clock.today() == DAY


def test_the_reports_tell_a_year_with_late_returned_waiting_and_silent_bodies(city: Plan) -> None:
    states = Counter(Report.objects.filter(period__plan=city).values_list("state", flat=True))
    assert states == {"accepted": 47, "returned": 1, "submitted": 1, "open": 1}
    late = Report.objects.filter(period__plan=city, is_on_time=False)
    assert [report.organisation.label for report in late] == ["市园林和林业局"]
    assert all(report.frozen["is_demonstration"] for report in Report.objects.exclude(frozen=None))


def test_the_year_tells_a_notice_struck_off_one_open_in_yellow_and_one_in_red_that_nobody_answers(city):
    told = {
        notice.task.code: (notice.colour, notice.state, notice.round)
        for notice in SupervisionNotice.objects.exclude(issued_on=None).select_related("task")
    }

    assert told == {
        "三(四)1": ("yellow", "struck", 2),
        "三(三)3": ("red", "signed", 1),
        "三(一)6": ("yellow", "signed", 1),
    }
    red = SupervisionNotice.objects.get(issued_on__isnull=False, task__code="三(三)3")
    assert red.due_on < DAY
    assert red.steps.last().kind == "escalated"
    assert all(notice.is_demonstration for notice in SupervisionNotice.objects.all())
    assert all(person.is_demonstration for person in Person.objects.all())


def test_what_the_rules_want_on_the_demonstration_day_waits_for_the_office(city):
    drafts = SupervisionNotice.objects.filter(state="drafted")
    todo = Todo.objects.get(key=f"supervision.propose:{city.pk}", closed_on=None)

    assert drafts.exists()
    assert f"{drafts.count()} 件待下发" in todo.title
    assert set(drafts.values_list("seen_on", flat=True)) == {DAY}


def test_a_matter_from_a_report_was_decided_and_one_of_its_duties_is_done(city):
    matter = Matter.objects.get(state="decided")

    assert matter.source.obstacle == matter.difficulty
    assert [one.standing.value for one in duties_of([matter.pk], day=DAY)] == ["done", "open"]
    assert Milestone.objects.filter(task__code="三(三)3", title__endswith="接口清单").get().done_on == date(2024, 8, 28)
    assert sorted(Matter.objects.values_list("state", flat=True)) == ["answered", "decided", "raised"]
    assert all(one.is_demonstration for one in Matter.objects.all())
    assert ProcrastinateJob.objects.filter(task_name="matters.make_papers").count() == 2
    page = public_panel(matter.tasks.get(), DAY).content[0]
    assert page.title == matter.title


def test_the_mid_term_evaluation_is_public_with_all_grades_and_a_comment(city: Plan) -> None:
    (evaluation,) = city.evaluations.all()
    kept = evaluation.frozen
    assert (evaluation.state, kept["is_demonstration"]) == ("published", True)
    assert all(number for _code, _label, number in kept["grades"])
    assert [row["body_name"] for row in kept["rows"] if row["comment"] and row["reply"]] == ["青岛市卫生健康委员会"]
    assert all("演示" in line["name"] for line in kept["rubric"])
    assert kept["result"]["judged"] < kept["result"]["of"]
