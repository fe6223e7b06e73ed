"""A report's way: written, sent, returned, sent again, accepted, locked as it was; and everything that is refused."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import translation

from kepu.directory.notices.models import Notice
from kepu.directory.register.choices import BODY_ROLES, Role
from kepu.directory.todos.models import Todo
from kepu.foundation import clock
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.errors import InputUnreadable, NotAllowed
from kepu.foundation.files.models import StoredFile
from kepu.ledger.models import Fact
from kepu.ledger.queries import EvidenceFilter, value
from kepu.plan.reports.errors import PeriodLocked, ReportIncomplete, ReportMoved, ReportUnfit
from kepu.plan.reports.models import Figure, Report
from kepu.plan.reports.queries import report_page, thawed
from kepu.plan.reports.services import (
    WantedEntry,
    WantedFigure,
    accept_report,
    attach_file,
    detach_file,
    extend_report,
    pass_report,
    return_report,
    save_report,
    submit_report,
)
from kepu.plan.tasks.errors import PlanClosed
from kepu.plan.tasks.models import Evidence, Plan
from tests.factories import OrganisationFactory, PersonFactory
from tests.kept import kept
from tests.plan.reports.worlds import OPENED, Quarter, opened_quarter
from tests.plan.worlds import put

pytestmark = pytest.mark.django_db


_built, quarter = kept(opened_quarter, on=OPENED)


def _figure(quarter: Quarter, quantity: str = "12", origin: str = "签到表") -> dict[int, WantedEntry]:
    evidence = Evidence.objects.get(target__task__code="二(一)3")
    entry = quarter.entry("二(一)3")
    return {entry: WantedEntry("办了三期。", figures={evidence.pk: WantedFigure(Decimal(quantity), origin)})}


def _sent(quarter: Quarter) -> Report:
    wanted = quarter.wanted() | _figure(quarter)
    return submit_report(quarter.report.pk, wanted, revision=0, actor=quarter.liaison)


def test_words_are_kept_and_the_revision_moves_on(quarter: Quarter) -> None:
    saved = save_report(quarter.report.pk, quarter.wanted(" 办了两场。\n"), revision=0, actor=quarter.liaison)
    assert saved.revision == 1
    assert {entry.words for entry in saved.entries.all()} == {"办了两场。"}


def test_a_second_window_is_told_and_writes_nothing_over(quarter: Quarter) -> None:
    save_report(quarter.report.pk, quarter.wanted("第一个窗口"), revision=0, actor=quarter.liaison)
    with pytest.raises(ReportMoved, match="别处又存过"):
        save_report(quarter.report.pk, quarter.wanted("第二个窗口"), revision=0, actor=quarter.liaison)
    with pytest.raises(ReportMoved):
        submit_report(quarter.report.pk, quarter.wanted("第二个窗口"), revision=0, actor=quarter.liaison)
    assert {entry.words for entry in quarter.fresh().entries.all()} == {"第一个窗口"}


def test_silence_needs_a_word_where_the_ledger_is_silent_too(quarter: Quarter) -> None:
    with pytest.raises(ReportIncomplete) as refused:
        submit_report(quarter.report.pk, {}, revision=0, actor=quarter.liaison)
    silent = set(refused.value.data["entries"])
    assert quarter.entry("二(一)1") not in silent  # the ledger holds ten lectures of this body
    assert quarter.entry("二(一)3") in silent
    assert quarter.fresh().state == "open"


def test_a_sent_report_is_frozen_and_waits_at_the_office(quarter: Quarter) -> None:
    report = _sent(quarter)
    assert (report.state, report.is_on_time, report.first_submitted_on) == ("submitted", True, OPENED)
    kept = thawed(report)
    assert kept is not None
    lectures = next(task for task in kept.tasks if task.code == "二(一)1")
    assert [(line.own, line.typed) for line in lectures.lines] == [(Decimal(10), None)]
    trained = next(task for task in kept.tasks if task.code == "二(一)3")
    assert [(line.typed, line.origin) for line in trained.lines] == [(Decimal(12), "签到表")]
    assert not Todo.objects.filter(key=f"reports.write:{report.pk}", closed_on=None).exists()
    assert Todo.objects.get(key=f"reports.judge:{report.pk}").role == Role.LEADING_OFFICE


def test_a_sent_report_is_not_written_into(quarter: Quarter) -> None:
    report = _sent(quarter)
    with pytest.raises(ReportMoved, match="已报送"):
        save_report(report.pk, quarter.wanted(), revision=report.revision, actor=quarter.liaison)
    with pytest.raises(ReportMoved):
        submit_report(report.pk, {}, revision=report.revision, actor=quarter.liaison)


def test_returned_with_a_reason_sent_again_and_accepted(quarter: Quarter) -> None:
    report = _sent(quarter)
    until = OPENED + timedelta(days=20)  # after the period's own lock
    return_report(report.pk, reason="人次写错了", revision=report.revision, actor=quarter.office, until=until)
    told = Notice.objects.get(person=quarter.liaison, key__contains=":returned")
    assert told.body == "人次写错了"
    with clock.fixed(until):
        again = submit_report(report.pk, _figure(quarter, "15"), revision=report.revision, actor=quarter.liaison)
        assert again.is_on_time  # the first sending counts
        done = accept_report(report.pk, revision=again.revision, actor=quarter.office)
    assert done.state == "accepted"
    assert [step.kind for step in done.steps.all()] == ["opened", "submitted", "returned", "submitted", "accepted"]


def test_a_typed_number_becomes_a_fact_with_the_report_as_its_source(quarter: Quarter) -> None:
    before = value(EvidenceFilter("counsellors_trained"), since=date(2024, 7, 1), until=date(2024, 9, 30))
    report = _sent(quarter)
    assert Fact.objects.filter(source_ref=f"report:{report.pk}").count() == 0
    accept_report(report.pk, revision=report.revision, actor=quarter.office)
    fact = Fact.objects.get(source_ref=f"report:{report.pk}")
    assert (fact.quantity, fact.organisation_id, fact.occurred_on) == (12, quarter.world.bureau.pk, date(2024, 9, 30))
    assert fact.note == "签到表"
    assert Figure.objects.get().fact == fact.pk
    after = value(EvidenceFilter("counsellors_trained"), since=date(2024, 7, 1), until=date(2024, 9, 30))
    assert (before, after) == (10, 22)


def test_an_accepted_report_stays_as_it_was_when_later_facts_come(quarter: Quarter) -> None:
    report = _sent(quarter)
    accept_report(report.pk, revision=report.revision, actor=quarter.office)
    kept = quarter.fresh().frozen
    put(quarter.world.city, date(2024, 8, 6), "lectures", 40, organisation="市教育局")
    assert quarter.fresh().frozen == kept
    for act in (
        lambda: save_report(report.pk, quarter.wanted(), revision=report.revision, actor=quarter.liaison),
        lambda: return_report(report.pk, reason="晚了", revision=report.revision, actor=quarter.office),
        lambda: accept_report(report.pk, revision=report.revision, actor=quarter.office),
        lambda: extend_report(report.pk, reason="晚了", until=OPENED, actor=quarter.office),
    ):
        with pytest.raises(ReportMoved):
            act()


def test_after_the_lock_nothing_is_taken_unless_the_office_made_an_exception(quarter: Quarter) -> None:
    late = quarter.period.locks_on + timedelta(days=1)
    with clock.fixed(late):
        with pytest.raises(PeriodLocked, match="锁定"):
            save_report(quarter.report.pk, quarter.wanted(), revision=0, actor=quarter.liaison)
        with pytest.raises(PeriodLocked):
            submit_report(quarter.report.pk, quarter.wanted(), revision=0, actor=quarter.liaison)
        extend_report(quarter.report.pk, reason="换了联络员", until=late, actor=quarter.office)
        sent = submit_report(quarter.report.pk, quarter.wanted(), revision=0, actor=quarter.liaison)
    assert sent.is_on_time  # the exception moved the day
    assert sent.steps.get(kind="extended").words == "换了联络员"


def test_a_report_after_its_day_but_before_the_lock_counts_as_late(quarter: Quarter) -> None:
    with clock.fixed(quarter.period.due_on + timedelta(days=1)):
        assert submit_report(quarter.report.pk, quarter.wanted(), revision=0, actor=quarter.liaison).is_on_time is False


def test_only_the_bodys_liaison_writes(quarter: Quarter) -> None:
    stranger = PersonFactory(role=Role.LIAISON, organisation=OrganisationFactory())
    head = PersonFactory(role=Role.UNIT_HEAD, organisation=quarter.world.bureau)
    for actor in (stranger, head, quarter.office, PersonFactory(role=Role.REVIEWER)):
        with pytest.raises(NotAllowed):
            save_report(quarter.report.pk, quarter.wanted(), revision=0, actor=actor)


@pytest.mark.parametrize("role", BODY_ROLES)
def test_nobody_judges_the_own_body(quarter: Quarter, role: str) -> None:
    report = _sent(quarter)
    both = PersonFactory(role=Role.LEADING_OFFICE)
    both.role_assignments.create(role=role, organisation=quarter.world.bureau, starts_on=date(2024, 1, 1))
    for act in (
        lambda: accept_report(report.pk, revision=report.revision, actor=both),
        lambda: return_report(report.pk, reason="不行", revision=report.revision, actor=both),
    ):
        with pytest.raises(NotAllowed):
            act()
    for actor in (quarter.liaison, PersonFactory(role=Role.REVIEWER)):
        with pytest.raises(NotAllowed):
            accept_report(report.pk, revision=report.revision, actor=actor)


def test_where_a_district_has_no_officer_the_city_judges_at_once(quarter: Quarter) -> None:
    body = quarter.world.bureau
    body.region = quarter.world.city.south
    body.save()
    report = _sent(quarter)
    assert Todo.objects.get(key=f"reports.judge:{report.pk}", closed_on=None).role == Role.LEADING_OFFICE
    assert accept_report(report.pk, revision=report.revision, actor=quarter.office).state == "accepted"


def test_a_district_looks_first_where_the_calendar_says_so(quarter: Quarter) -> None:
    body = quarter.world.bureau
    body.region = quarter.world.city.south
    body.save()
    officer = PersonFactory(role=Role.DISTRICT_OFFICER, region=quarter.world.city.south)
    elsewhere = PersonFactory(role=Role.DISTRICT_OFFICER, region=quarter.world.city.north)
    report = _sent(quarter)
    assert Todo.objects.get(key=f"reports.judge:{report.pk}", closed_on=None).role == Role.DISTRICT_OFFICER
    with pytest.raises(ReportMoved):
        accept_report(report.pk, revision=report.revision, actor=quarter.office)
    with pytest.raises(NotAllowed):
        pass_report(report.pk, revision=report.revision, actor=elsewhere)
    assert pass_report(report.pk, revision=report.revision, actor=officer).state == "passed"
    with pytest.raises(ReportMoved):
        pass_report(report.pk, revision=report.revision, actor=officer)
    with pytest.raises(NotAllowed):  # it has left the district
        return_report(report.pk, reason="再看看", revision=report.revision, actor=officer)
    assert accept_report(report.pk, revision=report.revision, actor=quarter.office).state == "accepted"


@pytest.mark.parametrize(
    ("quantity", "origin", "field"), [("-1", "签到表", "quantity"), ("1.5", "签到表", "quantity"), ("3", " ", "origin")]
)
def test_a_number_that_cannot_be_is_refused_at_its_place(
    quarter: Quarter, quantity: str, origin: str, field: str
) -> None:
    with pytest.raises(ReportUnfit) as refused:
        save_report(quarter.report.pk, _figure(quarter, quantity, origin), revision=0, actor=quarter.liaison)
    assert refused.value.data["field"].startswith(field)
    assert quarter.fresh().revision == 0
    assert not Figure.objects.exists()


def test_a_number_that_is_not_asked_for_is_not_taken(quarter: Quarter) -> None:
    known = Evidence.objects.get(target__task__code="二(一)1")
    wanted = {quarter.entry("二(一)1"): WantedEntry("", figures={known.pk: WantedFigure(Decimal(99), "想起来的")})}
    save_report(quarter.report.pk, wanted, revision=0, actor=quarter.liaison)
    assert not Figure.objects.exists()


def test_a_number_can_be_taken_back(quarter: Quarter) -> None:
    save_report(quarter.report.pk, _figure(quarter), revision=0, actor=quarter.liaison)
    evidence = Evidence.objects.get(target__task__code="二(一)3")
    wanted = {quarter.entry("二(一)3"): WantedEntry("", figures={evidence.pk: None})}
    save_report(quarter.report.pk, wanted, revision=1, actor=quarter.liaison)
    assert not Figure.objects.exists()


def test_a_text_that_is_too_long_is_refused_with_its_place(quarter: Quarter) -> None:
    entry = quarter.entry("二(一)3")
    with pytest.raises(ReportUnfit, match="最多 2000 字") as refused:
        save_report(quarter.report.pk, {entry: WantedEntry("字" * 100_000)}, revision=0, actor=quarter.liaison)
    assert (refused.value.data["entry"], refused.value.data["field"]) == (entry, "words")


def test_files_come_and_go_until_they_are_sent(quarter: Quarter) -> None:
    entry = quarter.entry("二(一)4")
    attachment = attach_file(entry, ContentFile("签到".encode(), "签到.txt"), actor=quarter.liaison)
    detach_file(attachment.pk, actor=quarter.liaison)
    assert not StoredFile.objects.exists()
    kept = attach_file(entry, ContentFile("会议记录".encode(), "记录.txt"), actor=quarter.liaison)
    report = _sent(quarter)
    with pytest.raises(ReportMoved):
        detach_file(kept.pk, actor=quarter.liaison)
    return_report(report.pk, reason="换一份", revision=report.revision, actor=quarter.office)
    detach_file(kept.pk, actor=quarter.liaison)
    assert StoredFile.objects.count() == 1  # the sent report still shows it


def test_a_file_that_is_not_taken_is_refused_in_words(quarter: Quarter) -> None:
    with pytest.raises(InputUnreadable):
        attach_file(quarter.entry("二(一)4"), ContentFile(b"MZ\x90\x00" * 40, "x.pdf"), actor=quarter.liaison)
    for number in range(5):
        attach_file(quarter.entry("二(一)4"), ContentFile(f"{number}".encode(), "a.txt"), actor=quarter.liaison)
    with pytest.raises(ReportUnfit, match="最多附 5 个"):
        attach_file(quarter.entry("二(一)4"), ContentFile(b"6", "a.txt"), actor=quarter.liaison)


def test_a_judge_who_read_an_older_report_is_told(quarter: Quarter) -> None:
    report = _sent(quarter)
    with pytest.raises(ReportMoved):
        accept_report(report.pk, revision=report.revision - 1, actor=quarter.office)


def test_a_return_needs_a_reason_and_a_day_to_come(quarter: Quarter) -> None:
    report = _sent(quarter)
    for reason, until, field in ((" ", None, "reason"), ("改", OPENED - timedelta(days=1), "until")):
        with pytest.raises(ReportUnfit) as refused:
            return_report(report.pk, reason=reason, revision=report.revision, actor=quarter.office, until=until)
        assert refused.value.data["field"] == field


def test_every_step_is_audited(quarter: Quarter) -> None:
    report = _sent(quarter)
    accept_report(report.pk, revision=report.revision, actor=quarter.office)
    actions = AuditEntry.objects.filter(thing_type="reports.report").values_list("action", flat=True)
    assert list(actions.order_by("pk")) == ["reports.report.submitted", "reports.report.accepted"]


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": "lost"}, "report_state_known"),
        ({"state": "accepted"}, "report_accepted_is_frozen"),
        ({"state": "submitted"}, "report_sent_is_frozen"),
        ({"first_submitted_on": OPENED}, "report_timeliness_with_its_day"),
    ],
)
def test_the_database_refuses_a_report_that_cannot_be(
    quarter: Quarter, values: dict[str, object], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Report.objects.filter(pk=quarter.report.pk).update(**values)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [({"quantity": -1}, "report_figure_not_negative"), ({"origin": ""}, "report_figure_says_its_origin")],
)
def test_the_database_refuses_a_number_that_cannot_be(
    quarter: Quarter, values: dict[str, object], constraint: str
) -> None:
    save_report(quarter.report.pk, _figure(quarter), revision=0, actor=quarter.liaison)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Figure.objects.update(**values)


def test_a_number_that_the_ledger_got_meanwhile_is_not_counted_twice(quarter: Quarter) -> None:
    report = _sent(quarter)
    put(quarter.world.city, date(2024, 9, 2), "counsellors_trained", 12, organisation="市教育局", region="3702")
    with pytest.raises(ReportUnfit, match="退回"):
        accept_report(report.pk, revision=report.revision, actor=quarter.office)
    return_report(report.pk, reason="台账里已有", revision=report.revision, actor=quarter.office)
    evidence = Evidence.objects.get(target__task__code="二(一)3")
    wanted = {quarter.entry("二(一)3"): WantedEntry("办了三期。", figures={evidence.pk: None})}
    again = submit_report(report.pk, quarter.wanted() | wanted, revision=report.revision, actor=quarter.liaison)
    accept_report(report.pk, revision=again.revision, actor=quarter.office)
    assert not Fact.objects.filter(source_ref=f"report:{report.pk}").exists()


def test_a_number_whose_indicator_was_dropped_is_not_taken_for_recorded(quarter: Quarter) -> None:
    report = _sent(quarter)
    Evidence.objects.filter(target__task__code="二(一)3").delete()
    with pytest.raises(ReportUnfit, match="退回"):
        accept_report(report.pk, revision=report.revision, actor=quarter.office)


def test_two_promises_on_one_indicator_ask_for_one_number(quarter: Quarter) -> None:
    task = quarter.world.task("二(一)3")
    Evidence.objects.create(task=task, indicator_code="counsellors_trained", position=9)
    page = report_page(quarter.liaison, quarter.report.pk)
    assert page is not None
    block = next(one for one in page.blocks if one.task == task)
    assert [line.asks for line in block.lines] == [True, False]


def test_reports_of_a_closed_plan_are_not_judged(quarter: Quarter) -> None:
    report = _sent(quarter)
    Plan.objects.filter(pk=quarter.world.plan.pk).update(state="closed")
    for act in (
        lambda: accept_report(report.pk, revision=report.revision, actor=quarter.office),
        lambda: return_report(report.pk, reason="晚了", revision=report.revision, actor=quarter.office),
    ):
        with pytest.raises(PlanClosed):
            act()


def test_a_colleagues_attachment_can_be_taken_away(quarter: Quarter) -> None:
    entry = quarter.entry("二(一)4")
    attachment = attach_file(entry, ContentFile("签到".encode(), "签到.txt"), actor=quarter.liaison)
    colleague = PersonFactory(role=Role.LIAISON, organisation=quarter.world.bureau)
    detach_file(attachment.pk, actor=colleague)
    assert not StoredFile.objects.exists()
    stranger = PersonFactory(role=Role.LIAISON, organisation=OrganisationFactory())
    again = attach_file(entry, ContentFile("签到".encode(), "签到.txt"), actor=quarter.liaison)
    with pytest.raises(NotAllowed):
        detach_file(again.pk, actor=stranger)


def test_what_is_frozen_and_told_is_in_the_citys_language(quarter: Quarter) -> None:
    with translation.override("en"):
        report = _sent(quarter)
        return_report(report.pk, reason="核对", revision=report.revision, actor=quarter.office)
    kept = thawed(quarter.fresh())
    assert kept is not None
    assert all(not task.sentence.isascii() for task in kept.tasks)
    assert [step.acted_as for step in report.steps.filter(kind__in=["submitted", "returned"])] == [
        "市教育局联络员",
        "领导小组办公室",
    ]
    assert "退回修改" in Notice.objects.get(person=quarter.liaison, key__contains=":returned").title
    assert Todo.objects.get(key=f"reports.write:{report.pk}", closed_on=None).title.startswith("填报进展")
