"""Name a venue a base of some level, renew that, or end it."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import today
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.outreach.venues.errors import VenueMoved, VenueUnfit
from kepu.outreach.venues.events import VenueAccredited
from kepu.outreach.venues.models import Accreditation, Venue
from kepu.outreach.venues.permissions import may_accredit_venue
from kepu.outreach.venues.queries.kinds import level_labels
from kepu.outreach.venues.services.finding import found_again
from kepu.outreach.venues.services.registering import day_in_reach, refuse_closed, text


@dataclass(frozen=True, slots=True)
class AccreditationTerms:
    """What stands on the certificate."""

    level: str
    title: str
    valid_from: date
    valid_to: date | None = None
    number: str = ""
    batch: str = ""
    issued_by: str = ""


@transaction.atomic
def accredit_venue(pk: int, terms: AccreditationTerms, *, actor: Person) -> Accreditation:
    """Note that a venue was named; several levels may hold side by side.

    Raises:
        NotAllowed: the actor names nothing of this level here.
        VenueMoved: the venue is closed, or the naming is noted already.
        VenueUnfit: the terms cannot be; `field` names what.
    """
    venue = _locked(pk)
    if terms.level not in level_labels():
        raise VenueUnfit(_("没有这个级别，请从列表中选择。"), field="level")
    _check(actor, venue, terms.level)
    refuse_closed(venue)
    title = text(terms.title, "title", most=100)
    _check_days(terms.valid_from, terms.valid_to)
    same = {"level": terms.level, "title": title, "valid_from": terms.valid_from}
    if Accreditation.objects.filter(venue=venue, **same).exists():
        raise VenueMoved(_("这次命名已经登记过了。"))
    found = Accreditation.objects.create(
        venue=venue,
        valid_to=terms.valid_to,
        number=text(terms.number, "number", most=60, is_required=False),
        batch=text(terms.batch, "batch", most=60, is_required=False),
        issued_by=text(terms.issued_by, "issued_by", most=100, is_required=False),
        **same,
    )
    record("venues.venue.accredited", venue, actor=actor, level=found.level, title=title, number=found.number)
    publish(VenueAccredited(venue.pk, found.pk, found.level))
    found_again([venue])
    return found


@transaction.atomic
def renew_accreditation(
    pk: int, *, valid_from: date, valid_to: date | None, number: str = "", batch: str = "", actor: Person
) -> Accreditation:
    """Name a venue once more on the same terms for a new time; the old naming stays as it was.

    Raises:
        NotAllowed, VenueMoved, VenueUnfit: as `accredit_venue`; the new time must begin after the old one began.
    """
    old = Accreditation.objects.get(pk=pk)
    if valid_from <= old.valid_from:
        raise VenueUnfit(_("新的有效期要晚于原来的。"), field="valid_from")
    terms = AccreditationTerms(
        old.level, old.title, valid_from, valid_to, number or old.number, batch, issued_by=old.issued_by
    )
    return accredit_venue(old.venue_id, terms, actor=actor)


@transaction.atomic
def end_accreditation(pk: int, *, ended_on: date, reason: str, actor: Person) -> Accreditation:
    """End a naming before its time: withdrawn, given back, or replaced.

    Raises:
        NotAllowed: the actor names nothing of this level here.
        VenueMoved: it was ended before.
        VenueUnfit: the day lies before it began or in the future, or nobody says why.
    """
    found = Accreditation.objects.select_for_update().get(pk=pk)
    venue = _locked(found.venue_id)
    _check(actor, venue, found.level)
    if found.ended_on is not None:
        raise VenueMoved(_("它已经终止了，可能刚有人办过。请刷新再看。"))
    if not found.valid_from <= ended_on <= today():
        raise VenueUnfit(_("终止的日子要在命名以后、今天以前。"), field="ended_on")
    found.ended_on, found.end_reason = ended_on, text(reason, "reason", most=200)
    found.save(update_fields=["ended_on", "end_reason"])
    record("venues.venue.accreditation_ended", venue, actor=actor, title=found.title, reason=found.end_reason)
    return found


def _locked(pk: int) -> Venue:
    return Venue.objects.select_for_update(of=("self",)).select_related("keeper__region", "region").get(pk=pk)


def _check(actor: Person, venue: Venue, level: str) -> None:
    if not may_accredit_venue(actor, venue, level):
        raise NotAllowed(_("命名由办公室登记；区市级的，所在区市的专干也可以登记。"))


def _check_days(valid_from: date, valid_to: date | None) -> None:
    day_in_reach(valid_from, "valid_from")
    if valid_to is not None and day_in_reach(valid_to, "valid_to") < valid_from:
        raise VenueUnfit(_("结束的日子早于开始的日子。"), field="valid_to")
