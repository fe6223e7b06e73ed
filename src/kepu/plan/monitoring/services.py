"""Make a monitoring report, refresh its numbers, edit its texts, make its papers, publish it."""

from collections.abc import Callable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now, today
from kepu.foundation.content import FileKind
from kepu.foundation.documents import Document, to_pdf, to_word
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.foundation.files.choices import Visibility
from kepu.foundation.files.services import change_visibility, remove_file, store_bytes
from kepu.foundation.queue.services import enqueue, failures_told, finish_progress, report_progress, start_progress
from kepu.plan.monitoring.choices import MonitoringState, PaperKind
from kepu.plan.monitoring.errors import PapersMissing, ReportPublished, SpanInvalid, TextMoved, TextUnfit
from kepu.plan.monitoring.events import MonitoringPublished
from kepu.plan.monitoring.models import EditedText, MonitoringReport, Paper
from kepu.plan.monitoring.permissions import may_make_report
from kepu.plan.monitoring.queries import document_of, draw_content, texts_of
from kepu.plan.monitoring.rules import unknown_names
from kepu.plan.tasks.models import Plan
from kepu.plan.tasks.queries import days_of

LONGEST_TEXT = 5000
LONGEST_NUMBER = 60
_MAKERS: tuple[tuple[PaperKind, FileKind, Callable[[Document], bytes]], ...] = (
    (PaperKind.WORD, FileKind.DOCX, to_word),
    (PaperKind.PDF, FileKind.PDF, to_pdf),
)


@transaction.atomic
def make_report(plan: Plan, since: date, until: date, *, actor: Person) -> MonitoringReport:
    """Draw a report's numbers as of its last day, and start making its papers.

    Args:
        plan: any plan.
        since: the first day.
        until: the last day, not after today.
        actor: of the leading office.

    Raises:
        NotAllowed: not of the leading office.
        SpanInvalid: days that are not over, not in order, outside the plan, or reported on already.
    """
    plan = Plan.objects.select_for_update(of=("self",)).select_related("region").get(pk=plan.pk)
    _allow(actor, plan)
    first, last = days_of(plan, today())
    if until < since or until >= today():
        raise SpanInvalid(_("结束日期要在开始日期以后、今天以前。"), field="until")
    if since < first or until > last:
        raise SpanInvalid(_("日期要在规划期以内（%(first)s 起）。") % {"first": first.isoformat()}, field="since")
    if MonitoringReport.objects.filter(plan=plan, since=since, until=until).exists():
        raise SpanInvalid(_("这一段的监测报告已经有了，可以打开它更新数字。"), field="since")
    report = MonitoringReport.objects.create(
        plan=plan, since=since, until=until, content=draw_content(plan, since, until), drawn_on=today(), made_by=actor
    )
    record("monitoring.report.made", report, actor=actor)
    _start_papers(report, actor)
    return report


@transaction.atomic
def refresh_numbers(pk: int, *, actor: Person) -> MonitoringReport:
    """Draw the numbers anew; texts that a person wrote stay, with the numbers they name refreshed.

    Raises:
        NotAllowed, ReportPublished.
    """
    report = _locked_draft(pk, actor)
    report.content, report.drawn_on = draw_content(report.plan, report.since, report.until), today()
    report.revision += 1
    report.save(update_fields=["content", "drawn_on", "revision"])
    record("monitoring.report.refreshed", report, actor=actor)
    _start_papers(report, actor)
    return report


@transaction.atomic
def edit_text(pk: int, place: str, words: str, *, seen: str, actor: Person) -> MonitoringReport:
    """Write one text of a report; empty words take the machine's proposal again.

    Args:
        pk: the report.
        place: which text.
        words: 【name】 stands for a number of the report.
        seen: the words that the page showed; other ones now mean that somebody was quicker.
        actor: of the leading office.

    Raises:
        NotAllowed, ReportPublished.
        TextMoved: somebody else changed it since.
        TextUnfit: no such place, too long, or a 【name】 without a number; `field` is `words`.
    """
    report = _locked_draft(pk, actor)
    text = next((one for one in texts_of(report) if one.place == place), None)
    if text is None:
        raise TextUnfit(_("报告里没有这一段。"), field="words")
    fitting = words.replace("\r\n", "\n").strip()
    if text.words != seen.replace("\r\n", "\n").strip():
        raise TextMoved(
            _("这一段刚被别人改过。您写的字还在下面；请对照现在的文字再存一次。"), field="words", now=text.words
        )
    if len(fitting) > LONGEST_TEXT:
        said = {"count": len(fitting), "most": LONGEST_TEXT}
        raise TextUnfit(_("写了 %(count)d 字，最多 %(most)d 字。请删短；您写的字还在这里。") % said, field="words")
    unknown = unknown_names(fitting, text.numbers)
    if unknown:
        known = "、".join(f"【{name}】" for name in text.numbers)
        names = {"unknown": "、".join(unknown), "known": known}
        raise TextUnfit(_("没有叫“%(unknown)s”的数。这一段可以用：%(known)s。") % names, field="words")
    if not fitting or fitting == text.proposal:
        report.texts.filter(place=place).delete()
    else:
        EditedText.objects.update_or_create(
            report=report,
            place=place,
            defaults={"words": fitting, "proposal": text.proposal, "edited_by": actor, "edited_at": now()},
        )
    report.revision += 1
    report.save(update_fields=["revision"])
    record("monitoring.text.edited", report, actor=actor, place=place)
    return report


