"""The shape of what is typed at the desk."""

from typing import Any

from allauth.account.forms import LoginForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.directory.notices.models import NoticePreference
from kepu.directory.notices.queries import notice_kinds
from kepu.directory.register.choices import ActingCheck, OrganisationKind, Participant, RegionLevel, Role, TokenScope
from kepu.directory.register.models import Organisation, Region
from kepu.directory.register.queries import city, districts, match_organisations, organisations_named

LARGEST_LIST_BYTES = 10 * 1024 * 1024


class SignInForm(LoginForm):  # type: ignore[misc]
    """Login name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("登录名")
        self.fields["password"].label = _("密码")
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


def _ask_for_code(form: forms.Form) -> None:
    form.fields["code"].label = _("验证码")
    form.fields["code"].widget.attrs |= {"placeholder": "", "autofocus": True}


class SecondStepForm(AuthenticateForm):  # type: ignore[misc]
    """The code of the second step."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_code(self)


class SecondStepAgainForm(ReauthenticateForm):  # type: ignore[misc]
    """The code once more, before something that touches the account's safety."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_code(self)


class SecondStepSetUpForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new authenticator."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_code(self)


class OrganisationField(forms.CharField):
    """A body, found by full name, short name or alias; a near miss names what is near."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = match_organisations([text], region=city())[text].organisation
        if found is not None:
            return found
        near = [body.name for body in organisations_named(text, limit=3)]
        if near:
            raise forms.ValidationError(
                _("没有正好叫“%(text)s”的单位；是不是：%(near)s？"), params={"text": text, "near": "、".join(near)}
            )
        raise forms.ValidationError(_("没有叫“%(text)s”的单位，请先在“单位”里建好。"), params={"text": text})


