"""Shape of what is typed in volunteering."""

from datetime import time
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from kepu.directory.register.choices import Audience
from kepu.directory.register.models import Organisation, Person, Region
from kepu.directory.register.queries import city, districts, match_organisations
from kepu.foundation.calendar.choices import Weekday
from kepu.outreach.people.volunteers.choices import Satisfaction, TeamLevel
from kepu.outreach.people.volunteers.models import Project, Team, Volunteer
from kepu.outreach.people.volunteers.queries import projects_kept_by, teams_kept_by
from kepu.outreach.people.volunteers.queries.public import labels
from kepu.web.fields import day_field, moment_field


def _regions() -> list[tuple[str, str]]:
    here = city()
    own = [(here.code, here.name)] if here else []
    return own + [(region.code, region.name) for region in districts()]


def _codes(name: str) -> list[tuple[str, str]]:
    return list(labels(name, get_language() or "").items())


class RegionMixin(forms.Form):
    """A region by its code."""

    def clean_region(self) -> Region | None:
        return Region.objects.filter(code=self.cleaned_data["region"]).first()


class BodyMixin(forms.Form):
    """Bodies and persons, found by what was typed."""

    def body(self, name: str) -> Organisation | None:
        typed = self.cleaned_data[name].strip()
        found = match_organisations([typed], region=city())[typed].organisation if typed else None
        if found is None:
            raise forms.ValidationError(_("没有找到这个单位，请写全称。"))
        return found

    def person(self, name: str) -> Person | None:
        typed = self.cleaned_data[name].strip()
        found = Person.objects.filter(login=typed, is_active=True).first() if typed else None
        if typed and found is None:
            raise forms.ValidationError(_("没有这个登录名，请核对。"))
        return found


