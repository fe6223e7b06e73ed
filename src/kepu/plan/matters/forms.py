"""What the desk types about matters and meetings; what may be said and done, the services decide."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.models import Organisation, Person
from kepu.plan.matters.choices import MatterState, Outcome
from kepu.plan.matters.models import Matter, MatterFile, Meeting
from kepu.plan.matters.queries import MatterFilter, bodies_of_plan, raising_bodies, tasks_of_plan
from kepu.plan.matters.queries.listing import ALL, OPEN, SETTLED
from kepu.plan.matters.services import MatterWords, MeetingTerms
from kepu.plan.tasks.models import Plan
from kepu.web.fields import area, choose, day_field


def _several(label: Any, help_text: Any = "") -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        label=label, help_text=help_text, required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )


def _names(bodies: Sequence[Organisation]) -> list[tuple[int, str]]:
    return [(body.pk, body.name) for body in bodies]


class FilterForm(forms.Form):
    """Which matters a list shows; what cannot be read narrows nothing."""

    state = forms.ChoiceField(label=_("状态"), required=False)
    body = forms.TypedChoiceField(label=_("提出单位"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, actor: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states: list[Any] = [(state.value, state.label) for state in MatterState]
        choose(self, "state", [("", _("没有了结的")), *states, (SETTLED, _("已办结")), (ALL, _("全部"))])
        choose(self, "body", [("", _("全部")), *raising_bodies(actor)])

    @property
    def wanted(self) -> MatterFilter:
        """The filter that was asked for."""
        self.is_valid()
        asked = getattr(self, "cleaned_data", {})
        return MatterFilter(state=asked.get("state") or OPEN, body=asked.get("body"))


class MatterForm(forms.Form):
    """What a body cannot solve alone."""

    title = forms.CharField(label=_("什么事"), help_text=_("一句话，不超过 100 字，会议议程上就用它。"))
    difficulty = forms.CharField(
        label=_("困难是什么"), widget=area(4), help_text=_("卡在哪里，影响哪项任务。不公开，参会的单位看得到。")
    )
    tried = forms.CharField(
        label=_("已经做过什么"),
        required=False,
        widget=area(3),
        help_text=_("找过谁、什么结果。写了，会上少走回头路。"),
    )
    asked = forms.CharField(label=_("请求什么"), widget=area(3), help_text=_("希望领导小组定下什么。"))
    bodies = _several(_("请哪些单位配合"), _("办公室受理以后，这些单位看得到。"))
    wanted_by = day_field(_("希望何时解决"), _("晚了会误事的日子；没有就不填。"), required=False)
    tasks = _several(_("关系到哪些任务"), _("会议材料会附上这些任务当天的状态。"))
    file = forms.FileField(
        label=_("附件"), required=False, help_text=_("PDF、Word、Excel、图片，不超过 20 MB，最多 5 个。不是必须的。")
    )
    drop = _several(_("去掉的附件"))
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    source = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
        *,
        plan: Plan,
        body: Organisation,
        attached: Sequence[MatterFile] = (),
        initial: Mapping[str, Any] | None = None,
        is_office: bool = False,
    ) -> None:
        super().__init__(data, files, initial=dict(initial or {}))
        choose(self, "bodies", _names([one for one in bodies_of_plan(plan) if one.pk != body.pk]))
        choose(self, "tasks", [(task.pk, f"{task.code} {task.label}") for task in tasks_of_plan(plan)])
        if is_office:
            self.fields["asked"].required = False
        if attached:
            choose(self, "drop", [(one.pk, one.file.name) for one in attached])
        else:
            del self.fields["drop"]

    @classmethod
    def said(cls, matter: Matter) -> dict[str, Any]:
        """The words of a matter, as the form shows them."""
        names = ("title", "difficulty", "tried", "asked", "wanted_by", "revision")
        chosen = {"bodies": [one.pk for one in matter.asked_bodies.all()], "tasks": [t.pk for t in matter.tasks.all()]}
        return {name: getattr(matter, name) for name in names} | chosen

    @property
    def wanted(self) -> MatterWords:
        """What was typed."""
        said = self.cleaned_data
        names = ("title", "difficulty", "tried", "asked", "bodies", "wanted_by", "tasks")
        return MatterWords(**{name: said[name] for name in names})


class MeetingForm(forms.Form):
    """When, where and with whom the leading group meets."""

    title = forms.CharField(label=_("会议名称"), help_text=_("如“领导小组 2024 年第三次会议”。"))
    held_on = day_field(_("开会日期"))
    place = forms.CharField(label=_("地点"))
    invited = _several(_("参加单位"), _("列入议题时，提出和请配合的单位会自动加上。"))

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "invited", _names(bodies_of_plan(plan)))

    @classmethod
    def said(cls, meeting: Meeting) -> dict[str, Any]:
        """A meeting as the form shows it."""
        told = {name: getattr(meeting, name) for name in ("title", "held_on", "place")}
        return told | {"invited": [body.pk for body in meeting.invited.all()]}

    @property
    def wanted(self) -> MeetingTerms:
        """What was typed."""
        return MeetingTerms(**self.cleaned_data)


class WordsForm(forms.Form):
    """Words that may be left out."""

    text = forms.CharField(label=_("要说的话"), required=False, widget=area(2), help_text=_("提出单位看得到。"))


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=_("答复"),
        widget=area(4),
        help_text=_("不用上会、一句话能定的，写在这里，事项就此了结。提出单位看得到。"),
    )


class ReasonForm(forms.Form):
    """One reason; each act says in its own words what it is for."""

    reason = forms.CharField(label=_("理由"), widget=area(2), help_text=_("记在经过里，有关单位看得到。"))


class ReturnForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("要补充什么")


class RecommendForm(forms.Form):
    text = forms.CharField(
        label=_("办公室建议"), widget=area(3), help_text=_("写进议题材料，定议程以后参会单位看得到。")
    )


class OutcomeForm(forms.Form):
    """What the meeting said of one item."""

    outcome = forms.ChoiceField(label=_("结果"), choices=Outcome.choices, widget=forms.RadioSelect)
    decision = forms.CharField(
        label=_("会议怎么定的"), widget=area(3), help_text=_("写进纪要。缓议和未同意的写明为什么。")
    )
    is_public = forms.BooleanField(label=_("公开：纪要印发后，任务的公众页上列出事项、决定和责任"), required=False)
    is_checked = forms.BooleanField(label=_("像个人信息的字已核对，可以公开"), required=False)


class DutyForm(forms.Form):
    """What a decision asks of one body."""

    task = forms.TypedChoiceField(label=_("对应任务"), coerce=int)
    body = forms.TypedChoiceField(label=_("责任单位"), coerce=int, help_text=_("要在这项任务里有责任。"))
    text = forms.CharField(
        label=_("做什么"), help_text=_("不超过 120 字。印发后是任务的一个节点，公众看得到，不写个人姓名。")
    )
    due_on = day_field(_("何时以前"))
    is_checked = forms.BooleanField(label=_("像个人信息的字已核对，可以公开"), required=False)

    def __init__(self, *args: Any, plan: Plan, first: Sequence[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tasks = sorted(tasks_of_plan(plan), key=lambda task: task.pk not in set(first))
        chosen = [("", _("请选"))]
        choose(self, "task", [*chosen, *((task.pk, f"{task.code} {task.label}") for task in tasks)])
        choose(self, "body", [*chosen, *_names(bodies_of_plan(plan))])
