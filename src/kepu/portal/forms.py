"""The shape of what residents and visitors type: phone, code, name, birthday, guardian; a certificate to verify."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.directory.privacy.choices import Relation


class PhoneInput(forms.TextInput):
    input_type = "tel"


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


def _relations() -> list[tuple[str, Any]]:
    return [("", gettext_lazy("请选")), *Relation.choices]


class PhoneForm(forms.Form):
    phone = forms.CharField(
        label=gettext_lazy("手机号"),
        max_length=40,
        widget=PhoneInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        help_text=gettext_lazy("我们往这个号码发一条 6 位数的验证码。"),
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("验证码"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        help_text=gettext_lazy("短信里的 6 位数字；慢慢填，中间有空格也可以。"),
    )


class NameForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("怎样称呼您"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=gettext_lazy("可以不是身份证上的名字，例如 王阿姨。"),
    )
    birthday = forms.DateField(
        label=gettext_lazy("出生日期"),
        widget=DayInput(attrs={"autocomplete": "bday"}),
        help_text=gettext_lazy("只用来判断是否要监护人同意；加密存放，不公开。"),
    )


class RegisterForm(NameForm):
    guardian_phone = forms.CharField(
        label=gettext_lazy("监护人的手机号"),
        max_length=40,
        required=False,
        widget=PhoneInput(attrs={"inputmode": "tel"}),
        help_text=gettext_lazy("不满 14 周岁才要填：由监护人登录后同意，账号才能用。"),
    )
    relation = forms.ChoiceField(label=gettext_lazy("监护人是您的"), choices=_relations, required=False)
    text_digest = forms.CharField(widget=forms.HiddenInput)


class CorrectForm(NameForm):
    """One's own name and birthday."""


class StaffCorrectForm(forms.Form):
    """Who works for the office has the name that an administrator gave."""

    birthday = forms.DateField(label=gettext_lazy("出生日期"), widget=DayInput(attrs={"autocomplete": "bday"}))


class WardForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("怎样称呼孩子"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    birthday = forms.DateField(label=gettext_lazy("孩子的出生日期"), widget=DayInput(attrs={"autocomplete": "off"}))
    relation = forms.ChoiceField(label=gettext_lazy("您是孩子的"), choices=_relations)
    text_digest = forms.CharField(widget=forms.HiddenInput)


class GuardianForm(forms.Form):
    guardian_phone = forms.CharField(
        label=gettext_lazy("监护人的手机号"), max_length=40, widget=PhoneInput(attrs={"inputmode": "tel"})
    )
    relation = forms.ChoiceField(label=gettext_lazy("监护人是您的"), choices=_relations)


class DeleteForm(forms.Form):
    word = forms.CharField(label=gettext_lazy("请在这里填写“注销”两个字"), max_length=20)

    def clean_word(self) -> str:
        word = str(self.cleaned_data["word"]).strip()
        if word not in {"注销", _("注销")}:
            raise forms.ValidationError(_("填的不是“注销”，什么也没有删除。"))
        return word


class VerifyForm(forms.Form):
    """Number and check code, as they stand on a certificate."""

    number = forms.CharField(
        label=gettext_lazy("证明编号"),
        max_length=40,
        help_text=gettext_lazy("印在证书上，如 ZYFW-2026-000007。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    code = forms.CharField(
        label=gettext_lazy("查验码"),
        max_length=30,
        help_text=gettext_lazy("12 位数字和字母，横线和大小写都不要紧。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
