"""What the desk types about supervision."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.models import Person
from kepu.plan.supervision.choices import Colour, SupervisionState
from kepu.plan.supervision.permissions import may_see_proposals
from kepu.plan.supervision.queries import NoticeFilter, colour_names, supervised_bodies
from kepu.plan.supervision.queries.listing import ALL, OPEN
from kepu.web.fields import area, choose

_NOT_OUT = (SupervisionState.DRAFTED, SupervisionState.DROPPED)


class FilterForm(forms.Form):
    """Which notices a list shows; what cannot be read narrows nothing."""

    state = forms.ChoiceField(label=_("状态"), required=False)
    colour = forms.ChoiceField(label=_("颜色"), required=False)
    body = forms.TypedChoiceField(label=_("被督办单位"), required=False, coerce=int, empty_value=None)
    late = forms.BooleanField(label=_("只看逾期未反馈"), required=False)

    def __init__(self, *args: Any, actor: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = ("", _("全部"))
        hidden = () if may_see_proposals(actor) else _NOT_OUT
        states = [(state.value, state.label) for state in SupervisionState if state not in hidden]
        choose(self, "state", [("", _("已下发没办结的")), *states, (ALL, _("全部"))])
        choose(self, "colour", [everything, *colour_names().items()])
        choose(self, "body", [everything, *supervised_bodies(actor)])

    @property
    def wanted(self) -> NoticeFilter:
        """The filter that was asked for."""
        self.is_valid()
        asked = getattr(self, "cleaned_data", {})
        return NoticeFilter(
            state=asked.get("state") or OPEN,
            colour=asked.get("colour", ""),
            body=asked.get("body"),
            is_late=asked.get("late", False),
        )


class IssueForm(forms.Form):
    colour = forms.ChoiceField(label=_("颜色"), choices=Colour.choices, widget=forms.RadioSelect)
    demand = forms.CharField(
        label=_("督办要求"), required=False, widget=area(4), help_text=_("写给被督办单位：要办什么、为什么。不公开。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "colour", list(colour_names().items()))


class HandForm(IssueForm):
    """A notice that no rule proposed."""

    bodies = forms.TypedMultipleChoiceField(
        label=_("被督办单位"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("各发一件，分别签收和反馈。"),
    )
    field_order = ("bodies", "colour", "demand")

    def __init__(self, *args: Any, bodies: tuple[tuple[int, str], ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "bodies", list(bodies))
        self.fields["demand"].required = True
        self.fields["demand"].help_text = _("为什么督办、要办什么。被督办单位看得到，不公开。")


class FeedbackForm(forms.Form):
    """Three fields of the rectification and no more; what the system knows is not asked."""

    cause = forms.CharField(
        label=_("原因"), widget=area(4), help_text=_("为什么没有做到。复核通过后公开；不写个人姓名。")
    )
    measures = forms.CharField(
        label=_("整改措施"),
        widget=area(5),
        help_text=_("打算怎么办、谁配合（写单位）。复核通过后公开；不写个人姓名。"),
    )
    promised_on = forms.DateField(
        label=_("整改期限"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("哪天以前做到。到那天为止，同一原因不再督办。"),
    )
    is_checked = forms.BooleanField(label=_("像个人信息的字已核对，可以公开"), required=False)


class SignForm(forms.Form):
    """Nothing to type: the button says it."""


class StrikeForm(forms.Form):
    text = forms.CharField(
        label=_("复核意见"), required=False, widget=area(3), help_text=_("被督办单位看得到，不公开。")
    )


class ReasonForm(forms.Form):
    """One reason; each act says in its own words what it is for."""

    reason = forms.CharField(label=_("理由"), widget=area(3))


class ReturnForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("哪里还不行")
        self.fields["reason"].help_text = _("被督办单位看得到，不公开。反馈期限从今天重新计算。")


class WithdrawForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("为什么撤回")
        self.fields["reason"].help_text = _("记在经过里；已经下发的，被督办单位看得到。")


class EscalateForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("为什么现在就升级")
        self.fields["reason"].help_text = _("报上级单位的联络员；没有的，由办公室直接联系。被督办单位看得到。")
