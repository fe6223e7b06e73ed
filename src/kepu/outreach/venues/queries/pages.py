"""One venue at the desk: everything that is known of it, what the actor may do, and its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kepu.directory.register.models import Person
from kepu.foundation.audit.queries import entries_about
from kepu.foundation.clock import today
from kepu.outreach.venues.choices import VenueState
from kepu.outreach.venues.models import Accreditation, Closure, FreeEntry, OpeningTable, Panel, Photo, Stay, Venue
from kepu.outreach.venues.permissions import may_accredit_venue, may_keep_venue
from kepu.outreach.venues.queries.kinds import Kind, access_labels, kind_of, level_labels
from kepu.outreach.venues.queries.listing import overdue_on, venues_visible_to
from kepu.outreach.venues.queries.public import Detail, current_panels, details_of

DEEDS: dict[str, Any] = {
    "registered": _("登记"),
    "changed": _("改了登记"),
    "published": _("公布"),
    "closed": _("停用"),
    "accredited": _("登记命名"),
    "accreditation_ended": _("终止命名"),
    "opening_set": _("定开放时间"),
    "shut": _("闭馆"),
    "opened_again": _("取消闭馆"),
    "free_days_set": _("定免费开放日"),
    "free_days_dropped": _("取消免费开放日"),
    "stays": _("定驻留"),
    "content_changed": _("更换内容"),
    "photo_added": _("加照片"),
    "photo_removed": _("去掉照片"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a history."""

    at: datetime
    label: str
    who: str
    told: str


@dataclass(frozen=True, slots=True)
class Naming:
    """One accreditation as the desk reads it."""

    one: Accreditation
    level: str
    holds: bool
    may_change: bool


@dataclass(frozen=True, slots=True)
class VenuePage:
    """One venue at the desk."""

    venue: Venue
    kind: Kind
    due_on: date | None
    levels: tuple[str, ...]
    acts: tuple[str, ...]
    access: tuple[str, ...]
    details: tuple[Detail, ...]
    namings: tuple[Naming, ...]
    tables: tuple[OpeningTable, ...]
    closures: tuple[Closure, ...]
    free: tuple[FreeEntry, ...]
    stays: tuple[Stay, ...]
    panels: tuple[Panel, ...]
    photos: tuple[Photo, ...]
    history: tuple[Line, ...]

    @property
    def is_overdue(self) -> bool:
        """Whether its content should have been changed before today."""
        return self.due_on is not None and self.due_on < today()


def venue_page(actor: Person, pk: int) -> VenuePage | None:
    """A venue that the actor may see, or None."""
    venue = venues_visible_to(actor).filter(pk=pk).first()
    if venue is None:
        return None
    kind, labels, due = kind_of(venue.kind), level_labels(), overdue_on(today(), [venue])
    allowed = tuple(code for code in labels if may_accredit_venue(actor, venue, code))
    tables = venue.tables.prefetch_related("hours")
    return VenuePage(
        venue=venue,
        kind=kind,
        due_on=due[0][1] if due else None,
        levels=allowed,
        acts=_acts(actor, venue, kind, allowed),
        access=tuple(label for code, label in access_labels().items() if code in venue.access),
        details=details_of(venue, kind),
        namings=tuple(
            Naming(one, labels.get(one.level, one.level), one.holds_on(today()), may_change=one.level in allowed)
            for one in venue.accreditations.all()
        ),
        tables=tuple(tables),
        closures=tuple(venue.closures.filter(until__gte=today())),
        free=tuple(venue.free_entries.filter(until__gte=today())),
        stays=tuple(venue.stays.select_related("region")),
        panels=current_panels(venue),
        photos=tuple(venue.photos.select_related("file")),
        history=_history(venue),
    )


def _acts(actor: Person, venue: Venue, kind: Kind, levels: Sequence[str]) -> tuple[str, ...]:
    """What the actor may do with it now."""
    if venue.state == VenueState.CLOSED:
        return ()
    acts: list[str] = ["accredit"] if levels else []
    if may_keep_venue(actor, venue):
        acts += ["change", "opening", "shut", "free", "content", "photo"]
        acts.append("publish" if venue.state == VenueState.DRAFT else "close")
        if kind.moves:
            acts.append("stay")
    return tuple(acts)


def _history(venue: Venue) -> tuple[Line, ...]:
    entries = list(entries_about(venue))
    names = {person.pk: str(person) for person in Person.objects.filter(pk__in=[one.actor_id for one in entries])}
    lines = []
    for entry in reversed(entries):
        deed = entry.action.rsplit(".", 1)[-1]
        told = " ".join(
            str(entry.data[key]) for key in ("reason", "title", "since", "until", "address") if entry.data.get(key)
        )
        who = names.get(entry.actor_id or 0, "")
        lines.append(Line(entry.recorded_at, str(DEEDS.get(deed, deed)), who, told))
    return tuple(lines)