@transaction.atomic
def start_papers(pk: int, *, actor: Person) -> MonitoringReport:
    """Make the .docx and the PDF of a report as it stands, as a job with progress.

    Raises:
        NotAllowed, ReportPublished.
    """
    report = _locked_draft(pk, actor)
    _start_papers(report, actor)
    return report


def _start_papers(report: MonitoringReport, actor: Person) -> None:
    report.progress = start_progress(str(report)[:120], owner_id=actor.pk, total=len(_MAKERS) + 1)
    report.save(update_fields=["progress"])
    enqueue("monitoring.make_papers", report_id=report.pk, progress_id=str(report.progress.pk))


def make_papers(report_id: int, progress_id: str) -> None:
    """The job: lay the report out and keep both papers; those of an older revision go.

    What goes wrong is told by the progress, which the page shows.
    """
    with failures_told(progress_id, fault=_("文件没有制成，请再试一次。")):
        _make_papers(report_id, progress_id)


def _make_papers(report_id: int, progress_id: str) -> None:
    """Outside of any transaction, so that others see how far it is; the files change together at the end."""
    report = MonitoringReport.objects.select_related("plan__region", "made_by").get(pk=report_id)
    report_progress(progress_id, done=0, message=_("正在排版"))
    document = document_of(report)
    made: list[tuple[PaperKind, FileKind, bytes]] = []
    for number, (kind, file_kind, lay_out) in enumerate(_MAKERS, start=1):
        report_progress(progress_id, done=number, message=_("正在制作%(kind)s") % {"kind": kind.label})
        made.append((kind, file_kind, lay_out(document)))
    with transaction.atomic():
        now_there = MonitoringReport.objects.select_for_update().get(pk=report_id)
        if now_there.state == MonitoringState.PUBLISHED:
            raise ReportPublished(_("制作期间报告已经发布，文件没有换。"))
        for kind, file_kind, content in made:
            name = f"{report.plan.slug}-{report.until.isoformat()}.{kind.value}"
            _replace(report, kind, content, name, file_kind)
    finish_progress(progress_id, message=_("制成了"))


def _replace(report: MonitoringReport, kind: PaperKind, content: bytes, name: str, file_kind: FileKind) -> None:
    file = store_bytes(content, name, actor=report.made_by, accept={file_kind})
    old = Paper.objects.filter(report=report, kind=kind).select_related("file").first()
    if old is not None and old.revision > report.revision:  # a later job was quicker
        remove_file(file, actor=None)
        return
    if old is None:
        Paper.objects.create(report=report, kind=kind, revision=report.revision, file=file)
        return
    earlier, old.file, old.revision = old.file, file, report.revision
    old.save(update_fields=["file", "revision"])
    remove_file(earlier, actor=None)


@transaction.atomic
def number_report(pk: int, doc_number: str, *, actor: Person) -> MonitoringReport:
    """Write the paper's official number (发文字号) on it.

    Raises:
        NotAllowed, ReportPublished.
        TextUnfit: too long; `field` is `doc_number`.
    """
    report = _locked_draft(pk, actor)
    number = doc_number.strip()
    if len(number) > LONGEST_NUMBER:
        raise TextUnfit(_("发文字号最多 %(most)d 字。") % {"most": LONGEST_NUMBER}, field="doc_number")
    report.doc_number = number
    report.revision += 1
    report.save(update_fields=["doc_number", "revision"])
    record("monitoring.report.numbered", report, actor=actor, doc_number=number)
    return report


@transaction.atomic
def publish_report(pk: int, *, actor: Person) -> MonitoringReport:
    """Show a report to everybody, as a page and as both papers; nothing in it changes any more.

    Raises:
        NotAllowed, ReportPublished.
        PapersMissing: the papers are not of the report as it stands.
    """
    report = _locked_draft(pk, actor)
    papers = list(report.papers.select_related("file"))
    if len(papers) < len(_MAKERS) or any(paper.revision != report.revision for paper in papers):
        raise PapersMissing(_("报告改过以后还没有重新制成文件。请先点“制成文件”，看过再发布。"))
    report.state, report.published_on = MonitoringState.PUBLISHED, today()
    report.save(update_fields=["state", "published_on"])
    for paper in papers:
        change_visibility(paper.file, Visibility.PUBLIC, actor=actor)
    record("monitoring.report.published", report, actor=actor)
    publish(MonitoringPublished(report.pk, report.plan_id))
    return report


def _allow(actor: Person, plan: Plan) -> None:
    if not may_make_report(actor, plan):
        raise NotAllowed


def _locked_draft(pk: int, actor: Person) -> MonitoringReport:
    MonitoringReport.objects.select_for_update().get(pk=pk)
    report = MonitoringReport.objects.select_related("plan__region").get(pk=pk)
    _allow(actor, report.plan)
    if report.state == MonitoringState.PUBLISHED:
        raise ReportPublished(_("这份监测报告已经发布，不再改动。要更正，请在下一份里说明。"))
    return report
