"""What is typed about venues; what may be said and done, the services decide."""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.choices import Audience, RegionLevel
from kepu.directory.register.models import Person, Region
from kepu.directory.register.queries import city, inside
from kepu.foundation.calendar.choices import Weekday
from kepu.outreach.venues.choices import CoordinateSource, VenueState
from kepu.outreach.venues.models import TravelTable, Venue
from kepu.outreach.venues.queries import VenueFilter, access_labels, keepers_for, kinds, level_labels
from kepu.outreach.venues.queries.kinds import DetailField, Kind
from kepu.outreach.venues.queries.public import Wanted, district_choices
from kepu.outreach.venues.queries.reach import GROUPS, Road
from kepu.outreach.venues.rules import Hours
from kepu.outreach.venues.services import AccreditationTerms, SitingTerms, VenueWords
from kepu.web.fields import area, choose, day_field

_STRETCHES = 2
_PLAIN = (
    "name",
    "address",
    "longitude",
    "latitude",
    "coordinate_source",
    "summary",
    "phone",
    "capacity",
    "is_lent",
    "access_note",
    "is_free",
    "fee_note",
    "cycle_days",
)


def _coordinate(label: Any, help_text: Any = "") -> forms.DecimalField:
    return forms.DecimalField(label=label, help_text=help_text, required=False, max_digits=9, decimal_places=6)


