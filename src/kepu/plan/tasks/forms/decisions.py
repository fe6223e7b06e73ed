"""The shape of decisions about a live plan; what may be decided, the services say."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.models import Organisation, Region
from kepu.directory.register.queries import match_organisations
from kepu.ledger.choices import Audience, Visibility
from kepu.ledger.models import Indicator
from kepu.plan.tasks.choices import Counting, DutyRole
from kepu.plan.tasks.models import Duty, Milestone, Plan, Target
from kepu.plan.tasks.rules.terms import PacePoint
from kepu.plan.tasks.services import Meaning, WantedStep
from kepu.web.fields import day_field

NOBODY, OTHER = "nobody", "other"
BLANK_STEPS = 3
_PERCENT = frozenset({"%", "％"})
_PACE_LINE = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})[\s，,：:]+(\d{1,3}(?:\.\d+)?)\s*[%％]?")
_REASON = _("会和您的身份、日期一起公开显示，以后的人靠它明白当时为什么这样定。")


def _reason(*, required: bool) -> forms.CharField:
    return forms.CharField(
        label=_("理由"),
        max_length=500,
        required=required,
        help_text=_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReasonForm(forms.Form):
    """Why; for what takes something back."""

    reason = _reason(required=True)


class LeadForm(forms.Form):
    """Which body leads a task."""

    organisation = forms.ChoiceField(label=_("由谁牵头"), widget=forms.RadioSelect)
    other = forms.CharField(
        label=_("其他单位"), max_length=120, required=False, help_text=_("文中没有写的单位：填全称、简称或别名。")
    )
    reason = _reason(required=True)

    def __init__(self, *args: Any, duties: Sequence[Duty], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._bodies = {str(duty.organisation_id): duty.organisation for duty in duties}
        led = next((str(duty.organisation_id) for duty in duties if duty.role == DutyRole.LEAD), None)
        choices = [(pk, body.name) for pk, body in self._bodies.items()]
        choices.append((OTHER, _now("其他单位")))
        if led is not None:
            choices.append((NOBODY, _now("不再由谁牵头，各单位按文中的角色负责")))
            self.initial.setdefault("organisation", led)
        _field(self, "organisation").choices = choices

    def clean(self) -> dict[str, Any]:
        """Find the body that is meant."""
        data = super().clean() or {}
        chosen = data.get("organisation")
        if chosen == OTHER:
            name = str(data.get("other") or "").strip()
            found = match_organisations([name])[name].organisation if name else None
            if found is None:
                self.add_error("other", _now("名录里没有这个单位，请换全称，或先到“单位”里新建。"))
            data["body"] = found
        else:
            data["body"] = self._bodies.get(str(chosen))
        return data


class EvidenceForm(forms.Form):
    """Which indicator speaks, over which facts, and how often."""

    indicator = forms.ChoiceField(
        label=_("用哪个指标衡量"), help_text=_("只列公开的指标；数字都来自台账，不另外填报。")
    )
    expected_days = forms.IntegerField(
        label=_("多少天应有一次材料"),
        min_value=1,
        max_value=3660,
        initial=92,
        help_text=_("超过这些天没有新材料就显示“材料陈旧”，超过两倍显示“无人报告”。"),
    )
    audiences = forms.MultipleChoiceField(
        label=_("只计这些人群"),
        choices=Audience.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("一个也不选，就都计入。"),
    )
    region = forms.ModelChoiceField(
        label=_("只计这个地区"), queryset=Region.objects.none(), required=False, empty_label=_("方案的全部地区")
    )
    organisation = forms.ModelChoiceField(
        label=_("只计这个单位"), queryset=Organisation.objects.none(), required=False, empty_label=_("所有单位")
    )
    reason = _reason(required=False)

    def __init__(self, *args: Any, plan: Plan, target: Target | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _field(self, "indicator").choices = [("", _now("请选一个")), *_indicators(target)]
        inside = Region.objects.filter(path__startswith=plan.region.path, level__lte=plan.region.level + 1)
        _field(self, "region").queryset = inside.order_by("level", "code")
        bodies = Organisation.objects.filter(duties__task__plan=plan).distinct().order_by("sort_key")
        _field(self, "organisation").queryset = bodies


def _indicators(target: Target | None) -> list[tuple[str, list[tuple[str, str]]]]:
    """Public indicators by theme; for a percentage only percentages, and the other way round."""
    newest = Indicator.objects.order_by("code", "-version").distinct("code").values("pk")
    themes: dict[str, list[tuple[str, str]]] = {}
    for one in Indicator.objects.filter(pk__in=newest, visibility=Visibility.PUBLIC).order_by("sort_order"):
        if target is not None and (one.unit in _PERCENT) != (target.unit in _PERCENT):
            continue
        themes.setdefault(one.theme or _now("其他"), []).append((one.code, f"{one.label}（{one.unit_label}）"))
    return list(themes.items())


class MeaningForm(forms.Form):
    """What a target's number counts."""

    counts = forms.ChoiceField(
        label=_("这个数字算的是什么"),
        choices=Counting.choices,
        widget=forms.RadioSelect,
        help_text=_("方案没有写明时由您来定；写明的不能改。"),
    )
    due_on = day_field(_("应达到的日期"), _("方案写了年份的可不填，按那年年末算。"), required=False)
    baseline = forms.CharField(
        label=_("基期值"),
        max_length=30,
        required=False,
        help_text=_("从哪个数起算。没有基期，“某一天达到的水平”判不出快慢。"),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    baseline_year = forms.IntegerField(label=_("基期是哪年年末"), min_value=1949, max_value=2099, required=False)
    pace = forms.CharField(
        label=_("进度安排"),
        required=False,
        max_length=2000,
        help_text=_("一行一处：日期和到那天应完成的百分比，例如 2024-06-30 60%。不填就按天均匀。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    reason = _reason(required=True)

    def clean_baseline(self) -> Decimal | None:
        """A number, with or without thousands marks."""
        words = str(self.cleaned_data.get("baseline") or "").replace(",", "").replace("，", "").rstrip("%％ ")
        if not words:
            return None
        try:
            return Decimal(words)
        except InvalidOperation:
            raise forms.ValidationError(_("“%(words)s”不是一个数。"), params={"words": words}) from None

    def clean_pace(self) -> tuple[PacePoint, ...]:
        """Lines of a day and a percentage."""
        points = []
        for line in filter(None, (one.strip() for one in str(self.cleaned_data.get("pace") or "").splitlines())):
            found = _PACE_LINE.fullmatch(line)
            day = _date(found[1]) if found else None
            if found is None or day is None:
                raise forms.ValidationError(_("看不懂“%(line)s”，请写成 2024-06-30 60%%。"), params={"line": line})
            points.append(PacePoint(day, Decimal(found[2]) / 100))
        return tuple(points)

    def meaning(self) -> Meaning:
        """What was decided."""
        data = self.cleaned_data
        return Meaning(data["counts"], data["due_on"], data["baseline"], data["baseline_year"], data["pace"])


def meaning_of(target: Target) -> dict[str, Any]:
    """The values of a target as its form shows them."""
    lines = [f"{day} {Decimal(str(share)) * 100:f}".rstrip("0").rstrip(".") + "%" for day, share in target.decided_pace]
    return {
        "counts": target.decided_period or ("year" if target.period else "state" if target.unit in _PERCENT else ""),
        "due_on": target.decided_due_on,
        "baseline": "" if target.baseline is None else f"{target.baseline.normalize():f}",
        "baseline_year": target.baseline_year,
        "pace": "\n".join(lines),
    }


class StepForm(forms.Form):
    """One open step; without a name it goes."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(label=_("节点"), max_length=200, required=False)
    due_on = day_field(_("应完成日期"), required=False)

    def clean(self) -> dict[str, Any]:
        """A name and a day come together."""
        data = super().clean() or {}
        if data.get("title") and not data.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", _now("请填应完成的日期。"))
        if data.get("due_on") and not data.get("title") and not data.get("pk"):
            self.add_error("title", _now("请给这个节点一个名称。"))
        return data


class MilestonesForm(forms.Form):
    """All open steps of a task, some blank ones, and why."""

    reason = _reason(required=False)

    def __init__(self, *args: Any, open_steps: Sequence[Milestone], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("改动或撤下已定的节点时必填，会公开显示。")
        initial = [{"pk": step.pk, "title": step.title, "due_on": step.due_on} for step in open_steps]
        factory = forms.formset_factory(StepForm, extra=BLANK_STEPS, max_num=60, absolute_max=60)
        self.steps = factory(self.data if self.is_bound else None, initial=initial, prefix="steps")

    def clean(self) -> dict[str, Any]:
        """The steps count as well; their errors stand at their fields."""
        data = super().clean() or {}
        if not self.steps.is_valid():
            raise forms.ValidationError(_("有节点要改，请看下面标出的地方。"))
        return data

    def wanted(self) -> list[WantedStep]:
        """Every step that has a name."""
        rows = [row for row in (form.cleaned_data for form in self.steps) if row.get("title")]
        return [WantedStep(row["title"], row["due_on"], row.get("pk")) for row in rows]


class DoneForm(forms.Form):
    """When a step was done, and what shows it."""

    done_on = day_field(_("完成日期"), _("实际完成的那一天，不是填报的这一天。"))
    note = forms.CharField(
        label=_("凭什么说完成了"),
        max_length=500,
        required=False,
        help_text=_("例如印发的文号、会议或网址；会公开显示。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class MakeForm(forms.Form):
    """What to call a task that is made of some words, and who is responsible."""

    title = forms.CharField(label=_("题目"), max_length=300, help_text=_("用方案里的话，越短越好。"))
    organisations = forms.MultipleChoiceField(
        label=_("责任单位"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("选一个就由它单独负责；选几个就共同负责，牵头以后再定。"),
    )
    other = forms.CharField(
        label=_("其他单位"), max_length=300, required=False, help_text=_("全称、简称或别名，几个之间用顿号隔开。")
    )
    reason = _reason(required=True)

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = Organisation.objects.filter(duties__task__plan=plan).distinct().order_by("sort_key")
        self._bodies = {str(body.pk): body for body in found}
        self._region = plan.region
        _field(self, "organisations").choices = [(pk, body.label) for pk, body in self._bodies.items()]

    def clean(self) -> dict[str, Any]:
        """Find every body that is meant."""
        data = super().clean() or {}
        bodies = [self._bodies[pk] for pk in data.get("organisations", ())]
        names = [name for name in re.split(r"[、,，;；\s]+", str(data.get("other") or "")) if name]
        for name, match in match_organisations(names, region=self._region).items():
            if match.organisation is None:
                self.add_error("other", _now("名录里没有“%(name)s”，请换全称，或先到“单位”里新建。") % {"name": name})
            else:
                bodies.append(match.organisation)
        data["bodies"] = bodies
        return data


def _date(words: str) -> date | None:
    year, month, day = (int(part) for part in words.split("-"))
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _field(form: forms.Form, name: str) -> Any:
    return form.fields[name]
