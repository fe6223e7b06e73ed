"""The pages of reports: what each person finds there, what is kept of what was typed, and how many queries it costs."""

from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from kepu.directory.register.choices import Role
from kepu.foundation import clock
from kepu.plan.reports.models import Report
from kepu.plan.reports.queries import public_reports, reports_overview
from kepu.plan.reports.services import accept_report, open_period, save_report, submit_report
from kepu.plan.tasks.models import Evidence
from tests.factories import PersonFactory
from tests.kept import kept
from tests.plan.reports.worlds import OPENED, Quarter, opened_quarter

pytestmark = pytest.mark.django_db


_built, quarter = kept(opened_quarter, on=OPENED)


@pytest.fixture
def liaison(client: Client, quarter: Quarter) -> Client:
    client.force_login(quarter.liaison)
    return client


@pytest.fixture
def office(quarter: Quarter) -> Client:
    client = Client()
    client.force_login(quarter.office)
    return client


def _page(quarter: Quarter) -> str:
    return reverse("reports:report", args=[quarter.report.pk])


def _typed(quarter: Quarter, words: str = "办了。", **more: object) -> dict[str, object]:
    typed: dict[str, object] = {f"e{entry.pk}-words": words for entry in quarter.report.entries.all()}
    return typed | {"revision": str(quarter.fresh().revision)} | more


def test_the_liaison_is_led_from_the_list_to_a_page_that_is_filled_in(liaison: Client, quarter: Quarter) -> None:
    listing = liaison.get(reverse("reports:desk")).content.decode()
    assert _page(quarter) in listing
    assert "2024-10-18 前报送" in listing
    page = liaison.get(_page(quarter)).content.decode()
    assert "台账里已有记录，可以不写。" in page
    assert "台账里没有贵单位这一期的记录" in page
    assert "讲座" in page


def test_written_sent_and_accepted_by_pages(liaison: Client, office: Client, quarter: Quarter) -> None:
    evidence = Evidence.objects.get(target__task__code="二(一)3")
    entry = quarter.entry("二(一)3")
    number = {f"e{entry}-quantity{evidence.pk}": "12", f"e{entry}-origin{evidence.pk}": "签到表"}
    saved = liaison.post(reverse("reports:save", args=[quarter.report.pk]), _typed(quarter, **number))
    assert saved.status_code == 302
    sent = liaison.post(reverse("reports:submit", args=[quarter.report.pk]), _typed(quarter, **number))
    assert sent.status_code == 302
    report = quarter.fresh()
    assert report.state == "submitted"
    assert "补报：签到表" in office.get(_page(quarter)).content.decode()
    accepted = office.post(reverse("reports:accept", args=[report.pk]), {"revision": report.revision})
    assert accepted.status_code == 302
    task = quarter.world.task("二(一)3")
    public = Client().get(reverse("plan:task", args=[quarter.world.plan.slug, task.slug])).content.decode()
    assert "各单位怎么说" in public


def test_a_file_comes_with_the_words_and_goes_with_a_tick(liaison: Client, quarter: Quarter) -> None:
    entry = quarter.entry("二(一)4")
    upload = {f"e{entry}-file": ContentFile("记录".encode(), "记录.txt")}
    liaison.post(reverse("reports:save", args=[quarter.report.pk]), _typed(quarter, **upload))
    attachment = quarter.report.entries.get(pk=entry).attachments.get()
    assert "记录.txt" in liaison.get(_page(quarter)).content.decode()
    liaison.post(
        reverse("reports:save", args=[quarter.report.pk]), _typed(quarter, **{f"e{entry}-drop": str(attachment.pk)})
    )
    assert not quarter.report.entries.get(pk=entry).attachments.exists()


def test_a_refused_file_costs_none_of_the_words(liaison: Client, quarter: Quarter) -> None:
    entry = quarter.entry("二(一)4")
    upload = {f"e{entry}-file": ContentFile(b"MZ\x90\x00" * 40, "表.xlsx")}
    answer = liaison.post(reverse("reports:submit", args=[quarter.report.pk]), _typed(quarter, "写了很久", **upload))
    assert answer.status_code == 400
    assert "这里只收" in answer.content.decode()
    assert {one.words for one in quarter.report.entries.all()} == {"写了很久"}
    assert quarter.fresh().state == "open"
    assert answer.context["revision"] == quarter.fresh().revision  # saving again is not taken for a second window


