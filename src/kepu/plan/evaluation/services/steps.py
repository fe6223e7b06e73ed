"""What every service of an evaluation does: lock it, check state and wording, note the step, hang up to-dos, tell people."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from kepu.directory.notices.services import notify
from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person
from kepu.directory.register.queries import persons_holding
from kepu.directory.todos.services import close_todos, open_todo
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now, today
from kepu.foundation.errors import NotAllowed
from kepu.foundation.language import city_words
from kepu.plan.evaluation.choices import TO_JUDGE, EvaluationState, SheetState, StepKind
from kepu.plan.evaluation.errors import EvaluationMoved, JudgeInConflict
from kepu.plan.evaluation.models import Evaluation, Sheet, SheetStep
from kepu.plan.evaluation.permissions import may_run_evaluation
from kepu.plan.evaluation.queries.conflicts import ties_of
from kepu.plan.tasks.choices import PlanState
from kepu.plan.tasks.errors import PlanClosed
from kepu.plan.tasks.models import Plan

WORDS_MOST = 2000
REASON_MOST = 500


def locked_evaluation(pk: int, actor: Person, *allowed: EvaluationState) -> Evaluation:
    """The evaluation for an act of the leading office, held until the transaction ends.

    Raises:
        NotAllowed: the actor does not sit in the leading office of the plan's region.
        EvaluationMoved: it is in none of the states.
    """
    Evaluation.objects.select_for_update().get(pk=pk)
    evaluation = Evaluation.objects.select_related("plan__region", "progress", "word", "pdf").get(pk=pk)
    if not may_run_evaluation(actor, evaluation.plan):
        raise NotAllowed(_("只有领导小组办公室可以做这一步。"))
    require_state(evaluation, *allowed)
    return evaluation


def locked_sheet(pk: int) -> Sheet:
    """A sheet, held with its evaluation until the transaction ends.

    Raises:
        Sheet.DoesNotExist: there is none.
        EvaluationMoved: the evaluation is not being judged any more.
        PlanClosed: the plan is over.
    """
    evaluation_id = Sheet.objects.values_list("evaluation_id", flat=True).get(pk=pk)
    Evaluation.objects.select_for_update(no_key=True).get(pk=evaluation_id)
    Sheet.objects.select_for_update().get(pk=pk)
    related = ("evaluation__plan__region", "task__plan", "task__section", "body__region", "reviewer")
    sheet = Sheet.objects.select_related(*related).get(pk=pk)
    require_state(sheet.evaluation, EvaluationState.JUDGING)
    refuse_closed(sheet.evaluation.plan)
    return sheet


def require_state(evaluation: Evaluation, *allowed: EvaluationState) -> None:
    """Refuse what does not fit the state.

    Raises:
        EvaluationMoved: the state is another one.
    """
    if evaluation.state not in allowed:
        raise EvaluationMoved(
            _("“%(title)s”现在是“%(state)s”，这一步做不了，可能刚有人办过。请刷新再看；您写的字还在下面。")
            % {"title": evaluation.title, "state": evaluation.get_state_display()},
            state=evaluation.state,
        )


def require_sheet_state(sheet: Sheet, *allowed: SheetState) -> None:
    """Refuse what does not fit the state of a sheet.

    Raises:
        EvaluationMoved: the state is another one.
    """
    if sheet.state not in allowed:
        raise EvaluationMoved(
            _("这张评估表现在是“%(state)s”，这一步做不了，可能刚有人办过。请刷新再看；您写的字还在下面。")
            % {"state": sheet.get_state_display()},
            state=sheet.state,
        )


def require_revision(thing: Evaluation | Sheet, revision: int) -> None:
    """Refuse to write over what the page did not show.

    Raises:
        EvaluationMoved: somebody saved it since.
    """
    if thing.revision != revision:
        raise EvaluationMoved(
            _(
                "这一页在别处又存过一次（可能是另一个窗口）。您写的还在下面：请另开一页对照，改好后再存一次，会以您的为准。"
            ),
            revision=thing.revision,
        )


def refuse_closed(plan: Plan) -> None:
    """Refuse to judge under a plan that is over.

    Raises:
        PlanClosed: it is.
    """
    if plan.state == PlanState.CLOSED:
        raise PlanClosed(_("《%(plan)s》已收官，不再评分；已定稿的评估还在。") % {"plan": str(plan)[:80]})


def refuse_conflict(actor: Person, sheet: Sheet) -> None:
    """Refuse whoever has, or had, to do with the body that is judged.

    Raises:
        JudgeInConflict: with the tie in words.
    """
    tie = ties_of([actor], sheet.evaluation, [sheet.body]).with_body(actor.pk, sheet.body)
    if tie:
        raise JudgeInConflict(
            _("谁评都不评自己的单位：您%(tie)s，不能评%(body)s。请联系办公室换一位评估员；您写的字还在下面。")
            % {"tie": tie, "body": sheet.body.label}
        )


def note_step(sheet: Sheet, kind: StepKind, *, actor: Person, acted_as: str, words: str = "") -> SheetStep:
    """Write one step into the trail of a sheet, and into the audit."""
    step = SheetStep.objects.create(sheet=sheet, kind=kind, at=now(), actor=actor, acted_as=acted_as[:140], words=words)
    said = {"evaluation": sheet.evaluation_id, "task": sheet.task_id, "body": sheet.body_id}
    record(f"evaluation.sheet.{kind}", sheet, actor=actor, **said)
    return step


def as_role(role: Role, body: str = "") -> str:
    """As whom somebody acts, as it stands in the trail."""
    with city_words():
        return str(role.label) if not body else _("%(body)s（%(role)s）") % {"body": body, "role": role.label}


# --- to-dos and notices -------------------------------------------------------------------------------------------


def judge_key(evaluation: Evaluation) -> str:
    """The key of the to-dos of an evaluation's reviewers."""
    return f"evaluation.judge:{evaluation.pk}"


