"""Who may declare and read ties."""

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person


def may_record_tie(actor: Person, person: Person) -> bool:
    """Everybody one's own; the leading office what it learns."""
    return actor.pk == person.pk or actor.holds(Role.LEADING_OFFICE)


def may_decide_identity(actor: Person) -> bool:
    """The leading office says which entries are one human being."""
    return actor.holds(Role.LEADING_OFFICE)


def may_keep_conflicts(actor: Person) -> bool:
    """Only the leading office reads who is tied to whom; everybody else sees the own ties."""
    return actor.holds(Role.LEADING_OFFICE)
