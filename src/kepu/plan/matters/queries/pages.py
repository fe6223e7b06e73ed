"""The page of one matter, and the page of one meeting, with what its reader may do now."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person
from kepu.foundation.clock import today
from kepu.foundation.documents import Laid, laid_out
from kepu.foundation.queue.models import Progress
from kepu.plan.matters.choices import WITH_THE_BODY, MatterState, MeetingState, PaperKind, StepKind, Who
from kepu.plan.matters.models import AgendaItem, Matter, MatterFile, MatterStep, Meeting, MeetingPaper
from kepu.plan.matters.permissions import may_settle, may_write_matter, speaks_for
from kepu.plan.matters.queries.duties import LiveDuty, duties_of, live_duty
from kepu.plan.matters.queries.listing import desk_order, matters_visible_to, meetings_visible_to, row_of
from kepu.plan.matters.queries.paper import document_from, document_of, draw_paper
from kepu.plan.reports.models import Report
from kepu.plan.reports.queries import reports_visible_to
from kepu.plan.tasks.choices import PlanState
from kepu.plan.tasks.models import Task

_SAID_LAST = {
    MatterState.RETURNED: StepKind.RETURNED,
    MatterState.ANSWERED: StepKind.ANSWERED,
    MatterState.CLOSED: StepKind.CLOSED,
    MatterState.WITHDRAWN: StepKind.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One step as it is read: what, by whom (a role, never a name), when, in which words."""

    kind: str
    label: str
    who: str
    at: datetime
    text: str
    told: str


@dataclass(frozen=True, slots=True)
class MatterPage:
    """A matter with everything around it, and what its reader may do now."""

    matter: Matter
    tasks: tuple[Task, ...]
    asked: tuple[Organisation, ...]
    files: tuple[MatterFile, ...]
    report: Report | None
    """The report it came from, where the reader may open it."""
    trail: tuple[TrailLine, ...]
    items: tuple[AgendaItem, ...]
    """Where it was on an agenda; a recommendation is shown to the office, and to others once the agenda was fixed."""
    duties: tuple[LiveDuty, ...]
    is_settled: bool
    last_word: str
    """What the office, or the body, said with the last step."""
    acts: frozenset[str]
    is_office: bool
    meetings: frozenset[int]
    """Ids of the meetings that the reader may open."""
    completable: frozenset[int]
    """Ids of the duties whose step the reader may mark as done."""


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item of an agenda, with its matter and its duties."""

    item: AgendaItem
    matter: Matter
    asked: tuple[Organisation, ...]
    tasks: tuple[Task, ...]
    duties: tuple[LiveDuty, ...]
    number: int
    is_last: bool
    may_open: bool
    """The reader may open the matter's own page."""


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """A meeting with its agenda, its papers, and what its reader may do now."""

    meeting: Meeting
    items: tuple[ItemView, ...]
    invited: tuple[Organisation, ...]
    waiting: tuple[Matter, ...]
    """Matters that could be put on the agenda."""
    papers: tuple[MeetingPaper, ...]
    progress: Progress | None
    acts: frozenset[str]
    is_office: bool
    is_plan_open: bool

    @property
    def is_making(self) -> bool:
        """Whether files are being made just now."""
        return self.progress is not None and not self.progress.is_over

    @property
    def lacks_files(self) -> bool:
        """Whether a paper has not both of its files."""
        return any(paper.word is None or paper.pdf is None for paper in self.papers)


@dataclass(frozen=True, slots=True)
class PaperPage:
    """A paper of a meeting as a page; a draft where it did not go out yet."""

    meeting: Meeting
    kind: PaperKind
    laid: Laid
    paper: MeetingPaper | None


def matter_page(actor: Person, pk: int) -> MatterPage | None:
    """A matter as one person of the house sees it, or None where that person may not see it."""
    matter = matters_visible_to(actor).filter(pk=pk).first()
    if matter is None:
        return None
    is_office = may_settle(actor, matter.plan)
    steps = list(matter.steps.all())
    items = matter.items.select_related("meeting").order_by("pk")
    duties = tuple(duties_of([matter.pk]))
    is_settled = row_of(matter, duties).is_settled
    kind = _SAID_LAST.get(MatterState(matter.state))
    last = next((step.text for step in reversed(steps) if step.kind == kind), "") if kind else ""
    seen = frozenset(meetings_visible_to(actor).filter(items__matter=matter).values_list("pk", flat=True))
    is_open = matter.plan.state == PlanState.LIVE
    return MatterPage(
        matter=matter,
        tasks=tuple(matter.tasks.select_related("plan").order_by("position")),
        asked=tuple(matter.asked_bodies.order_by("sort_key", "name")),
        files=tuple(matter.files.select_related("file")),
        report=_report(actor, matter),
        trail=tuple(_line(step) for step in steps),
        items=tuple(item for item in items if is_office or item.meeting_id in seen or item.outcome),
        duties=duties,
        is_settled=is_settled,
        last_word=last,
        acts=frozenset(_acts(actor, matter, is_office=is_office, is_settled=is_settled)),
        is_office=is_office,
        meetings=seen,
        completable=frozenset(
            one.duty.pk
            for one in duties
            if is_open and one.standing in {"open", "late"} and (is_office or speaks_for(actor, one.duty.body))
        ),
    )


