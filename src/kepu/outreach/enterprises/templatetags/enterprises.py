"""How codes of needs are written."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def named(code: str, labels: Mapping[str, str]) -> str:
    """The label of a code in a list that the page has read once; the code itself where it is unknown."""
    return labels.get(code, code)
