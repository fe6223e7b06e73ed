"""The small forms of the header: how a visitor wants to read."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kepu.web.choices import ElderSize, Theme


class ElderForm(forms.Form):
    size = forms.ChoiceField(choices=[("", ""), *ElderSize.choices], required=False)


class ThemeForm(forms.Form):
    theme = forms.ChoiceField(choices=[("", ""), *Theme.choices], required=False)


class ExampleForm(forms.Form):
    name = forms.CharField(label=_("单位名称"), help_text=_("用来认出谁负责；写全称，简称我们会自己对上。"))
    day = forms.DateField(
        label=_("发生日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    group = forms.ChoiceField(
        label=_("重点人群"), choices=[("1", _("青少年")), ("2", _("农民")), ("3", _("老年人"))], required=False
    )
    groups = forms.MultipleChoiceField(
        label=_("服务对象"),
        choices=[("1", _("青少年")), ("2", _("农民")), ("3", _("老年人"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    is_open = forms.BooleanField(label=_("公众可以旁听"), required=False)
    reason = forms.CharField(label=_("说明"), widget=forms.Textarea(attrs={"rows": 3}), help_text=_("会公开显示。"))