def _report(actor: Person, matter: Matter) -> Report | None:
    if matter.source_id is None:
        return None
    return reports_visible_to(actor).filter(entries=matter.source_id).defer("frozen", "period__plan__text").first()


def _acts(actor: Person, matter: Matter, *, is_office: bool, is_settled: bool) -> set[str]:
    state, found = matter.state, set[str]()
    is_open = matter.plan.state == PlanState.LIVE
    if may_write_matter(actor, matter):
        found |= {"amend"} if state in WITH_THE_BODY and is_open else set()
    if speaks_for(actor, matter.body):
        found |= {"withdraw"} if state in {*WITH_THE_BODY, MatterState.LISTED} else set()
    if is_office:
        found |= {"list"} if state == MatterState.RAISED and is_open else set()
        found |= {"answer", "return", "close"} if state in {MatterState.RAISED, MatterState.LISTED} else set()
        found |= {"close"} if state == MatterState.DECIDED and not is_settled else set()
    return found


def _line(step: MatterStep) -> TrailLine:
    return TrailLine(step.kind, step.get_kind_display(), _who(step), step.at, step.text, _told(step.kind, step.data))


def _told(kind: str, data: dict[str, Any]) -> str:
    if kind == StepKind.DUTY_MOVED:
        return _("改到 %(day)s") % {"day": data["due_on"]}
    return ""


def _who(step: MatterStep) -> str:
    """Who did it, as a role: no person's name is shown."""
    if step.who == Who.SYSTEM:
        return str(Who.SYSTEM.label)
    role = str(Role(step.role).label) if step.role in Role.values else ""
    return _("%(body)s（%(role)s）") % {"body": step.body_name, "role": role} if step.body_name else role


def meeting_page(actor: Person, pk: int) -> MeetingPage | None:
    """A meeting as one person of the house sees it, or None where that person may not see it."""
    meeting = meetings_visible_to(actor).filter(pk=pk).select_related("progress", "plan__region").first()
    if meeting is None:
        return None
    is_office = may_settle(actor, meeting.plan)
    is_open = meeting.plan.state == PlanState.LIVE
    waiting = matters_visible_to(actor).filter(plan=meeting.plan, state=MatterState.LISTED)
    is_preparing = is_office and is_open and meeting.state == MeetingState.PREPARING
    papers = tuple(meeting.papers.select_related("word", "pdf"))
    acts = _meeting_acts(meeting) if is_office else set()
    return MeetingPage(
        meeting=meeting,
        items=tuple(_items(meeting, actor, shows_duties=is_office or meeting.state == MeetingState.ISSUED)),
        invited=tuple(meeting.invited.order_by("sort_key", "name")),
        waiting=tuple(desk_order(waiting)) if is_preparing else (),
        papers=papers,
        progress=meeting.progress,
        acts=frozenset(acts if is_open else acts & {"hold", "cancel"}),
        is_office=is_office,
        is_plan_open=is_open,
    )


def _meeting_acts(meeting: Meeting) -> set[str]:
    return {
        MeetingState.PREPARING: {"change", "agenda", "fix", "cancel"},
        MeetingState.FIXED: {"reopen", "cancel"} | ({"hold"} if meeting.held_on <= today() else set()),
        MeetingState.HELD: {"record", "issue"},
    }.get(MeetingState(meeting.state), set())


def _items(meeting: Meeting, actor: Person, *, shows_duties: bool) -> list[ItemView]:
    duties = ("duties__task", "duties__body", "duties__milestone") if shows_duties else ()
    found = list(
        meeting.items.select_related("matter__body").prefetch_related(
            "matter__asked_bodies", "matter__tasks__plan", *duties
        )
    )
    seen = set(matters_visible_to(actor).filter(items__meeting=meeting).values_list("pk", flat=True))
    day, last = today(), len(found)
    return [
        ItemView(
            item=item,
            matter=item.matter,
            asked=tuple(item.matter.asked_bodies.all()),
            tasks=tuple(item.matter.tasks.all()),
            duties=tuple(_as_seen(meeting, one, day) for one in item.duties.all()) if shows_duties else (),
            number=number,
            is_last=number == last,
            may_open=item.matter_id in seen,
        )
        for number, item in enumerate(found, start=1)
    ]


def _as_seen(meeting: Meeting, duty: Any, day: date) -> LiveDuty:
    if meeting.state == MeetingState.ISSUED:
        return live_duty(duty, day)
    return LiveDuty(duty, "", None, None, "")  # type: ignore[arg-type]


def paper_page(actor: Person, pk: int, kind: str) -> PaperPage | None:
    """A paper of a meeting as a page: frozen where it went out, else as it would go out, for the office alone."""
    meeting = meetings_visible_to(actor).filter(pk=pk).first()
    if meeting is None or kind not in PaperKind.values:
        return None
    paper = meeting.papers.select_related("word", "pdf").filter(kind=kind).first()
    if paper is not None:
        paper.meeting = meeting
        return PaperPage(meeting, PaperKind(kind), laid_out(document_of(paper)), paper)
    if not may_settle(actor, meeting.plan):
        return None
    if kind == PaperKind.MINUTES and meeting.state != MeetingState.HELD:
        return None
    draft = draw_paper(meeting, PaperKind(kind))
    document = document_from(meeting, PaperKind(kind), draft, today())
    return PaperPage(meeting, PaperKind(kind), laid_out(document), None)
