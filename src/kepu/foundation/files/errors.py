"""Why a file is not taken, or cannot be given."""

from kepu.foundation.errors import DomainError, InputTooLarge, InputUnreadable


class FileEmpty(InputUnreadable):
    """Nothing is in the file."""

    code = "file_empty"


class FileKindRefused(InputUnreadable):
    """The file is really of a kind that is not taken here."""

    code = "file_kind_refused"


class FileTooLarge(InputTooLarge):
    """The file is larger than this door takes."""

    code = "file_too_large"


class FileInfected(InputUnreadable):
    """The scanner found something."""

    code = "file_infected"


class StorageFull(DomainError):
    """There is no room left."""

    code = "storage_full"
    status = 507


class FileLost(DomainError):
    """The record is there, the content is not."""

    code = "file_lost"
    status = 410
