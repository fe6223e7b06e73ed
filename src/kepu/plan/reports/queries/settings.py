"""The figures by which the house deals with reports."""

from kepu.foundation.codes.queries import parameter

MOST_CHARACTERS = "reports.most_characters"
REMIND_DAYS = "reports.remind_days"
RETURN_DAYS = "reports.return_days"


def whole_number(name: str) -> int:
    """A whole number that the site set or left as it was shipped."""
    return int(parameter(name).value)
