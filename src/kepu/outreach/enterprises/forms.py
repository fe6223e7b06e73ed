"""What is typed about needs and proposals; what may be said and done, the services decide."""

import uuid
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kepu.directory.privacy.errors import NumberUnreadable
from kepu.directory.privacy.queries import phone_in_form
from kepu.directory.register.choices import RegionLevel
from kepu.directory.register.models import Organisation, Person, Region
from kepu.directory.register.queries import city, match_organisations, regions_to_choose
from kepu.foundation.clock import today
from kepu.outreach.enterprises.choices import NeedOrderKind, NeedState
from kepu.outreach.enterprises.models import Need
from kepu.outreach.enterprises.queries import bodies_to_propose_for, forms_of, kinds, needs_to_propose_for
from kepu.outreach.enterprises.services import NeedWords, OrderTerms, ProposalWords
from kepu.outreach.people.capacities.queries import choices_of, half_days
from kepu.outreach.requests.choices import LIVE
from kepu.outreach.requests.models import MOST_VISITS
from kepu.web.fields import NeededField, area, choose, day_field

_PLAIN = (
    "title", "kind", "words", "subject", "place", "workers", "wanted_by", "contact_name", "is_public", "partner",
)  # fmt: skip


class KeyedForm(forms.Form):
    """Sent twice it does nothing twice: it brings its own key."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial.setdefault("key", uuid.uuid4())


class NeedForm(KeyedForm):
    """What an enterprise needs: what is needed first, the rest may stay empty."""

    kind = forms.ChoiceField(label=_("哪一类"))
    title = forms.CharField(
        label=_("要解决什么"), max_length=100, help_text=_("一句话，像“焊缝老有气孔怎么办”“新员工要学看图纸”。")
    )
    words = forms.CharField(
        label=_("说明"), max_length=2000, required=False, widget=area(4),
        help_text=_("现在怎么样、试过什么。只给工作人员看，永远不公开；不要写工人的姓名。"),
    )  # fmt: skip
    body = forms.CharField(label=_("哪家企业"), max_length=120)
    region = forms.TypedChoiceField(label=_("在哪里"), coerce=int, empty_value=None)
    place = forms.CharField(label=_("具体地点"), max_length=160, required=False, help_text=_("厂门、车间或培训室。"))
    workers = forms.IntegerField(label=_("关系到多少职工"), min_value=1)
    wanted_by = day_field(_("最晚哪天要"))
    is_public = forms.BooleanField(
        label=_("公开题目和类别"),
        required=False,
        help_text=_("不勾就只计数，不显示题目。企业名称、说明和电话都不公开。"),
    )
    contact_name = forms.CharField(label=_("联系人怎么称呼"), max_length=40, required=False)
    contact_phone = forms.CharField(
        label=_("联系电话"), max_length=20, required=False,
        help_text=_("加密保存，只给来讲的人和工作人员，办完按期删去。"),
    )  # fmt: skip
    subject = forms.ChoiceField(label=_("学科"), required=False)
    partner = forms.CharField(
        label=_("合作的城市或国家"), max_length=80, required=False, help_text=_("交流合作的才写。")
    )
    text_digest = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "kind", [("", _now("请选择")), *kinds()])
        choose(self, "region", [("", _now("请选择")), *regions_to_choose()])
        choose(self, "subject", [("", _now("不限")), *choices_of("subjects")])

    def clean_contact_phone(self) -> str:
        typed: str = self.cleaned_data["contact_phone"]
        try:
            return phone_in_form(typed)[0] if typed else ""
        except NumberUnreadable as problem:
            raise forms.ValidationError(str(problem)) from problem

    @property
    def need_words(self) -> NeedWords:
        """What was typed."""
        said = self.cleaned_data
        body = _body(said["body"])
        return NeedWords(
            **{name: said[name] for name in _PLAIN}, region=Region.objects.get(pk=said["region"]), body=body,
            body_name="" if body else said["body"], contact_phone=said["contact_phone"],
        )  # fmt: skip

    @classmethod
    def of(cls, need: Need, data: Any = None) -> "NeedForm":
        """The form with what a need says; the phone stays as it is where none is typed."""
        initial = {name: getattr(need, name) for name in _PLAIN} | {"region": need.region_id, "body": need.house}
        return cls(data, initial=initial)


def _body(typed: str) -> Organisation | None:
    return match_organisations([typed], region=city())[typed].organisation


class NeedFilterForm(forms.Form):
    """Which public needs are listed."""

    kind = forms.ChoiceField(label=_("哪一类"), required=False)
    district = forms.ChoiceField(label=_("地区"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "kind", [("", _now("全部")), *kinds()])
        places = [(str(pk), name) for pk, name in regions_to_choose(RegionLevel.DISTRICT)[1:]]
        choose(self, "district", [("", _now("全市")), *places])


class DeskFilterForm(NeedFilterForm):
    """Which needs the desk's list shows."""

    words = forms.CharField(label=_("题目、企业或编号"), required=False, max_length=60)
    state = forms.ChoiceField(label=_("状态"), required=False)
    field_order = ("words", "state", "kind", "district")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "state", [("", _now("全部")), *NeedState.choices])