class FindForm(forms.Form):
    """By what a visitor looks for a venue; what cannot be read narrows nothing."""

    q = forms.CharField(label=_("找什么"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("类型"), required=False)
    district = forms.ChoiceField(label=_("区市"), required=False)
    day = day_field(_("哪天开放"), required=False)
    access = forms.ChoiceField(label=_("无障碍"), required=False)
    free = forms.BooleanField(label=_("不花钱"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "kind", [("", _("全部")), *((one.code, one.label) for one in kinds().values())])
        choose(self, "district", [("", _("全市")), *district_choices()])
        choose(self, "access", [("", _("不限")), *access_labels().items()])

    @property
    def wanted(self) -> Wanted:
        """What was asked for."""
        self.is_valid()
        said = getattr(self, "cleaned_data", {})
        access = (said["access"],) if said.get("access") else ()
        return Wanted(
            said.get("q", ""), said.get("kind", ""), said.get("district", ""), said.get("day"), access,
            is_free=bool(said.get("free")),
        )  # fmt: skip


class FilterForm(forms.Form):
    """Which venues the desk's list shows."""

    q = forms.CharField(label=_("名称、地址、单位"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("类型"), required=False)
    district = forms.ChoiceField(label=_("区市"), required=False)
    state = forms.ChoiceField(label=_("状态"), required=False)
    overdue = forms.BooleanField(label=_("内容过期"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "kind", [("", _("全部")), *((one.code, one.label) for one in kinds().values())])
        choose(self, "district", [("", _("全市")), *district_choices()])
        choose(self, "state", [("", _("全部")), *VenueState.choices])

    @property
    def wanted(self) -> VenueFilter:
        """What was asked for."""
        self.is_valid()
        said = getattr(self, "cleaned_data", {})
        return VenueFilter(
            said.get("q", ""), said.get("kind", ""), said.get("district", ""), said.get("state", ""),
            is_overdue=bool(said.get("overdue")),
        )  # fmt: skip


def region_choices(actor: Person) -> list[tuple[int, str]]:
    """Regions in which the actor may register something, down to the village, as they lie in one another."""
    here = city()
    regions = Region.objects.filter(valid_to=None).order_by("path")
    regions = regions.filter(path__startswith=here.path) if here is not None else regions.none()
    if not actor.is_office and (own := actor.regions("district_officer")):
        regions = regions.filter(inside(own))
    indent = int(RegionLevel.CITY)
    return [(one.pk, "　" * max(0, one.level - indent) + one.name) for one in regions]


class VenueForm(forms.Form):
    """What is said of a venue, with the fields of its kind."""

    keeper = forms.TypedChoiceField(label=_("管理单位"), coerce=int, help_text=_("内容过期的待办挂给它。"))
    name = forms.CharField(label=_("名称"))
    region = forms.TypedChoiceField(label=_("所在地区"), coerce=int, help_text=_("选到最细的一级。"))
    address = forms.CharField(label=_("地址"), required=False)
    longitude = _coordinate(_("经度"), _("大的那个数，如 120.382600。"))
    latitude = _coordinate(_("纬度"))
    coordinate_source = forms.ChoiceField(
        label=_("坐标来源"), required=False, help_text=_("从网络地图上抄的坐标有意偏了几百米，请照实选。")
    )
    is_checked = forms.BooleanField(label=_("坐标核对过，没有错"), required=False)
    summary = forms.CharField(label=_("有什么可看"), required=False, widget=area(4))
    phone = forms.CharField(label=_("咨询电话"), required=False, help_text=_("公众打的，不填个人手机。"))
    capacity = forms.IntegerField(label=_("同时容纳多少人"), required=False)
    is_lent = forms.BooleanField(
        label=_("有空时借给点单办活动"),
        required=False,
        help_text=_("开放时间里没有别的安排，点单没有地方的可以排进来，会告诉你们。"),
    )
    access = forms.MultipleChoiceField(label=_("无障碍和适老"), required=False, widget=forms.CheckboxSelectMultiple)
    access_note = forms.CharField(label=_("怎么进去"), required=False)
    is_free = forms.BooleanField(label=_("平时免费"), required=False, initial=True)
    fee_note = forms.CharField(label=_("收费说明"), required=False)
    cycle_days = forms.IntegerField(
        label=_("内容多少天换一次"), required=False, help_text=_("空着就用这一类型的默认值；没有默认值就不催。")
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, kind: Kind, actor: Person, venue: Venue | None = None
    ) -> None:
        super().__init__(data, initial=_said(venue) if venue is not None else None)
        self.kind = kind
        choose(self, "keeper", [(body.pk, body.name) for body in keepers_for(actor)])
        choose(self, "region", region_choices(actor))
        made_up = venue is not None and venue.coordinate_source == CoordinateSource.MADE_UP
        sources = [one for one in CoordinateSource if made_up or one != CoordinateSource.MADE_UP]
        choose(self, "coordinate_source", [("", "——"), *((one.value, one.label) for one in sources)])
        choose(self, "access", list(access_labels().items()))
        if venue is not None:
            del self.fields["keeper"]
        for one in kind.fields:
            self.fields[f"detail_{one.name}"] = _detail_field(one)

    @property
    def details(self) -> list[forms.BoundField]:
        """The fields of the kind."""
        return [self[f"detail_{one.name}"] for one in self.kind.fields]

    @property
    def wanted(self) -> VenueWords:
        """What was typed."""
        said = self.cleaned_data
        details = {one.name: said.get(f"detail_{one.name}") for one in self.kind.fields}
        words = {name: said[name] for name in _PLAIN}
        return VenueWords(region_id=said["region"], access=tuple(said["access"]), details=details, **words)


def _said(venue: Venue) -> dict[str, Any]:
    details = {f"detail_{name}": value for name, value in venue.details.items()}
    return {name: getattr(venue, name) for name in (*_PLAIN, "access")} | {"region": venue.region_id} | details


def _detail_field(one: DetailField) -> forms.Field:
    label = f"{one.label}（{one.unit}）" if one.unit else one.label
    if one.kind == "boolean":
        return forms.BooleanField(label=label, required=False)
    if one.kind == "integer":
        return forms.IntegerField(label=label, required=False)
    if one.kind == "number":
        return forms.DecimalField(label=label, required=False)
    return forms.CharField(label=label, required=False)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("为什么"), help_text=_("会写在公众页上。"))


class NoForm(forms.Form):
    """A button alone."""


class AccreditForm(forms.Form):
    """A naming of some level."""

    level = forms.ChoiceField(label=_("级别"))
    title = forms.CharField(label=_("命名"), help_text=_("如“全国科普教育基地”。"))
    valid_from = day_field(_("自"))
    valid_to = day_field(_("至"), _("文件没有写期限就空着。"), required=False)
    number = forms.CharField(label=_("编号"), required=False)
    batch = forms.CharField(label=_("批次"), required=False, help_text=_("如“2021—2025 年第一批”。"))
    issued_by = forms.CharField(label=_("命名单位"), required=False)

    def __init__(self, *args: Any, levels: Sequence[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = level_labels()
        choose(self, "level", [(code, label) for code, label in known.items() if levels is None or code in levels])

    @property
    def terms(self) -> AccreditationTerms:
        """What was typed."""
        return AccreditationTerms(**self.cleaned_data)


class RenewForm(forms.Form):
    valid_from = day_field(_("新的有效期自"))
    valid_to = day_field(_("至"), required=False)
    batch = forms.CharField(label=_("批次"), required=False)


class EndForm(forms.Form):
    ended_on = day_field(_("终止日期"))
    reason = forms.CharField(label=_("原因"))


class OpeningForm(forms.Form):
    """Hours of a week, two stretches a day."""

    valid_from = day_field(_("从哪天起"))
    note = forms.CharField(label=_("说明"), required=False, help_text=_("如“16:30 停止入场”。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clock = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        for weekday in Weekday:
            for stretch in range(_STRETCHES):
                end = "" if stretch == 0 else "2"
                for name, said in (("opens", _("开门")), ("closes", _("关门"))):
                    label = f"{weekday.label} {said}{end}"
                    field = forms.TimeField(label=label, required=False, widget=clock)
                    self.fields[f"{name}{end}_{weekday.value}"] = field

    @property
    def week(self) -> list[tuple[str, list[tuple[forms.BoundField, forms.BoundField]]]]:
        """The fields as a table: weekday, stretches."""
        return [
            (
                str(weekday.label),
                [(self[f"opens{end}_{weekday.value}"], self[f"closes{end}_{weekday.value}"]) for end in ("", "2")],
            )
            for weekday in Weekday
        ]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        for weekday in Weekday:
            for end in ("", "2"):
                one, other = f"opens{end}_{weekday.value}", f"closes{end}_{weekday.value}"
                if (said.get(one) is None) != (said.get(other) is None):
                    self.add_error(one if said.get(one) is None else other, _("开门和关门要一起填。"))
        return said

    @property
    def hours(self) -> list[Hours]:
        """What was typed."""
        said: Mapping[str, time | None] = self.cleaned_data
        found = []
        for weekday in Weekday:
            for end in ("", "2"):
                opens, closes = said.get(f"opens{end}_{weekday.value}"), said.get(f"closes{end}_{weekday.value}")
                if opens is not None and closes is not None:
                    found.append(Hours(weekday.value, opens, closes))
        return found


class ClosureForm(forms.Form):
    since = day_field(_("自"))
    until = day_field(_("至"))
    reason = forms.CharField(label=_("为什么闭馆"), help_text=_("公众看得到。"))


class FreeForm(forms.Form):
    since = day_field(_("自"))
    until = day_field(_("至"))
    note = forms.CharField(label=_("说明"), required=False)


class StayForm(forms.Form):
    """Where a van or a set stands."""

    region = forms.TypedChoiceField(label=_("地区"), coerce=int)
    address = forms.CharField(label=_("地点"))
    since = day_field(_("自"))
    until = day_field(_("至"))

    def __init__(self, *args: Any, actor: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "region", region_choices(actor))


class ContentForm(forms.Form):
    """What hangs now, one line for each panel."""

    changed_on = day_field(_("更换日期"))
    themes = forms.CharField(
        label=_("换了什么"),
        widget=area(6),
        help_text=_("一行一块展板的主题，第一行是第 1 块；没有换的那块留空行。"),
    )

    @property
    def panels(self) -> dict[int, str]:
        """Place and theme of what was changed."""
        lines = self.cleaned_data["themes"].split("\n")
        return {place: line.strip() for place, line in enumerate(lines, start=1) if line.strip()}


class PhotoForm(forms.Form):
    file = forms.FileField(label=_("照片"), help_text=_("JPEG 或 PNG，不超过 10 MB。不要有能认出的孩子。"))
    caption = forms.CharField(label=_("说明"), help_text=_("给看不见图的人读：照片上是什么。"))


class RosterForm(forms.Form):
    file = forms.FileField(label=_("名册"), help_text=_("按模板填好的 .xlsx 或 .csv。"))


class DecideForm(forms.Form):
    """What becomes of one row of a roster."""

    choice = forms.CharField()
    venue = forms.IntegerField(required=False)


class PointsForm(forms.Form):
    file = forms.FileField(label=_("人口点"), help_text=_("按模板填好的 .xlsx 或 .csv；同一代码再传是更新。"))


class TravelForm(forms.Form):
    file = forms.FileField(
        label=_("路程表"), help_text=_("按模板填好的 .csv 或 .xlsx，最多 30 万行；没有写的一对算够不着。")
    )
    source = forms.CharField(label=_("来源"), max_length=200, help_text=_("用什么、按哪份地图和交通方式算的。"))
    computed_on = day_field(_("算出的日期"))


class CoverageForm(forms.Form):
    """Which venues count, and by what the table is laid out."""

    kind = forms.ChoiceField(label=_("只算这一类型"), required=False)
    level = forms.ChoiceField(label=_("分到"), required=False)
    road = forms.ChoiceField(label=_("路上的时间"), required=False)

    def __init__(self, *args: Any, travel: TravelTable | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        line = _("按直线距离")
        choose(self, "road", [("", _("按路程表")), ("line", line)] if travel else [("", line)])
        fixed = [(one.code, one.label) for one in kinds().values() if not one.moves and not one.is_online]
        choose(self, "kind", [("", _("全部")), *fixed])
        choose(self, "level", [("", _("区市")), (str(RegionLevel.TOWNSHIP.value), _("镇街"))])

    @property
    def wanted(self) -> dict[str, Any]:
        """What was asked for."""
        self.is_valid()
        said = getattr(self, "cleaned_data", {})
        level = RegionLevel.TOWNSHIP if said.get("level") else RegionLevel.DISTRICT
        return {"kind": said.get("kind", ""), "level": level, "by_table": not said.get("road")}


class SitingForm(forms.Form):
    """How many places, within how many minutes, for whom, and from which candidates."""

    k = forms.IntegerField(label=_("选几处"), initial=3)
    minutes = forms.IntegerField(label=_("多少分钟以内算够得着"))
    group = forms.ChoiceField(label=_("为谁选"))
    detour = forms.DecimalField(label=_("绕行系数"), help_text=_("路程是直线距离的几倍。"))
    speed_kmh = forms.DecimalField(label=_("速度（公里/小时）"))
    by_table = forms.BooleanField(
        label=_("按载入的路程表算"), required=False, help_text=_("勾上就不用上面两个数；表里没有的一对算够不着。")
    )
    candidates = forms.MultipleChoiceField(
        label=_("候选"), widget=forms.CheckboxSelectMultiple, help_text=_("村庄社区，或者登记了还没有公布的场馆。")
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        candidates: Sequence[tuple[str, str]],
        road: Road,
        travel: TravelTable | None,
    ) -> None:
        given = {
            "by_table": travel is not None,
            "minutes": road.minutes,
            "detour": road.detour,
            "speed_kmh": road.speed_kmh,
        }
        super().__init__(data, initial=given | {"candidates": [key for key, _label in candidates]})
        names = [(one.value, _("全体居民") if one == Audience.PUBLIC else one.label) for one in GROUPS]
        choose(self, "group", names)
        choose(self, "candidates", candidates)
        if travel is None:
            del self.fields["by_table"]

    @property
    def terms(self) -> SitingTerms:
        """What was typed."""
        return SitingTerms(**self.cleaned_data)
