"""The booking rules of today: parameters that the operator confirms or changes."""

from dataclasses import fields

from kepu.foundation.codes.choices import ValueState
from kepu.foundation.codes.models import Parameter
from kepu.foundation.codes.queries import values_in_force
from kepu.outreach.bookings.rules import BookingRules

PREFIX = "bookings."


def rules_in_force() -> BookingRules:
    """What a slot that is opened now says before booking."""
    names = {field.name for field in fields(BookingRules)} - {"is_confirmed"}
    values = {name: value for name, value in values_in_force(PREFIX).items() if name in names}
    stored = Parameter.objects.filter(name__in=[PREFIX + name for name in names])
    is_confirmed = all(row.state != ValueState.DEFAULT_UNCONFIRMED for row in stored)
    return BookingRules(**values, is_confirmed=is_confirmed)
