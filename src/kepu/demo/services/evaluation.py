"""Tell the example's mid-term evaluation to its end: judged, one comment answered, closed and published."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person
from kepu.directory.register.queries import match_organisations
from kepu.directory.register.services.demonstration import demonstration_person
from kepu.foundation import clock
from kepu.foundation.codes.models import Parameter
from kepu.plan.evaluation.choices import Basis
from kepu.plan.evaluation.models import Evaluation, Sheet
from kepu.plan.evaluation.queries import facts_of, rule_points
from kepu.plan.evaluation.services import (
    Terms,
    WantedCriterion,
    WantedScore,
    WantedSheet,
    assign_sheets,
    close_evaluation,
    comment_on_sheet,
    create_evaluation,
    make_papers,
    open_judging,
    publish_evaluation,
    release_findings,
    reply_to_comment,
    set_rubric,
    submit_sheet,
    write_summary,
)
from kepu.plan.tasks.models import Plan


@transaction.atomic
def load_evaluation(plan: Plan, story: Mapping[str, Any]) -> int:
    """Tell the evaluation of a story through the services, each step on its day; returns how many sheets were judged.

    A plan with any evaluation is left as it is.

    Args:
        plan: the example's plan, live, with its decisions and facts.
        story: the section `evaluation` of the file `story.toml`.
    """
    if Evaluation.objects.filter(plan=plan).exists():
        return 0
    office, reviewer = demonstration_person(Role.LEADING_OFFICE), demonstration_person(Role.REVIEWER)
    named = match_organisations([story["office_body"], *(row["body"] for row in story["sheet"])], region=plan.region)
    bodies = {name: found.organisation for name, found in named.items() if found.organisation is not None}
    seat = Parameter.objects.filter(name="evaluation.office_body")
    seat.update(override=bodies[story["office_body"]].name, is_overridden=True)
    with clock.fixed(story["made_on"]):
        terms = Terms("mid_term", story["title"], story["since"], story["until"], judge_by=story["closed_on"])
        evaluation = create_evaluation(plan, terms, actor=office)
        rubric = [WantedCriterion(**{**row, "weight": Decimal(row["weight"])}) for row in story["criterion"]]
        set_rubric(evaluation.pk, rubric, revision=0, actor=office)
        evaluation = open_judging(evaluation.pk, actor=office)
        write_summary(evaluation.pk, words=story["summary"], revision=evaluation.revision, actor=office)
    judged = [_judge(evaluation, row, bodies, story, office, reviewer) for row in story["sheet"]]
    with clock.fixed(story["replied_on"]):
        release_findings(evaluation.pk, [sheet.pk for sheet in judged], actor=office)
    with clock.fixed(story["closed_on"]):
        closed = close_evaluation(evaluation.pk, unjudged_reason=story["unjudged_reason"], actor=office)
    make_papers(closed.pk, str(closed.progress_id))
    with clock.fixed(story["published_on"]):
        publish_evaluation(closed.pk, actor=office)
    return len(judged)


def _judge(
    evaluation: Evaluation,
    row: Mapping[str, Any],
    bodies: Mapping[str, Organisation],
    story: Mapping[str, Any],
    office: Person,
    reviewer: Person,
) -> Sheet:
    sheet = evaluation.sheets.get(task__code=row["at"], body=bodies[row["body"]])
    with clock.fixed(story["judged_on"]):
        assign_sheets(evaluation.pk, [sheet.pk], reviewer.pk, actor=office)
        sheet = Sheet.objects.select_related("evaluation__plan__region", "task__plan", "body").get(pk=sheet.pk)
        facts = facts_of(sheet)
        scores = {}
        for criterion, typed in zip(evaluation.criteria.all(), row["points"], strict=True):
            is_uncounted = criterion.basis != Basis.BY_HAND and rule_points(criterion, facts) is None
            words = story["by_rule_words"] if is_uncounted else ""
            points = row["lacking"] if is_uncounted else typed
            scores[criterion.pk] = WantedScore(Decimal(points) if points else None, words)
        wanted = WantedSheet(scores, row["strengths"], row["problems"], row["advice"])
        sheet = submit_sheet(sheet.pk, wanted, revision=sheet.revision, actor=reviewer)
    if "comment" in row:
        liaison = demonstration_person(Role.LIAISON, organisation=sheet.body)
        with clock.fixed(story["commented_on"]):
            comment_on_sheet(sheet.pk, words=row["comment"], actor=liaison)
        with clock.fixed(story["replied_on"]):
            reply_to_comment(sheet.pk, words=row["reply"], actor=reviewer)
    return sheet
