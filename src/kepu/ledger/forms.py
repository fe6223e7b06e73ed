"""The shape of what comes into the ledger by hand: one fact, a reversal, a filter, a spreadsheet."""

import uuid
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.directory.register.queries import city, districts, match_organisations, organisations_named
from kepu.foundation.clock import today
from kepu.ledger.choices import Audience, SourceKind
from kepu.ledger.models import Indicator
from kepu.ledger.queries import FactFilter, RecordingOptions
from kepu.ledger.rules import FactDraft
from kepu.ledger.services.importing import MOST_BYTES

MEGABYTE = 1024 * 1024


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class RecordForm(forms.Form):
    """One fact. Names and rules are checked by the service, which answers for every door in the same words."""

    indicator = forms.ChoiceField(
        label=gettext_lazy("记的是什么"),
        help_text=gettext_lazy("指标决定这个数怎么用：进展、统计和公众看到的页面都从这一条算出来。"),
        widget=forms.Select(
            attrs={
                "hx-get": "",
                "hx-target": "#measure",
                "hx-include": "closest form",
                "hx-params": "not csrfmiddlewaretoken",
                "hx-swap": "outerHTML",
            }
        ),
    )
    occurred_on = forms.DateField(
        label=gettext_lazy("发生日期"),
        widget=DayInput(),
        help_text=gettext_lazy("事情发生的那一天，不是登记的这一天；存量填数数的那一天。"),
    )
    region = forms.ChoiceField(
        label=gettext_lazy("在哪里"), help_text=gettext_lazy("知道多细选多细，均衡不均衡从这里看出来。")
    )
    organisation = forms.CharField(
        label=gettext_lazy("谁做的"),
        max_length=120,
        help_text=gettext_lazy("开展这件事的单位：全称、简称或别名。上级单位会自动算上，不用再记一遍。"),
        widget=forms.TextInput(attrs={"list": "bodies", "autocomplete": "off"}),
    )
    audience = forms.ChoiceField(
        label=gettext_lazy("面向谁"),
        choices=Audience.choices,
        initial=Audience.PUBLIC,
        help_text=gettext_lazy("只面向某一重点人群的选它；不分人群的选公众。"),
    )
    audience_tag = forms.ChoiceField(label=gettext_lazy("细分人群"), required=False)
    quantity = forms.DecimalField(
        label=gettext_lazy("数量"),
        decimal_places=4,
        max_digits=18,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"invalid": gettext_lazy("请填一个数，例如 3 或 12.5；不写“万”，不写单位。")},
    )
    people = forms.IntegerField(
        label=gettext_lazy("参加人次"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=gettext_lazy("清点过才填：空着是没有清点，0 是没有人来。同一个人来两次算两人次。"),
        error_messages={"invalid": gettext_lazy("请填整数。")},
    )
    instrument = forms.CharField(label=gettext_lazy("测量工具或去重办法"), required=False, max_length=200)
    version = forms.CharField(label=gettext_lazy("工具版本"), required=False, max_length=60)
    sample_size = forms.IntegerField(label=gettext_lazy("样本量"), required=False, min_value=1)
    standard_error = forms.DecimalField(label=gettext_lazy("标准误"), required=False, min_value=Decimal(0))
    note = forms.CharField(
        label=gettext_lazy("说明"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("以后查的人靠它认出是哪一场。不写个人姓名和电话。"),
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=60)

    MEASURE = ("quantity", "people")
    METHOD = ("instrument", "version", "sample_size", "standard_error")

    def __init__(self, *args: Any, options: RecordingOptions, **kwargs: Any) -> None:
        given = kwargs.pop("initial", None) or {}
        known = {"organisation": options.own_body, "region": options.own_region, "occurred_on": today()}
        kwargs["initial"] = known | given | {"key": uuid.uuid4().hex}
        super().__init__(*args, **kwargs)
        self.options = options
        groups = [
            (_(theme), [(one.code, f"{one.label}（{one.unit_label}）") for one in found])
            for theme, found in options.themes.items()
        ]
        _choice(self.fields["indicator"]).choices = [("", _("请选")), *groups]
        _choice(self.fields["region"]).choices = [("", _("请选")), *options.regions]
        tags = [(one.label, one.tags) for one in options.audiences if one.tags]
        _choice(self.fields["audience_tag"]).choices = [("", _("不细分")), *tags]

    @property
    def chosen(self) -> Indicator | None:
        """The indicator that is chosen so far."""
        code = self["indicator"].value()
        return next((one for one in self.options.indicators if one.code == code), None)

    @property
    def before_measure(self) -> list[forms.BoundField]:
        """What, when, where, who, for whom."""
        names = ("occurred_on", "region", "organisation", "audience", "audience_tag")
        return [self[name] for name in names]

    @property
    def method_fields(self) -> list[forms.BoundField]:
        """How an estimate was made."""
        return [self[name] for name in self.METHOD]

    def draft(self) -> FactDraft:
        """What was filled in."""
        data = self.cleaned_data
        named = {
            "instrument": data["instrument"],
            "version": data["version"],
            "n": data["sample_size"],
            "standard_error": None if data["standard_error"] is None else str(data["standard_error"]),
        }
        method = {name: value for name, value in named.items() if value not in {None, ""}}
        return FactDraft(
            indicator=data["indicator"],
            occurred_on=data["occurred_on"],
            region=data["region"],
            organisation=data["organisation"],
            quantity=data["quantity"],
            audience=data["audience"],
            audience_tag=data["audience_tag"],
            people=data["people"],
            method=method or None,
            key=data["key"],
            note=data["note"],
        )

    def tell(self, errors: Iterable[Mapping[str, str]]) -> None:
        """Put what the service said beside the fields it spoke of."""
        for error in errors:
            field = {"method": "instrument"}.get(error["field"], error["field"])
            self.add_error(field if field in self.fields else None, error["message"])

    def use_new_key(self) -> None:
        """Let the next sending count as another fact."""
        self.data = {**{name: self.data.get(name) for name in self.fields}, "key": uuid.uuid4().hex}


class ReversalForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("为什么冲正"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("会和这条事实一起长期留存，例如“重复登记”“人数多写了一个零”。"),
    )


class FilterForm(forms.Form):
    """What a reader of the list asks for."""

    indicator = forms.ChoiceField(label=gettext_lazy("指标"), required=False)
    region = forms.ModelChoiceField(
        label=gettext_lazy("地区"), queryset=districts(), required=False, empty_label=gettext_lazy("全市")
    )
    organisation = forms.CharField(
        label=gettext_lazy("单位"), required=False, max_length=120, widget=forms.TextInput(attrs={"list": "bodies"})
    )
    audience = forms.ChoiceField(label=gettext_lazy("人群"), required=False)
    since = forms.DateField(label=gettext_lazy("自"), required=False, widget=DayInput())
    until = forms.DateField(label=gettext_lazy("至"), required=False, widget=DayInput())
    source = forms.ChoiceField(label=gettext_lazy("从哪里来"), required=False)
    text = forms.CharField(label=gettext_lazy("说明、编号里的字"), required=False, max_length=100)
    sheet = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, indicators: Iterable[Indicator], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choice(self.fields["indicator"]).choices = [("", _("全部")), *((one.code, one.label) for one in indicators)]
        _choice(self.fields["audience"]).choices = [("", _("全部")), *Audience.choices]
        _choice(self.fields["source"]).choices = [("", _("全部")), *SourceKind.choices]

    def clean_organisation(self) -> int | None:
        """Find the body by any of its names."""
        text = self.cleaned_data["organisation"].strip()
        if not text:
            return None
        found = match_organisations([text], region=city())[text].organisation
        if found is not None:
            return found.pk
        near = [body.name for body in organisations_named(text, limit=3)]
        if near:
            said = {"text": text, "near": "、".join(near)}
            raise forms.ValidationError(_("没有正好叫“%(text)s”的单位；是不是：%(near)s？"), params=said)
        raise forms.ValidationError(_("没有叫“%(text)s”的单位。"), params={"text": text})

    def clean(self) -> dict[str, Any]:
        """Days stand in their order."""
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", _("这一天在“自”之前，请对调。"))
        return data

    @property
    def is_asked(self) -> bool:
        """Whether anything at all is asked for."""
        return any(self.data.get(name) for name in self.fields)

    def wanted(self) -> FactFilter | None:
        """What to look for; None where the question itself is wrong."""
        if not self.is_valid():
            return None
        data = self.cleaned_data
        return FactFilter(
            indicator_code=data["indicator"],
            region=data["region"].pk if data["region"] else None,
            organisation=data["organisation"],
            audience=data["audience"],
            since=data["since"],
            until=data["until"],
            source_kind=data["source"],
            text=data["text"],
            sheet=data["sheet"],
        )


class SheetForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("填好的表"),
        allow_empty_file=True,
        help_text=gettext_lazy("用模板填的 .xlsx，或列名相同的 .csv；90 MB、一百万行以内。"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv", "class": "form-control"}),
        error_messages={"required": gettext_lazy("请选一个文件。")},
    )

    def clean_file(self) -> Any:
        """Too large is said here, before anything is read."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            most = MOST_BYTES // MEGABYTE
            raise forms.ValidationError(_("文件超过 %(most)d MB。请按月份或区市拆成几个文件再传。") % {"most": most})
        return file


def _choice(field: forms.Field) -> Any:
    return field
