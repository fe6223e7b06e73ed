"""What can be wrong with lists and parameters."""

from kepu.foundation.errors import DomainError, InputUnreadable


class CodesUnreadable(InputUnreadable):
    """A file of lists does not say what it must say."""

    code = "codes_unreadable"


class NotInForce(DomainError):
    """A list or parameter has no value on the day, or none was ever loaded."""

    code = "not_in_force"


class ValueUnfit(DomainError):
    """A value is not of the parameter's kind."""

    code = "value_unfit"
    status = 400


class CodeListUnknown(LookupError):
    """No room ships a list of this name: a bug of the caller."""


class ParameterUnknown(LookupError):
    """No room ships a parameter of this name: a bug of the caller."""