def test_a_second_window_keeps_what_was_typed_and_may_save_it_then(liaison: Client, quarter: Quarter) -> None:
    stale = _typed(quarter, "第二个窗口写的")
    save_report(quarter.report.pk, quarter.wanted("第一个窗口写的"), revision=0, actor=quarter.liaison)
    answer = liaison.post(reverse("reports:save", args=[quarter.report.pk]), stale)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "别处又存过" in page
    assert page.count("第二个窗口写的") == 5
    again = liaison.post(
        reverse("reports:save", args=[quarter.report.pk]), stale | {"revision": str(answer.context["revision"])}
    )
    assert again.status_code == 302
    assert {one.words for one in quarter.report.entries.all()} == {"第二个窗口写的"}


def test_words_for_a_report_that_was_sent_meanwhile_are_shown_again(liaison: Client, quarter: Quarter) -> None:
    stale = _typed(quarter, "晚到的话")
    submit_report(quarter.report.pk, quarter.wanted(), revision=0, actor=quarter.liaison)
    answer = liaison.post(reverse("reports:save", args=[quarter.report.pk]), stale)
    assert answer.status_code == 409
    assert answer.content.decode().count("晚到的话") == 5


def test_words_after_the_lock_are_shown_again(liaison: Client, quarter: Quarter) -> None:
    with clock.fixed(quarter.period.locks_on + timedelta(days=1)):
        answer = liaison.post(reverse("reports:submit", args=[quarter.report.pk]), _typed(quarter, "锁定以后的话"))
    assert answer.status_code == 409
    assert "锁定以后的话" in answer.content.decode()
    assert "已在 2024-10-25 锁定" in answer.content.decode()


def test_a_hundred_thousand_characters_and_script_are_refused_or_shown_as_text(
    liaison: Client, quarter: Quarter
) -> None:
    answer = liaison.post(reverse("reports:save", args=[quarter.report.pk]), _typed(quarter, "字" * 100_000))
    assert answer.status_code == 400
    assert "最多 2000 字" in answer.content.decode()
    liaison.post(reverse("reports:save", args=[quarter.report.pk]), _typed(quarter, "<script>alert(1)</script>"))
    page = liaison.get(_page(quarter)).content.decode()
    assert "<script>alert(1)</script>" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_what_is_no_number_is_refused_at_the_number(liaison: Client, quarter: Quarter) -> None:
    evidence = Evidence.objects.get(target__task__code="二(一)3")
    entry = quarter.entry("二(一)3")
    for typed in ("十二", "-3"):
        answer = liaison.post(
            reverse("reports:save", args=[quarter.report.pk]),
            _typed(quarter, **{f"e{entry}-quantity{evidence.pk}": typed, f"e{entry}-origin{evidence.pk}": "表"}),
        )
        assert answer.status_code in {400, 422}
        assert f'id="id_e{entry}-quantity{evidence.pk}_error"' in answer.content.decode()


def test_a_return_is_shown_to_the_body_with_its_reason(liaison: Client, office: Client, quarter: Quarter) -> None:
    report = submit_report(quarter.report.pk, quarter.wanted(), revision=0, actor=quarter.liaison)
    refused = office.post(reverse("reports:return", args=[report.pk]), {"reason": "", "revision": report.revision})
    assert refused.status_code == 422
    office.post(reverse("reports:return", args=[report.pk]), {"reason": "少了人次", "revision": report.revision})
    assert "少了人次" in liaison.get(_page(quarter)).content.decode()


def test_the_office_does_not_see_words_that_were_not_sent(office: Client, quarter: Quarter) -> None:
    save_report(quarter.report.pk, quarter.wanted("还没想好"), revision=0, actor=quarter.liaison)
    page = office.get(_page(quarter)).content.decode()
    assert "还没想好" not in page
    assert "单位还在填" in page


def test_the_overview_counts_and_never_scores(office: Client, quarter: Quarter) -> None:
    with clock.fixed(quarter.period.due_on + timedelta(days=1)):
        submit_report(quarter.report.pk, quarter.wanted(), revision=0, actor=quarter.liaison)
        page = reports_overview(quarter.office, quarter.world.plan)
        html = office.get(reverse("reports:overview", args=[quarter.world.plan.slug])).content.decode()
    rows = {row.body.label: (row.counts.on_time, row.counts.late, row.counts.owed) for row in page.bodies}
    assert rows == {"市教育局": (0, 1, 1), "市科协": (0, 1, 1)}
    assert "不打分，不排名" in html
    said = {line.task.code: line.said[0] for line in page.tasks}
    assert said["二(一)1"] is not None
    assert (said["二(一)1"].bodies, said["二(一)1"].with_words) == (2, 1)


