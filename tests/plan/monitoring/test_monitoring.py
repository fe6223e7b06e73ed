"""A monitoring report: numbers drawn with their sources, texts that survive a refresh, papers, publication."""

from datetime import date, timedelta
from io import BytesIO

import docx
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from kepu.directory.register.choices import Role
from kepu.foundation import clock
from kepu.foundation.errors import NotAllowed
from kepu.foundation.files.queries import opened
from kepu.foundation.queue.models import Progress
from kepu.plan.monitoring import services
from kepu.plan.monitoring.errors import PapersMissing, ReportPublished, SpanInvalid, TextMoved, TextUnfit
from kepu.plan.monitoring.models import MonitoringReport
from kepu.plan.monitoring.queries import document_of, monitoring_page, offered_stretches, texts_of
from kepu.plan.supervision.models import SupervisionNotice
from kepu.plan.supervision.services import issue_notice, propose_notices, withdraw_notice
from kepu.plan.tasks.queries import plan_overview
from tests.factories import PersonFactory
from tests.kept import kept
from tests.plan.reports.worlds import OPENED, QUARTER, Quarter, opened_quarter
from tests.plan.worlds import put

pytestmark = pytest.mark.django_db
LAST = date(2024, 9, 30)


_built, quarter = kept(opened_quarter, on=OPENED)


@pytest.fixture
def report(quarter: Quarter) -> MonitoringReport:
    return services.make_report(quarter.world.plan, QUARTER, LAST, actor=quarter.office)


def _words(report: MonitoringReport, place: str) -> str:
    return next(text.words for text in texts_of(report) if text.place == place)


def _papers(report: MonitoringReport) -> MonitoringReport:
    report.refresh_from_db()
    services.make_papers(report.pk, str(report.progress_id))
    return report


def test_the_numbers_are_those_of_the_plans_page_on_the_last_day(quarter: Quarter, report: MonitoringReport) -> None:
    overview = plan_overview(quarter.world.plan, LAST)
    assert report.content["counts"] == [[state, count] for state, count in overview.counts]
    drawn = {row["code"]: row["sentence"] for group in report.content["groups"] for row in group["rows"]}
    assert drawn == {row.task.code: row.sentence for row in overview.rows}


def test_a_later_fact_changes_nothing_before_the_numbers_are_refreshed(
    quarter: Quarter, report: MonitoringReport
) -> None:
    kept = report.content
    put(quarter.world.city, date(2024, 9, 20), "counsellors_trained", 70, audience="youth", region="3702")
    report.refresh_from_db()
    assert report.content == kept
    refreshed = services.refresh_numbers(report.pk, actor=quarter.office)
    values = {one["label"]: one["value"] for one in refreshed.content["targets"]}
    assert "100" in values.values()
    assert refreshed.content != kept


def test_the_notices_of_the_days_are_counted(quarter: Quarter) -> None:
    with clock.fixed(date(2024, 9, 23)):
        propose_notices(quarter.world.plan.pk)
        drafts = SupervisionNotice.objects.filter(body=quarter.world.bureau)
        red, yellow = drafts.get(colour="red"), drafts.get(task__code="二(一)3")
        for notice in (red, yellow):
            issue_notice(notice.pk, actor=quarter.office)
        withdraw_notice(yellow.pk, reason="重复", actor=quarter.office)
    report = services.make_report(quarter.world.plan, QUARTER, LAST, actor=quarter.office)
    # Red is answered within five working days; 2024-09-29 is a Sunday on which people work.
    assert report.content["notices"] == {"issued": 2, "struck": 0, "open": 1, "late": 1}
    assert "本期下发督办【下发件数】件" in _words(report, "notices")


def test_every_cited_number_names_a_source_in_the_annex(report: MonitoringReport) -> None:
    document = document_of(report)
    cited = {part.source for part in document.parts() if not isinstance(part, str)}
    named = {source.key: source for source in document.sources}
    assert "status" in cited
    assert any(key.startswith("ledger:") for key in cited)
    assert cited <= set(named)
    assert all(source.as_of == LAST and source.address for source in named.values())


def test_a_text_that_a_person_wrote_survives_a_refresh_and_its_numbers_move(
    quarter: Quarter, report: MonitoringReport
) -> None:
    written = "这一季有【落后】项落后，请看附表。"
    services.edit_text(report.pk, "overall", written, seen=_words(report, "overall"), actor=quarter.office)
    put(quarter.world.city, date(2024, 9, 20), "counsellors_trained", 90, audience="youth", region="3702")
    refreshed = services.refresh_numbers(report.pk, actor=quarter.office)
    text = next(one for one in texts_of(refreshed) if one.place == "overall")
    assert (text.words, text.is_edited, text.is_outdated) == (written, True, True)
    assert text.numbers["落后"][0] == "0"


