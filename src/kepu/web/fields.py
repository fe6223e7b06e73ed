"""Fields and widgets that the forms of all rooms share."""

from collections.abc import Sequence
from typing import Any

from django import forms

_MOMENT = "%Y-%m-%dT%H:%M"


class NeededField(forms.CharField):
    """Needed; that it is missing the service says, in words about the thing at hand."""

    def validate(self, value: Any) -> None:
        if value not in self.empty_values:
            super().validate(value)


def day_field(label: Any, help_text: Any = "", *, required: bool = True) -> forms.DateField:
    """A day, with the browser's own calendar: that shows nothing but the ISO form, in whatever language."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, required=required, widget=widget)


def moment_field(label: Any, help_text: Any = "", *, required: bool = True) -> forms.DateTimeField:
    """A day and a time of it, local."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MOMENT)
    formats = [_MOMENT, "%Y-%m-%d %H:%M"]
    return forms.DateTimeField(
        label=label, help_text=help_text, required=required, widget=widget, input_formats=formats
    )


def area(rows: int) -> forms.Textarea:
    """A box for several lines."""
    return forms.Textarea(attrs={"rows": rows})


def choose(form: forms.Form, name: str, choices: Sequence[Any]) -> None:
    """Say what a field of a form offers, where that is known only when the form is made."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 for the type checker
    field.choices = choices
