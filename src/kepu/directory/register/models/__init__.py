"""Regions, organisations, persons, their roles and their tokens; how residents get in."""

from kepu.directory.register.models.bodies import (
    ApiToken,
    Organisation,
    OrganisationAlias,
    Person,
    PersonManager,
    Region,
    RegionOutline,
    RegionPopulation,
    RoleAssignment,
)
from kepu.directory.register.models.residents import Acting, IdentityTicket, PhoneCode

__all__ = [
    "Acting",
    "ApiToken",
    "IdentityTicket",
    "Organisation",
    "OrganisationAlias",
    "Person",
    "PersonManager",
    "PhoneCode",
    "Region",
    "RegionOutline",
    "RegionPopulation",
    "RoleAssignment",
]
