"""The end of an evaluation: its summary, which findings are public, the freezing, the papers, the publication."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.directory.todos.services import close_todos
from kepu.foundation.audit.services import record
from kepu.foundation.clock import today
from kepu.foundation.content import FileKind
from kepu.foundation.documents import to_pdf, to_word
from kepu.foundation.events import publish
from kepu.foundation.files.choices import Visibility
from kepu.foundation.files.models import StoredFile
from kepu.foundation.files.services import change_visibility, remove_file, store_bytes
from kepu.foundation.queue.services import enqueue, failures_told, finish_progress, report_progress, start_progress
from kepu.oversight.services import fit_text, public_text
from kepu.plan.evaluation.choices import EvaluationState, SheetState
from kepu.plan.evaluation.errors import EvaluationUnfit, PapersMissing, SheetsOpen
from kepu.plan.evaluation.events import EvaluationClosed, EvaluationPublished
from kepu.plan.evaluation.models import Evaluation
from kepu.plan.evaluation.queries.frozen import freeze
from kepu.plan.evaluation.queries.paper import document_of
from kepu.plan.evaluation.services.steps import (
    REASON_MOST,
    comment_key,
    judge_key,
    locked_evaluation,
    require_revision,
)

SUMMARY_MOST = 5000
_NAMED = 5


@transaction.atomic
def write_summary(pk: int, *, words: str, revision: int, actor: Person, is_checked: bool = False) -> Evaluation:
    """Write what the office says of the whole; it stands first in the report.

    Raises:
        NotAllowed, EvaluationMoved.
        TextUnfit: too long.
        PersonalDataFound: it seems to hold personal data.
    """
    evaluation = locked_evaluation(pk, actor, EvaluationState.PREPARING, EvaluationState.JUDGING)
    require_revision(evaluation, revision)
    evaluation.summary = fit_text(words, field="words", most=SUMMARY_MOST, is_required=False)
    if evaluation.summary:
        public_text(evaluation.summary, field="words", is_checked=is_checked, most=SUMMARY_MOST)
    evaluation.revision += 1
    evaluation.save(update_fields=["summary", "revision"])
    record("evaluation.summary.written", evaluation, actor=actor)
    return evaluation


@transaction.atomic
def release_findings(pk: int, sheet_ids: Sequence[int], *, actor: Person) -> int:
    """Say which sheets' findings are public with the evaluation; the others show their score and grade only.

    The words are the reviewer's: whoever chooses does not edit them.

    Args:
        pk: the evaluation.
        sheet_ids: every sheet whose findings are to be public; all others are not.
        actor: of the leading office.

    Raises:
        NotAllowed, EvaluationMoved.
    """
    evaluation = locked_evaluation(pk, actor, EvaluationState.JUDGING)
    submitted = evaluation.sheets.filter(state=SheetState.SUBMITTED)
    submitted.exclude(pk__in=sheet_ids).update(is_released=False)
    count = submitted.filter(pk__in=sheet_ids).update(is_released=True)
    record("evaluation.findings.released", evaluation, actor=actor, sheets=count)
    return count


@transaction.atomic
def close_evaluation(pk: int, *, unjudged_reason: str = "", actor: Person) -> Evaluation:
    """Freeze an evaluation as it is and start making its papers; nothing in it changes any more.

    Args:
        pk: the evaluation.
        unjudged_reason: why it closes although sheets were not judged; they are named and never counted.
        actor: of the leading office.

    Raises:
        NotAllowed, EvaluationMoved.
        SheetsOpen: a comment without answer, a term that still runs, or nothing judged at all.
        EvaluationUnfit: sheets were not judged and nobody said why; `field` is `unjudged_reason`.
        TextUnfit: the reason is too long.
    """
    evaluation = locked_evaluation(pk, actor, EvaluationState.JUDGING)
    sheets = list(evaluation.sheets.select_related("task", "body"))
    judged = [sheet for sheet in sheets if sheet.is_submitted]
    if not judged:
        raise SheetsOpen(_("还没有一张评估表提交，不能定稿。"))
    if waiting := [str(sheet) for sheet in judged if sheet.awaits_reply]:
        raise SheetsOpen(_("还有意见没有回应：%(sheets)s。请先回应再定稿。") % {"sheets": _some(waiting)})
    day = today()
    running = [one for one in judged if one.comment_by is not None and one.is_comment_open(day)]
    if running:
        last = max(one.comment_by for one in running if one.comment_by is not None)
        said = {"sheets": _some([str(one) for one in running]), "day": last.isoformat()}
        raise SheetsOpen(_("%(sheets)s还在陈述意见的期限内（最晚 %(day)s），不能定稿。") % said)
    reason = fit_text(unjudged_reason, field="unjudged_reason", most=REASON_MOST, is_required=False)
    unjudged = [str(sheet) for sheet in sheets if not sheet.is_submitted]
    if unjudged and not reason:
        counted = {"n": len(unjudged), "sheets": _some(unjudged)}
        raise EvaluationUnfit(
            _("还有 %(n)d 张没评：%(sheets)s。没评的不算进平均分，会在报告里列名；确要定稿，请写明原因。") % counted,
            field="unjudged_reason",
        )
    evaluation.unjudged_reason = reason if unjudged else ""
    evaluation.state, evaluation.closed_on = EvaluationState.CLOSED, day
    evaluation.frozen = freeze(evaluation)
    evaluation.revision += 1
    evaluation.save()
    close_todos(judge_key(evaluation))
    for body_id in {sheet.body_id for sheet in sheets}:
        close_todos(comment_key(evaluation, body_id))
    record("evaluation.evaluation.closed", evaluation, actor=actor, judged=len(judged), unjudged=len(unjudged))
    publish(EvaluationClosed(evaluation.pk, evaluation.plan_id, len(judged), len(unjudged)))
    _start_papers(evaluation, actor)
    return evaluation


def _some(names: Sequence[str]) -> str:
    more = _("等 %(n)d 张") % {"n": len(names)} if len(names) > _NAMED else ""
    return "、".join(names[:_NAMED]) + more


@transaction.atomic
def start_papers(pk: int, *, actor: Person) -> Evaluation:
    """Make the papers of a closed evaluation again, as after a job that broke.

    Raises:
        NotAllowed, EvaluationMoved.
    """
    evaluation = locked_evaluation(pk, actor, EvaluationState.CLOSED)
    _start_papers(evaluation, actor)
    return evaluation


def _start_papers(evaluation: Evaluation, actor: Person) -> None:
    evaluation.progress = start_progress(evaluation.title, owner_id=actor.pk, total=3)
    evaluation.save(update_fields=["progress"])
    enqueue("evaluation.make_papers", evaluation_id=evaluation.pk, progress_id=str(evaluation.progress.pk))


def make_papers(evaluation_id: int, progress_id: str) -> None:
    """The job: lay the frozen evaluation out and keep both papers. What goes wrong is told by the progress."""
    with failures_told(progress_id, fault=_("文件没有制成，请再试一次。")):
        _make_papers(evaluation_id, progress_id)


def _make_papers(evaluation_id: int, progress_id: str) -> None:
    """Outside of any transaction, so that others see how far it is; both files change together at the end."""
    evaluation = Evaluation.objects.select_related("plan__region", "made_by").get(pk=evaluation_id)
    report_progress(progress_id, done=0, message=_("正在排版"))
    document = document_of(evaluation)
    report_progress(progress_id, done=1, message=_("正在制作%(kind)s") % {"kind": _("Word 文档")})
    word = to_word(document)
    report_progress(progress_id, done=2, message=_("正在制作%(kind)s") % {"kind": "PDF"})
    pdf = to_pdf(document)
    with transaction.atomic():
        there = Evaluation.objects.select_for_update(of=("self",)).select_related("word", "pdf").get(pk=evaluation_id)
        if there.state == EvaluationState.CLOSED:
            earlier = [file for file in (there.word, there.pdf) if file is not None]
            there.word = _stored(evaluation, word, "docx", FileKind.DOCX)
            there.pdf = _stored(evaluation, pdf, "pdf", FileKind.PDF)
            there.save(update_fields=["word", "pdf"])
            for file in earlier:
                remove_file(file, actor=None)
    finish_progress(progress_id, message=_("制成了"))


def _stored(evaluation: Evaluation, content: bytes, suffix: str, kind: FileKind) -> StoredFile:
    name = f"{evaluation.plan.slug}-{evaluation.until.isoformat()}-{evaluation.pk}.{suffix}"
    return store_bytes(content, name, actor=evaluation.made_by, accept={kind})


@transaction.atomic
def publish_evaluation(pk: int, *, actor: Person) -> Evaluation:
    """Show a closed evaluation to everybody: as a page, as both papers, and on the pages of its tasks.

    Raises:
        NotAllowed, EvaluationMoved.
        PapersMissing: the papers were not made yet.
    """
    evaluation = locked_evaluation(pk, actor, EvaluationState.CLOSED)
    if evaluation.word is None or evaluation.pdf is None:
        raise PapersMissing(_("文件还没有制成。请等制成以后看过再公布。"))
    evaluation.state, evaluation.published_on = EvaluationState.PUBLISHED, today()
    evaluation.save(update_fields=["state", "published_on"])
    for file in (evaluation.word, evaluation.pdf):
        change_visibility(file, Visibility.PUBLIC, actor=actor)
    record("evaluation.evaluation.published", evaluation, actor=actor)
    publish(EvaluationPublished(evaluation.pk, evaluation.plan_id))
    return evaluation
