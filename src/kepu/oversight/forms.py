"""What visitors and the house type."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.queries import organisations_to_choose
from kepu.oversight.choices import PUBLIC_STATES, QuestionKind, QuestionState, Refusal, Verdict
from kepu.oversight.queries import QuestionFilter, asked_bodies, subject_types
from kepu.web.fields import area


class AskForm(forms.Form):
    """One column; the rules of length and kind live in the service."""

    kind = forms.ChoiceField(
        label=_("您要"), choices=QuestionKind.choices, widget=forms.RadioSelect, initial=QuestionKind.ASK
    )
    title = forms.CharField(label=_("一句话说是什么事"), help_text=_("审核后作为题目公开。"))
    text = forms.CharField(
        label=_("说清楚些"),
        widget=area(7),
        help_text=_("在哪里、什么时候、看到什么、希望怎样。写给会办这件事的人看。"),
    )
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))
    form_key = forms.UUIDField(widget=forms.HiddenInput)
    about = forms.CharField(required=False, max_length=125, widget=forms.HiddenInput)

    def clean_website(self) -> str:
        """A field that nobody sees: whatever fills it in is a machine, or a browser that helps too much."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("有一栏看不见的“网址”被自动填上了。已替您清空，请再按一次“提出”。"))
        return ""

    def renewed(self) -> None:
        """Give the form a key of its own again, and empty what a machine filled in; the words stay."""
        typed = {name: self.data.get(name, "") for name in ("kind", "title", "text", "about")}
        self.data = {**typed, "form_key": str(uuid.uuid4()), "website": ""}


class LookupForm(forms.Form):
    number = forms.CharField(
        label=_("编号"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("像 2024-0007"),
    )
    code = forms.CharField(
        label=_("查询码"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        help_text=_("提出时给您的 12 个数字，空格不要紧"),
    )


class _OwnForm(forms.Form):
    number = forms.CharField(max_length=30, widget=forms.HiddenInput)
    code = forms.CharField(max_length=40, widget=forms.HiddenInput)


class DetailsForm(_OwnForm):
    text = forms.CharField(
        label=_("补充"), widget=area(5), help_text=_("请不要写姓名、电话、住址。公众要等审核后才看得到。")
    )


class VerdictForm(_OwnForm):
    verdict = forms.ChoiceField(label=_("这件事解决了吗"), choices=Verdict.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("为什么"), required=False, widget=area(4), help_text=_("没有解决，请写哪里没有解决；解决了可以不写。")
    )


class ReopenForm(_OwnForm):
    text = forms.CharField(
        label=_("还要办什么"), required=False, widget=area(4), help_text=_("会交给承办单位，重新计时。")
    )


class FilterForm(forms.Form):
    """Which questions a list shows; what cannot be read narrows nothing."""

    state = forms.ChoiceField(label=_("状态"), required=False)
    kind = forms.ChoiceField(label=_("类别"), required=False, choices=[("", _("全部")), *QuestionKind.choices])
    body = forms.TypedChoiceField(label=_("承办单位"), required=False, coerce=int, empty_value=None)
    subject = forms.ChoiceField(label=_("关于"), required=False)
    about = forms.CharField(required=False, max_length=125, widget=forms.HiddenInput)
    late = forms.BooleanField(label=_("只看逾期未答"), required=False)

    def __init__(self, *args: Any, states: tuple[QuestionState, ...] = PUBLIC_STATES, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = ("", _("全部"))
        self._choose("state", [everything, *((state.value, state.label) for state in states)])
        self._choose("body", [everything, *asked_bodies()])
        self._choose("subject", [everything, *subject_types()])

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 for the type checker
        field.choices = choices

    @property
    def wanted(self) -> QuestionFilter:
        """The filter that was asked for."""
        self.is_valid()
        asked = getattr(self, "cleaned_data", {})
        subject_type, _mark, subject_id = asked.get("about", "").partition(":")
        return QuestionFilter(
            state=asked.get("state", ""),
            kind=asked.get("kind", ""),
            body=asked.get("body"),
            subject_type=subject_type or asked.get("subject", ""),
            subject_id=subject_id,
            is_late=asked.get("late", False),
        )


class _BodyForm(forms.Form):
    owner = forms.TypedChoiceField(label=_("承办单位"), coerce=int, empty_value=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 for the type checker
        field.choices = [("", _("请选")), *organisations_to_choose()]


class ReleaseForm(_BodyForm):
    title = forms.CharField(label=_("公开的题目"))
    text = forms.CharField(
        label=_("公开的文字"),
        required=False,
        widget=area(7),
        help_text=_("原文里的个人信息已替您隐去，请再看一遍。不要改提问人的意思。"),
    )
    field_order = ("title", "text", "owner")


class RefuseForm(forms.Form):
    reason = forms.ChoiceField(label=_("原因"), choices=Refusal.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("告诉提问人的话"), widget=area(3), help_text=_("只有提问人看得到。说清楚为什么，可以怎么办。")
    )


class _PublicTextForm(forms.Form):
    text = forms.CharField(widget=area(6))
    is_checked = forms.BooleanField(label=_("已核对，可以公开"), required=False)


class ReferForm(_PublicTextForm, _BodyForm):
    field_order = ("owner", "text", "is_checked")

    def __init__(self, *args: Any, may_choose_none: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].required = not may_choose_none
        self.fields["owner"].label = _("转给")
        if may_choose_none:
            self.fields["owner"].help_text = _("不知道该哪个单位办，就不选：退回办公室去找。")
        self.fields["text"].label = _("为什么")
        self.fields["text"].help_text = _("会公开。期限照旧计算，不因转办重来。")


class RequestForm(_PublicTextForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("要补充什么，为什么要")
        self.fields["text"].help_text = _("会公开。提问人补充之前停止计时，原因显示在网页上。不要索取个人信息。")


class AnswerForm(_PublicTextForm):
    note = forms.CharField(label=_("内部备注"), required=False, widget=area(2), help_text=_("公众和提问人都看不到。"))
    field_order = ("text", "is_checked", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("答复")
        self.fields["text"].help_text = _("会公开。“已收到、正在研究”不算答复；请说办了什么、结果怎样、办不了为什么。")


class WordsForm(forms.Form):
    text = forms.CharField(
        label=_("公开的文字"), required=False, widget=area(4), help_text=_("留空就不公开，只有提问人和经办人看得到。")
    )
