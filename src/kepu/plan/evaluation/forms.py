"""The shape of what is typed about evaluations; what may be said and done, the services decide."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kepu.plan.evaluation.choices import Basis, EvaluationKind, Grade, Rounding
from kepu.plan.evaluation.models import Evaluation, Sheet
from kepu.plan.evaluation.queries import figures
from kepu.plan.evaluation.queries.results import PointLine
from kepu.plan.evaluation.rules import MOST_DECIMALS, plain
from kepu.plan.evaluation.services import Terms, WantedCriterion, WantedScore, WantedSheet
from kepu.web.fields import area, day_field

MORE_LINES = 3
_DECIMALS = [(number, str(number)) for number in range(MOST_DECIMALS + 1)]


def _score(label: Any, *, required: bool = True) -> forms.DecimalField:
    return forms.DecimalField(label=label, max_digits=5, decimal_places=2, required=required)


class TermsForm(forms.Form):
    """What an evaluation is about, and how its means are formed."""

    kind = forms.ChoiceField(label=_("类别"), choices=EvaluationKind.choices, widget=forms.RadioSelect)
    title = forms.CharField(label=_("名称"), help_text=_("例如“2021—2025 年方案中期评估”。"))
    since = day_field(_("评估期从哪一天"))
    until = day_field(_("到哪一天"), _("状态、事实和报告都看到这一天。"))
    judge_by = day_field(_("评分期限"), _("评估员的待办按这一天排；不填也可以。"), required=False)
    excellent = _score(_("“优”从几分起"))
    good = _score(_("“良”从几分起"))
    fair = _score(_("“中”从几分起"))
    lead_weight = forms.DecimalField(
        label=_("牵头或单独负责的一张表算几份"),
        max_digits=4,
        decimal_places=1,
        help_text=_("算单位和方案的平均分时用。"),
    )
    other_weight = forms.DecimalField(label=_("其他责任的一张表算几份"), max_digits=4, decimal_places=1)
    decimals = forms.TypedChoiceField(label=_("平均分取几位小数"), choices=_DECIMALS, coerce=int)
    rounding = forms.ChoiceField(label=_("平均分的尾数"), choices=Rounding.choices)
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @classmethod
    def of(
        cls, evaluation: Evaluation | None, span: tuple[date, date], data: Mapping[str, Any] | None = None
    ) -> "TermsForm":
        """The form as the evaluation stands; a new one with the site's figures and the plan's days."""
        if evaluation is None:
            site = figures()
            known: dict[str, Any] = {
                "kind": EvaluationKind.MID_TERM, "since": span[0], "until": span[1], "lead_weight": site.lead_weight,
                "other_weight": site.other_weight, "decimals": 1, "rounding": Rounding.HALF_UP,
            }  # fmt: skip
            scale = site.scale
        else:
            names = (
                "kind",
                "title",
                "since",
                "until",
                "judge_by",
                "lead_weight",
                "other_weight",
                "decimals",
                "rounding",
            )
            known = {name: getattr(evaluation, name) for name in (*names, "revision")}
            scale = evaluation.scale
        return cls(data, initial=known | {grade.value: scale.get(grade.value) for grade in Grade})

    @property
    def terms(self) -> Terms:
        """What was typed."""
        said = self.cleaned_data
        names = ("kind", "title", "since", "until", "judge_by", "lead_weight", "other_weight", "rounding", "decimals")
        scale = {code: said[code] for code in ("excellent", "good", "fair")}
        return Terms(scale=scale, **{name: said[name] for name in names})


class RubricForm(forms.Form):
    """All lines of a rubric at once, with some empty ones at the end; a line without name and weight is left out."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    count = forms.IntegerField(min_value=1, max_value=40, widget=forms.HiddenInput)

    def __init__(self, evaluation: Evaluation, data: Mapping[str, Any] | None = None) -> None:
        rows = list(evaluation.criteria.all())
        initial: dict[str, Any] = {"revision": evaluation.revision, "count": len(rows) + MORE_LINES}
        for number, row in enumerate(rows):
            initial |= {
                f"name-{number}": row.name, f"guide-{number}": row.guide, f"weight-{number}": plain(row.weight),
                f"basis-{number}": row.basis, f"rounding-{number}": row.rounding, f"decimals-{number}": row.decimals,
            }  # fmt: skip
        super().__init__(data, initial=initial)
        self.lines = min(max(self._typed_count(data, len(rows) + MORE_LINES), 1), 40)
        for number in range(self.lines):
            self._add(number)

    @staticmethod
    def _typed_count(data: Mapping[str, Any] | None, usual: int) -> int:
        typed = str((data or {}).get("count", ""))
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else usual  # noqa: PLR2004

    def _add(self, number: int) -> None:
        self.fields[f"name-{number}"] = forms.CharField(label=_("评分项"), required=False)
        self.fields[f"weight-{number}"] = forms.DecimalField(
            label=_("权重"),
            required=False,
            max_digits=6,
            decimal_places=1,
            widget=forms.NumberInput(attrs={"step": "0.1"}),
        )
        self.fields[f"guide-{number}"] = forms.CharField(label=_("看什么"), required=False, widget=area(2))
        self.fields[f"basis-{number}"] = forms.ChoiceField(
            label=_("得分怎么来"), choices=Basis.choices, required=False, initial=Basis.BY_HAND
        )
        self.fields[f"rounding-{number}"] = forms.ChoiceField(
            label=_("尾数"), choices=Rounding.choices, required=False, initial=Rounding.TRUNCATE
        )
        self.fields[f"decimals-{number}"] = forms.TypedChoiceField(
            label=_("小数位"), choices=_DECIMALS, coerce=int, required=False, empty_value="0", initial=0
        )

    @property
    def rows(self) -> list[list[forms.BoundField]]:
        """The fields of each line."""
        names = ("name", "weight", "guide", "basis", "rounding", "decimals")
        return [[self[f"{name}-{number}"] for name in names] for number in range(self.lines)]

    @property
    def total(self) -> str:
        """What the weights on the page add up to, as far as they can be read."""
        shown = [self[f"weight-{number}"].value() for number in range(self.lines)]
        found = Decimal(0)
        for value in shown:
            try:
                number = Decimal(str(value or 0))
            except ArithmeticError:
                continue
            found += number if number.is_finite() else Decimal(0)
        return plain(found)

    @property
    def wanted(self) -> list[WantedCriterion]:
        """The lines that say anything."""
        said, found = self.cleaned_data, []
        for number in range(self.lines):
            name, weight = said.get(f"name-{number}", ""), said.get(f"weight-{number}")
            if not name.strip() and weight is None:
                continue
            found.append(
                WantedCriterion(
                    name,
                    weight if weight is not None else Decimal(0),
                    said.get(f"guide-{number}", ""),
                    said.get(f"basis-{number}") or Basis.BY_HAND.value,
                    said.get(f"rounding-{number}") or Rounding.TRUNCATE.value,
                    int(said.get(f"decimals-{number}") or 0),
                )
            )
        return found


