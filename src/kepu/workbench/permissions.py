"""Who may open which page of the administration."""

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person
from kepu.directory.register.permissions import may_manage_organisations


def may_see_people(actor: Person) -> bool:
    """The leading office looks up who sits where; only administrators change it."""
    return actor.is_superuser or actor.holds(Role.LEADING_OFFICE, Role.ADMINISTRATOR)


def may_see_organisations(actor: Person) -> bool:
    """Who keeps the register."""
    return may_manage_organisations(actor)


def may_see_regions(actor: Person) -> bool:
    """Who keeps the register."""
    return may_manage_organisations(actor)
