"""Who may do what with plans."""

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person


def may_import_plan(actor: Person) -> bool:
    """Only the leading office brings a plan in, corrects its reading and puts it live."""
    return actor.holds(Role.LEADING_OFFICE)