class AssignForm(forms.Form):
    """Which sheets go to whom."""

    sheets = forms.TypedMultipleChoiceField(label=_("评估表"), coerce=int, required=False)
    reviewer = forms.TypedChoiceField(label=_("评估员"), coerce=int, required=False, empty_value="0")

    def __init__(self, *args: Any, sheets: Sequence[Sheet], reviewers: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of_sheets, of_people = self.fields["sheets"], self.fields["reviewer"]
        assert isinstance(of_sheets, forms.ChoiceField)  # noqa: S101 for the type checker
        assert isinstance(of_people, forms.ChoiceField)  # noqa: S101 for the type checker
        of_sheets.choices = [(sheet.pk, str(sheet)) for sheet in sheets]
        of_people.choices = [("", _now("请选一位")), *((person.pk, str(person)) for person in reviewers)]

    @property
    def chosen(self) -> list[int]:
        """The sheets that were ticked, as the page is shown once more."""
        return chosen_ids(self.data.getlist("sheets")) if hasattr(self.data, "getlist") else []


class SheetForm(forms.Form):
    """Points and words of every criterion, and the findings."""

    strengths = forms.CharField(label=_("做得好的"), required=False, widget=area(3))
    problems = forms.CharField(label=_("问题"), required=False, widget=area(3))
    advice = forms.CharField(label=_("建议"), required=False, widget=area(3))
    is_checked = forms.BooleanField(label=_("像个人信息的字已核对，可以公开"), required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, sheet: Sheet, lines: Sequence[PointLine], data: Mapping[str, Any] | None = None) -> None:
        initial = {name: getattr(sheet, name) for name in ("strengths", "problems", "advice", "revision")}
        super().__init__(data, initial=initial)
        self.lines = lines
        for line in lines:
            self._add(line)
        self.fields["strengths"].help_text = _now("办公室选了公开的，公众看得到；不写个人姓名。评“优”的要写。")
        self.fields["problems"].help_text = _now("评“中”“差”的要写。")
        self.fields["advice"].help_text = _now("评“差”的要写。")

    def _add(self, line: PointLine) -> None:
        pk, weight = line.criterion.pk, plain(line.criterion.weight)
        step = plain(Decimal(1).scaleb(-line.criterion.decimals))
        help_text = line.rule
        if line.by_rule is not None:
            said = {"counted": line.counted, "points": plain(line.by_rule), "rule": line.rule}
            help_text = (
                _now("%(counted)s，按规则得 %(points)s 分（%(rule)s）。不填就按规则；要改请在下面写明理由。") % said
            )
        elif line.counted:
            help_text = _now("没有可数的（%(counted)s），由您打分并写明理由。") % {"counted": line.counted}
        self.fields[f"points-{pk}"] = forms.DecimalField(
            label=_now("%(name)s（满分 %(weight)s）") % {"name": line.criterion.name, "weight": weight},
            required=False,
            max_digits=7,
            decimal_places=2,
            initial=None if line.points is None else plain(line.points),
            help_text=help_text,
            widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": step, "min": "0", "max": weight}),
        )
        self.fields[f"words-{pk}"] = forms.CharField(
            label=_now("“%(name)s”的说明") % {"name": line.criterion.name},
            required=False,
            initial=line.words,
            widget=area(2),
        )

    @property
    def rows(self) -> list[tuple[PointLine, forms.BoundField, forms.BoundField]]:
        """Each criterion with its two fields."""
        return [(line, self[f"points-{line.criterion.pk}"], self[f"words-{line.criterion.pk}"]) for line in self.lines]

    @property
    def wanted(self) -> WantedSheet:
        """What was typed."""
        said = self.cleaned_data
        scores = {
            line.criterion.pk: WantedScore(
                said.get(f"points-{line.criterion.pk}"), said.get(f"words-{line.criterion.pk}", "")
            )
            for line in self.lines
        }
        return WantedSheet(scores, said.get("strengths", ""), said.get("problems", ""), said.get("advice", ""))


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("为什么退回"), widget=area(3), help_text=_("评估员看得到，记在经过里。"))


