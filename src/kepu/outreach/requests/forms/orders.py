"""What is typed about orders, offers and sessions; what may be said and done, the services decide."""

import uuid
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kepu.directory.privacy.errors import NumberUnreadable
from kepu.directory.privacy.queries import phone_in_form
from kepu.directory.register.choices import Audience, RegionLevel
from kepu.directory.register.models import Organisation, Region
from kepu.directory.register.queries import city, match_organisations, regions_to_choose
from kepu.foundation.clock import today
from kepu.outreach.people.capacities.queries import choices_of, half_days
from kepu.outreach.requests.choices import Mark, OrderState, Part, Repeat, StandingKind, StandingState, Unmet, Wish
from kepu.outreach.requests.models import MOST_HELPERS, MOST_VISITS, Order, StandingOffer
from kepu.outreach.requests.queries.helpers import skill_choices
from kepu.outreach.requests.services import OrderWords, RoundTerms
from kepu.web.fields import NeededField, area, choose, day_field, moment_field

_PLAIN = (
    "topic", "form", "people", "accompanying", "audience", "level", "place", "needs_room", "is_online", "subject", "language",
    "needs", "helpers", "helper_skill", "visits", "repeat", "earliest", "latest", "half_days", "partner", "contact_name",
)  # fmt: skip


