"""What is typed about sessions for everybody, campaigns, and the public calendar."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.choices import Audience, RegionLevel
from kepu.directory.register.models import Organisation, Region
from kepu.directory.register.queries import city, match_organisations, regions_to_choose
from kepu.foundation.clock import today
from kepu.outreach.bookings.choices import WAYS
from kepu.outreach.requests.models import Campaign
from kepu.outreach.requests.queries.calendar import CalendarFilter, coming_partners, coming_venues, labels_of
from kepu.outreach.requests.services import CampaignWords, SessionWords
from kepu.outreach.venues.models import Venue
from kepu.outreach.venues.queries.public import published_named
from kepu.web.fields import area, choose, day_field, moment_field


class ScheduleForm(forms.Form):
    """A session for everybody: what is needed first."""

    title = forms.CharField(label=_("这一场叫什么"), max_length=120)
    form = forms.ChoiceField(label=_("什么形式"))
    body = forms.CharField(label=_("主办单位"), max_length=120, help_text=_("名录里的名称；办了记在它名下。"))
    region = forms.TypedChoiceField(label=_("地区"), coerce=int, empty_value=None)
    venue = forms.CharField(
        label=_("在哪个场馆"), max_length=80, required=False,
        help_text=_("已公布的场馆写全名，活动日历的地图上就看得到；别处不用写。"),
    )  # fmt: skip
    place = forms.CharField(
        label=_("具体地点"),
        max_length=160,
        required=False,
        help_text=_("写了场馆的，可以只写哪个厅；只在线上的不用写。"),
    )
    starts_at = moment_field(_("开始"))
    ends_at = moment_field(_("结束"))
    audience = forms.ChoiceField(label=_("给谁听"), choices=Audience.choices, initial=Audience.PUBLIC)
    capacity = forms.IntegerField(label=_("一共多少座位"), min_value=1, initial=45)
    provider = forms.CharField(
        label=_("谁来讲"), max_length=20, required=False, help_text=_("科普人才的编号；没有就不填。")
    )
    campaign = forms.TypedChoiceField(label=_("主题活动"), coerce=int, empty_value=None, required=False)
    is_online = forms.BooleanField(label=_("线上看得到"), required=False)
    stream = forms.URLField(
        label=_("直播的地址"), max_length=300, required=False, assume_scheme="https",
        help_text=_("自己的直播服务器或平台上的网址；开播前半小时到结束，在公开的页面上看得到。"),
    )  # fmt: skip
    partner = forms.CharField(
        label=_("合作的城市或国家"), max_length=80, required=False, help_text=_("交流合作的才写。")
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "form", [("", _now("请选择")), *labels_of("open_forms").items()])
        choose(self, "region", [("", _now("请选择")), *regions_to_choose()])
        current = Campaign.objects.filter(last_day__gte=today())
        choose(self, "campaign", [("", _now("不属于哪个活动")), *((one.pk, one.name) for one in current)])
        for channel in WAYS:
            label = _now("为“%(channel)s”留的座位") % {"channel": channel.label}
            self.fields[f"quota_{channel}"] = forms.IntegerField(label=label, min_value=0, required=False)
        if not self.is_bound:
            self.initial.setdefault("key", uuid.uuid4())

    def clean_body(self) -> Organisation:
        name = self.cleaned_data["body"].strip()
        found = match_organisations([name], region=city())[name].organisation
        if found is None:
            raise forms.ValidationError(_now("名录里没有这个单位：请写全称。"))
        return found

    def clean_venue(self) -> Venue | None:
        name = self.cleaned_data["venue"].strip()
        found = published_named(name) if name else []
        if name and not found:
            raise forms.ValidationError(_now("没有公布的场馆叫这个名字：请写全名，或只写具体地点。"))
        if len(found) > 1:
            raise forms.ValidationError(_now("有几处场馆都叫这个名字：请只写具体地点。"))
        return found[0] if found else None

    @property
    def quotas(self) -> dict[str, int]:
        """Channel → seats, where something was typed."""
        typed = {str(channel): self.cleaned_data.get(f"quota_{channel}") for channel in WAYS}
        return {channel: seats for channel, seats in typed.items() if seats is not None}

    @property
    def words(self) -> SessionWords:
        """What is scheduled."""
        said = self.cleaned_data
        plain = (
            "title",
            "form",
            "body",
            "venue",
            "place",
            "starts_at",
            "ends_at",
            "audience",
            "capacity",
            "provider",
            "partner",
        )
        return SessionWords(
            **{name: said[name] for name in plain}, region=Region.objects.get(pk=said["region"]),
            is_online=said["is_online"], stream=said["stream"], quotas=self.quotas,
            campaign=Campaign.objects.filter(pk=said["campaign"]).first() if said["campaign"] else None,
        )  # fmt: skip


class CloseForm(forms.Form):
    """How many came, where the gate counted nobody."""

    people = forms.IntegerField(
        label=_("来了多少人"), min_value=1, required=False, help_text=_("入口记过人的不用填，按入口的算。")
    )


class CampaignForm(forms.Form):
    """Some days under one name."""

    name = forms.CharField(label=_("名称"), max_length=80)
    kind = forms.ChoiceField(label=_("类型"))
    slug = forms.CharField(
        label=_("网址里的名字"), max_length=60, help_text=_("小写字母、数字和短横，如 kepuyue-2024。")
    )
    first_day = day_field(_("自"))
    last_day = day_field(_("至"))
    about = forms.CharField(label=_("介绍"), max_length=2000, required=False, widget=area(5))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "kind", [("", _now("请选择")), *labels_of("campaigns").items()])

    @property
    def words(self) -> CampaignWords:
        """What was typed."""
        return CampaignWords(**self.cleaned_data)

    @classmethod
    def of(cls, campaign: Campaign | None, data: Any = None) -> "CampaignForm":
        """With what a campaign says, or empty."""
        names = cls.base_fields if campaign is not None else ()
        return cls(data, initial={name: getattr(campaign, name) for name in names})


class CalendarForm(forms.Form):
    """To what the calendar is narrowed."""

    q = forms.CharField(label=_("题目、地点或单位"), required=False, max_length=60)
    day = day_field(_("哪天"), required=False)
    district = forms.ChoiceField(label=_("地区"), required=False)
    audience = forms.ChoiceField(label=_("给谁听"), required=False)
    form = forms.ChoiceField(label=_("什么形式"), required=False)
    campaign = forms.ChoiceField(label=_("主题活动"), required=False)
    partner = forms.ChoiceField(label=_("合作的城市或国家"), required=False)
    venue = forms.ChoiceField(label=_("场馆"), required=False)
    is_online = forms.BooleanField(label=_("线上看得到"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = [number for number, _name in regions_to_choose(RegionLevel.DISTRICT)[1:]]
        districts = [(one.code, one.label) for one in Region.objects.filter(pk__in=shown).order_by("code")]
        choose(self, "district", [("", _now("全市")), *districts])
        choose(self, "audience", [("", _now("全部")), *Audience.choices])
        choose(self, "form", [("", _now("全部")), *labels_of("open_forms").items()])
        names = Campaign.objects.filter(last_day__gte=today()).values_list("slug", "name")
        choose(self, "campaign", [("", _now("全部")), *names])
        choose(self, "venue", [("", _now("全部")), *((str(pk), name) for pk, name in coming_venues())])
        choose(self, "partner", [("", _now("全部")), *((name, name) for name in coming_partners())])

    @property
    def wanted(self) -> CalendarFilter:
        """What is asked for; what cannot be read narrows nothing."""
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        return CalendarFilter(**given)