def test_emptied_words_take_the_proposal_again(quarter: Quarter, report: MonitoringReport) -> None:
    proposal = _words(report, "next")
    services.edit_text(report.pk, "next", "自己写的。", seen=proposal, actor=quarter.office)
    services.edit_text(report.pk, "next", " ", seen="自己写的。", actor=quarter.office)
    assert _words(report, "next") == proposal
    assert not report.texts.exists()


def test_a_second_editor_is_told(quarter: Quarter, report: MonitoringReport) -> None:
    proposal = _words(report, "next")
    services.edit_text(report.pk, "next", "甲写的。", seen=proposal, actor=quarter.office)
    with pytest.raises(TextMoved):
        services.edit_text(report.pk, "next", "乙写的。", seen=proposal, actor=quarter.office)
    assert _words(report, "next") == "甲写的。"


@pytest.mark.parametrize(
    ("place", "words", "said"),
    [
        ("next", "【人口】万人", "没有叫“人口”的数"),
        ("next", "字" * 5001, "最多 5000 字"),
        ("nowhere", "甲", "没有这一段"),
    ],
)
def test_a_text_that_cannot_be_is_refused(
    quarter: Quarter, report: MonitoringReport, place: str, words: str, said: str
) -> None:
    with pytest.raises(TextUnfit, match=said):
        services.edit_text(report.pk, place, words, seen=_words(report, "next"), actor=quarter.office)


@pytest.mark.parametrize(
    ("since", "until", "field"),
    [
        (QUARTER, OPENED + timedelta(days=1), "until"),
        (LAST, QUARTER, "until"),
        (date(2020, 7, 1), LAST, "since"),
    ],
)
def test_days_that_cannot_be_reported_on_are_refused(quarter: Quarter, since: date, until: date, field: str) -> None:
    with pytest.raises(SpanInvalid) as refused:
        services.make_report(quarter.world.plan, since, until, actor=quarter.office)
    assert refused.value.data["field"] == field