class AskForm(forms.Form):
    """What somebody asks for: what is needed first, the rest may stay empty."""

    topic = forms.CharField(
        label=_("想听什么"), max_length=120, help_text=_("几个字就行，像“台风来了怎么办”“蓝莓冻害怎么防”。")
    )
    audience = forms.ChoiceField(label=_("给谁听"), choices=Audience.choices, initial=Audience.PUBLIC)
    people = forms.IntegerField(label=_("多少人"), min_value=1)
    accompanying = forms.IntegerField(
        label=_("另有几位大人陪同"), min_value=0, initial=0, required=False, help_text=_("老师、家长等，也要座位；没有就是 0。")
    )  # fmt: skip
    form = forms.ChoiceField(label=_("什么形式"))
    is_online = forms.BooleanField(label=_("线上也可以，不用来人"), required=False)
    region = forms.TypedChoiceField(label=_("在哪里"), coerce=int, empty_value=None)
    place = NeededField(label=_("具体地点"), max_length=160, help_text=_("像“示例村文化大院”。线上的不用写。"))
    needs_room = forms.BooleanField(
        label=_("没有地方，请帮着找"), required=False, help_text=_("同一个区市里愿意借、坐得下、那时开着门的。")
    )
    earliest = day_field(_("最早哪天"))
    latest = day_field(_("最晚哪天"))
    half_days = forms.MultipleChoiceField(
        label=_("哪些半天方便"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("不选就是白天都行；晚上要专门选。"),
    )
    visits = forms.IntegerField(label=_("要来几次"), min_value=1, max_value=MOST_VISITS, initial=1)
    repeat = forms.ChoiceField(label=_("几次由谁来"), choices=Repeat.choices, initial=Repeat.ANY, required=False)
    body = forms.CharField(
        label=_("点单的单位"), max_length=120, required=False, help_text=_("学校、村、社区、企业的名称；个人不用写。")
    )
    contact_name = forms.CharField(label=_("联系人怎么称呼"), max_length=40, required=False)
    contact_phone = forms.CharField(
        label=_("联系电话"),
        max_length=20,
        required=False,
        help_text=_("加密保存，只给来讲的人和工作人员，办完按期删去。"),
    )
    level = forms.CharField(label=_("年级或程度"), max_length=40, required=False)
    subject = forms.ChoiceField(label=_("学科"), required=False)
    language = forms.ChoiceField(label=_("语言"), required=False)
    needs = forms.CharField(
        label=_("无障碍和其他需要"), max_length=200, required=False, help_text=_("例如手语、轮椅、投影。")
    )
    helpers = forms.IntegerField(
        label=_("要几名志愿者帮忙"), min_value=0, max_value=MOST_HELPERS, initial=0, required=False,
        help_text=_("带实验、引路、手语等；没有就是 0。请得到就来，请不到也照样讲。"),
    )  # fmt: skip
    helper_skill = forms.ChoiceField(
        label=_("志愿者要会什么"), required=False, help_text=_("不限就不用选；选了，上面要写几名。")
    )
    partner = forms.CharField(
        label=_("合作的城市或国家"), max_length=80, required=False, help_text=_("交流合作的才写。")
    )
    standing = forms.IntegerField(required=False, widget=forms.HiddenInput)
    standing_class = forms.TypedChoiceField(label=_("哪个班"), coerce=int, empty_value=None)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    text_digest = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "region", [("", _now("请选择")), *regions_to_choose()])
        choose(self, "form", [("", _now("请选择")), *choices_of("forms")])
        choose(self, "subject", [("", _now("不限")), *choices_of("subjects")])
        choose(self, "language", [("", _now("不限")), *choices_of("languages")])
        choose(self, "helper_skill", [("", _now("不限")), *skill_choices()])
        choose(self, "half_days", half_days())
        self.offered = _standing(self["standing"].value())
        if self.offered is None or self.offered.kind != StandingKind.AGREEMENT:
            del self.fields["standing_class"]
        else:
            rows = [(one.pk, f"{one.name}（{one.people}）") for one in self.offered.classes.all()]
            choose(self, "standing_class", [("", _now("请选择")), *rows])
        if not self.is_bound:
            self.initial.setdefault("key", uuid.uuid4())

    def clean_contact_phone(self) -> str:
        typed: str = self.cleaned_data["contact_phone"]
        try:
            return phone_in_form(typed)[0] if typed else ""
        except NumberUnreadable as problem:
            raise forms.ValidationError(str(problem)) from problem

    @property
    def words(self) -> OrderWords:
        """What was asked for."""
        said = self.cleaned_data
        body = _body(said["body"])
        given = {name: said[name] for name in _PLAIN}
        given |= {"half_days": tuple(said["half_days"]), "accompanying": said["accompanying"] or 0}
        given["helpers"] = said["helpers"] or 0
        given["repeat"] = said["repeat"] or Repeat.ANY
        classes = {one.pk: one for one in self.offered.classes.all()} if self.offered is not None else {}
        given |= {"standing": self.offered, "standing_class": classes.get(said.get("standing_class") or 0)}
        return OrderWords(
            **given, region=Region.objects.get(pk=said["region"]), body=body,
            body_name="" if body else said["body"], contact_phone=said["contact_phone"],
        )  # fmt: skip

    @classmethod
    def for_standing(cls, offer: StandingOffer) -> "AskForm":
        """An empty form that asks for a standing offer."""
        initial = {"standing": offer.pk, "topic": offer.title, "form": offer.form, "audience": offer.audience}
        initial |= {
            "level": offer.level,
            "half_days": offer.half_days,
            "body": offer.school.name if offer.school else "",
        }
        return cls(initial=initial)

    @classmethod
    def of(cls, order: Order, data: Any = None) -> "AskForm":
        """The form with what an order says; the phone stays as it is where none is typed."""
        initial = {name: getattr(order, name) for name in _PLAIN} | {"region": order.region_id, "body": order.house}
        initial |= {"standing": order.standing_id, "standing_class": order.standing_class_id}
        return cls(data, initial=initial)


def _standing(value: Any) -> StandingOffer | None:
    """The standing offer of a form; None where it is no number, or nothing that can be ordered."""
    number = str(value or "")
    if not (number.isdecimal() and int(number) < 1 << 63):
        return None
    return StandingOffer.objects.filter(pk=int(number), state=StandingState.SHOWN).first()


def _body(typed: str) -> Organisation | None:
    name = typed.strip()
    return match_organisations([name], region=city())[name].organisation if name else None