class RegionField(forms.CharField):
    """A region, by code or name."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = list(Region.objects.filter(code=text)[:1]) or list(Region.objects.filter(name=text)[:2])
        if len(found) != 1:
            raise forms.ValidationError(
                _("找不到“%(text)s”，或不止一个叫这个名字；请填行政区划代码，如 370202。"), params={"text": text}
            )
        return found[0]


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class PersonForm(forms.Form):
    login = forms.CharField(
        label=gettext_lazy("登录名"),
        max_length=60,
        help_text=gettext_lazy("3 到 60 个小写字母、数字、点或短横。建好后不能改。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=60)
    organisation = OrganisationField(
        label=gettext_lazy("单位"), required=False, help_text=gettext_lazy("全称、简称或别名都可以，例如 市教育局。")
    )
    email = forms.EmailField(
        label=gettext_lazy("邮箱"), required=False, help_text=gettext_lazy("只用来送通知。不填就只在工作台上看。")
    )


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=gettext_lazy("角色"), choices=Role.choices)
    organisation = OrganisationField(
        label=gettext_lazy("单位"), required=False, help_text=gettext_lazy("联络员和单位负责人必填；评估员可填。")
    )
    region = forms.ModelChoiceField(
        Region.objects.none(),
        label=gettext_lazy("区市"),
        required=False,
        empty_label=gettext_lazy("全市"),
        help_text=gettext_lazy("区市科普专干必填。"),
    )
    starts_on = forms.DateField(label=gettext_lazy("自"), required=False, widget=DayInput())
    ends_on = forms.DateField(label=gettext_lazy("至"), required=False, widget=DayInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = districts()  # type: ignore[attr-defined]


class OrganisationForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("全称"), max_length=120)
    short_name = forms.CharField(
        label=gettext_lazy("简称"), max_length=60, required=False, help_text=gettext_lazy("页面上显示的名字。")
    )
    kind = forms.ChoiceField(label=gettext_lazy("性质"), choices=OrganisationKind.choices)
    level = forms.TypedChoiceField(
        label=gettext_lazy("层级"), choices=RegionLevel.choices, coerce=int, initial=RegionLevel.CITY
    )
    region = RegionField(label=gettext_lazy("所在地"), help_text=gettext_lazy("名称或代码，例如 青岛市、370202。"))


class NewOrganisationForm(OrganisationForm):
    parent = OrganisationField(
        label=gettext_lazy("上级单位"),
        required=False,
        help_text=gettext_lazy("上级单位的联络员也能替它填报。"),
    )
    aliases = forms.CharField(
        label=gettext_lazy("别名"),
        required=False,
        help_text=gettext_lazy("方案里可能的其他写法，用顿号隔开。"),
    )

    def clean_aliases(self) -> list[str]:
        return [alias.strip() for alias in self.cleaned_data["aliases"].split("、") if alias.strip()]


class CorrectionForm(OrganisationForm):
    valid_to = forms.DateField(
        label=gettext_lazy("停用日期"),
        required=False,
        widget=DayInput(),
        help_text=gettext_lazy("撤销或合并的单位填上，旧记录照样看得到。"),
    )

    @classmethod
    def of(cls, body: Organisation) -> "CorrectionForm":
        return cls(
            initial={
                "name": body.name,
                "short_name": body.short_name,
                "kind": body.kind,
                "level": body.level,
                "region": body.region.code,
                "valid_to": body.valid_to,
            }
        )


class AliasForm(forms.Form):
    alias = forms.CharField(label=gettext_lazy("又叫"), max_length=120)
    source = forms.CharField(label=gettext_lazy("出处"), max_length=200, required=False)


class RegionListForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("区划表"),
        help_text=gettext_lazy("CSV，第一行要有 code 和 name；可加 people、counted_on、aliases、tile_row 等列。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )
    source = forms.CharField(
        label=gettext_lazy("来源"), max_length=200, help_text=gettext_lazy("谁发布的、截至哪一天；会显示在每个数旁边。")
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_LIST_BYTES:
            raise forms.ValidationError(_("文件超过 10 MB，请按区市拆开再传。"))
        return file


class TokenForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("用途"), max_length=80, help_text=gettext_lazy("哪个系统用，例如 教育局数据平台。")
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("能做什么"), choices=TokenScope.choices, widget=forms.CheckboxSelectMultiple
    )
    expires_on = forms.DateField(
        label=gettext_lazy("到期"),
        required=False,
        widget=DayInput(),
        help_text=gettext_lazy("最长一年；不填就是一年。"),
    )


class TrailForm(forms.Form):
    person = forms.CharField(label=gettext_lazy("谁"), required=False, help_text=gettext_lazy("姓名或登录名"))
    action = forms.CharField(
        label=gettext_lazy("动作"), required=False, help_text=gettext_lazy("开头几个字母即可，如 plan.")
    )
    first = forms.DateField(label=gettext_lazy("从"), required=False, widget=DayInput())
    last = forms.DateField(label=gettext_lazy("到"), required=False, widget=DayInput())


class NoticePreferenceForm(forms.ModelForm):  # type: ignore[type-arg]
    refused_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("不再外发的类别"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = NoticePreference
        fields = ("is_digest", "digest_at", "quiet_from", "quiet_until", "refused_kinds")
        widgets = {  # noqa: RUF012 Django's own form
            name: forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
            for name in ("digest_at", "quiet_from", "quiet_until")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind.code, kind.label) for kind in notice_kinds() if kind.is_refusable]
        self.fields["refused_kinds"].choices = kinds  # type: ignore[attr-defined]
        if not kinds:
            del self.fields["refused_kinds"]


class ActingForm(forms.Form):
    """For whom somebody of the office acts, and how it was made sure who calls."""

    phone = forms.CharField(
        label=gettext_lazy("来电人登记的手机号"),
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
    )
    check = forms.ChoiceField(
        label=gettext_lazy("怎样核对"),
        choices=ActingCheck.choices,
        widget=forms.RadioSelect,
        initial=ActingCheck.BIRTHDAY,
    )
    said_birthday = forms.DateField(
        label=gettext_lazy("来电人说的出生日期"),
        required=False,
        widget=DayInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("请来电人自己说，不要念给来电人听。用回拨核对的不填。"),
    )
    evidence = forms.CharField(
        label=gettext_lazy("录音或回拨记录编号"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    reason = forms.CharField(label=gettext_lazy("来电要办什么"), max_length=200)


class DoorForm(forms.Form):
    """Which desk of the demonstration to sit down at, or as whom to take part."""

    role = forms.ChoiceField(choices=[*Role.choices, *Participant.choices])
    organisation = forms.ModelChoiceField(Organisation.objects.filter(valid_to=None), required=False)
    region = forms.ModelChoiceField(Region.objects.none(), required=False, to_field_name="code")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = districts()  # type: ignore[attr-defined]


class DecideForm(forms.Form):
    """What the second person says to a request."""

    answer = forms.ChoiceField(
        label=gettext_lazy("您的决定"),
        choices=[("approve", gettext_lazy("核准，现在就执行")), ("refuse", gettext_lazy("不核准"))],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=gettext_lazy("说明"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("不核准的必须写；申请人会看到。"),
    )
