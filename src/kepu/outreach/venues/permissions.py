"""Who may do what with venues."""

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person, Region
from kepu.outreach.venues.models import Venue

READERS = (
    Role.LEADING_OFFICE,
    Role.LIAISON,
    Role.UNIT_HEAD,
    Role.DISTRICT_OFFICER,
    Role.REVIEWER,
    Role.AUDITOR,
)


def may_open_venues(actor: Person) -> bool:
    """Whoever works in the programme may look into the register at the desk."""
    return actor.holds(*READERS)


def may_register_venue(actor: Person, keeper: Organisation, region: Region) -> bool:
    """The leading office any; a liaison for the own body and those below it; a district officer in the district."""
    return (
        actor.holds(Role.LEADING_OFFICE)
        or actor.holds(Role.LIAISON, organisation=keeper)
        or actor.holds(Role.DISTRICT_OFFICER, region=region)
    )


def may_keep_venue(actor: Person, venue: Venue) -> bool:
    """As for registering: the office, the liaison of who keeps it, the officer of its district."""
    return may_register_venue(actor, venue.keeper, venue.region)


def may_write_venues(actor: Person) -> bool:
    """Whoever may register a venue somewhere."""
    return actor.holds(Role.LEADING_OFFICE, Role.LIAISON, Role.DISTRICT_OFFICER)


def may_accredit_venue(actor: Person, venue: Venue, level: str) -> bool:
    """The leading office every level; a district officer the district's own level. Nobody names what is one's own alone."""
    return actor.holds(Role.LEADING_OFFICE) or (
        level == "district" and actor.holds(Role.DISTRICT_OFFICER, region=venue.region)
    )


def may_see_coverage(actor: Person) -> bool:
    """Shares and inequality are for whoever works in the programme."""
    return may_open_venues(actor)


def may_site_venues(actor: Person) -> bool:
    """The leading office and district officers ask where the next places belong."""
    return actor.holds(Role.LEADING_OFFICE, Role.DISTRICT_OFFICER)


def may_load_points(actor: Person) -> bool:
    """Only the leading office brings the list of where people live."""
    return actor.holds(Role.LEADING_OFFICE)
