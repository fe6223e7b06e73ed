"""What is typed when a plan is closed: for every unfinished task where it goes, and why."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kepu.plan.closing.choices import Outcome
from kepu.plan.closing.queries import ClosingDesk, Unfinished
from kepu.plan.closing.services import WantedEnding


class SummaryForm(forms.Form):
    """A few words on the plan as a whole."""

    words = forms.CharField(
        label=_("总结"), required=False, widget=forms.Textarea(attrs={"rows": 5}), help_text=_("公众会看到；可以不写。")
    )


class EndingForm(forms.Form):
    """Where one unfinished task goes, and why."""

    reason = forms.CharField(
        label=_("理由"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("公众会看到。"),
    )

    def __init__(self, one: Unfinished, desk: ClosingDesk, data: Any = None) -> None:
        self.one = one
        to = str(one.later.pk) if one.later else Outcome.STRUCK.value if one.outcome else ""
        super().__init__(data, prefix=f"t{one.row.task.pk}", initial={"reason": one.reason, "to": to})
        choices: list[Any] = [("", _("请选")), (Outcome.STRUCK.value, Outcome.STRUCK.label)]
        choices += [
            (str(task.pk), f"{Outcome.CARRIED.label} {task.code} {task.title}".strip()) for task in desk.later_tasks
        ]
        self.fields["to"] = forms.ChoiceField(label=_("去向"), required=False, choices=choices)
        self.order_fields(["to", "reason"])

    @property
    def wanted(self) -> WantedEnding:
        """What was chosen."""
        to, reason = self.cleaned_data.get("to", ""), self.cleaned_data.get("reason", "")
        if to.isdecimal():
            return WantedEnding(Outcome.CARRIED, reason, int(to))
        return WantedEnding(to, reason)
