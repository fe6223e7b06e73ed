"""What time does to an evaluation: terms run out, reviewers are reminded once before their day."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.foundation.clock import today
from kepu.foundation.language import city_words
from kepu.plan.evaluation.choices import TO_JUDGE, EvaluationState
from kepu.plan.evaluation.models import Evaluation
from kepu.plan.evaluation.queries.settings import figures
from kepu.plan.evaluation.services.steps import settle_body, settle_reviewers, tell
from kepu.plan.tasks.choices import PlanState


def keep_evaluations() -> int:
    """Settle the to-dos of every evaluation that is being judged; returns how many reviewers were reminded."""
    found = Evaluation.objects.filter(state=EvaluationState.JUDGING).order_by("pk").values_list("pk", flat=True)
    return sum(_keep(pk) for pk in list(found))


@transaction.atomic
def _keep(pk: int) -> int:
    evaluation = Evaluation.objects.select_for_update(of=("self",)).select_related("plan__region").get(pk=pk)
    sheets = list(evaluation.sheets.select_related("body", "reviewer"))
    for sheet in {sheet.body_id: sheet for sheet in sheets}.values():
        settle_body(evaluation, sheet)
    waiting: dict[int, Person] = {
        sheet.reviewer.pk: sheet.reviewer for sheet in sheets if sheet.reviewer is not None and sheet.state in TO_JUDGE
    }
    settle_reviewers(evaluation, [sheet.reviewer for sheet in sheets])
    day = evaluation.judge_by
    is_live = evaluation.plan.state == PlanState.LIVE
    if not is_live or day is None or today() != day - timedelta(days=figures().remind_days):
        return 0
    with city_words():
        title = _("评分 %(day)s 到期：%(title)s") % {"day": day.isoformat(), "title": evaluation.title}
    tell(waiting.values(), evaluation, f"reminder:{day.isoformat()}", title, kind="evaluation.reminder")
    return len(waiting)
