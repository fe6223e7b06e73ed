"""Who may do what with needs and proposals."""

from django.db.models import Q, QuerySet

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person
from kepu.outreach.enterprises.models import Need, Proposal


def may_open_desk(actor: Person) -> bool:
    """The office, district officers, and auditors who read along."""
    return actor.holds(Role.LEADING_OFFICE, Role.DISTRICT_OFFICER, Role.AUDITOR)


def may_handle(actor: Person, need: Need) -> bool:
    """The office, and the officer of the enterprise's district; never one's own need."""
    if need.poster_id == actor.pk:
        return False
    return actor.holds(Role.LEADING_OFFICE) or actor.holds(Role.DISTRICT_OFFICER, region=need.region)


def may_speak_for(actor: Person, need: Need) -> bool:
    """Who posted it, and the liaison of the enterprise where that is a body of the register."""
    return (actor.is_active and actor.pk == need.poster_id) or _is_liaison(actor, need.body)


def _is_liaison(actor: Person, body: Organisation | None) -> bool:
    return body is not None and actor.holds(Role.LIAISON, organisation=body)


def may_record_proposal(actor: Person, body: Organisation | None, need: Need | None) -> bool:
    """The enterprise's liaison, and who speaks for the need to which the proposal belongs."""
    return _is_liaison(actor, body) or (need is not None and may_speak_for(actor, need))


def may_keep_proposal(actor: Person, proposal: Proposal) -> bool:
    """Say what became of a proposal: the same people who may record one there."""
    return may_record_proposal(actor, proposal.body, proposal.need)


def needs_visible_to(actor: Person) -> QuerySet[Need]:
    """What the desk shows somebody: everything to the office and the auditor, a district's to its officer."""
    if actor.holds(Role.LEADING_OFFICE, Role.AUDITOR):
        return Need.objects.all()
    return Need.objects.filter(_in_districts(actor, "region"))


def proposals_visible_to(actor: Person) -> QuerySet[Proposal]:
    """The same for proposals, by the place of the enterprise or of its need."""
    if actor.holds(Role.LEADING_OFFICE, Role.AUDITOR):
        return Proposal.objects.all()
    return Proposal.objects.filter(_in_districts(actor, "body__region", "need__region"))


def _in_districts(actor: Person, *places: str) -> Q:
    wanted = Q(pk__in=())
    for region in actor.regions(Role.DISTRICT_OFFICER):
        for place in places:
            wanted |= Q(**{f"{place}__path__startswith": region.path})
    return wanted
