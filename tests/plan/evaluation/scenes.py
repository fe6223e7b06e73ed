"""An evaluation in the world of seven states, made through the services."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person
from kepu.foundation.clock import fixed
from kepu.foundation.codes.models import Parameter
from kepu.plan.evaluation.models import Evaluation, Sheet
from kepu.plan.evaluation.services import (
    Terms,
    WantedCriterion,
    WantedScore,
    WantedSheet,
    assign_sheets,
    close_evaluation,
    create_evaluation,
    make_papers,
    open_judging,
    publish_evaluation,
    set_rubric,
    submit_sheet,
)
from tests.factories import OrganisationFactory, PersonFactory
from tests.plan.worlds import DAY, World, seven_states

JUDGED_ON = date(2024, 9, 18)
"""A Wednesday; the five working days of the comment end on 2024-09-25."""
AFTER = date(2024, 9, 26)
UNTIL = date(2024, 9, 15)
RUBRIC = (
    WantedCriterion("目标", Decimal(40), "看目标完成了几成", "targets"),
    WantedCriterion("报告", Decimal("20.5"), "看报得及不及时", "reports", "half_up", 1),
    WantedCriterion("工作", Decimal("39.5"), "看做了什么", "by_hand", "truncate", 1),
)


def terms(title: str = "中期评估", **more: object) -> Terms:
    """Of the first nine months of 2024."""
    given: dict[str, object] = {"since": date(2024, 1, 1), "until": UNTIL, "judge_by": date(2024, 9, 30)}
    return Terms("mid_term", title, **(given | more))  # type: ignore[arg-type]


def seat_the_office(body: Organisation) -> None:
    """What the operator fills in on the page of parameters."""
    found = Parameter.objects.filter(name="evaluation.office_body")
    assert found.update(override=body.name, is_overridden=True)


@dataclass
class Scene:
    """The world on 2024-09-18 with an office, two reviewers from elsewhere, and the liaison of the bureau."""

    world: World = field(default_factory=lambda: _world())  # noqa: PLW0108 defined below

    def __post_init__(self) -> None:
        self.office: Person = PersonFactory(role=Role.LEADING_OFFICE)
        self.reviewer: Person = PersonFactory(role=Role.REVIEWER, organisation=OrganisationFactory(name="示例大学"))
        self.second: Person = PersonFactory(role=Role.REVIEWER, organisation=OrganisationFactory(name="示例研究院"))
        self.liaison: Person = PersonFactory(role=Role.LIAISON, organisation=self.bureau)
        seat_the_office(self.association)

    @property
    def bureau(self) -> Organisation:
        return self.world.bureau

    @property
    def association(self) -> Organisation:
        return self.world.city.office

    def prepared(
        self, title: str = "中期评估", rubric: tuple[WantedCriterion, ...] = RUBRIC, **more: object
    ) -> Evaluation:
        with fixed(JUDGED_ON):
            evaluation = create_evaluation(self.world.plan, terms(title, **more), actor=self.office)
            return set_rubric(evaluation.pk, rubric, revision=0, actor=self.office)

    def judging(self, title: str = "中期评估", **more: object) -> Evaluation:
        evaluation = self.prepared(title, **more)
        with fixed(JUDGED_ON):
            return open_judging(evaluation.pk, actor=self.office)

    def sheet(self, evaluation: Evaluation, code: str = "二(一)3", body: Organisation | None = None) -> Sheet:
        return evaluation.sheets.get(task__code=code, body=body or self.bureau)

    def given(self, evaluation: Evaluation, code: str = "二(一)3", body: Organisation | None = None) -> Sheet:
        """A sheet in the reviewer's hands."""
        sheet = self.sheet(evaluation, code, body)
        with fixed(JUDGED_ON):
            assign_sheets(evaluation.pk, [sheet.pk], self.reviewer.pk, actor=self.office)
        return fresh(sheet)

    def wanted(self, evaluation: Evaluation, by_hand: str = "30", **words: str) -> WantedSheet:
        """Points by hand for the last criterion and a word where there is nothing to count; the rest by the rule."""
        given = {"strengths": "讲得好。", "problems": "做得少。", "advice": "多做。"} | words
        scores = {}
        for criterion in evaluation.criteria.all():
            if criterion.basis == "by_hand":
                scores[criterion.pk] = WantedScore(Decimal(by_hand), "有记录。")
            elif criterion.basis == "reports":
                scores[criterion.pk] = WantedScore(Decimal("20.5"), "还没有应报的报告。")
            else:
                scores[criterion.pk] = WantedScore(None)
        return WantedSheet(scores, **given)

    def submitted(
        self, evaluation: Evaluation, code: str = "二(一)3", body: Organisation | None = None, by_hand: str = "30"
    ) -> Sheet:
        sheet = self.given(evaluation, code, body)
        with fixed(JUDGED_ON):
            wanted = self.wanted(evaluation, by_hand)
            return submit_sheet(sheet.pk, wanted, revision=sheet.revision, actor=self.reviewer)

    def closed(self, title: str = "中期评估", by_hand: str = "30", **more: object) -> Evaluation:
        evaluation = self.judging(title, **more)
        self.submitted(evaluation, by_hand=by_hand)
        with fixed(AFTER):
            return close_evaluation(evaluation.pk, unjudged_reason="试评一项。", actor=self.office)

    def published(self, title: str = "中期评估", **more: object) -> Evaluation:
        evaluation = self.closed(title, **more)
        with fixed(AFTER):
            make_papers(evaluation.pk, str(evaluation.progress_id))
            return publish_evaluation(evaluation.pk, actor=self.office)


def _world() -> World:
    with fixed(DAY):
        return seven_states()


def fresh(sheet: Sheet) -> Sheet:
    """The sheet as it stands now."""
    return Sheet.objects.get(pk=sheet.pk)