class WordsForm(forms.Form):
    """Why, or what became of it."""

    reason = NeededField(label=_("为什么"), max_length=300, widget=area(2))

    def __init__(self, *args: Any, label: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label is not None:
            self.fields["reason"].label = label


class OrderForm(KeyedForm):
    """An expert's visit, or a class, for a need."""

    topic = forms.CharField(label=_("题目"), max_length=120, help_text=_("按它找讲过、懂这件事的专家。"))
    form = forms.ChoiceField(label=_("什么形式"))
    people = forms.IntegerField(label=_("多少人"), min_value=1)
    place = forms.CharField(label=_("具体地点"), max_length=160)
    earliest = day_field(_("最早哪天"))
    latest = day_field(_("最晚哪天"))
    visits = forms.IntegerField(label=_("要来几次"), min_value=1, max_value=MOST_VISITS, initial=1)
    half_days = forms.MultipleChoiceField(
        label=_("哪些半天方便"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("不选就是白天都行；晚上要专门选。"),
    )  # fmt: skip

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "form", forms_of(kind))
        choose(self, "half_days", half_days())

    @property
    def terms(self) -> OrderTerms:
        """What is ordered."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "key"}
        return OrderTerms(**said | {"half_days": tuple(said["half_days"])})

    @classmethod
    def of(cls, need: Need, kind: str, data: Any = None) -> "OrderForm":
        """The form with what the need says; a second order at the same time gets a topic of its own."""
        is_second = need.orders.filter(order__state__in=LIVE).exists()
        label = NeedOrderKind(kind).label
        first = today() + timedelta(days=1)
        initial = {
            "topic": f"{need.title}（{label}）" if is_second else need.title, "people": need.workers,
            "place": need.place, "earliest": first, "latest": max(first, need.wanted_by), "visits": 1,
        }  # fmt: skip
        return cls(data, initial=initial, kind=kind)


class ProposalForm(KeyedForm):
    """What workers propose."""

    title = forms.CharField(label=_("题目"), max_length=100)
    proposed = forms.CharField(
        label=_("建议怎么做"), max_length=2000, widget=area(4), help_text=_("不要写提建议的人的姓名，只写几个人。")
    )
    workers = forms.IntegerField(label=_("几名职工提的"), min_value=1)
    proposed_on = day_field(_("提出的日子"))
    body = forms.TypedChoiceField(label=_("哪家企业"), coerce=int, empty_value=None, required=False)
    need = forms.TypedChoiceField(label=_("是对哪条需求的建议"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._bodies = {body.pk: body for body in bodies_to_propose_for(person)}
        self._needs = {need.pk: need for need in needs_to_propose_for(person)}
        choose(self, "body", [("", _now("请选择")), *((pk, body.label) for pk, body in self._bodies.items())])
        choose(self, "need", [("", _now("不对着哪一条")), *((pk, str(need)) for pk, need in self._needs.items())])
        if not self._bodies:
            del self.fields["body"]
            self.fields["need"].required = True
        self.initial.setdefault("proposed_on", today())

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if "body" in self.fields and not said.get("body") and not said.get("need"):
            self.add_error("body", _("请选是哪家企业的建议。"))
        return said

    @property
    def proposal_words(self) -> ProposalWords:
        """What was typed."""
        said = self.cleaned_data
        return ProposalWords(
            said["title"], said["proposed"], said["workers"], said["proposed_on"],
            body=self._bodies.get(said.get("body") or 0), need=self._needs.get(said["need"] or 0),
        )  # fmt: skip

    @property
    def can_be_filled(self) -> bool:
        """Whether there is an enterprise or a need to propose something for."""
        return bool(self._bodies or self._needs)


class AnswerForm(forms.Form):
    """Whether a proposal is adopted, and why."""

    answer = forms.CharField(label=_("答复"), max_length=500, required=False, widget=area(3))


class ResultForm(forms.Form):
    """What came of a proposal."""

    result = forms.CharField(label=_("做成了什么样"), max_length=500, widget=area(3))
    result_on = day_field(_("见到结果的日子"))
    saved_yuan = forms.DecimalField(
        label=_("一年省下多少元（企业自报）"), min_value=0, max_digits=14, decimal_places=2, required=False,
        help_text=_("企业自己估的，不进台账；说不准就空着。"),
    )  # fmt: skip
