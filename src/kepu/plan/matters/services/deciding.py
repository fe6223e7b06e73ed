"""What the meeting said, item by item; the duties of a decision; and the minutes, which make steps of them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation, Person
from kepu.directory.todos.services import close_todos
from kepu.foundation.audit.services import record
from kepu.foundation.clock import today
from kepu.foundation.errors import DomainError
from kepu.foundation.events import publish
from kepu.foundation.language import city_words
from kepu.oversight.services import fit_text, public_text
from kepu.plan.matters.choices import MatterState, MeetingState, Outcome, PaperKind, StepKind
from kepu.plan.matters.errors import MatterUnfit, MeetingUnready
from kepu.plan.matters.events import MatterSettled, MinutesIssued
from kepu.plan.matters.models import AgendaItem, AgreedDuty, Matter, Meeting
from kepu.plan.matters.rules import step_title
from kepu.plan.matters.services.asking import hang_duty, tell_body
from kepu.plan.matters.services.papers import freeze_paper, start_papers
from kepu.plan.matters.services.steps import (
    WORDS_MOST,
    locked,
    locked_meeting,
    move,
    note_step,
    refuse_closed,
    require_meeting_state,
)
from kepu.plan.tasks.models import Milestone, Task
from kepu.plan.tasks.services import WantedStep, set_milestones
from kepu.plan.tasks.services.decisions.acts import refuse_outside

LONGEST_DUTY = 120
MOST_DUTIES = 20

_AFTER = {
    Outcome.DECIDED: (MatterState.DECIDED, StepKind.DECIDED),
    Outcome.DEFERRED: (MatterState.LISTED, StepKind.DEFERRED),
    Outcome.NOT_AGREED: (MatterState.NOT_AGREED, StepKind.NOT_AGREED),
}


@transaction.atomic
def record_outcome(
    item_id: int,
    *,
    outcome: str,
    decision: str,
    actor: Person,
    is_public: bool = False,
    is_checked: bool = False,
) -> AgendaItem:
    """Write down what the meeting said of an item; it may be changed until the minutes are issued.

    Args:
        item_id: the item.
        outcome: a code of `Outcome`.
        decision: the words of it.
        actor: of the leading office.
        is_public: everybody may read title, decision and duties once the minutes are issued.
        is_checked: the actor says that what looks like personal data may be public.

    Raises:
        NotAllowed: not of the leading office.
        MeetingMoved: the meeting was not held, or its minutes are out.
        MatterUnfit: no such outcome, one with duties that is not decided, or a public one that is not decided.
        TextUnfit: nothing said, or too long.
        PersonalDataFound: see `is_checked`.
    """
    item = _locked_item(item_id, actor)
    if outcome not in Outcome.values:
        raise MatterUnfit(_("请选一个结果。"), field="outcome")
    if outcome != Outcome.DECIDED and item.duties.exists():
        raise MatterUnfit(_("这一项已经写了责任。没有议定的，请先把责任去掉。"), field="outcome")
    if outcome != Outcome.DECIDED and is_public:
        raise MatterUnfit(_("只有议定的可以公开。"), field="is_public")
    if is_public:
        public_text(item.matter.title, field="is_public", is_checked=is_checked)
        words = public_text(decision, field="decision", is_checked=is_checked, most=WORDS_MOST)
    else:
        words = fit_text(decision, field="decision", most=WORDS_MOST)
    item.outcome, item.decision, item.is_public = outcome, words, is_public
    item.save(update_fields=["outcome", "decision", "is_public"])
    record("matters.item.recorded", item.matter, actor=actor, meeting=item.meeting_id, outcome=outcome)
    return item


@transaction.atomic
def add_duty(
    item_id: int, *, task_id: int, body_id: int, text: str, due_on: date, actor: Person, is_checked: bool = False
) -> AgreedDuty:
    """Write down what a decision asks of one body by one day; it becomes a step of the task, which everybody reads.

    Args:
        item_id: a decided item.
        task_id: a task of the plan in which the body has a duty.
        body_id: the body.
        text: what it does.
        due_on: by when, inside the plan's period and not before the meeting.
        actor: of the leading office.
        is_checked: the actor says that what looks like personal data may be public.

    Raises:
        NotAllowed, MeetingMoved: as `record_outcome`.
        MeetingUnready: the item is not decided.
        MatterUnfit: the body has no duty in the task, the task has such a step, or there are too many duties.
        DecisionInvalid: the day lies outside the plan's period.
        TextUnfit: nothing said, or too long.
        PersonalDataFound: see `is_checked`.
    """
    item = _locked_item(item_id, actor)
    if item.outcome != Outcome.DECIDED:
        raise MeetingUnready(_("请先记下这一项已经议定，再写责任。"))
    if item.duties.count() >= MOST_DUTIES:
        raise MatterUnfit(_("一项决定最多 %(most)d 项责任。") % {"most": MOST_DUTIES}, field="text")
    words = public_text(" ".join(text.split()), field="text", is_checked=is_checked, most=LONGEST_DUTY)
    duty = AgreedDuty(item=item, task_id=task_id, body_id=body_id, text=words, due_on=due_on)
    others = AgreedDuty.objects.filter(item__meeting=item.meeting, task=task_id).select_related("body")
    refuse_unfit(duty, item.meeting, [step_title(one.body.label, one.text) for one in others])
    duty.save()
    told = {"task": task_id, "body": body_id, "due_on": due_on.isoformat(), "meeting": item.meeting_id}
    record("matters.duty.added", item.matter, actor=actor, duty=duty.pk, **told)
    return duty


@transaction.atomic
def remove_duty(duty_id: int, *, actor: Person) -> AgendaItem:
    """Take a duty away again before the minutes are issued.

    Raises:
        NotAllowed, MeetingMoved: as `record_outcome`.
        AgreedDuty.DoesNotExist: somebody took it away before.
    """
    item = _locked_item(AgreedDuty.objects.values_list("item", flat=True).get(pk=duty_id), actor)
    AgreedDuty.objects.get(pk=duty_id).delete()
    record("matters.duty.removed", item.matter, actor=actor, duty=duty_id, meeting=item.meeting_id)
    return item


@transaction.atomic
def issue_minutes(pk: int, *, actor: Person) -> Meeting:
    """Issue the minutes: every duty becomes a dated step of its task, every matter goes on as the meeting said.

    Nothing of the minutes changes any more. What stands against them is told before anything is written.

    Raises:
        NotAllowed: not of the leading office.
        MeetingMoved: the meeting was not held, or somebody issued them before.
        MeetingUnready: an item without a result, or duties that cannot be steps; the message names each.
        PlanClosed: the plan is over.
    """
    meeting = locked_meeting(pk, actor)
    require_meeting_state(meeting, MeetingState.HELD)
    refuse_closed(meeting.plan)
    items = list(meeting.items.prefetch_related("duties__task", "duties__body__region", "duties__body__parent"))
    matters = {item.pk: locked(item.matter_id) for item in sorted(items, key=lambda one: one.matter_id)}
    open_ = [matters[item.pk].title for item in items if not item.outcome]
    if open_:
        raise MeetingUnready(_("这几项还没有记下结果：%(titles)s。") % {"titles": "、".join(open_[:5])})
    duties = [duty for item in items for duty in item.duties.all()]
    _refuse_all_unfit(duties, meeting)
    freeze_paper(meeting, PaperKind.MINUTES)
    meeting.state, meeting.issued_on = MeetingState.ISSUED, today()
    meeting.save(update_fields=["state", "issued_on"])
    _make_steps(duties, meeting, actor)
    for item in items:
        _go_on(item, matters[item.pk], meeting, actor)
    record("matters.meeting.issued", meeting, actor=actor, items=len(items), duties=len(duties))
    publish(MinutesIssued(meeting.pk, len(duties)))
    close_todos(f"matters.minutes:{meeting.pk}")
    start_papers(meeting, actor)
    return meeting


def refuse_unfit(duty: AgreedDuty, meeting: Meeting, taken: Iterable[str]) -> None:
    """Refuse a duty that cannot become a step of its task.

    Args:
        duty: with its ids, saved or not.
        meeting: with its plan.
        taken: names of the steps that other duties of the meeting become in this task.

    Raises:
        MatterUnfit: the task is not of the plan or struck, the body has no duty in it, or it has such a step already.
        DecisionInvalid: the day lies outside the plan's period.
    """
    task = Task.objects.filter(pk=duty.task_id, plan=meeting.plan_id).first()
    if task is None or task.is_struck:
        raise MatterUnfit(_("请选这个方案里的一项任务。"), field="task")
    body = Organisation.objects.get(pk=duty.body_id)
    if not task.duties.filter(organisation=body).exists():
        raise MatterUnfit(
            _("%(body)s在“%(task)s”里没有责任。请换一个单位或任务，或先在任务页定责任单位。")
            % {"body": body.label, "task": task.label},
            field="body",
        )
    refuse_outside(meeting.plan, duty.due_on, field="due_on")
    if duty.due_on < meeting.held_on:
        raise MatterUnfit(
            _("期限早于开会那天（%(day)s），请检查年份。") % {"day": meeting.held_on.isoformat()}, field="due_on"
        )
    title = step_title(body.label, duty.text)
    if title in set(taken) or task.milestones.filter(title=title).exists():
        raise MatterUnfit(
            _("“%(task)s”里已有同名的节点“%(title)s”，请换个说法。") % {"task": task.label, "title": title},
            field="text",
        )


def _refuse_all_unfit(duties: list[AgreedDuty], meeting: Meeting) -> None:
    """Tasks, duties and steps may have changed since the duties were written: look at each once more, and name all."""
    problems: list[str] = []
    taken: dict[int, list[str]] = defaultdict(list)
    for duty in duties:
        try:
            refuse_unfit(duty, meeting, taken[duty.task_id])
        except DomainError as problem:
            problems.append(f"{duty.text}：{problem.message}")
        taken[duty.task_id].append(step_title(duty.body.label, duty.text))
    if problems:
        raise MeetingUnready(_("纪要还不能印发：%(problems)s") % {"problems": " ".join(problems)})


def _make_steps(duties: list[AgreedDuty], meeting: Meeting, actor: Person) -> None:
    """Add the duties to the open steps of their tasks, and remember which step is whose."""
    by_task: dict[int, list[AgreedDuty]] = defaultdict(list)
    for duty in duties:
        by_task[duty.task_id].append(duty)
    for task_id in sorted(by_task):
        Task.objects.select_for_update(of=("self",)).get(pk=task_id)  # steps are read as they will be when written
        kept = Milestone.objects.filter(task=task_id, done_on=None)
        wanted = [WantedStep(step.title, step.due_on, step.pk) for step in kept]
        wanted += [WantedStep(step_title(one.body.label, one.text), one.due_on) for one in by_task[task_id]]
        with city_words():
            reason = _("%(meeting)s议定（%(day)s）") % {"meeting": meeting.title, "day": meeting.held_on.isoformat()}
        set_milestones(task_id, wanted, actor=actor, reason=reason)
        made = dict(Milestone.objects.filter(task=task_id, done_on=None).values_list("title", "pk"))
        for duty in by_task[task_id]:
            duty.milestone_id = made[step_title(duty.body.label, duty.text)]
            duty.save(update_fields=["milestone"])


def _go_on(item: AgendaItem, matter: Matter, meeting: Meeting, actor: Person) -> None:
    state, kind = _AFTER[Outcome(item.outcome)]
    move(matter, state, kind, actor=actor, text=item.decision, meeting=meeting.pk)
    tell_body(matter, f"{kind}:{meeting.pk}", item.decision)
    duties = list(item.duties.all())
    for duty in duties:
        hang_duty(duty, matter, due_on=duty.due_on, is_new=True)
    if state == MatterState.DECIDED and not duties:
        note_step(matter, StepKind.SETTLED, actor=None)
        publish(MatterSettled(matter.pk))


def _locked_item(item_id: int, actor: Person) -> AgendaItem:
    meeting = locked_meeting(AgendaItem.objects.values_list("meeting", flat=True).get(pk=item_id), actor)
    require_meeting_state(meeting, MeetingState.HELD)
    item = AgendaItem.objects.select_related("matter").get(pk=item_id)
    item.meeting = meeting
    return item
