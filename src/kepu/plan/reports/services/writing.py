"""What a body's liaison does: write a few sentences, type a number that no system knows, attach a file, send."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import today
from kepu.foundation.content import MEGABYTE, FileKind
from kepu.foundation.events import publish
from kepu.foundation.files.services import remove_file, store_upload
from kepu.foundation.language import city_words
from kepu.ledger.services import is_made_up
from kepu.plan.reports.choices import ReportState, StepKind
from kepu.plan.reports.errors import ReportIncomplete, ReportUnfit
from kepu.plan.reports.events import ReportSubmitted
from kepu.plan.reports.models import Attachment, Entry, Figure, Report
from kepu.plan.reports.permissions import may_write_report
from kepu.plan.reports.queries.frozen import freeze
from kepu.plan.reports.queries.prefill import Block, Line, blocks_of
from kepu.plan.reports.queries.settings import MOST_CHARACTERS, whole_number
from kepu.plan.reports.services.facts import refuse_unfit_figure
from kepu.plan.reports.services.steps import (
    allow,
    as_liaison,
    close_report_todos,
    judge_todo,
    locked_report,
    note_step,
    require_revision,
    require_writable,
)

if TYPE_CHECKING:
    from django.core.files.base import File

ATTACHED = frozenset({FileKind.PDF, FileKind.DOCX, FileKind.XLSX, FileKind.PNG, FileKind.JPEG, FileKind.TEXT})
MOST_FILES = 5
LONGEST_ORIGIN = 200


@dataclass(frozen=True, slots=True)
class WantedFigure:
    """A number that a body types, and where it has it from."""

    quantity: Decimal
    origin: str


@dataclass(frozen=True, slots=True)
class WantedEntry:
    """What a body says of one task.

    Attributes:
        words: what was done; may be empty where the ledger speaks.
        obstacle: what stands in the way.
        figures: for the evidence rows (by their ids) that ask for a number; None takes a typed number back.
    """

    words: str
    obstacle: str = ""
    figures: Mapping[int, WantedFigure | None] = field(default_factory=dict)


@transaction.atomic
def save_report(pk: int, wanted: Mapping[int, WantedEntry], *, revision: int, actor: Person) -> Report:
    """Keep what a liaison wrote so far.

    Args:
        pk: the report.
        wanted: by entry.
        revision: that the page showed; another one means that somebody saved since.
        actor: a liaison of the body.

    Raises:
        NotAllowed: no liaison of the body.
        ReportMoved: it is with a judge or accepted, or somebody saved it since.
        PeriodLocked: nothing is taken any more.
        PlanClosed: the plan is over.
        ReportUnfit: a text too long or a number that cannot be; `entry` and `field` in the data say where.
    """
    report = _writable(pk, actor)
    require_revision(report, revision)
    _write(report, wanted)
    record("reports.report.saved", report, actor=actor, revision=report.revision)
    return report


@transaction.atomic
def submit_report(pk: int, wanted: Mapping[int, WantedEntry], *, revision: int, actor: Person) -> Report:
    """Keep what was written and send the report as it stands; it is frozen until somebody returns it.

    Raises:
        NotAllowed, ReportMoved, PeriodLocked, PlanClosed, ReportUnfit: as `save_report`.
        ReportIncomplete: a task of which neither the ledger nor the body says anything; `entries` in the data lists them.
    """
    report = _writable(pk, actor)
    require_revision(report, revision)
    _write(report, wanted)
    with city_words():  # what is frozen stays as it is, for readers of every language
        blocks = blocks_of(report)
    silent = [block for block in blocks if block.is_missing]
    if silent:
        titles = "、".join(block.row.label for block in silent[:5])
        raise ReportIncomplete(
            _("这几项台账里没有记录，请写一句做了什么，没有做也请写明：%(titles)s。") % {"titles": titles},
            entries=[block.entry.pk for block in silent],
        )
    day = today()
    report.frozen = freeze(blocks, on=day, is_demonstration=report.period.plan.is_demonstration or is_made_up(actor))
    report.state = ReportState.SUBMITTED
    if report.first_submitted_on is None:
        report.first_submitted_on, report.is_on_time = day, day <= report.due_on
    report.save()
    note_step(report, StepKind.SUBMITTED, actor=actor, acted_as=as_liaison(report))
    record("reports.report.submitted", report, actor=actor, is_on_time=report.is_on_time)
    publish(ReportSubmitted(report.pk))
    close_report_todos(report)
    judge_todo(report)
    return report


def _writable(pk: int, actor: Person) -> Report:
    report = locked_report(pk)
    allow(may_write_report(actor, report))
    require_writable(report)
    return report


def _write(report: Report, wanted: Mapping[int, WantedEntry]) -> None:
    most = whole_number(MOST_CHARACTERS)
    for entry in report.entries.filter(pk__in=wanted):
        said = wanted[entry.pk]
        entry.words = _fitting(said.words, entry, "words", most)
        entry.obstacle = _fitting(said.obstacle, entry, "obstacle", most)
        entry.save(update_fields=["words", "obstacle"])
    if any(said.figures for said in wanted.values()):
        for block in blocks_of(report):
            if block.entry.pk in wanted:
                _write_figures(report, block, wanted[block.entry.pk].figures)
    report.revision += 1
    report.save(update_fields=["revision"])


def _fitting(text: str, entry: Entry, name: str, most: int) -> str:
    fitting = text.strip()
    if len(fitting) > most:
        raise ReportUnfit(
            _("写了 %(count)d 字，最多 %(most)d 字。请删短；您写的字还在这里。")
            % {"count": len(fitting), "most": most},
            entry=entry.pk,
            field=name,
        )
    return fitting


def _write_figures(report: Report, block: Block, wanted: Mapping[int, WantedFigure | None]) -> None:
    lines: dict[int, Line] = {line.evidence.pk: line for line in block.lines}
    for evidence_id, figure in wanted.items():
        line = lines.get(evidence_id)
        if line is None or not (line.asks or line.figure):
            continue
        if figure is None or not line.asks:  # what the ledger holds by now is not counted twice
            if line.figure is not None:
                line.figure.delete()
            continue
        origin = figure.origin.strip()
        if not origin or len(origin) > LONGEST_ORIGIN:
            raise ReportUnfit(
                _("请写明这个数从哪里来，不超过 %(most)d 字。") % {"most": LONGEST_ORIGIN},
                entry=block.entry.pk,
                field=f"origin{evidence_id}",
            )
        refuse_unfit_figure(report, block.entry, line, figure.quantity)
        Figure.objects.update_or_create(
            entry=block.entry,
            indicator_code=line.indicator.code,
            audiences=line.evidence.audiences,
            defaults={"quantity": figure.quantity, "origin": origin},
        )


@transaction.atomic
def attach_file(entry_id: int, upload: "File[bytes]", *, actor: Person) -> Attachment:
    """Attach a file to a task's progress.

    Raises:
        NotAllowed, ReportMoved, PeriodLocked, PlanClosed: as `save_report`.
        ReportUnfit: there are as many files as may be.
        FileEmpty, FileTooLarge, FileKindRefused, FileInfected, StorageFull: as `store_upload`.
    """
    entry = Entry.objects.get(pk=entry_id)
    _writable(entry.report_id, actor)
    if entry.attachments.count() >= MOST_FILES:
        raise ReportUnfit(_("一项任务最多附 %(most)d 个文件。请先去掉一个。") % {"most": MOST_FILES}, field="file")
    file = store_upload(upload, actor=actor, accept=ATTACHED, max_bytes=20 * MEGABYTE)
    return Attachment.objects.create(entry=entry, file=file)


@transaction.atomic
def detach_file(attachment_id: int, *, actor: Person) -> Sequence[str]:
    """Take an attachment away again; the file goes with it, unless a sent report shows it.

    Raises:
        NotAllowed, ReportMoved, PeriodLocked, PlanClosed: as `save_report`.
    """
    attachment = Attachment.objects.select_related("entry", "file").get(pk=attachment_id)
    report = _writable(attachment.entry.report_id, actor)
    file = attachment.file
    attachment.delete()
    shown = {pk for task in (report.frozen or {}).get("tasks", ()) for pk, _name in task["files"]}
    if str(file.pk) not in shown:
        remove_file(file, actor=None)
    record("reports.attachment.removed", report, actor=actor, name=file.name)
    return [file.name]