class WordsForm(forms.Form):
    """What a body says, or what it is answered."""

    words = forms.CharField(label=_("意见"), widget=area(4))
    is_checked = forms.BooleanField(label=_("像个人信息的字已核对，可以公开"), required=False)

    @classmethod
    def comment(cls, data: Any = None) -> "WordsForm":
        """For the judged body."""
        form = cls(data, auto_id="comment_%s")
        form.fields["words"].label = _("陈述意见")
        form.fields["words"].help_text = _("只能陈述一次，会写进公布的评估报告；不写个人姓名。")
        return form

    @classmethod
    def reply(cls, data: Any = None) -> "WordsForm":
        """For who answers it."""
        form = cls(data, auto_id="reply_%s")
        form.fields["words"].label = _("回应")
        form.fields["words"].help_text = _("单位看得到，会写进公布的评估报告；不写个人姓名。")
        return form


class SummaryForm(forms.Form):
    words = forms.CharField(
        label=_("总体评价"), required=False, widget=area(8), help_text=_("写在评估报告的最前面；不写个人姓名。")
    )
    is_checked = forms.BooleanField(label=_("像个人信息的字已核对，可以公开"), required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput)


class CloseForm(forms.Form):
    unjudged_reason = forms.CharField(
        label=_("有没评的，为什么定稿"),
        required=False,
        widget=area(2),
        help_text=_("没评的不算进平均分，会在报告里列名。都评了就不用写。"),
    )


def chosen_ids(values: Sequence[str]) -> list[int]:
    """Ids that a page sent; what is none is passed over."""
    return [int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 12]  # noqa: PLR2004
