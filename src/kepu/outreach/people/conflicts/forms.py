"""What people type about ties; who may be meant, the queries say."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.directory.register.models import Organisation, Person
from kepu.directory.register.queries import organisations_to_choose
from kepu.outreach.people.conflicts.choices import IdentityState, TieKind
from kepu.outreach.people.conflicts.queries import people_meant, public_person
from kepu.web.fields import choose, day_field


def _body(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, required=False, coerce=int, empty_value=None)


def meant(text: str) -> Person:
    """The one person of the site who is meant by a name, a login or a number of a register.

    Raises:
        ValidationError: nobody, or several.
    """
    found = people_meant(text)
    if not found:
        raise forms.ValidationError(_("没有找到“%(text)s”，请写全名、登录名或名录里的编号。") % {"text": text})
    if len(found) > 1:
        raise forms.ValidationError(_("“%(text)s”有几位，请写登录名或名录里的编号。") % {"text": text})
    return found[0]


class OwnTieForm(forms.Form):
    """A person's own tie. Other people only by the number of a public page: nobody can try names out here."""

    kind = forms.ChoiceField(label=gettext_lazy("关系"))
    other = forms.CharField(
        label=gettext_lazy("对方的编号"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("对方公开页面上的编号，像 Z2024-0001。没有公开页面的，请告诉办公室登记。"),
    )
    body = _body(gettext_lazy("或者，哪个单位"))
    since = day_field(gettext_lazy("自"), required=False)
    until = day_field(gettext_lazy("至"), required=False)
    note = forms.CharField(label=gettext_lazy("说明"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "kind", [("", _("请选择")), *TieKind.choices])
        choose(self, "body", [("", _("不是单位")), *organisations_to_choose()])

    def clean_other(self) -> Person | None:
        text = self.cleaned_data["other"].strip()
        if not text:
            return None
        person = public_person(text)
        if person is None:
            raise forms.ValidationError(_("没有这个编号的公开页面。"))
        return person

    def clean_body(self) -> Organisation | None:
        return Organisation.objects.filter(pk=self.cleaned_data["body"] or 0).first()


class TieForm(OwnTieForm):
    """What the office learnt about somebody."""

    person = forms.CharField(label=gettext_lazy("谁"), max_length=60)
    other = forms.CharField(
        label=gettext_lazy("对方是谁"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("全名、登录名或名录里的编号；对方是单位的空着，在下一栏选。"),
    )
    field_order = ("person", "kind", "other", "body", "since", "until", "note")

    def clean_person(self) -> Person:
        return meant(self.cleaned_data["person"])

    def clean_other(self) -> Person | None:
        text = self.cleaned_data["other"].strip()
        return meant(text) if text else None


class CheckForm(forms.Form):
    """May this person decide about that one, or about that body?"""

    person = forms.CharField(label=gettext_lazy("谁"), max_length=60)
    other = forms.CharField(label=gettext_lazy("评谁、审谁"), required=False, max_length=60)
    body = _body(gettext_lazy("或者，评哪个单位"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "body", [("", _("不是单位")), *organisations_to_choose()])

    def clean_person(self) -> Person:
        return meant(self.cleaned_data["person"])

    def clean_other(self) -> Person | None:
        text = self.cleaned_data["other"].strip()
        return meant(text) if text else None

    def clean_body(self) -> Organisation | None:
        return Organisation.objects.filter(pk=self.cleaned_data["body"] or 0).first()

    def clean(self) -> dict[str, Any] | None:
        said = super().clean()
        if not self.errors and (self.cleaned_data["other"] is None) == (self.cleaned_data["body"] is None):
            self.add_error("other", _("请写对方的人或单位中的一个。"))
        return said


class SearchForm(forms.Form):
    words = forms.CharField(label=gettext_lazy("姓名或单位"), required=False, max_length=60)

    @property
    def wanted(self) -> str:
        """What was typed."""
        return self.cleaned_data["words"] if self.is_valid() else ""


class IdentityForm(forms.Form):
    """A decision about two entries, about the state that was shown."""

    same = forms.ChoiceField(choices=[("yes", ""), ("no", "")])
    expected = forms.ChoiceField(choices=IdentityState.choices)
    reason = forms.CharField(label=gettext_lazy("依据"), required=False, max_length=200)
