"""The papers of a meeting: frozen when they go out, then made as .docx and PDF by a job with progress."""

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.foundation.clock import today
from kepu.foundation.content import FileKind
from kepu.foundation.documents import to_pdf, to_word
from kepu.foundation.files.services import remove_file, store_bytes
from kepu.foundation.queue.services import enqueue, failures_told, finish_progress, report_progress, start_progress
from kepu.plan.matters.choices import PaperKind
from kepu.plan.matters.models import Meeting, MeetingPaper
from kepu.plan.matters.queries import document_of, draw_paper
from kepu.plan.matters.services.steps import locked_meeting

_MAKERS = (("word", FileKind.DOCX, to_word), ("pdf", FileKind.PDF, to_pdf))


def freeze_paper(meeting: Meeting, kind: PaperKind) -> MeetingPaper:
    """Keep what a paper says today; the caller's transaction."""
    return MeetingPaper.objects.create(meeting=meeting, kind=kind, content=draw_paper(meeting, kind), drawn_on=today())


def throw_papers_away(meeting: Meeting) -> None:
    """Take back the papers of an agenda that is prepared once more, with their files."""
    for paper in meeting.papers.select_related("word", "pdf"):
        files = [file for file in (paper.word, paper.pdf) if file is not None]
        paper.delete()
        for file in files:
            remove_file(file, actor=None)


@transaction.atomic
def remake_papers(pk: int, *, actor: Person) -> Meeting:
    """Try once more to make the files of the frozen papers, where it failed.

    Raises:
        NotAllowed: not of the leading office.
    """
    meeting = locked_meeting(pk, actor)
    start_papers(meeting, actor)
    return meeting


def start_papers(meeting: Meeting, actor: Person) -> None:
    """Let a job make the files that are missing."""
    missing = meeting.papers.filter(word=None).count() + meeting.papers.filter(pdf=None).count()
    if not missing:
        return
    meeting.progress = start_progress(str(meeting)[:120], owner_id=actor.pk, total=missing)
    meeting.save(update_fields=["progress"])
    enqueue("matters.make_papers", meeting_id=meeting.pk, progress_id=str(meeting.progress.pk))


def make_papers(meeting_id: int, progress_id: str) -> None:
    """The job: make every file that a frozen paper does not have yet. What goes wrong is told by the progress."""
    with failures_told(progress_id, fault=_("文件没有制成，请再试一次。")):
        _make_papers(meeting_id, progress_id)


def _make_papers(meeting_id: int, progress_id: str) -> None:
    done = 0
    for paper in MeetingPaper.objects.filter(meeting=meeting_id).select_related("meeting__plan__region"):
        document = document_of(paper)
        for name, kind, lay_out in _MAKERS:
            if getattr(paper, f"{name}_id") is not None:
                continue
            report_progress(progress_id, done=done, message=_("正在制作%(kind)s") % {"kind": paper.get_kind_display()})
            _keep(paper, name, lay_out(document), kind)
            done += 1
    finish_progress(progress_id, message=_("制成了"))


@transaction.atomic
def _keep(paper: MeetingPaper, name: str, content: bytes, kind: FileKind) -> None:
    """Keep a file, unless another run was quicker or the paper was taken back meanwhile."""
    now_there = MeetingPaper.objects.select_for_update().filter(pk=paper.pk).first()
    if now_there is None or getattr(now_there, f"{name}_id") is not None:
        return
    title = f"{paper.meeting.held_on.isoformat()}-{paper.kind}.{kind.value}"
    setattr(now_there, name, store_bytes(content, title, actor=paper.meeting.called_by, accept={kind}))
    now_there.save(update_fields=[name])
