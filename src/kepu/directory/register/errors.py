"""What can go wrong in the register."""

from kepu.foundation.errors import DomainError, InputUnreadable


class RegionFileInvalid(InputUnreadable):
    """A region list has rows that cannot be placed in the tree."""

    code = "region_file_invalid"


class OrganisationExists(DomainError):
    """Another body already answers to this name."""

    code = "organisation_exists"


class TokenUnusable(DomainError):
    """The token is unknown, expired, revoked or lacks the scope."""

    code = "token_unusable"
    status = 401