def test_a_late_report_that_was_returned_counts_as_late_once(office: Client, quarter: Quarter) -> None:
    with clock.fixed(quarter.period.due_on + timedelta(days=1)):
        report = submit_report(quarter.report.pk, quarter.wanted(), revision=0, actor=quarter.liaison)
        address = reverse("reports:return", args=[report.pk])
        office.post(address, {"reason": "改", "revision": report.revision, "until": "2024-10-20"})
    with clock.fixed(date(2024, 10, 23)):
        page = reports_overview(quarter.office, quarter.world.plan)
        public = public_reports(quarter.world.plan, date(2024, 10, 23)).periods[0]
    row = next(row for row in page.bodies if row.body == quarter.world.bureau)
    assert (row.counts.on_time, row.counts.late, row.counts.owed) == (0, 1, 1)
    assert (public.counts.on_time, public.counts.late, public.counts.owed) == (0, 2, 2)


def test_the_office_sets_the_calendar_and_opens_a_period_by_pages(office: Client, quarter: Quarter) -> None:
    slug = quarter.world.plan.slug
    typed = {"frequency": "half", "starts_on": "2024-01-01", "due_days": "5", "lock_days": "0"}
    assert office.post(reverse("reports:calendar", args=[slug]), typed).status_code == 400
    assert office.post(reverse("reports:calendar", args=[slug]), typed | {"lock_days": "5"}).status_code == 302
    page = office.get(reverse("reports:overview", args=[slug])).content.decode()
    assert "2024 年上半年" in page
    assert office.post(reverse("reports:open_period", args=[slug]), {"since": "2024-01-01"}).status_code == 302
    assert Report.objects.filter(period__since=date(2024, 1, 1)).count() == 2
    assert office.post(reverse("reports:open_period", args=[slug]), {"since": "nonsense"}).status_code == 404
    assert office.post(reverse("reports:open_period", args=[slug]), {"since": "9999-10-01"}).status_code == 302


def test_a_stranger_finds_no_report(client: Client, quarter: Quarter) -> None:
    client.force_login(PersonFactory(role=Role.LIAISON, organisation=quarter.world.city.school))
    assert client.get(_page(quarter)).status_code == 404
    assert client.post(reverse("reports:save", args=[quarter.report.pk]), {}).status_code == 404


def test_everybody_reads_accepted_reports_only(quarter: Quarter) -> None:
    visitor, slug = Client(), quarter.world.plan.slug
    report = submit_report(quarter.report.pk, quarter.wanted("办了两场讲座"), revision=0, actor=quarter.liaison)
    address = reverse("reports:public_report", args=[slug, report.pk])
    assert visitor.get(address).status_code == 404
    accept_report(report.pk, revision=report.revision, actor=quarter.office)
    assert "办了两场讲座" in visitor.get(address).content.decode()
    listing = visitor.get(reverse("reports:public", args=[slug])).content.decode()
    assert address in listing
    assert "按时 1 个" in listing


def test_the_overview_costs_as_many_queries_for_many_periods(
    office: Client, quarter: Quarter, django_assert_max_num_queries
) -> None:
    for since in (date(2024, 1, 1), date(2024, 4, 1)):
        open_period(quarter.world.plan, since, actor=quarter.office)
    address = reverse("reports:overview", args=[quarter.world.plan.slug])
    office.get(address)
    with django_assert_max_num_queries(12):
        office.get(address)


def test_a_report_costs_as_many_queries_for_many_tasks(
    liaison: Client, quarter: Quarter, django_assert_max_num_queries
) -> None:
    liaison.get(_page(quarter))
    with django_assert_max_num_queries(32):
        liaison.get(_page(quarter))


def test_the_public_pages_speak_english_around_what_bodies_wrote(quarter: Quarter) -> None:
    report = submit_report(quarter.report.pk, quarter.wanted("办了两场讲座"), revision=0, actor=quarter.liaison)
    accept_report(report.pk, revision=report.revision, actor=quarter.office)
    slug = quarter.world.plan.slug
    addresses = (reverse("reports:public", args=[slug]), reverse("reports:public_report", args=[slug, report.pk]))
    for address in addresses:
        page = Client().get(address, headers={"accept-language": "en"}).content.decode()
        assert "Quarter 3 of 2024" in page
        for words in ("本单位", "采纳", "个单位应报", "没有记录", "上一期"):
            assert words not in page, words


def test_a_judge_who_was_second_reads_so_and_keeps_the_words(office: Client, quarter: Quarter) -> None:
    report = submit_report(quarter.report.pk, quarter.wanted(), revision=0, actor=quarter.liaison)
    accept_report(report.pk, revision=report.revision, actor=quarter.office)
    late = office.post(
        reverse("reports:return", args=[report.pk]), {"reason": "写了很长的理由", "revision": report.revision}
    )
    assert late.status_code == 409
    assert "写了很长的理由" in late.content.decode()
    assert "这份报告现在是“已采纳”" in late.content.decode()
