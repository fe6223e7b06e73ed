"""The shape of what is typed about monitoring reports."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kepu.web.fields import day_field


class SpanForm(forms.Form):
    """From when to when."""

    since = day_field(_("从哪一天"))
    until = day_field(_("到哪一天"))


class TextForm(forms.Form):
    """One text of a report, with the words that the page showed."""

    words = forms.CharField(
        label=_("文字"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("【】里的名字会换成台账里的数，更新数字时跟着变；清空就恢复机器拟的文字。"),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class NumberForm(forms.Form):
    """The paper's official number."""

    doc_number = forms.CharField(
        label=_("发文字号"), required=False, help_text=_("例如“示科办〔2024〕3号”；没有就空着。")
    )
