"""What a body does: raise a matter, change its words, attach files, take it back; and one click on a report's obstacle."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation, Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import today
from kepu.foundation.content import MEGABYTE, FileKind
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.foundation.files.services import remove_file, store_upload
from kepu.ledger.services import is_made_up
from kepu.oversight.services import fit_text
from kepu.plan.matters import events
from kepu.plan.matters.choices import WITH_THE_BODY, MatterState, StepKind
from kepu.plan.matters.errors import MatterMoved, MatterRaised, MatterUnfit
from kepu.plan.matters.models import Matter, MatterFile
from kepu.plan.matters.permissions import may_raise_matter, may_settle
from kepu.plan.matters.queries import bodies_of_plan, words_of_obstacle
from kepu.plan.matters.services.asking import ask_office, close_matter_todos, tell_body
from kepu.plan.matters.services.steps import (
    LONGEST_TITLE,
    WORDS_MOST,
    locked_for_body,
    move,
    note_step,
    reason_given,
    refuse_closed,
    refuse_far,
    require_state,
)
from kepu.plan.reports.choices import WITH_THE_BODY as UNSENT
from kepu.plan.reports.models import Entry
from kepu.plan.tasks.models import Plan, Task

if TYPE_CHECKING:
    from django.core.files.base import File

ATTACHED = frozenset({FileKind.PDF, FileKind.DOCX, FileKind.XLSX, FileKind.PNG, FileKind.JPEG, FileKind.TEXT})
MOST_FILES = 5


@dataclass(frozen=True, slots=True)
class MatterWords:
    """What is said of a matter.

    Attributes:
        title: in one line.
        difficulty: what stands in the way.
        tried: what the body did about it already.
        asked: what it asks for.
        bodies: ids of the bodies it asks; each has a duty in the plan.
        wanted_by: until when.
        tasks: ids of the tasks it is about.
    """

    title: str
    difficulty: str
    tried: str = ""
    asked: str = ""
    bodies: Sequence[int] = ()
    wanted_by: date | None = None
    tasks: Sequence[int] = ()


@transaction.atomic
def raise_matter(
    plan_id: int, body_id: int, words: MatterWords, *, actor: Person, source_id: int | None = None
) -> Matter:
    """Bring up what a body cannot solve alone; it waits at the leading office.

    A form that is sent twice raises one matter: the same words on the same day are the same matter.

    Args:
        plan_id: the plan.
        body_id: who raises it.
        words: what is said.
        actor: a liaison of the body, or the leading office for it.
        source_id: the entry of the body's report whose obstacle it is.

    Raises:
        NotAllowed: the actor speaks neither for the body nor for the office.
        PlanClosed: the plan is over.
        MatterRaised: the same obstacle was raised before.
        MatterUnfit: a body or task that is not of the plan, a source of another body, or a day far away.
        TextUnfit: a text is missing or too long.
    """
    plan = Plan.objects.select_related("region").get(pk=plan_id)
    bodies = Organisation.objects.select_for_update(of=("self",))  # two clicks come one after the other
    body = bodies.select_related("parent", "region").get(pk=body_id)
    if not may_raise_matter(actor, plan, body):
        raise NotAllowed(_("只能替自己的单位提出协调事项。"))
    refuse_closed(plan)
    if source_id is not None:
        _refuse_raised(source_id, plan, body)
    elif twin := _same_today(plan, body, words):
        return twin
    matter = Matter(plan=plan, body=body, source_id=source_id, raised_on=today())
    matter.is_demonstration = plan.is_demonstration or is_made_up(actor)
    _write(matter, words)
    note_step(matter, StepKind.RAISED, actor=actor)
    publish(events.MatterRaised(matter.pk, body.pk))
    ask_office(matter)
    return matter


def _same_today(plan: Plan, body: Organisation, words: MatterWords) -> Matter | None:
    """The matter that the same words raised today and that nobody took up yet."""
    raised = Matter.objects.filter(plan=plan, body=body, state=MatterState.RAISED, raised_on=today(), source=None)
    return raised.filter(title=" ".join(words.title.split()), difficulty=words.difficulty.strip()).first()


@transaction.atomic
def raise_obstacle(entry_id: int, *, actor: Person) -> Matter:
    """Make a matter of an obstacle that a sent report names, in the report's own words; the body is told.

    Raises:
        NotAllowed: not of the leading office.
        MatterUnfit: the report is with its body, or names no obstacle.
        MatterRaised, PlanClosed: as `raise_matter`.
    """
    entry = Entry.objects.select_related("report__period__plan__region", "report__organisation", "task__plan").get(
        pk=entry_id
    )
    plan = entry.report.period.plan
    if not may_settle(actor, plan):
        raise NotAllowed(_("只有领导小组办公室可以从报告里提出。"))
    if entry.report.state in UNSENT:
        raise MatterUnfit(_("这份报告还在单位手里，等它报送了再提出。"))
    words = words_of_obstacle(entry)
    given = MatterWords(words.title, words.difficulty, tasks=[entry.task_id])
    matter = raise_matter(plan.pk, entry.report.organisation_id, given, actor=actor, source_id=entry.pk)
    tell_body(matter, "raised")
    return matter


@transaction.atomic
def amend_matter(pk: int, words: MatterWords, *, revision: int, actor: Person) -> Matter:
    """Change the words of a matter that the office has not taken up; a returned one is raised again by it.

    Args:
        pk: the matter.
        words: everything that is said.
        revision: that the page showed; another one means that somebody saved since.
        actor: who may raise it.

    Raises:
        NotAllowed: the actor speaks neither for the body nor for the office.
        MatterMoved: the office took it up, or somebody saved it since.
        PlanClosed, MatterUnfit, TextUnfit: as `raise_matter`.
    """
    matter = locked_for_body(pk, actor)
    refuse_closed(matter.plan)
    require_state(matter, *WITH_THE_BODY)
    if matter.revision != revision:
        raise MatterMoved(_("这个事项刚在别处改过。您写的字还在下面：请另开一页对照，改好后再存一次，会以您的为准。"))
    is_returned = matter.state == MatterState.RETURNED
    matter.state = MatterState.RAISED
    matter.revision += 1
    _write(matter, words)
    note_step(matter, StepKind.RAISED if is_returned else StepKind.AMENDED, actor=actor)
    ask_office(matter)
    return matter


@transaction.atomic
def withdraw_matter(pk: int, *, reason: str, actor: Person) -> Matter:
    """Take a matter back that is on no agenda yet.

    Raises:
        NotAllowed: the actor speaks neither for the body nor for the office.
        MatterMoved: it is on an agenda, decided or over.
        TextUnfit: no reason.
    """
    matter = locked_for_body(pk, actor)
    require_state(matter, *WITH_THE_BODY, MatterState.LISTED)
    move(matter, MatterState.WITHDRAWN, StepKind.WITHDRAWN, actor=actor, text=reason_given(reason))
    close_matter_todos(matter)
    return matter


@transaction.atomic
def attach_file(pk: int, upload: "File[bytes]", *, actor: Person) -> MatterFile:
    """Attach a file to a matter that the body may still change.

    Raises:
        NotAllowed, MatterMoved: as `amend_matter`.
        MatterUnfit: there are as many files as may be.
        FileEmpty, FileTooLarge, FileKindRefused, FileInfected, StorageFull: as `store_upload`.
    """
    matter = locked_for_body(pk, actor)
    require_state(matter, *WITH_THE_BODY)
    if matter.files.count() >= MOST_FILES:
        raise MatterUnfit(_("最多附 %(most)d 个文件。请先去掉一个。") % {"most": MOST_FILES}, field="file")
    file = store_upload(upload, actor=actor, accept=ATTACHED, max_bytes=20 * MEGABYTE)
    record("matters.file.attached", matter, actor=actor, name=file.name)
    return MatterFile.objects.create(matter=matter, file=file)


@transaction.atomic
def detach_file(pk: int, file_pk: int, *, actor: Person) -> None:
    """Take an attachment of a matter away again.

    Raises:
        NotAllowed, MatterMoved: as `amend_matter`.
    """
    matter = locked_for_body(pk, actor)
    require_state(matter, *WITH_THE_BODY)
    for attached in matter.files.filter(pk=file_pk).select_related("file"):
        file = attached.file
        attached.delete()
        remove_file(file, actor=None)
        record("matters.file.removed", matter, actor=actor, name=file.name)


def _refuse_raised(source_id: int, plan: Plan, body: Organisation) -> None:
    """Hold the obstacle, so that two who raise it at once do so one after the other; the second is refused."""
    held = Entry.objects.select_for_update(of=("self",), no_key=True).select_related("report__period")
    entry = held.filter(pk=source_id).first()
    if entry is None:
        raise MatterUnfit(_("这份报告已经不在了，请从头写。"))
    if entry.report.organisation_id != body.pk or entry.report.period.plan_id != plan.pk:
        raise MatterUnfit(_("这份报告不是这个单位在这个方案下报的。"))
    if not entry.obstacle.strip():
        raise MatterUnfit(_("这份报告在这项任务上没有写困难。"))
    before = Matter.objects.filter(source=entry).exclude(state=MatterState.WITHDRAWN).first()
    if before is not None:
        raise MatterRaised(_("这条困难已经提出过：“%(title)s”。") % {"title": before.title}, matter=before.pk)


def _write(matter: Matter, words: MatterWords) -> None:
    """Check every part, then save the matter with its bodies and tasks."""
    matter.title = fit_text(" ".join(words.title.split()), field="title", most=LONGEST_TITLE)
    matter.difficulty = fit_text(words.difficulty, field="difficulty", most=WORDS_MOST)
    matter.tried = fit_text(words.tried, field="tried", most=WORDS_MOST, is_required=False)
    matter.asked = fit_text(words.asked, field="asked", most=WORDS_MOST, is_required=False)
    if words.wanted_by is not None:
        refuse_far(matter.plan, words.wanted_by, field="wanted_by")
    matter.wanted_by = words.wanted_by
    bodies = [one for one in bodies_of_plan(matter.plan) if one.pk in set(words.bodies)]
    if len(bodies) < len(set(words.bodies)) or matter.body_id in words.bodies:
        raise MatterUnfit(_("请选在这个方案里有责任的其他单位。"), field="bodies")
    tasks = list(Task.objects.filter(plan=matter.plan, is_struck=False, pk__in=words.tasks))
    if len(tasks) < len(set(words.tasks)):
        raise MatterUnfit(_("请选这个方案里的任务。"), field="tasks")
    matter.save()
    matter.asked_bodies.set(bodies)
    matter.tasks.set(tasks)
