"""What can go wrong in the library, told to the user."""

from kepu.foundation.errors import DomainError


class LibraryMoved(DomainError):
    """The thing is not in a state in which this can be done, often because somebody was quicker."""

    code = "library_moved"


class LibraryUnfit(DomainError):
    """Something in what was given cannot be; `field` names it."""

    code = "library_unfit"
    status = 400


class NoCopyFree(DomainError):
    """More copies are wanted on some day than are free; `day` names the first, `free` says how many are."""

    code = "library_no_copy_free"