def test_one_report_for_the_same_days(quarter: Quarter, report: MonitoringReport) -> None:
    with pytest.raises(SpanInvalid, match="已经有了"):
        services.make_report(quarter.world.plan, QUARTER, LAST, actor=quarter.office)
    with pytest.raises(IntegrityError, match="monitoring_span_once"), transaction.atomic():
        MonitoringReport.objects.create(
            plan=quarter.world.plan, since=QUARTER, until=LAST, content={}, drawn_on=OPENED, made_by=None
        )


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": "lost"}, "monitoring_(state_known|published_on_a_day)"),
        ({"state": "published"}, "monitoring_published_on_a_day"),
        ({"until": date(2024, 1, 1)}, "monitoring_span_in_order"),
    ],
)
def test_the_database_refuses_a_report_that_cannot_be(
    report: MonitoringReport, values: dict[str, object], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        MonitoringReport.objects.filter(pk=report.pk).update(**values)


def test_both_papers_say_what_the_page_says(quarter: Quarter, report: MonitoringReport) -> None:
    services.edit_text(report.pk, "next", "请看【任务数】项。", seen=_words(report, "next"), actor=quarter.office)
    services.number_report(report.pk, "示科办〔2024〕3号", actor=quarter.office)
    _papers(report)
    made = {paper.kind: paper for paper in report.papers.select_related("file")}
    with opened(made["docx"].file) as stream:
        word = docx.Document(BytesIO(stream.read()))
    text = "\n".join(paragraph.text for paragraph in word.paragraphs)
    assert "示科办〔2024〕3号" in text
    assert "请看7" in text.replace(" ", "")
    tables = "\n".join(cell.text for table in word.tables for row in table.rows for cell in row.cells)
    assert "台账：培训科技辅导员人次" in tables
    with opened(made["pdf"].file) as stream:
        pages = PdfReader(BytesIO(stream.read())).pages
        assert "监测报告" in "".join(page.extract_text() for page in pages)
    assert Progress.objects.get(pk=report.progress_id).state == "done"
    page = monitoring_page(quarter.office, report.pk)
    assert page is not None
    assert page.has_papers


def test_published_it_is_public_and_changes_no_more(quarter: Quarter, report: MonitoringReport) -> None:
    with pytest.raises(PapersMissing):
        services.publish_report(report.pk, actor=quarter.office)
    _papers(report)
    slug, visitor = quarter.world.plan.slug, Client()
    address = reverse("monitoring:public_report", args=[slug, report.pk])
    chart = reverse("monitoring:chart", args=[report.pk, 1])
    assert visitor.get(address).status_code == visitor.get(chart).status_code == 404
    services.publish_report(report.pk, actor=quarter.office)
    page = visitor.get(address).content.decode()
    assert "数据来源" in page
    assert visitor.get(chart).headers["content-type"] == "image/svg+xml"
    assert visitor.get(reverse("monitoring:chart", args=[report.pk, 99])).status_code == 404
    for paper in report.papers.select_related("file"):
        assert visitor.get(paper.file.get_absolute_url()).status_code == 200
    for act in (
        lambda: services.refresh_numbers(report.pk, actor=quarter.office),
        lambda: services.edit_text(report.pk, "next", "晚了", seen="", actor=quarter.office),
        lambda: services.start_papers(report.pk, actor=quarter.office),
        lambda: services.publish_report(report.pk, actor=quarter.office),
    ):
        with pytest.raises(ReportPublished):
            act()


def test_papers_that_were_being_made_when_it_was_published_replace_nothing(
    quarter: Quarter, report: MonitoringReport
) -> None:
    _papers(report)
    before = {paper.kind: paper.file_id for paper in report.papers.all()}
    late = services.start_papers(report.pk, actor=quarter.office)
    services.publish_report(report.pk, actor=quarter.office)
    services.make_papers(report.pk, str(late.progress_id))
    assert {paper.kind: paper.file_id for paper in report.papers.all()} == before
    assert Progress.objects.get(pk=late.progress_id).state == "failed"


def test_a_job_that_breaks_does_not_leave_the_page_waiting(
    quarter: Quarter, report: MonitoringReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_report: MonitoringReport) -> None:
        raise ValueError("rows")

    monkeypatch.setattr(services, "document_of", broken)
    report.refresh_from_db()
    with pytest.raises(ValueError, match="rows"):
        services.make_papers(report.pk, str(report.progress_id))
    assert Progress.objects.get(pk=report.progress_id).state == "failed"


def test_a_late_job_does_not_replace_newer_papers(
    quarter: Quarter, report: MonitoringReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    report.refresh_from_db()
    slow, laid = str(report.progress_id), services.document_of

    def overtaken(old: MonitoringReport) -> object:
        monkeypatch.setattr(services, "document_of", laid)
        newer = services.refresh_numbers(old.pk, actor=quarter.office)
        services.make_papers(newer.pk, str(newer.progress_id))
        return laid(old)

    monkeypatch.setattr(services, "document_of", overtaken)
    services.make_papers(report.pk, slow)
    assert {paper.revision for paper in report.papers.all()} == {2}


def test_a_number_that_cannot_be_is_refused_and_kept(quarter: Quarter, report: MonitoringReport) -> None:
    client = Client()
    client.force_login(quarter.office)
    address = reverse("monitoring:number", args=[report.pk])
    assert client.post(address, {"doc_number": "示\x00科"}).status_code == 422
    long = client.post(address, {"doc_number": "长" * 61})
    assert long.status_code == 400
    assert "长" * 61 in long.content.decode()


def test_only_the_leading_office_makes_and_changes(quarter: Quarter, report: MonitoringReport) -> None:
    for actor in (quarter.liaison, PersonFactory(role=Role.REVIEWER)):
        with pytest.raises(NotAllowed):
            services.make_report(quarter.world.plan, date(2024, 4, 1), date(2024, 6, 30), actor=actor)
        with pytest.raises(NotAllowed):
            services.refresh_numbers(report.pk, actor=actor)
        with pytest.raises(NotAllowed):
            services.publish_report(report.pk, actor=actor)


def test_the_newest_quarter_half_year_and_year_that_are_over_are_offered(quarter: Quarter) -> None:
    offered = offered_stretches(quarter.world.plan, OPENED)
    assert [stretch.label for stretch in offered] == ["2024 年第 3 季度", "2024 年上半年", "2023 年"]


def test_made_edited_and_published_by_pages(quarter: Quarter) -> None:
    client = Client()
    client.force_login(quarter.office)
    slug = quarter.world.plan.slug
    made = client.post(reverse("monitoring:plan", args=[slug]), {"since": "2024-07-01", "until": "2024-09-30"})
    report = MonitoringReport.objects.get()
    assert made.headers["location"] == reverse("monitoring:report", args=[report.pk])
    page = client.get(reverse("monitoring:report", args=[report.pk])).content.decode()
    assert "hx-trigger" in page
    _papers(report)
    text = reverse("monitoring:text", args=[report.pk, "next"])
    seen = client.get(text).context["form"].initial["seen"]
    refused = client.post(text, {"words": "【不认得】", "seen": seen})
    assert refused.status_code == 400
    assert "【不认得】" in refused.content.decode()
    assert client.post(text, {"words": "请看附表。", "seen": seen}).status_code == 302
    stale = client.post(text, {"words": "另一个窗口", "seen": seen})
    assert stale.status_code == 409
    assert "另一个窗口" in stale.content.decode()
    assert client.post(reverse("monitoring:publish", args=[report.pk])).status_code == 302
    report.refresh_from_db()
    assert report.state == "draft"  # the papers are older than the text
    client.post(reverse("monitoring:papers", args=[report.pk]))
    _papers(report)
    client.post(reverse("monitoring:publish", args=[report.pk]))
    report.refresh_from_db()
    assert report.state == "published"
    wrong = client.post(reverse("monitoring:plan", args=[slug]), {"since": "2024-07-01", "until": "2024-09-30"})
    assert wrong.status_code == 400
