"""Declare ties and take them back; refuse who is in conflict."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation, Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now
from kepu.foundation.errors import NotAllowed
from kepu.outreach.people.conflicts.choices import Origin
from kepu.outreach.people.conflicts.errors import ConflictOfInterest, TieOver, TieUnfit
from kepu.outreach.people.conflicts.models import Tie
from kepu.outreach.people.conflicts.permissions import may_record_tie
from kepu.outreach.people.conflicts.queries import conflict_of
from kepu.outreach.people.conflicts.rules import Target


@transaction.atomic
def declare_tie(
    person: Person,
    kind: str,
    *,
    actor: Person,
    other: Person | None = None,
    body: Organisation | None = None,
    since: date | None = None,
    until: date | None = None,
    note: str = "",
) -> Tie:
    """Put a tie into the graph: the person's own declaration, or what the office learnt.

    Raises:
        NotAllowed: the actor is neither the person nor the office.
        TieUnfit: not exactly one other end, the same person at both, days in the wrong order, or declared already.
    """
    if not may_record_tie(actor, person):
        raise NotAllowed
    if (other is None) == (body is None) or other == person:
        raise TieUnfit(_("请选对方的人或单位中的一个，不能是本人。"))
    if since and until and until < since:
        raise TieUnfit(_("结束日期在开始日期之前，请核对。"))
    values = {"other": other, "body": body, "since": since, "until": until, "note": note.strip()[:200]}
    origin = Origin.DECLARED if actor.pk == person.pk else Origin.OFFICE
    try:
        with transaction.atomic():
            tie = Tie.objects.create(
                person=person, kind=kind, origin=origin, recorded_by=actor, recorded_at=now(), **values
            )
    except IntegrityError as problem:
        if "tie_once" not in str(problem):
            raise
        raise TieUnfit(_("这项关系已经登记过了。")) from problem
    record("conflicts.tie.declared", tie, actor=actor, kind=kind, origin=origin)
    return tie


@transaction.atomic
def take_back_tie(tie_id: int, *, actor: Person) -> Tie:
    """Take a tie out of the graph; that it stood stays on record. What the office recorded only the office takes back.

    Raises:
        NotAllowed: the actor may not.
        TieOver: it was taken back already.
    """
    tie = Tie.objects.select_for_update(of=("self",)).select_related("person").get(pk=tie_id)
    if not may_record_tie(actor, tie.person) or (tie.origin == Origin.OFFICE and actor.pk == tie.person_id):
        raise NotAllowed(_("这项关系由办公室登记，要改请联系办公室的其他人。"))
    if tie.taken_back_at is not None:
        raise TieOver(_("这项关系已经撤下了。"))
    tie.taken_back_at = now()
    tie.save(update_fields=["taken_back_at"])
    record("conflicts.tie.taken_back", tie, actor=actor, kind=tie.kind)
    return tie


def refuse_conflict(person: Person, target: Target, *, on: date | None = None) -> None:
    """Refuse who is in conflict with a target; rooms call it before they assign anybody.

    Raises:
        ConflictOfInterest: with every reason in words.
    """
    reasons = conflict_of(person.pk, target, on=on)
    if reasons:
        said = {"person": str(person), "reasons": "；".join(map(str, reasons))}
        raise ConflictOfInterest(_("%(person)s需要回避：%(reasons)s。请换一位。") % said)
