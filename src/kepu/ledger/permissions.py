"""Who may write into the ledger, and who may read what in it."""

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person, Region

WRITERS = (Role.LEADING_OFFICE, Role.LIAISON, Role.DISTRICT_OFFICER)
READERS = (*WRITERS, Role.UNIT_HEAD, Role.REVIEWER, Role.AUDITOR)


def may_record_fact(actor: Person, organisation: Organisation, region: Region) -> bool:
    """The leading office anything; a liaison for the own body and those below; a district officer inside the region."""
    return (
        actor.holds(Role.LEADING_OFFICE)
        or actor.holds(Role.LIAISON, organisation=organisation)
        or actor.holds(Role.DISTRICT_OFFICER, region=region)
    )


def may_write_facts(actor: Person) -> bool:
    """Whether there is anything at all that the actor may record."""
    return actor.holds(*WRITERS)


def may_read_facts(actor: Person) -> bool:
    """Single facts are read by those who record, review or audit them."""
    return actor.holds(*READERS)


def may_read_staff_indicators(actor: Person | None) -> bool:
    """Indicators for staff are shown to everyone with a desk of the programme."""
    return actor is not None and actor.holds(*READERS)


def may_load_indicators(actor: Person) -> bool:
    """The leading office and system administrators keep the list of indicators."""
    return actor.is_superuser or actor.holds(Role.LEADING_OFFICE, Role.ADMINISTRATOR)
