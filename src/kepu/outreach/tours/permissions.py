"""Who may do what with tours."""

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person, Region
from kepu.outreach.tours.models import TourWish


def may_open_tours(actor: Person) -> bool:
    """The office, district officers and liaisons, and auditors who read along."""
    return actor.holds(Role.LEADING_OFFICE, Role.DISTRICT_OFFICER, Role.LIAISON, Role.AUDITOR)


def may_write_wishes(actor: Person) -> bool:
    """Whoever may add a wish somewhere."""
    return actor.holds(Role.LEADING_OFFICE, Role.DISTRICT_OFFICER, Role.LIAISON)


def may_add_wish(actor: Person, region: Region, body: Organisation | None) -> bool:
    """The office any; a district officer in the district; a liaison for the own body and those below it."""
    return (
        actor.holds(Role.LEADING_OFFICE)
        or actor.holds(Role.DISTRICT_OFFICER, region=region)
        or (body is not None and actor.holds(Role.LIAISON, organisation=body))
    )


def may_withdraw_wish(actor: Person, wish: TourWish) -> bool:
    """As for adding."""
    return may_add_wish(actor, wish.region, wish.body)


def may_plan_tours(actor: Person) -> bool:
    """The leading office plans the vans of the whole city."""
    return actor.holds(Role.LEADING_OFFICE)
