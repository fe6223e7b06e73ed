"""What is typed about vans, wishes, plans and trips; what may be, the services decide."""

import re
import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.choices import RegionLevel
from kepu.directory.register.models import Region
from kepu.directory.register.queries import city, match_organisations, regions_to_choose
from kepu.foundation.calendar.choices import weekdays
from kepu.foundation.clock import today
from kepu.foundation.codes.queries import values_in_force
from kepu.outreach.people.capacities.queries import half_days
from kepu.outreach.requests.models import Order
from kepu.outreach.tours.choices import Fairness, WishState
from kepu.outreach.tours.models import LONGEST_VISIT_MIN, MOST_VISITS, TourStop, VanProfile
from kepu.outreach.tours.rules import month_of, next_month
from kepu.outreach.tours.services import StopWords, TourTerms, VanWords, WishWords
from kepu.outreach.venues.models import PeoplePoint
from kepu.web.fields import area, choose, day_field

_SEPARATORS = re.compile(r"[\n,，、;；]+")
_TERMS = (
    "detour", "speed_kmh", "day_minutes", "week_minutes", "week_days", "most_nights", "fairness", "visit_km",
    "iterations", "seed",
)  # fmt: skip


def _townships() -> list[tuple[int, str]]:
    """What can be chosen as a place's township."""
    shallow = {pk for pk, _name in regions_to_choose(RegionLevel.DISTRICT)}
    return [(pk, name) for pk, name in regions_to_choose() if pk not in shallow]


