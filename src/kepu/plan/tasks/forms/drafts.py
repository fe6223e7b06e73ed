"""The shape of what comes in with a plan: the text, corrections of its reading, bodies, the last step."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.choices import OrganisationKind, RegionLevel
from kepu.directory.register.models import Region
from kepu.directory.register.queries import city
from kepu.plan.tasks.choices import Comparator, DutyRole, LinkKind, SectionKind
from kepu.plan.tasks.models import Plan
from kepu.plan.tasks.rules.findings import EffectiveReading, Finding, thing_of

SUFFIXES = ("docx", "pdf", "txt", "html", "htm", "md")
MOST_MEGABYTES = 50
PERIODS = [
    ("", _("文中未写")),
    ("year", _("每年")),
    ("half", _("每半年")),
    ("quarter", _("每季度")),
    ("month", _("每月")),
    ("2 years", _("每两年")),
    ("3 years", _("每三年")),
    ("5 years", _("每五年")),
]


class _Words(forms.CharField):
    def to_python(self, value: Any) -> str:
        """Text that was copied out of a PDF may hold null characters, which mean nothing."""
        return str(super().to_python(value)).replace("\x00", "")


class BringForm(forms.Form):
    """A file or pasted words."""

    file = forms.FileField(
        label=_("方案文件"),
        required=False,
        allow_empty_file=True,
        help_text=_("可用 .docx、.txt、.html 和带文字层的 .pdf，50 MB 以内。"),
        widget=forms.FileInput(
            attrs={"accept": ",".join(f".{suffix}" for suffix in SUFFIXES), "class": "form-control"}
        ),
    )
    text = _Words(
        label=_("或者贴上全文"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "class": "form-control"}),
    )
    name = forms.CharField(required=False, max_length=150, widget=forms.HiddenInput)

    def clean_file(self) -> Any:
        """Too large is said here, before anything is read."""
        upload = self.cleaned_data.get("file")
        if upload and upload.size and upload.size > self.most_bytes:
            raise forms.ValidationError(self.too_large)
        return upload

    def clean(self) -> dict[str, Any]:
        """One of the two must be there."""
        data = super().clean() or {}
        if not self.errors and data.get("file") is None and not str(data.get("text") or "").strip():
            raise forms.ValidationError(_("请选一个文件，或粘贴方案全文。"))
        return data

    @property
    def most_bytes(self) -> int:
        """The largest file that is taken."""
        return MOST_MEGABYTES * 1024 * 1024

    @property
    def too_large(self) -> str:
        """What is said of a larger one, before and after it is sent."""
        return _("文件超过 %(n)d MB。请只上传方案正文，去掉图片和附件后再试。") % {"n": MOST_MEGABYTES}

    @property
    def source(self) -> Any:
        """The file or the words that came in (the file goes before the words)."""
        upload = self.cleaned_data.get("file")
        return self.cleaned_data["text"] if upload is None else upload

    @property
    def source_name(self) -> str:
        """What it is called."""
        upload = self.cleaned_data.get("file")
        return str(self.cleaned_data.get("name") or "") if upload is None else str(upload.name or "")

    @property
    def source_field(self) -> str:
        """The field by which it came, where errors are told."""
        return "text" if self.cleaned_data.get("file") is None else "file"


class ImportForm(BringForm):
    """The same at the desk, where it becomes a draft."""

    region = forms.ModelChoiceField(
        label=_("哪个地区的方案"), queryset=Region.objects.none(), required=False, empty_label=_("本站所在的城市")
    )
    predecessor = forms.ModelChoiceField(
        label=_("接续哪一份方案"),
        queryset=Plan.objects.none(),
        required=False,
        empty_label=_("不接续，这是新的方案"),
        help_text=_("修订文本或下一个五年的方案请选上一份：会逐项比较，已有进展不会丢。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choice(self.fields["region"]).queryset = regions_of_plans()
        _choice(self.fields["region"]).initial = city()
        _choice(self.fields["predecessor"]).queryset = Plan.objects.order_by("-period_start", "title")


class PlaceForm(forms.Form):
    """For which region a draft is, and which plan it continues."""

    region = forms.ModelChoiceField(label=_("地区"), queryset=Region.objects.none())
    predecessor = forms.ModelChoiceField(
        label=_("接续的方案"),
        queryset=Plan.objects.none(),
        required=False,
        empty_label=_("不接续"),
        help_text=_("修订文本或下一个五年的方案请选上一份。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choice(self.fields["region"]).queryset = regions_of_plans()
        _choice(self.fields["predecessor"]).queryset = Plan.objects.order_by("-period_start", "title")


class DocumentForm(forms.Form):
    plan_title = forms.CharField(label=_("方案名称"), max_length=300, required=False)
    title = forms.CharField(label=_("印发通知"), max_length=300, required=False)
    issuer = forms.CharField(label=_("发文机关"), max_length=120, required=False)
    doc_number = forms.CharField(label=_("文号"), max_length=60, required=False)
    issued = forms.DateField(
        label=_("成文日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    period_start = forms.IntegerField(label=_("起始年"), min_value=1949, max_value=2099, required=False)
    period_end = forms.IntegerField(label=_("终止年"), min_value=1949, max_value=2099, required=False)

    def clean_issued(self) -> str:
        """Drafts keep the date as text."""
        day = self.cleaned_data.get("issued")
        return day.isoformat() if day else ""


class _SpanForm(forms.Form):
    start = forms.IntegerField(
        label=_("原文起点"), min_value=0, help_text=_("第几个字开始；在左边选中文字会自动填好。")
    )
    end = forms.IntegerField(label=_("原文终点"), min_value=0)


class SectionForm(_SpanForm):
    number = forms.CharField(label=_("编号"), max_length=20, required=False)
    title = forms.CharField(label=_("标题"), max_length=300)
    level = forms.IntegerField(label=_("层级"), min_value=1, max_value=9, initial=1)
    kind = forms.ChoiceField(label=_("性质"), choices=SectionKind.choices, initial=SectionKind.OTHER)

    field_order = ("number", "title", "level", "kind", "start", "end")


class TaskForm(_SpanForm):
    code = forms.CharField(label=_("编号"), max_length=40, help_text=_("在整份方案里唯一，如 三(一)6。"))
    title = forms.CharField(
        label=_("题目"), max_length=300, required=False, help_text=_("文中没有题目就留空，不替它拟一个。")
    )
    section = forms.ChoiceField(label=_("所在章节"), required=False)
    has_others = forms.BooleanField(label=_("文中还写了“等”单位"), required=False)

    field_order = ("code", "title", "section", "has_others", "start", "end")


class DutyForm(forms.Form):
    task = forms.CharField(widget=forms.HiddenInput)
    organisation = forms.CharField(label=_("单位"), max_length=120, help_text=_("照文中的写法，对应名录在下一步。"))
    role = forms.ChoiceField(label=_("文中给它的角色"), choices=DutyRole.choices, initial=DutyRole.JOINT)
    start = forms.IntegerField(required=False, widget=forms.HiddenInput)
    end = forms.IntegerField(required=False, widget=forms.HiddenInput)


class TargetForm(_SpanForm):
    measure = forms.CharField(label=_("承诺什么"), max_length=200)
    comparator = forms.ChoiceField(label=_("怎样算达到"), choices=Comparator.choices, initial=Comparator.EQUAL)
    value = forms.CharField(label=_("目标值"), max_length=30, widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    value_max = forms.CharField(
        label=_("上限"), max_length=30, required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    unit = forms.CharField(label=_("单位（量词）"), max_length=20, required=False)
    period = forms.ChoiceField(label=_("多久一次"), choices=PERIODS, required=False)
    deadline = forms.IntegerField(label=_("期限年"), min_value=1949, max_value=2099, required=False)
    at = forms.ChoiceField(label=_("属于哪项任务"), required=False)
    aspirational = forms.BooleanField(label=_("文中写“力争”"), required=False)
    approximate = forms.BooleanField(label=_("约数"), required=False)

    field_order = (
        "measure", "comparator", "value", "value_max", "unit", "period", "deadline", "at", "aspirational",
        "approximate", "start", "end",
    )  # fmt: skip


FORMS: dict[str, type[forms.Form]] = {
    "document": DocumentForm,
    "section": SectionForm,
    "task": TaskForm,
    "duty": DutyForm,
    "target": TargetForm,
}


def finding_form(
    thing: str,
    content: EffectiveReading,
    data: Mapping[str, Any] | None = None,
    initial: Mapping[str, Any] | None = None,
    key: str = "",
) -> forms.Form:
    """The form for one kind of finding, its lists filled from the draft; ids are its own, as several may be open."""
    name = key.replace(".", "-") or f"new-{thing}"
    form = FORMS[thing](data or None, initial=dict(initial or {}), prefix=None, auto_id=f"id_{name}_%s")
    if "section" in form.fields:
        _choice(form.fields["section"]).choices = [("", _("不在任何章节下")), *_sections(content)]
    if "at" in form.fields:
        tasks = [(task.key, f"{task.code} {task.title}".strip()) for task in content.live_tasks]
        _choice(form.fields["at"]).choices = [
            ("", _("按原文位置")),
            (_("任务"), tasks),
            (_("章节"), _sections(content)),
        ]
    if "period" in form.fields:
        period = str((initial or {}).get("period") or "")
        if period and period not in dict(PERIODS) and re.fullmatch(r"\d+ years", period):
            years = (period, _("每 %(n)s 年") % {"n": period.removesuffix(" years")})
            _choice(form.fields["period"]).choices = [*PERIODS, years]
    return form


def initial_of(finding: Finding) -> dict[str, Any]:
    """The values of a finding as its form shows them."""
    thing = thing_of(finding.key)
    values = {name: getattr(finding, name, None) for name in FORMS[thing].base_fields}
    for name in ("value", "value_max"):
        number = values.get(name)
        if isinstance(number, Decimal):
            values[name] = f"{number.normalize():f}"
    if thing == "duty":
        values["task"] = finding.key.split(".d")[0]
    return values


def _sections(content: EffectiveReading) -> list[tuple[str, str]]:
    return [(s.key, f"{'　' * (s.level - 1)}{s.label}") for s in content.live_sections]


class BodyForm(forms.Form):
    """One body to create for a printed name."""

    name = forms.CharField(label=_("全称"), max_length=120)
    kind = forms.ChoiceField(label=_("性质"), choices=OrganisationKind.choices)


class ConfirmForm(forms.Form):
    """The last step."""

    region = forms.ModelChoiceField(label=_("地区"), queryset=Region.objects.none())
    short_title = forms.CharField(
        label=_("简称"), max_length=80, required=False, help_text=_("列表里用的短名字，如“科学素质行动方案”。")
    )
    provenance = forms.CharField(
        label=_("文本说明"),
        max_length=300,
        required=False,
        help_text=_("文本从哪里来，凡显示这份方案处都会显示。公开的正式文件可不填。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choice(self.fields["region"]).queryset = regions_of_plans()


class _TaskKeys(forms.MultipleChoiceField):
    def to_python(self, value: Any) -> list[str]:
        """A place that was left free names no task."""
        return [key for key in super().to_python(value) if key]


class LinkForm(forms.Form):
    """How one earlier task goes on."""

    earlier = forms.IntegerField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("关系"), choices=LinkKind.choices)
    later = _TaskKeys(label=_("由哪项接着做"), required=False)
    note = forms.CharField(label=_("说明"), max_length=300, required=False)

    def __init__(self, *args: Any, tasks: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choice(self.fields["later"]).choices = list(tasks)


def regions_of_plans() -> Any:
    """Regions that may have a plan of their own: province to district."""
    return Region.objects.filter(level__lte=RegionLevel.DISTRICT, valid_to=None).order_by("level", "code")


def _choice(field: forms.Field) -> Any:
    return field
