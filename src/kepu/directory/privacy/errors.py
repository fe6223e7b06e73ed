"""What personal data may not be, and what must be asked first."""

from kepu.foundation.errors import DomainError, InputUnreadable


class NumberUnreadable(InputUnreadable):
    """This is no phone or identity number."""

    code = "number_unreadable"


class NumberTaken(DomainError):
    """The number already belongs to somebody else; who that is stays unsaid."""

    code = "number_taken"


class BirthdayUnfit(InputUnreadable):
    """Nobody who lives was born on that day."""

    code = "birthday_unfit"


class ConsentMissing(DomainError):
    """The purpose needs a consent that was not given, was withdrawn, or was given to an older text."""

    code = "consent_missing"


class GuardianNeeded(DomainError):
    """For a minor only a confirmed guardian can answer."""

    code = "guardian_needed"


class GuardianUnfit(DomainError):
    """This person can not be this child's guardian."""

    code = "guardian_unfit"


class ReasonMissing(DomainError):
    """What is hidden is shown only for a stated reason."""

    code = "reason_missing"
    status = 400


class ErasureObstructed(DomainError):
    """Something must be settled before the person can be erased; the message names it."""

    code = "erasure_obstructed"


class KeysMissing(DomainError):
    """A value was written with a key that this site does not have."""

    code = "privacy_keys_missing"
    status = 500
