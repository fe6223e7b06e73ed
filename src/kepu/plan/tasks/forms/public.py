"""What a reader of the public list asks for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kepu.plan.tasks.choices import Status
from kepu.plan.tasks.queries import TaskFilter, TaskList


class TaskFilterForm(forms.Form):
    """Which tasks a reader wants to see, and in which order; what cannot be read asks for nothing."""

    section = forms.TypedChoiceField(label=_("行动或工程"), required=False, coerce=int, empty_value=None)
    state = forms.ChoiceField(label=_("状态"), required=False)
    body = forms.TypedChoiceField(label=_("责任单位"), required=False, coerce=int, empty_value=None)
    district = forms.ChoiceField(label=_("近期有记录的区市"), required=False)
    sort = forms.ChoiceField(
        label=_("排列"),
        required=False,
        choices=[("plan", _("按方案的顺序")), ("worst", _("先看落后的")), ("newest", _("先看材料新的"))],
    )

    def __init__(self, *args: Any, tasks: TaskList, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = [("", _("全部"))]
        overview = tasks.overview
        choices: dict[str, list[tuple[Any, Any]]] = {
            "section": [(group.section.pk, group.short) for group in overview.groups],
            "state": list(Status.choices),
            "body": [(body.pk, body.label) for body, _tasks in overview.bodies],
            "district": [(region.code, region.label) for region in tasks.districts],
        }
        for name, found in choices.items():
            self.fields[name].choices = [*every, *found]  # type: ignore[attr-defined] # all are choice fields

    @property
    def wanted(self) -> TaskFilter:
        """What was asked for, as far as it can be read."""
        self.is_valid()
        return TaskFilter(**{name: value for name, value in self.cleaned_data.items() if value})

    @property
    def is_asked(self) -> bool:
        """Whether anything else than the whole list in the plan's order was asked for."""
        return self.wanted != TaskFilter()