def comment_key(evaluation: Evaluation, body_id: int) -> str:
    """The key of the to-do of a judged body."""
    return f"evaluation.comment:{evaluation.pk}:{body_id}"


def settle_reviewers(evaluation: Evaluation, people: Iterable[Person | None]) -> None:
    """Hang up, reword or take down what each reviewer has to judge: one item for each evaluation, not for each sheet."""
    is_open = evaluation.state == EvaluationState.JUDGING and evaluation.plan.state == PlanState.LIVE
    for person in {person.pk: person for person in people if person is not None}.values():
        count = evaluation.sheets.filter(reviewer=person, state__in=TO_JUDGE).count() if is_open else 0
        if not count:
            close_todos(judge_key(evaluation), person=person)
            continue
        with city_words():
            open_todo(
                judge_key(evaluation),
                title=_("评分：%(title)s，还有 %(n)d 张评估表") % {"title": evaluation.title[:60], "n": count},
                reason=_("每张表是一个单位的一项任务，事实已经填好。"),
                action=_("去评分"),
                url_name="evaluation:evaluation",
                url_arguments=[evaluation.pk],
                subject=evaluation,
                due_on=evaluation.judge_by,
                person=person,
            )


def settle_body(evaluation: Evaluation, sheet: Sheet) -> None:
    """Hang up, reword or take down what the judged body may say: one item for each evaluation and body."""
    day = today()
    sheets = evaluation.sheets.filter(body=sheet.body_id, state=SheetState.SUBMITTED, commented_on=None)
    waiting = [one for one in sheets if one.is_comment_open(day)]
    if not waiting or evaluation.state != EvaluationState.JUDGING:
        close_todos(comment_key(evaluation, sheet.body_id))
        return
    days = [one.comment_by for one in waiting if one.comment_by is not None]
    with city_words():
        open_todo(
            comment_key(evaluation, sheet.body_id),
            title=_("看评估结果：%(title)s，%(n)d 张评估表可以陈述意见")
            % {"title": evaluation.title[:60], "n": len(waiting)},
            reason=_("对事实或评分有不同看法，可以陈述一次；没有就点“没有意见”。"),
            action=_("去看"),
            url_name="evaluation:evaluation",
            url_arguments=[evaluation.pk],
            subject=evaluation,
            due_on=min(days) if days else None,
            role=Role.LIAISON,
            organisation=sheet.body,
        )


def tell(people: Iterable[Person], evaluation: Evaluation, key: str, title: str, *, kind: str, path: str = "") -> None:
    """Tell some persons once about an evaluation."""
    for person in people:
        notify(
            person,
            key=f"evaluation:{evaluation.pk}:{key}"[:120],
            kind=kind,
            title=title[:200],
            url=path or reverse("evaluation:evaluation", args=[evaluation.pk]),
        )


def liaisons(sheet: Sheet) -> list[Person]:
    """Who speaks for the judged body today."""
    return persons_holding(Role.LIAISON, on=today(), organisation=sheet.body)
