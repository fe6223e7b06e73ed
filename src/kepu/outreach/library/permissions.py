"""Who may do what in the library."""

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person, Region
from kepu.outreach.library.choices import LoanState
from kepu.outreach.library.models import Holding, Loan, Package, Resource

READERS = (
    Role.LEADING_OFFICE,
    Role.LIAISON,
    Role.UNIT_HEAD,
    Role.DISTRICT_OFFICER,
    Role.REVIEWER,
    Role.AUDITOR,
)


def may_open_library(actor: Person) -> bool:
    """Whoever works in the programme may look into the library at the desk."""
    return actor.holds(*READERS)


def may_write_library(actor: Person) -> bool:
    """Whoever may keep something somewhere."""
    return actor.holds(Role.LEADING_OFFICE, Role.LIAISON, Role.DISTRICT_OFFICER)


def may_keep(actor: Person, body: Organisation, region: Region) -> bool:
    """The leading office anything; a liaison what is of the own body and those below; a district officer what lies in the district."""
    return (
        actor.holds(Role.LEADING_OFFICE)
        or actor.holds(Role.LIAISON, organisation=body)
        or actor.holds(Role.DISTRICT_OFFICER, region=region)
    )


def may_keep_resource(actor: Person, resource: Resource) -> bool:
    """Who keeps things of its owner, or of the region where it is kept."""
    return may_keep(actor, resource.owner, resource.region)


def may_keep_package(actor: Person, package: Package) -> bool:
    """Who keeps things of its owner, or of the owner's region."""
    return may_keep(actor, package.owner, package.owner.region)


def may_keep_holding(actor: Person, holding: Holding) -> bool:
    """Who keeps things of the body that holds the copies, or of the region where they lie."""
    return may_keep(actor, holding.keeper, holding.region)


def may_open_loans(actor: Person) -> bool:
    """Loans name people: only those who lend, and auditors, see them at the desk."""
    return actor.holds(Role.LEADING_OFFICE, Role.LIAISON, Role.DISTRICT_OFFICER, Role.AUDITOR)


def may_borrow_for(actor: Person, body: Organisation) -> bool:
    """The leading office for anybody; a liaison for the own body and those below."""
    return actor.holds(Role.LEADING_OFFICE) or actor.holds(Role.LIAISON, organisation=body)


def may_cancel_loan(actor: Person, loan: Loan) -> bool:
    """Who asked, who borrows, and who lends, as long as nothing went out."""
    is_own = actor.pk in {loan.asked_by_id, loan.person_id}
    return loan.state in {LoanState.ASKED, LoanState.AGREED} and (is_own or may_keep_holding(actor, loan.holding))
