"""How codes and half-days of orders are written."""

from django import template

from kepu.outreach.people.capacities.queries import choices_of, half_day_label
from kepu.outreach.requests.choices import Part
from kepu.outreach.requests.models import Order
from kepu.outreach.requests.queries.helpers import helpers_said

register = template.Library()
register.filter("half_day", half_day_label)


@register.filter
def code_label(code: str, name: str) -> str:
    """The label of a code of the register's lists in the reader's language; the code itself where it is unknown."""
    return dict(choices_of(name)).get(code, code)


@register.filter
def helpers_wanted(order: Order) -> str:
    """How many volunteers an order wants to help, and what they have to know."""
    return helpers_said(order.helpers, order.helper_skill)


@register.filter
def part_name(part: str) -> str:
    """Morning, afternoon or evening."""
    return str(Part(part).label)