class FilterForm(forms.Form):
    """Which projects are shown."""

    field = forms.ChoiceField(label=gettext_lazy("服务领域"), required=False)
    district = forms.ChoiceField(label=gettext_lazy("地区"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["field"].choices = [("", _("全部")), *_codes("volunteers.fields")]  # type: ignore[attr-defined]
        self.fields["district"].choices = [("", _("全市")), *_regions()[1:]]  # type: ignore[attr-defined]

    @property
    def wanted(self) -> dict[str, str]:
        """What was chosen; nothing where it cannot be read."""
        return {name: self.cleaned_data.get(name, "") for name in self.fields} if self.is_valid() else {}


class RegisterForm(RegionMixin):
    """Agree and register, or do not."""

    digest = forms.CharField(widget=forms.HiddenInput)
    region = forms.ChoiceField(label=gettext_lazy("住在哪里"), required=False)
    skills = forms.MultipleChoiceField(
        label=gettext_lazy("会做什么"), required=False, widget=forms.CheckboxSelectMultiple
    )
    is_registered = forms.BooleanField(
        label=gettext_lazy("同时登记为注册科普志愿者"),
        required=False,
        help_text=gettext_lazy("科普统计里另外计数的一类。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = [("", _("不填")), *_regions()]  # type: ignore[attr-defined]
        self.fields["skills"].choices = _codes("volunteers.skills")  # type: ignore[attr-defined]


class SettingsForm(forms.Form):
    """Skills and times; one time of each weekday."""

    skills = forms.MultipleChoiceField(
        label=gettext_lazy("会做什么"), required=False, widget=forms.CheckboxSelectMultiple
    )
    takes_assignments = forms.BooleanField(
        label=gettext_lazy("我给时间，由队里安排"),
        required=False,
        help_text=gettext_lazy("安排了会写明为什么是您，不合适可以退出。"),
    )
    is_name_public = forms.BooleanField(
        label=gettext_lazy("别人查验我的证书时显示姓名"),
        required=False,
        help_text=gettext_lazy("不选就只显示姓和编号。"),
    )

    def __init__(self, *args: Any, volunteer: Volunteer, **kwargs: Any) -> None:
        known = {one.weekday: one for one in volunteer.times.all()}
        initial: dict[str, Any] = {
            "skills": volunteer.skills,
            "takes_assignments": volunteer.takes_assignments,
            "is_name_public": volunteer.is_name_public,
        }
        super().__init__(*args, **kwargs)
        self.initial.update(initial)
        self.fields["skills"].choices = _codes("volunteers.skills")  # type: ignore[attr-defined]
        for day in Weekday:
            for end, label in (("starts", _("%(day)s 从")), ("ends", _("%(day)s 到"))):
                widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
                name = f"{end}_{day.value}"
                self.fields[name] = forms.TimeField(label=label % {"day": day.label}, required=False, widget=widget)
                self.initial[name] = getattr(known.get(day.value), end, None)

    @property
    def days(self) -> list[tuple[Any, Any]]:
        """The two fields of each weekday."""
        return [(self[f"starts_{day.value}"], self[f"ends_{day.value}"]) for day in Weekday]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        times: list[tuple[int, time, time]] = []
        for day in Weekday:
            starts, ends = given.pop(f"starts_{day.value}", None), given.pop(f"ends_{day.value}", None)
            if bool(starts) != bool(ends):
                self.add_error(f"starts_{day.value}", _("请把开始和结束都填上，或都留空。"))
            elif starts and ends:
                times.append((day.value, starts, ends))
        return given | {"times": times}


class CodeForm(forms.Form):
    """The six digits that the leader shows."""

    code = forms.CharField(
        label=gettext_lazy("现场码"),
        max_length=10,
        help_text=gettext_lazy("带队人手机上的 6 位数字，一分钟一换。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
    text = forms.CharField(
        label=gettext_lazy("做了什么"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("签退时写一句就够；签到时不用填。"),
    )


class ConfirmForm(forms.Form):
    """Confirm or refuse some hours."""

    answer = forms.ChoiceField(choices=[("confirm", ""), ("refuse", "")])
    satisfaction = forms.ChoiceField(choices=[("", ""), *Satisfaction.choices], required=False)
    reason = forms.CharField(max_length=300, required=False)


class ApplyForm(forms.Form):
    """For which days a certificate is wanted."""

    since = day_field(gettext_lazy("从哪天"))
    until = day_field(gettext_lazy("到哪天"))


class ObjectForm(forms.Form):
    """What is wrong with a published certificate."""

    words = forms.CharField(
        label=gettext_lazy("哪里不对"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("只有核实的人看得到是谁提的。"),
    )  # fmt: skip


class SettleForm(forms.Form):
    """What came of an objection."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("结果"),
        choices=[("dismissed", gettext_lazy("不属实，公示继续")), ("upheld", gettext_lazy("属实，不出具"))],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(label=gettext_lazy("怎样核实的"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class HandleForm(BodyMixin):
    """Accept or refuse an application."""

    answer = forms.ChoiceField(
        label=gettext_lazy("办理"),
        choices=[("accept", gettext_lazy("受理，开始公示")), ("refuse", gettext_lazy("不受理"))],
        widget=forms.RadioSelect,
    )
    issuer = forms.CharField(label=gettext_lazy("出具单位"), max_length=120, help_text=gettext_lazy("谁记录谁证明。"))
    responsible = forms.CharField(label=gettext_lazy("负责人"), max_length=60, required=False)
    contact = forms.CharField(label=gettext_lazy("联系方式"), max_length=120, required=False)
    remark = forms.CharField(label=gettext_lazy("备注"), max_length=300, required=False)
    words = forms.CharField(label=gettext_lazy("不受理的理由"), max_length=300, required=False)

    def clean_issuer(self) -> Organisation | None:
        return self.body("issuer")


class TeamForm(RegionMixin, BodyMixin):
    """A new team."""

    name = forms.CharField(label=gettext_lazy("队名"), max_length=80)
    level = forms.TypedChoiceField(label=gettext_lazy("层级"), choices=TeamLevel.choices, coerce=int)
    parent = forms.ModelChoiceField(label=gettext_lazy("上级队"), queryset=Team.objects.none(), required=False)
    region = forms.ChoiceField(label=gettext_lazy("地区"))
    host = forms.CharField(
        label=gettext_lazy("挂靠单位"), max_length=120, help_text=gettext_lazy("没有登记的队伍也要有一个挂靠单位。")
    )
    leader = forms.CharField(label=gettext_lazy("队长的登录名"), max_length=60, required=False)
    about = forms.CharField(
        label=gettext_lazy("简介"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, actor: Person, **kwargs: Any) -> None:  # noqa: ARG002 all forms of the desk take it
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = Team.objects.filter(closed_on=None)  # type: ignore[attr-defined]
        self.fields["region"].choices = _regions()  # type: ignore[attr-defined]

    def clean_host(self) -> Organisation | None:
        return self.body("host")

    def clean_leader(self) -> Person | None:
        return self.person("leader")


class ProjectForm(RegionMixin, BodyMixin):
    """A new project."""

    team = forms.ModelChoiceField(label=gettext_lazy("服务队"), queryset=Team.objects.none())
    title = forms.CharField(label=gettext_lazy("项目"), max_length=80)
    field = forms.ChoiceField(label=gettext_lazy("服务领域"))
    audience = forms.ChoiceField(label=gettext_lazy("服务对象"), choices=Audience.choices, initial=Audience.PUBLIC)
    receiver = forms.CharField(label=gettext_lazy("接受单位"), max_length=120)
    receiver_contact = forms.CharField(
        label=gettext_lazy("接受方确认人的登录名"), max_length=60, required=False,
        help_text=gettext_lazy("不填，由接受单位的联络员或负责人确认。"),
    )  # fmt: skip
    region = forms.ChoiceField(label=gettext_lazy("地区"))
    needs = forms.CharField(label=gettext_lazy("需要什么"), max_length=300)
    about = forms.CharField(label=gettext_lazy("做什么"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    starts_on = day_field(gettext_lazy("开始日期"))
    ends_on = day_field(gettext_lazy("结束日期"))

    def __init__(self, *args: Any, actor: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = teams_kept_by(actor)  # type: ignore[attr-defined]
        self.fields["field"].choices = _codes("volunteers.fields")  # type: ignore[attr-defined]
        self.fields["region"].choices = _regions()  # type: ignore[attr-defined]

    def clean_receiver(self) -> Organisation | None:
        return self.body("receiver")

    def clean_receiver_contact(self) -> Person | None:
        return self.person("receiver_contact")


class ShiftForm(BodyMixin):
    """A new shift."""

    project = forms.ModelChoiceField(label=gettext_lazy("项目"), queryset=Project.objects.none())
    place = forms.CharField(label=gettext_lazy("地点"), max_length=120)
    starts_at = moment_field(gettext_lazy("开始"))
    ends_at = moment_field(gettext_lazy("结束"))
    capacity = forms.IntegerField(label=gettext_lazy("人数"), min_value=1, max_value=500)
    skill = forms.ChoiceField(label=gettext_lazy("需要的技能"), required=False)
    leader = forms.CharField(
        label=gettext_lazy("带队人的登录名"), max_length=60, required=False, help_text=gettext_lazy("不填就是队长。")
    )
    counts = forms.BooleanField(label=gettext_lazy("计入服务时长"), required=False, initial=True)

    def __init__(self, *args: Any, actor: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["project"].queryset = projects_kept_by(actor)  # type: ignore[attr-defined]
        self.fields["skill"].choices = [("", _("不限")), *_codes("volunteers.skills")]  # type: ignore[attr-defined]

    def clean_leader(self) -> Person | None:
        return self.person("leader")


class LateForm(forms.Form):
    """Hours to be entered afterwards."""

    number = forms.CharField(label=gettext_lazy("志愿者编号"), max_length=20)
    team = forms.ModelChoiceField(label=gettext_lazy("服务队"), queryset=Team.objects.none())
    project = forms.ModelChoiceField(label=gettext_lazy("项目"), queryset=Project.objects.none(), required=False)
    starts_at = moment_field(gettext_lazy("到"))
    ends_at = moment_field(gettext_lazy("离"))
    text = forms.CharField(label=gettext_lazy("做了什么"), max_length=300)
    reason = forms.CharField(
        label=gettext_lazy("为什么补录"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("核准的人凭这段话决定；这段时长会一直标为“补录”。"),
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = teams_kept_by(actor)  # type: ignore[attr-defined]
        self.fields["project"].queryset = projects_kept_by(actor)  # type: ignore[attr-defined]

    def clean_number(self) -> Volunteer:
        found = Volunteer.objects.filter(number=self.cleaned_data["number"].strip()).first()
        if found is None:
            raise forms.ValidationError(_("没有这个编号，请核对。"))
        return found


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(label=gettext_lazy("理由"), max_length=300)


class RecordForm(forms.Form):
    """A training or a commendation."""

    kind = forms.ChoiceField(
        label=gettext_lazy("记什么"),
        choices=[("training", gettext_lazy("培训")), ("commendation", gettext_lazy("表彰"))],
    )
    title = forms.CharField(label=gettext_lazy("名称"), max_length=120)
    by = forms.CharField(label=gettext_lazy("组织或表彰单位"), max_length=120)
    day = day_field(gettext_lazy("日期"))
    hours = forms.DecimalField(
        label=gettext_lazy("学时（培训才填）"), min_value=0, max_digits=5, decimal_places=1, required=False
    )


class KeepTeamForm(BodyMixin):
    """What a team is called, says of itself, and who leads it."""

    name = forms.CharField(label=gettext_lazy("队名"), max_length=80)
    leader = forms.CharField(
        label=gettext_lazy("队长的登录名"), max_length=60, required=False, help_text=gettext_lazy("不填就是没有队长。")
    )
    about = forms.CharField(
        label=gettext_lazy("简介"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    @classmethod
    def of(cls, team: Team) -> "KeepTeamForm":
        """As it is now."""
        return cls(initial={"name": team.name, "about": team.about, "leader": team.leader.login if team.leader else ""})

    def clean_leader(self) -> Person | None:
        return self.person("leader")


class MemberForm(forms.Form):
    """Who joins a team."""

    volunteer = forms.CharField(
        label=gettext_lazy("志愿者编号"), max_length=20, help_text=gettext_lazy("在本人的“我的志愿服务”页上。")
    )
    is_deputy = forms.BooleanField(label=gettext_lazy("当副队长"), required=False)

    def clean_volunteer(self) -> Volunteer:
        found = Volunteer.objects.filter(number=self.cleaned_data["volunteer"].strip()).first()
        if found is None:
            raise forms.ValidationError(_("没有这个编号的志愿者，请核对。"))
        return found


class MoveForm(forms.Form):
    """Which member goes to which team."""

    number = forms.CharField(label=gettext_lazy("队员的志愿者编号"), max_length=20)
    to = forms.ModelChoiceField(label=gettext_lazy("转到"), queryset=Team.objects.none())

    def __init__(self, *args: Any, team: Team, others: QuerySet[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._team = team
        self.fields["to"].queryset = others  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The member behind the number."""
        given = super().clean() or {}
        number = str(given.get("number", "")).strip()
        member = self._team.members.filter(volunteer__number=number, left_on=None).first()
        if number and member is None:
            self.add_error("number", _("这支队里没有这个编号的队员。"))
        return {**given, "member": member}
