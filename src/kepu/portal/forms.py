"""The shape of what visitors type."""

from django import forms
from django.utils.translation import gettext_lazy as _


class VerifyForm(forms.Form):
    """Number and check code, as they stand on a certificate."""

    number = forms.CharField(
        label=_("证明编号"),
        max_length=40,
        help_text=_("印在证书上，如 ZYFW-2026-000007。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    code = forms.CharField(
        label=_("查验码"),
        max_length=30,
        help_text=_("12 位数字和字母，横线和大小写都不要紧。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
