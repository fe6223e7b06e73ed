"""What the portal's own pages put together from the rooms below."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.conf import settings

from kepu.directory.privacy.choices import AgeBand
from kepu.directory.privacy.models import GuardianInvitation, Guardianship
from kepu.directory.privacy.queries import (
    MaskedNumber,
    Standing,
    age_band_of,
    birthday_of,
    guardians_of,
    invitations_of,
    invitations_to,
    numbers_of,
    standings_of,
    wards_of,
)
from kepu.directory.privacy.services import obstacles_to_erasure
from kepu.directory.register.adapters import RESIDENTS, ticket_provider
from kepu.directory.register.errors import TicketFieldsMissing
from kepu.directory.register.models import Person
from kepu.directory.register.queries import is_staff_account
from kepu.foundation.codes.queries import values_in_force
from kepu.plan.tasks.models import NamedSystem, Plan
from kepu.plan.tasks.queries import (
    Changes,
    Coverage,
    GoalChart,
    PlanOverview,
    changes_of,
    coverage,
    goal_chart,
    judged_tasks,
    lately,
    live_plan,
    overview_of,
)
from kepu.web.navigation import address_of

# Where each mechanism of the product works today; a mechanism without an address is still to come.
WORKS_AT = {
    "plan": "plan:overview",
    "portal": "portal:home",
    "ledger": "ledger:data",
    "oversight": "oversight:questions",
    "people": "capacities:experts",
    "volunteers": "volunteers:projects",
    "venues": "venues:find",
    "library": "library:find",
}


@dataclass(frozen=True, slots=True)
class HomePage:
    """The front page of a site with a plan."""

    overview: PlanOverview
    goal: GoalChart | None
    coverage: Coverage
    changes: Changes
    systems: int
    working: int


@dataclass(frozen=True, slots=True)
class SystemRow:
    """A system that the plan names, and where it works."""

    system: NamedSystem
    address: str


@dataclass(frozen=True, slots=True)
class SystemGroup:
    """The systems of one action, project or section."""

    title: str
    rows: tuple[SystemRow, ...]


@dataclass(frozen=True, slots=True)
class SystemsPage:
    """The plan's systems in its own order."""

    plan: Plan | None
    groups: tuple[SystemGroup, ...]
    count: int
    working: int


@dataclass(frozen=True, slots=True)
class AboutPage:
    """Who runs the site, as far as the operator filled it in; an empty text is not loaded yet."""

    plan: Plan | None
    operator: str
    contact: str


def home_page(plan: Plan, day: date, *, today: date) -> HomePage:
    """The front page as of a day; the one number is always told as it is known today."""
    judge = judged_tasks(plan)
    now, earlier = judge.on_days((day, lately(judge, day)[0]))
    overview = overview_of(judge, now)
    mechanisms = list(plan.systems.values_list("mechanism", flat=True))
    return HomePage(
        overview=overview,
        goal=goal_chart(plan, today),
        coverage=coverage(judge, day),
        changes=changes_of(judge, overview, earlier),
        systems=len(mechanisms),
        working=sum(1 for mechanism in mechanisms if address_of(WORKS_AT.get(mechanism, ""))),
    )


def systems_page() -> SystemsPage:
    """Every system that the newest plan names, each with the address where it works or none."""
    plan = live_plan()
    named = plan.systems.select_related("task__section", "section") if plan else NamedSystem.objects.none()
    groups: dict[str, list[SystemRow]] = {}
    for system in named:
        section = system.task.section if system.task else system.section
        row = SystemRow(system, address_of(WORKS_AT.get(system.mechanism, "")))
        groups.setdefault(section.title or section.number if section else "", []).append(row)
    rows = [row for members in groups.values() for row in members]
    return SystemsPage(
        plan,
        tuple(SystemGroup(title, tuple(members)) for title, members in groups.items()),
        len(rows),
        sum(1 for row in rows if row.address),
    )


def about_page() -> AboutPage:
    """What the page about the site says of who runs it."""
    told = values_in_force("site.")
    return AboutPage(live_plan(), told.get("operator", ""), told.get("contact", ""))


# --- signing in, and each person's own page ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IdentityService:
    """The identity services that the sign-in page offers: of the ticket kind, and OpenID Connect."""

    has_tickets: bool
    is_sandbox: bool
    has_oidc: bool


@dataclass(frozen=True, slots=True)
class MePage:
    """What is known of a person, for that person or, for a child, its guardian."""

    person: Person
    birthday: date | None
    band: AgeBand
    numbers: tuple[MaskedNumber, ...]
    consents: tuple[Standing, ...]
    guardians: tuple[Guardianship, ...]
    wards: tuple[Guardianship, ...]
    invited: tuple[GuardianInvitation, ...]
    """Guardians whom the person named and who have not answered."""
    invitations: tuple[GuardianInvitation, ...]
    """Children who named the person as their guardian."""
    is_staff: bool

    @property
    def is_minor(self) -> bool:
        """Whether a guardian answers for some purposes."""
        return self.band in {AgeBand.CHILD, AgeBand.MINOR}

    @property
    def account_stands(self) -> bool:
        """Whether the consent to the account itself is in force; who works for the office needs none."""
        return self.is_staff or any(one.holds for one in self.consents if one.text.purpose == "account")


@dataclass(frozen=True, slots=True)
class DeletionPage:
    """What stands in the way of a deletion."""

    person_id: int
    obstacles: tuple[str, ...]


def identity_service() -> IdentityService | None:
    """The identity services of this site, or None where there is none or its table of names is not loaded."""
    try:
        provider = ticket_provider()
    except TicketFieldsMissing:
        provider = None
    providers: dict[str, Any] = settings.SOCIALACCOUNT_PROVIDERS
    servers = providers.get("openid_connect", {}).get("APPS", ())
    has_oidc = any(one["provider_id"] == RESIDENTS for one in servers)
    if provider is None and not has_oidc:
        return None
    return IdentityService(provider is not None, provider is not None and provider.is_sandbox, has_oidc)


def me_page(person: Person, *, shown: Mapping[int, str] | None = None) -> MePage:
    """Everything that the own page shows.

    Args:
        person: whose page it is.
        shown: numbers by their id that stand in full, because their owner asked just now.
    """
    given = shown or {}
    numbers = (replace(one, masked=given[one.id]) if one.id in given else one for one in numbers_of(person.pk))
    return MePage(
        person=person,
        birthday=birthday_of(person.pk),
        band=age_band_of(person.pk),
        numbers=tuple(numbers),
        consents=tuple(standings_of(person.pk)),
        guardians=tuple(guardians_of(person.pk)),
        wards=tuple(wards_of(person.pk)),
        invited=tuple(invitations_of(person.pk)),
        invitations=tuple(invitations_to(person.pk)),
        is_staff=is_staff_account(person),
    )


def deletion_page(person_id: int) -> DeletionPage:
    """What must be settled before an account can be deleted."""
    return DeletionPage(person_id, tuple(obstacles_to_erasure(person_id)))
