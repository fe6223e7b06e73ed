"""The log of a commissioner: every visit is a fact; a wrong one is reversed, never edited."""

import uuid
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.choices import Audience
from kepu.directory.register.models import Person, Region
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now, today
from kepu.foundation.errors import NotAllowed
from kepu.ledger.choices import SourceKind
from kepu.ledger.rules import FactDraft
from kepu.ledger.services import record_fact, reverse_fact
from kepu.outreach.people.capacities.choices import CapacityKind, CapacityState
from kepu.outreach.people.capacities.errors import VisitUnfit
from kepu.outreach.people.capacities.models import Visit
from kepu.outreach.people.capacities.permissions import may_write_capacity
from kepu.outreach.people.capacities.services.steps import locked

INDICATOR = "commissioner_visits"


@transaction.atomic
def log_visit(
    capacity_id: int, region: Region, visited_on: date, matter: str, *, people: int = 0, actor: Person
) -> Visit:
    """Log a visit of a commissioner; the ledger gets a fact of the body that sends the commissioner.

    Raises:
        NotAllowed: the actor is neither the commissioner nor the office.
        CapacityNotOpen: the commissioner is not admitted.
        VisitUnfit: outside the term or the places, in the future, without words, twice on a day, or nobody sends.
        FactRefused: the ledger takes no facts for that day.
    """
    capacity = locked(capacity_id, CapacityState.ADMITTED)
    if not may_write_capacity(actor, capacity):
        raise NotAllowed
    if capacity.kind != CapacityKind.COMMISSIONER:
        raise VisitUnfit(_("只有科技特派员登记走访。"))
    if capacity.organisation is None:
        raise VisitUnfit(_("还没有写明派出单位，走访记不到单位名下；请先在登记里选单位。"))
    if not (capacity.valid_from or today()) <= visited_on <= min(capacity.valid_to or today(), today()):
        raise VisitUnfit(_("走访日期应在任期以内，不能晚于今天。"), field="visited_on")
    if not any(region.path.startswith(place.path) for place in capacity.served.all()):
        raise VisitUnfit(_("%(place)s不在派驻的地方里。") % {"place": region.name}, field="region")
    if not matter.strip():
        raise VisitUnfit(_("请写做了什么。"), field="matter")
    if Visit.objects.filter(capacity=capacity, region=region, visited_on=visited_on, struck_at=None).exists():
        raise VisitUnfit(_("这一天去这里的走访已经登记过了；记错的请先冲正。"), field="visited_on")
    draft = FactDraft(
        indicator=INDICATOR,
        occurred_on=visited_on,
        region=region.pk,
        organisation=capacity.organisation.pk,
        quantity=Decimal(1),
        audience=Audience.FARMERS,
        people=people or None,
        key=str(uuid.uuid4()),
        source_ref=f"capacities.capacity:{capacity.pk}",
    )
    fact = record_fact(
        draft, actor=None, source="capacities.visit", source_kind=SourceKind.SERVICE,
        is_demonstration=capacity.is_demonstration,
    )  # fmt: skip
    visit = Visit.objects.create(
        capacity=capacity, region=region, visited_on=visited_on, matter=matter.strip()[:200], people=people,
        recorded_by=actor, recorded_at=now(), fact=fact.pk,
    )  # fmt: skip
    record("capacities.visit.logged", visit, actor=actor)
    return visit


@transaction.atomic
def strike_visit(visit_id: int, reason: str, *, actor: Person) -> Visit:
    """Take a visit back; the ledger gets the reversing fact.

    Raises:
        NotAllowed: the actor is neither the commissioner nor the office.
        VisitUnfit: it was taken back before.
        FactRefused: no reason.
    """
    visit = Visit.objects.select_for_update(of=("self",)).select_related("capacity").get(pk=visit_id)
    if not may_write_capacity(actor, visit.capacity):
        raise NotAllowed
    if visit.struck_at is not None:
        raise VisitUnfit(_("这次走访已经冲正过了。"))
    reverse_fact(visit.fact, reason=reason, actor=None, source_kind=SourceKind.SERVICE)
    visit.struck_at = now()
    visit.save(update_fields=["struck_at"])
    record("capacities.visit.struck", visit, actor=actor, reason=reason.strip()[:200])
    return visit
