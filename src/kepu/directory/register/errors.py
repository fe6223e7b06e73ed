"""What can go wrong in the register."""

from kepu.foundation.errors import DomainError, InputUnreadable


class RegionFileInvalid(InputUnreadable):
    """A region list has rows that cannot be placed in the tree, or heads that do not add up."""

    code = "region_file_invalid"


class OutlineInvalid(InputUnreadable):
    """A map file is no GeoJSON of the districts, or carries no review number."""

    code = "outline_invalid"


class OrganisationExists(DomainError):
    """Another body already answers to this name."""

    code = "organisation_exists"


class LoginTaken(DomainError):
    """Another person signs in under this name."""

    code = "login_taken"


class RoleIncomplete(DomainError):
    """A liaison without a body, a district officer without a district, or days out of order."""

    code = "role_incomplete"
    status = 400


class LastAdministrator(DomainError):
    """Without this person nobody could give roles any more."""

    code = "last_administrator"


class StillInUse(DomainError):
    """Something refers to this region or body, so it can be ended but not deleted."""

    code = "still_in_use"


class NotADemonstration(DomainError):
    """Demonstration persons exist on a demonstration site only; anywhere else the door is not there."""

    code = "not_a_demonstration"
    status = 404


class TokenUnusable(DomainError):
    """The token is unknown, expired, revoked or lacks the scope."""

    code = "token_unusable"
    status = 401


class TokensTriedTooOften(DomainError):
    """An address tried too many bad tokens in a short time."""

    code = "tokens_tried_too_often"
    status = 429


class PhoneSignInClosed(DomainError):
    """No gateway for short messages is set, so nobody can get a code; the page is there and says so."""

    code = "phone_sign_in_closed"
    status = 503


class TooManyCodes(DomainError):
    """A number or an address asked for codes too often; the message says when it may ask again."""

    code = "too_many_codes"
    status = 429


class CodeRefused(DomainError):
    """The code is wrong, used, out of date, or was asked for by another browser."""

    code = "code_refused"
    status = 422


class ResidentRefused(DomainError):
    """This account does not sign in by this door."""

    code = "resident_refused"
    status = 403


class GuardianAwaited(DomainError):
    """A child's registration waits for its guardian."""

    code = "guardian_awaited"
    status = 403


class TicketRefused(DomainError):
    """The identity service's ticket is unknown, used, of another browser, or not signed as it should be."""

    code = "ticket_refused"
    status = 403


class TicketFieldsMissing(DomainError):
    """The field names of the identity service are not public; the operator has not loaded them."""

    code = "ticket_fields_missing"
    status = 503


class ActingRefused(DomainError):
    """The spoken check did not hold, or nobody may act for this person."""

    code = "acting_refused"
    status = 422
