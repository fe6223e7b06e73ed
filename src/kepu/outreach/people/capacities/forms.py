"""What people type about what they can give; what may be said and done, the services decide."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.choices import Audience, RegionLevel
from kepu.directory.register.models import Organisation, Person, Region
from kepu.directory.register.queries import organisations_to_choose, regions_to_choose
from kepu.outreach.people.capacities.choices import CapacityKind, CapacityState, Engagement, Fee, RecordKind
from kepu.outreach.people.capacities.models import Capacity, Team
from kepu.outreach.people.capacities.queries import RegisterFilter, Wanted, choices_of
from kepu.outreach.people.capacities.queries.finding import half_days
from kepu.outreach.people.capacities.queries.lists import TeamFilter, people_to_choose
from kepu.outreach.people.capacities.services import CapacityWords
from kepu.web.fields import choose, day_field

_ANY: tuple[str, Any] = ("", _("不限"))
_FOR_KINDS = {
    "engagement": {CapacityKind.POST},
    "served": {CapacityKind.EXPERT, CapacityKind.COUNSELLOR, CapacityKind.COMMISSIONER},
    "travels_km": {CapacityKind.EXPERT, CapacityKind.COUNSELLOR},
    "fee": {CapacityKind.EXPERT, CapacityKind.COUNSELLOR},
    "fee_note": {CapacityKind.EXPERT, CapacityKind.COUNSELLOR},
}
"""Which kinds are asked for what; everything else is asked of everybody."""


def _several(label: Any, help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, help_text=help_text, required=False, widget=forms.CheckboxSelectMultiple
    )


class FindForm(forms.Form):
    """Whom somebody looks for; what cannot be read narrows nothing."""

    q = forms.CharField(
        label=_("想找会讲什么的人"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=_("身份"), required=False)
    audience = forms.ChoiceField(label=_("讲给谁听"), required=False)
    form = forms.ChoiceField(label=_("形式"), required=False)
    language = forms.ChoiceField(label=_("语言"), required=False)
    half_day = forms.ChoiceField(label=_("什么时候"), required=False)
    region = forms.TypedChoiceField(label=_("在哪里"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "kind", [_ANY, *CapacityKind.choices])
        choose(self, "audience", [_ANY, *Audience.choices])
        choose(self, "form", [_ANY, *choices_of("forms")])
        choose(self, "language", [_ANY, *choices_of("languages")])
        choose(self, "half_day", [_ANY, *half_days()])
        choose(self, "region", [_ANY, *regions_to_choose()])

    @property
    def wanted(self) -> Wanted:
        """What was asked for."""
        self.is_valid()
        asked = getattr(self, "cleaned_data", {})
        chosen = asked.get("region")
        region = Region.objects.filter(pk=chosen).first() if chosen is not None else None
        names = ("kind", "audience", "form", "language", "half_day")
        return Wanted(words=asked.get("q") or "", region=region, **{name: asked.get(name) or "" for name in names})


class RegisterForm(forms.Form):
    """Which entries a desk sees; what cannot be read narrows nothing."""

    state = forms.ChoiceField(label=_("状态"), required=False)
    kind = forms.ChoiceField(label=_("身份"), required=False)
    words = forms.CharField(label=_("姓名、编号或单位"), required=False, max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = [(state.value, state.label) for state in CapacityState if state != CapacityState.DRAFT]
        choose(self, "state", [("", _("全部")), *states])
        choose(self, "kind", [("", _("全部")), *CapacityKind.choices])

    @property
    def wanted(self) -> RegisterFilter:
        """The filter that was asked for."""
        self.is_valid()
        asked: Mapping[str, Any] = getattr(self, "cleaned_data", {})
        return RegisterFilter(**{name: asked.get(name) or "" for name in ("state", "kind", "words")})


class CapacityForm(forms.Form):
    """What somebody can give. Long, so that what is rarely needed stands last."""

    topics = forms.CharField(
        label=_("能讲的题目"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("一行一个，像“蓝莓冻害怎么防”“潮汐和赶海”。别人就按这些字找到您。"),
    )
    audiences = _several(_("适合讲给谁听"))
    position = forms.CharField(label=_("职称或职务"), required=False, max_length=60)
    organisation_id = forms.TypedChoiceField(
        label=_("所在单位"), required=False, coerce=int, empty_value=None, help_text=_("名录里没有的，写在下一栏。")
    )
    workplace = forms.CharField(label=_("单位（不在名录里的）"), required=False, max_length=120)
    region_id = forms.TypedChoiceField(label=_("常住地"), coerce=int, empty_value=None)
    engagement = forms.ChoiceField(label=_("专职或兼职"), required=False, widget=forms.RadioSelect)
    introduction = forms.CharField(
        label=_("介绍"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("做过什么、擅长什么。没有论文也没关系。"),
    )
    is_public = forms.BooleanField(
        label=_("在公开页面上出现，让大家找得到"),
        required=False,
        help_text=_("公开姓名、单位、职称、题目和介绍；电话、住址不公开。不勾选时只有办事的工作人员看得到。"),
    )
    served = _several(_("愿意去哪些地方"), _("不选就是不限。"))
    travels_km = forms.IntegerField(label=_("愿意走多远（公里）"), required=False, min_value=0)
    forms_ = _several(_("服务形式"))
    languages = _several(_("语言"))
    times = _several(_("方便的时间"))
    fee = forms.ChoiceField(label=_("费用"), required=False, widget=forms.RadioSelect)
    fee_note = forms.CharField(label=_("费用说明"), required=False, max_length=120)
    subjects = _several(_("学科"))
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regions = regions_to_choose()
        choose(self, "audiences", Audience.choices)
        choose(self, "organisation_id", [("", _("不在名录里，或没有单位")), *organisations_to_choose()])
        choose(self, "region_id", [("", _("请选择")), *regions])
        choose(self, "engagement", Engagement.choices)
        deepest = RegionLevel.TOWNSHIP if kind == CapacityKind.COMMISSIONER else RegionLevel.DISTRICT
        choose(self, "served", regions_to_choose(deepest))
        for name, of in (("forms_", "forms"), ("languages", "languages"), ("subjects", "subjects")):
            choose(self, name, choices_of(of))
        choose(self, "times", half_days())
        choose(self, "fee", Fee.choices)
        for name, kinds in _FOR_KINDS.items():
            if kind not in kinds:
                del self.fields[name]

    @staticmethod
    def said(capacity: Capacity) -> dict[str, Any]:
        """What the form shows of an entry."""
        same = (
            "audiences", "position", "organisation_id", "workplace", "region_id", "engagement", "introduction",
            "is_public", "travels_km", "languages", "times", "fee", "fee_note", "subjects", "revision",
        )  # fmt: skip
        shown = {name: getattr(capacity, name) for name in same}
        served = [str(pk) for pk in capacity.served.values_list("pk", flat=True)]
        return shown | {"topics": "\n".join(capacity.topics), "forms_": capacity.forms, "served": served}

    @property
    def words(self) -> CapacityWords:
        """What was typed, for the service."""
        typed = {name: value for name, value in self.cleaned_data.items() if name not in {"revision", "forms_"}}
        typed["topics"] = typed["topics"].splitlines()
        typed["forms"] = self.cleaned_data["forms_"]
        typed["served"] = [int(pk) for pk in typed.get("served", ())]
        typed["fee"] = typed.get("fee") or Fee.FREE
        typed["region_id"] = typed["region_id"] or 0
        return CapacityWords(**typed)


class ApplyForm(forms.Form):
    """The fingerprint of the consent text that was shown and agreed to."""

    agreed_text = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class TeamFilterForm(forms.Form):
    """Which teams the desk sees; what cannot be read narrows nothing."""

    state = forms.ChoiceField(label=_("状态"), required=False)
    kind = forms.ChoiceField(label=_("类型"), required=False)
    words = forms.CharField(label=_("名称、单位或成员"), required=False, max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "state", [("", _("全部")), ("standing", _("在册")), ("ended", _("已解散"))])
        choose(self, "kind", [("", _("全部")), *choices_of("team_kinds")])

    @property
    def wanted(self) -> TeamFilter:
        """The filter that was asked for."""
        self.is_valid()
        asked: Mapping[str, Any] = getattr(self, "cleaned_data", {})
        return TeamFilter(**{name: asked.get(name) or "" for name in ("state", "kind", "words")})


def _person(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, coerce=int, empty_value=None)


class TeamForm(forms.Form):
    """What is said of a team; the leader only when it is founded."""

    name = forms.CharField(label=_("名称"), max_length=80)
    kind = forms.ChoiceField(label=_("类型"))
    leader = _person(_("负责人"))
    organisation = forms.TypedChoiceField(label=_("依托单位"), required=False, coerce=int, empty_value=None)
    founded_on = day_field(_("成立"))
    introduction = forms.CharField(
        label=_("介绍"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
    )
    is_public = forms.BooleanField(label=_("公开"), required=False)

    def __init__(self, *args: Any, team: Team | None = None, **kwargs: Any) -> None:
        if team is not None:
            names = ("name", "kind", "organisation_id", "founded_on", "introduction", "is_public")
            kwargs["initial"] = {name.removesuffix("_id"): getattr(team, name) for name in names}
        super().__init__(*args, **kwargs)
        kinds = choices_of("team_kinds")
        choose(self, "kind", [("", _("请选择")), *kinds])
        choose(self, "organisation", [("", _("没有")), *organisations_to_choose()])
        if team is None:
            choose(self, "leader", [("", _("请选择")), *people_to_choose()])
        else:
            del self.fields["leader"]

    @property
    def words(self) -> dict[str, Any]:
        """What was typed, with the things themselves for their numbers."""
        said = dict(self.cleaned_data)
        said["organisation"] = Organisation.objects.filter(pk=said["organisation"] or 0).first()
        if "leader" in said:
            said["leader"] = Person.objects.get(pk=said["leader"])
        return said


class MemberForm(forms.Form):
    person = _person(_("谁"))

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "person", [("", _("请选择")), *people])

    @property
    def chosen(self) -> Person:
        """Who was chosen."""
        return Person.objects.get(pk=self.cleaned_data["person"])


class OutputForm(forms.Form):
    """One thing that a team made or held."""

    kind = forms.ChoiceField(label=_("种类"))
    title = forms.CharField(label=_("名称"), max_length=200)
    occurred_on = day_field(_("日期"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "kind", [(one.value, one.label) for one in (RecordKind.WORK, RecordKind.SESSION)])


class DissolveForm(forms.Form):
    ended_on = day_field(_("解散"), required=False)


class RosterForm(forms.Form):
    file = forms.FileField(label=_("名册"), help_text=_("按模板填好的 .xlsx 或 .csv。"))


class DecideForm(forms.Form):
    """What becomes of one row of a roster; what was chosen for each field comes as `pick-` and its name."""

    choice = forms.CharField()
    seen = forms.CharField(required=False, max_length=64)
    person = forms.IntegerField(required=False)

    @property
    def picks(self) -> dict[str, str]:
        """Field → whose word counts."""
        return {name.removeprefix("pick-"): str(self.data[name]) for name in self.data if name.startswith("pick-")}


class WordsForm(forms.Form):
    words = forms.CharField(label=_("说明"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("原因"), required=False, max_length=200)


class PhoneForm(forms.Form):
    reason = forms.CharField(
        label=_("为什么要看完整号码"), required=False, max_length=200, help_text=_("这次查看会留痕，本人可以知道。")
    )


class TermForm(forms.Form):
    valid_to = forms.DateField(
        label=_("有效期到"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class VisitForm(forms.Form):
    """One visit of a commissioner."""

    visited_on = forms.DateField(label=_("日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    region = forms.TypedChoiceField(label=_("去的地方"), coerce=int)
    matter = forms.CharField(label=_("做了什么"), max_length=200)
    people = forms.IntegerField(label=_("服务人次"), required=False, min_value=0, max_value=100_000)

    def __init__(self, *args: Any, places: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "region", places)
