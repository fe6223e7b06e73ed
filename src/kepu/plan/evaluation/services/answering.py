"""What the judged body says once about a sheet (陈述意见), and what it is answered."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person
from kepu.directory.register.queries import persons_holding
from kepu.foundation.clock import today
from kepu.foundation.errors import NotAllowed
from kepu.foundation.language import city_words
from kepu.oversight.services import public_text
from kepu.plan.evaluation.choices import SheetState, StepKind
from kepu.plan.evaluation.errors import EvaluationMoved
from kepu.plan.evaluation.models import Sheet
from kepu.plan.evaluation.permissions import may_comment_on_sheet, may_judge_sheet, may_run_evaluation
from kepu.plan.evaluation.services.steps import (
    WORDS_MOST,
    as_role,
    liaisons,
    locked_sheet,
    note_step,
    refuse_conflict,
    require_sheet_state,
    settle_body,
    tell,
)


@transaction.atomic
def comment_on_sheet(pk: int, *, words: str, actor: Person, is_checked: bool = False) -> Sheet:
    """Say once, for the judged body, what it thinks of its sheet; it stands in the report that is published.

    Raises:
        NotAllowed: not of the body.
        EvaluationMoved: nothing to comment on, said before, or the term is over.
        TextUnfit: nothing said, or too long.
        PersonalDataFound: it seems to hold personal data, and nobody said that it was checked.
    """
    sheet = _open_for_body(pk, actor)
    sheet.comment = public_text(words, field="words", is_checked=is_checked, most=WORDS_MOST)
    _commented(sheet, StepKind.COMMENTED, actor)
    with city_words():
        title = _("单位陈述了意见：%(task)s，%(body)s") % {"task": sheet.task.label[:60], "body": sheet.body.label}
    people = [*persons_holding(Role.LEADING_OFFICE, on=today()), *([sheet.reviewer] if sheet.reviewer else [])]
    path = reverse("evaluation:sheet", args=[sheet.pk])
    tell(
        people, sheet.evaluation, f"commented:{sheet.pk}:{sheet.revision}", title, kind="evaluation.comment", path=path
    )
    return sheet


@transaction.atomic
def agree_to_sheet(pk: int, *, actor: Person) -> Sheet:
    """Say, for the judged body, that there is nothing to say.

    Raises:
        NotAllowed, EvaluationMoved: as `comment_on_sheet`.
    """
    sheet = _open_for_body(pk, actor)
    _commented(sheet, StepKind.AGREED, actor)
    return sheet


def _open_for_body(pk: int, actor: Person) -> Sheet:
    sheet = locked_sheet(pk)
    if not may_comment_on_sheet(actor, sheet):
        raise NotAllowed(_("只有被评单位的联络员可以陈述意见。"))
    require_sheet_state(sheet, SheetState.SUBMITTED)
    if sheet.commented_on is not None:
        raise EvaluationMoved(_("单位已经陈述过意见，只能陈述一次。您写的字还在下面。"))
    if not sheet.is_comment_open(today()):
        day = sheet.comment_by.isoformat() if sheet.comment_by else ""
        raise EvaluationMoved(_("陈述意见的期限 %(day)s 已过。您写的字还在下面，可以联系办公室。") % {"day": day})
    return sheet


def _commented(sheet: Sheet, kind: StepKind, actor: Person) -> None:
    sheet.commented_on = today()
    sheet.revision += 1
    sheet.save()
    note_step(sheet, kind, actor=actor, acted_as=as_role(Role.LIAISON, sheet.body.label), words=sheet.comment)
    settle_body(sheet.evaluation, sheet)


@transaction.atomic
def reply_to_comment(pk: int, *, words: str, actor: Person, is_checked: bool = False) -> Sheet:
    """Answer what the body said; who has to do with the body does not.

    Raises:
        NotAllowed: neither the reviewer nor of the leading office.
        JudgeInConflict: of the body oneself.
        EvaluationMoved: the body said nothing, or it was answered.
        TextUnfit: nothing said, or too long.
        PersonalDataFound: it seems to hold personal data, and nobody said that it was checked.
    """
    sheet = locked_sheet(pk)
    if not (may_judge_sheet(actor, sheet) or may_run_evaluation(actor, sheet.evaluation.plan)):
        raise NotAllowed(_("只有这张表的评估员和办公室可以回应。"))
    if not sheet.awaits_reply:
        raise EvaluationMoved(_("没有等待回应的意见，可能刚有人回应过。请刷新再看；您写的字还在下面。"))
    refuse_conflict(actor, sheet)
    sheet.reply = public_text(words, field="words", is_checked=is_checked, most=WORDS_MOST)
    sheet.replied_on = today()
    sheet.revision += 1
    sheet.save()
    role = Role.REVIEWER if may_judge_sheet(actor, sheet) else Role.LEADING_OFFICE
    note_step(sheet, StepKind.REPLIED, actor=actor, acted_as=as_role(role), words=sheet.reply)
    with city_words():
        title = _("意见有了回应：%(task)s") % {"task": sheet.task.label[:60]}
    path = reverse("evaluation:sheet", args=[sheet.pk])
    tell(liaisons(sheet), sheet.evaluation, f"replied:{sheet.pk}", title, kind="evaluation.result", path=path)
    return sheet