class OrderFilterForm(forms.Form):
    """Which orders the desk's list shows."""

    q = forms.CharField(label=_("题目、单位或单号"), required=False, max_length=60)
    state = forms.ChoiceField(label=_("状态"), required=False)
    audience = forms.ChoiceField(label=_("给谁听"), required=False)
    district = forms.ChoiceField(label=_("地区"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "state", [("", _now("全部")), *OrderState.choices])
        choose(self, "audience", [("", _now("全部")), *Audience.choices])
        choose(
            self,
            "district",
            [("", _now("全市")), *((str(pk), name) for pk, name in regions_to_choose(RegionLevel.DISTRICT)[1:])],
        )


class ReasonForm(forms.Form):
    """Why."""

    reason = NeededField(label=_("为什么"), max_length=200, widget=area(2))


class UnmetForm(forms.Form):
    """Why nobody can be sent."""

    rule = forms.ChoiceField(label=_("为什么没有满足"), choices=Unmet.choices)
    words = forms.CharField(label=_("告诉对方的话"), max_length=300, required=False, widget=area(2))


class OfferForm(forms.Form):
    """To whom, and for which half-day."""

    capacity = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=(1 << 63) - 1)
    half = forms.CharField(max_length=12)

    def clean_half(self) -> tuple[Any, str]:
        day, _mark, part = self.cleaned_data["half"].partition("/")
        if part not in Part.values:
            raise forms.ValidationError(_now("请从列表里选一个半天。"))
        return forms.DateField().clean(day), part


class CheckInForm(forms.Form):
    """How many came, and the code that who came shows."""

    people = forms.IntegerField(label=_("来了多少人"), min_value=1)
    code = NeededField(
        label=_("现场码"), max_length=12, help_text=_("来讲的人手机上现在的 6 位数字。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip


class HelperShiftForm(forms.Form):
    """In which project a team opens the shift of its helpers; none where one is opened for who asks."""

    project = forms.IntegerField(
        label=_("算在哪个项目里"), required=False, min_value=1, max_value=(1 << 63) - 1,
        help_text=_("接受单位的人确认服务时长，那天要在场。"),
    )  # fmt: skip


class RateForm(forms.Form):
    """How it was."""

    mark = forms.ChoiceField(label=_("怎么样"), choices=Mark.choices, widget=forms.RadioSelect)
    words = forms.CharField(label=_("说几句"), max_length=300, required=False, widget=area(3))


class MoveForm(forms.Form):
    """Another time or place."""

    starts_at = moment_field(_("开始"))
    ends_at = moment_field(_("结束"))
    place = forms.CharField(label=_("地点"), max_length=160, required=False)


def _weight(label: Any, most: float, initial: float, help_text: Any) -> forms.FloatField:
    widget = forms.NumberInput(attrs={"step": "0.01"})
    return forms.FloatField(
        label=label, min_value=0, max_value=most, initial=initial, help_text=help_text, widget=widget
    )


class RoundForm(forms.Form):
    """Of which days a round takes the open orders, and what it looks at besides serving as many as it can."""

    first_day = day_field(_("自"))
    last_day = day_field(_("至"))
    equity = _weight(_("先照顾得到得少的区市"), 10, 0.2, _("0 是不照顾；越大越照顾。代价会写在结果旁边。"))
    floor = _weight(_("每个区市至少办到点的几成"), 1, 0.0, _("0.6 就是六成；办得到才算。"))
    distance = _weight(_("少走路"), 0.5, 0.1, _("同样合适时，近的先去。"))
    evenness = _weight(_("大家分着讲"), 0.5, 0.05, _("同样合适时，讲得少的先去。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("first_day", today() + timedelta(days=1))
        self.initial.setdefault("last_day", today() + timedelta(days=7))

    @property
    def days(self) -> tuple[date, date]:
        """First and last day."""
        return self.cleaned_data["first_day"], self.cleaned_data["last_day"]

    @property
    def terms(self) -> RoundTerms:
        """What it looks at."""
        return RoundTerms(**{name: self.cleaned_data[name] for name in ("equity", "floor", "distance", "evenness")})


class WishForm(forms.Form):
    """A match to keep or to avoid."""

    order_id = forms.IntegerField()
    capacity_id = forms.IntegerField()
    kind = forms.ChoiceField(choices=Wish.choices)
    day = forms.DateField(required=False)
    part = forms.ChoiceField(choices=[("", ""), *Part.choices], required=False)


class TableForm(forms.Form):
    """A table of orders."""

    file = forms.FileField(label=_("填好的表"), help_text=_("xlsx 或 csv；有一行不对就都不收，会说是哪一行。"))
