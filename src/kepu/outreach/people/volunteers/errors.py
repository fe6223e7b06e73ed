"""What can go wrong in volunteering."""

from kepu.foundation.errors import DomainError


class VolunteerUnfit(DomainError):
    """Somebody can not be, or is not, a volunteer: registered already, or ended."""

    code = "volunteer_unfit"


class TeamUnfit(DomainError):
    """A team does not fit the ladder."""

    code = "team_unfit"
    status = 422


class ShiftUnfit(DomainError):
    """Times or numbers of a shift can not be."""

    code = "shift_unfit"
    status = 422


class SeatRefused(DomainError):
    """No seat: full, over, the skill is missing, or the times meet another shift."""

    code = "seat_refused"


class CodeWrong(DomainError):
    """The on-site code is not the one that is shown now."""

    code = "onsite_code_wrong"
    status = 422


class HoursUnfit(DomainError):
    """These hours can not be recorded: they overlap, go over the day's limit, or lack a part."""

    code = "hours_unfit"
    status = 422


class HoursNotInState(DomainError):
    """The step does not fit: confirmed, reversed or refused before."""

    code = "hours_not_in_state"


class OwnHours(DomainError):
    """Nobody confirms, enters or approves the own hours, and the two confirmers are two persons."""

    code = "own_hours"
    status = 403


class ApplicationUnfit(DomainError):
    """Nothing to certify, or an application is open already."""

    code = "application_unfit"
    status = 422
