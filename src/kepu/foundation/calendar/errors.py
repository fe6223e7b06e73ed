"""What can go wrong with the calendar, told to the user."""

from kepu.foundation.errors import DomainError, InputUnreadable


class CalendarUnknown(DomainError):
    """The year's holidays are not loaded, so its working days cannot be counted."""

    code = "calendar_unknown"


class CalendarFileInvalid(InputUnreadable):
    """A year's list has rows that cannot be, or belongs to several years."""

    code = "calendar_file_invalid"
