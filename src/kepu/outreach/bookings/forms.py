"""What visitors and the house type."""

from datetime import time
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from kepu.foundation.calendar.choices import weekdays
from kepu.outreach.bookings.choices import OPERATOR_WAYS, WAYS, Channel
from kepu.outreach.bookings.models import ChannelQuota
from kepu.outreach.bookings.rules import SeriesTerms, read_times
from kepu.web.fields import day_field, moment_field


def _count(
    label: Any, *, least: int = 0, initial: int | None = None, help_text: Any = "", required: bool = True
) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(
        label=label, min_value=least, max_value=100_000, initial=initial, widget=widget, help_text=help_text, required=required
    )  # fmt: skip


class BookForm(forms.Form):
    """One column; the rules live in the service."""

    party_size = _count(_("几个人来（连您自己）"), least=1, initial=1)
    accompanying = _count(_("另有几位大人陪同"), initial=0, help_text=_("老师、家长等，也要座位；没有就是 0。"))
    is_elderly = forms.BooleanField(label=_("我是老年人"), required=False)
    needs = forms.CharField(
        label=_("有什么需要照顾"), max_length=200, required=False, help_text=_("例如轮椅、助听、讲方言。只给主办方看，结束后按期删去。")
    )  # fmt: skip
    waits = forms.BooleanField(label=_("没有座位时，替我候补"), required=False, initial=True)
    rules_version = forms.CharField(max_length=10, widget=forms.HiddenInput)
    text_digest = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def agree_to(self, rules_version: str, text_digest: str) -> None:
        """Let the form, when it is shown, name the rules and the consent text that stand beside it."""
        shown = {"rules_version": rules_version, "text_digest": text_digest}
        if self.is_bound:
            self.data = {**{name: self.data.get(name) for name in self.data}, **shown}
        self.initial = {**self.initial, **shown}


class BookForForm(forms.Form):
    """An operator books for somebody who calls or stands there."""

    channel = forms.ChoiceField(
        label=_("怎么来约的"), choices=[(one, one.label) for one in OPERATOR_WAYS], widget=forms.RadioSelect, initial=Channel.PHONE
    )  # fmt: skip
    login = forms.CharField(
        label=_("登录名"), max_length=60, required=False, help_text=_("有账号的填登录名，本人在“我的预约”里看得到。")
    )
    guest = forms.CharField(
        label=_("怎么称呼"),
        max_length=40,
        required=False,
        help_text=_("没有账号的，写个称呼，入场时好认；结束后按期删去。"),
    )
    party_size = _count(_("几个人来"), least=1, initial=1)
    accompanying = _count(_("另有几位大人陪同"), initial=0)
    is_elderly = forms.BooleanField(label=_("是老年人"), required=False)
    needs = forms.CharField(label=_("有什么需要照顾"), max_length=200, required=False)
    waits = forms.BooleanField(label=_("没有座位时候补"), required=False, initial=True)


class _QuotaFields(forms.Form):
    """One optional field for the seats that each channel keeps."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for channel in WAYS:
            label = _("为“%(channel)s”留的座位") % {"channel": channel.label}
            self.fields[f"quota_{channel}"] = _count(label, required=False)

    @property
    def quotas(self) -> dict[str, int]:
        """Channel → seats, where something was typed."""
        typed = {str(channel): self.cleaned_data.get(f"quota_{channel}") for channel in WAYS}
        return {channel: seats for channel, seats in typed.items() if seats is not None}


class ResizeForm(_QuotaFields):
    capacity = _count(_("一共多少座位"), least=1)

    @classmethod
    def initial_of(cls, capacity: int, quotas: tuple[ChannelQuota, ...]) -> dict[str, int]:
        """As it is now."""
        kept = {f"quota_{one.channel}": one.seats - one.borrowed for one in quotas if one.channel != Channel.SHARED}
        return {"capacity": capacity, **kept}


class OpenSlotForm(_QuotaFields):
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4, required=False)
    title = forms.CharField(label=_("名称"), max_length=200, required=False, help_text=_("不填就用对象自己的名称。"))
    starts_at = moment_field(_("开始"))
    ends_at = moment_field(_("结束"))
    capacity = _count(_("一共多少座位"), least=1, initial=30)
    opens_at = moment_field(_("什么时候开始预约"), help_text=_("不填就是现在。"), required=False)
    closes_at = moment_field(_("什么时候截止预约"), help_text=_("不填就是开始的时候。"), required=False)
    draw_at = moment_field(
        _("什么时候抽签"), help_text=_("抢手的场次，先登记、到时抽签；不填就是先到先得。"), required=False
    )
    release_at = moment_field(
        _("各渠道没用完的座位什么时候放开"), help_text=_("到时放给所有渠道；不填就一直留着。"), required=False
    )


class SeriesForm(_QuotaFields):
    """Many slots at once: on which days, at which times, all alike."""

    title = forms.CharField(label=_("名称"), max_length=200, required=False, help_text=_("不填就用对象自己的名称。"))
    since = day_field(_("从哪天"))
    until = day_field(_("到哪天（含当天）"), help_text=_("最多三个月。"))
    weekdays = forms.TypedMultipleChoiceField(
        label=_("星期几"), choices=weekdays, coerce=int, widget=forms.CheckboxSelectMultiple, initial=list(range(7))
    )
    times = forms.CharField(
        label=_("每天的时间"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("一行一场，例如 09:00-10:30。闭馆的日子、开放时间以外的场次会跳过。"),
    )
    capacity = _count(_("每场多少座位"), least=1, initial=30)
    days_before = _count(_("提前几天开始预约"), initial=7, help_text=_("那天零点开始；已经过了就是现在。"))
    release_hours = _count(
        _("开场前几小时放开没用完的座位"), required=False, help_text=_("到时放给所有渠道；不填就一直留着。")
    )

    def clean_times(self) -> tuple[tuple[time, time], ...]:
        """Each line as a beginning and an end."""
        try:
            return read_times(self.cleaned_data["times"])
        except ValueError as wrong:
            raise forms.ValidationError(
                _("“%(line)s”读不出时间，或和别的一行重叠：请写成 09:00-10:30，结束要晚于开始。") % {"line": wrong}
            ) from wrong

    @property
    def terms(self) -> SeriesTerms:
        """What was typed."""
        given = self.cleaned_data
        return SeriesTerms(
            since=given["since"],
            until=given["until"],
            weekdays=frozenset(given["weekdays"]),
            times=given["times"],
            capacity=given["capacity"],
            quotas=self.quotas,
            days_before=given["days_before"],
            release_hours=given["release_hours"],
            title=given["title"],
        )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("为什么取消"), max_length=200, help_text=_("约了的人都会收到这句话。"))


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("入场码"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "autofocus": True}),
        help_text=_("照对方手机上的全部数字输入。"),
    )


class AdmitForm(forms.Form):
    people = _count(_("几个人"), least=1, initial=1)
    key = forms.UUIDField(widget=forms.HiddenInput)


class ArriveForm(forms.Form):
    people = _count(_("来了几个人"), least=1)
    key = forms.UUIDField(widget=forms.HiddenInput)
