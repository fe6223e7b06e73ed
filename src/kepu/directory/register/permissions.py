"""Who may do what in the register."""

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person


def may_manage_roles(actor: Person) -> bool:
    """Only system administrators give and end roles."""
    return actor.is_superuser or actor.holds(Role.ADMINISTRATOR)


def may_manage_organisations(actor: Person) -> bool:
    """The leading office and system administrators keep the list of bodies and regions."""
    return actor.is_superuser or actor.holds(Role.LEADING_OFFICE, Role.ADMINISTRATOR)


def may_issue_token(actor: Person) -> bool:
    """Whoever holds a writing role may have tokens, and they can never do more than their owner."""
    return actor.is_superuser or actor.holds(
        Role.LEADING_OFFICE, Role.LIAISON, Role.DISTRICT_OFFICER, Role.ADMINISTRATOR
    )


def may_speak_for_organisation(actor: Person, body: Organisation) -> bool:
    """The leading office for every body; a liaison for the own one and those below it."""
    return actor.holds(Role.LEADING_OFFICE) or actor.holds(Role.LIAISON, organisation=body)


def may_act_for_others(actor: Person) -> bool:
    """The leading office runs the telephone: its people act for residents who call."""
    return actor.holds(Role.LEADING_OFFICE)