def _time_field(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


class ExhibitsField(forms.CharField):
    """Names of exhibits, one a line or with commas between."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=area(3), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        return [name.strip() for name in _SEPARATORS.split(super().clean(value)) if name.strip()]


class VanForm(forms.Form):
    """When a van goes out and what may ride in it."""

    starts = _time_field(_("最早几点出门"))
    ends = _time_field(_("最晚几点回来"))
    weekdays = forms.TypedMultipleChoiceField(
        label=_("星期几出车"), coerce=int, choices=weekdays, widget=forms.CheckboxSelectMultiple,
        help_text=_("法定节假日不出车；调休上班的日子出车。"),
    )  # fmt: skip
    exhibits = ExhibitsField(label=_("能带的展品"), help_text=_("一行一样；需求里写同样的名称才对得上。"))
    most_exhibits = forms.IntegerField(label=_("一次最多带几样"), required=False, help_text=_("不限就空着。"))
    odometer_km = forms.IntegerField(label=_("里程表（公里）"), required=False, min_value=0)
    odometer_on = day_field(_("哪天看的里程表"), _("以后登记的出车公里会加上去。"), required=False)

    @property
    def words(self) -> VanWords:
        """What was typed."""
        return VanWords(**self.cleaned_data)

    @classmethod
    def of(cls, profile: VanProfile, data: Any = None) -> "VanForm":
        """The form with what a profile says, or would say."""
        return cls(data, initial={name: getattr(profile, name) for name in cls.base_fields})


class WishFilterForm(forms.Form):
    """Which wishes the desk's list shows."""

    q = forms.CharField(label=_("单位、地点或镇街"), required=False, max_length=60)
    state = forms.ChoiceField(label=_("状态"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "state", [("", _now("全部")), *WishState.choices])


class WishForm(forms.Form):
    """What a place wants."""

    place = forms.CharField(
        label=_("地点"), max_length=160, help_text=_("排上以后会公开，写学校、村、广场，不写人名。")
    )
    body = forms.CharField(label=_("单位"), max_length=120, required=False, help_text=_("名录里的全称；没有就空着。"))
    region = forms.TypedChoiceField(label=_("所在镇街"), coerce=int, empty_value=None)
    longitude = forms.DecimalField(
        label=_("经度"), max_digits=9, decimal_places=6, required=False, help_text=_("CGCS2000 或 WGS84。")
    )
    latitude = forms.DecimalField(label=_("纬度"), max_digits=9, decimal_places=6, required=False)
    is_checked = forms.BooleanField(label=_("坐标核对过"), required=False)
    since = day_field(_("最早哪天"))
    until = day_field(_("最晚哪天"))
    half_days = forms.MultipleChoiceField(
        label=_("哪些半天方便"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("不选就是白天都行。")
    )
    service_minutes = forms.IntegerField(label=_("一次多少分钟"), initial=120, max_value=LONGEST_VISIT_MIN, min_value=1)
    at_least = forms.IntegerField(
        label=_("一个月至少几次"), initial=0, min_value=0, help_text=_("写了至少几次的先排；0 是能来就来。")
    )
    at_most = forms.IntegerField(label=_("一个月最多几次"), initial=1, min_value=1, max_value=MOST_VISITS)
    gap_days = forms.IntegerField(label=_("两次至少隔几天"), initial=7, min_value=1)
    exhibits = ExhibitsField(label=_("要的展品"), help_text=_("一行一样；不挑就空着。"))
    people = forms.IntegerField(label=_("一次多少人"), min_value=0, initial=0)
    has_quarters = forms.BooleanField(label=_("能安排驾驶员过夜"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "region", [("", _now("请选择")), *_townships()])
        choose(self, "half_days", half_days())

    @property
    def words(self) -> WishWords:
        """What was typed."""
        said = dict(self.cleaned_data)
        name = said.pop("body").strip()
        body = match_organisations([name], region=city())[name].organisation if name else None
        return WishWords(**(said | {"region": Region.objects.get(pk=said["region"]), "body": body}))

    @classmethod
    def of(cls, order: Order | None, point: PeoplePoint | None, data: Any = None) -> "WishForm":
        """The form with what an order says, and where the largest village of its region lies."""
        if order is None:
            return cls(data)
        initial: dict[str, Any] = {
            "place": order.place, "body": order.house, "region": order.region_id, "since": max(order.earliest, today()),
            "until": order.latest, "half_days": order.half_days, "at_most": order.visits, "people": order.seats,
        }  # fmt: skip
        if point is not None:
            initial |= {"longitude": point.longitude, "latitude": point.latitude}
        return cls(data, initial=initial)


class PlanForm(forms.Form):
    """Which month, which vans, and what a plan looks at."""

    month = forms.DateField(
        label=_("哪个月"), input_formats=["%Y-%m", "%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"),
    )  # fmt: skip
    vans = forms.TypedMultipleChoiceField(label=_("出哪几辆车"), coerce=int, widget=forms.CheckboxSelectMultiple)
    fairness = forms.ChoiceField(
        label=_("先去哪里"), choices=Fairness.choices, initial=Fairness.EVEN,
        help_text=_("写了“至少几次”的总是先排。"),
    )  # fmt: skip
    visit_km = forms.FloatField(
        label=_("多去一处抵多少公里"), initial=300, min_value=0, help_text=_("越大越愿意为多去一处多跑路。")
    )
    most_nights = forms.IntegerField(
        label=_("最多连着外宿几晚"), initial=0, min_value=0, help_text=_("0 是每天回来；住在能安排过夜的地方。")
    )
    day_minutes = forms.IntegerField(label=_("驾驶员一天最多多少分钟"))
    week_minutes = forms.IntegerField(label=_("驾驶员一周最多多少分钟"))
    week_days = forms.IntegerField(label=_("一周最多出几天"))
    detour = forms.FloatField(label=_("绕行系数"), help_text=_("路程是直线距离的几倍。"))
    speed_kmh = forms.FloatField(label=_("速度（公里/小时）"))
    iterations = forms.IntegerField(
        label=_("每一段找多少次"), initial=400, help_text=_("越多越好也越慢；同样的次数和种子，结果一样。")
    )
    seed = forms.IntegerField(label=_("随机数种子"), initial=1)

    def __init__(self, *args: Any, vans: Sequence[VanProfile], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "vans", [(one.pk, str(one)) for one in vans])
        said, usual = values_in_force("tours."), TourTerms()
        for name in ("detour", "speed_kmh", "day_minutes", "week_minutes", "week_days"):
            kind = type(getattr(usual, name))
            self.initial.setdefault(name, kind(said.get(name, getattr(usual, name))))
        self.initial.setdefault("month", next_month(month_of(today())))
        self.initial.setdefault("vans", [one.pk for one in vans])

    @property
    def terms(self) -> TourTerms:
        """How."""
        return TourTerms(**{name: self.cleaned_data[name] for name in _TERMS})


class DayForm(forms.Form):
    """Of which day the planned stops are shown."""

    day = day_field(_("哪天的计划"))


class TripForm(forms.Form):
    """What a van did on a day: the stops that were planned for it, and one more. Another day is another form."""

    day = forms.DateField(label=_("日期"), widget=forms.HiddenInput)
    km = forms.DecimalField(label=_("公里"), max_digits=6, decimal_places=1)
    exhibits = forms.IntegerField(label=_("带了几样展品"), initial=0, min_value=0)
    region = forms.TypedChoiceField(label=_("另一站的地区"), coerce=int, empty_value=None, required=False)
    place = forms.CharField(label=_("另一站的地点"), max_length=160, required=False)
    people = forms.IntegerField(label=_("另一站来了多少人"), required=False, min_value=1)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, day: date, planned: Sequence[TourStop] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.planned = planned
        choose(self, "region", [("", _now("请选择")), *regions_to_choose()])
        for stop in planned:
            label = _now("%(place)s来了多少人") % {"place": stop.wish.place}
            self.fields[f"came_{stop.pk}"] = forms.IntegerField(
                label=label, required=False, min_value=1, help_text=_now("没有去成就空着。")
            )
        self.order_fields(["day", "km", "exhibits", *(f"came_{stop.pk}" for stop in planned)])
        self.initial.setdefault("day", day)
        if not self.is_bound:
            self.initial.setdefault("key", uuid.uuid4())

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get("people") and not said.get("region"):
            self.add_error("region", _now("请选另一站的地区。"))
        return said

    @property
    def stops(self) -> list[StopWords]:
        """Those that took place."""
        said = self.cleaned_data
        found = [
            StopWords(stop.wish.region, stop.wish.place, said[f"came_{stop.pk}"], stop.wish_id)
            for stop in self.planned
            if said.get(f"came_{stop.pk}")
        ]
        if said["people"]:
            found.append(StopWords(Region.objects.get(pk=said["region"]), said["place"], said["people"]))
        return found
