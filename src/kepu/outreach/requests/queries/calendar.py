"""The public calendar of sessions for everybody, one of them, and campaigns with what they brought."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet, Sum
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person, Region
from kepu.foundation.clock import now
from kepu.foundation.codes.queries import labels_to_read
from kepu.outreach.bookings.queries import SlotPage, slot_pages
from kepu.outreach.requests.choices import SessionState
from kepu.outreach.requests.models import Campaign, Session
from kepu.outreach.requests.queries.open import sessions_kept_by
from kepu.outreach.venues.models import Venue
from kepu.outreach.venues.queries.public import DotMap, dot_map

ON_A_PAGE = 30
_WORDS = 5
_KEPT = timedelta(days=90)
_STREAM_EARLY = timedelta(minutes=30)
_RELATED = ("region", "body", "campaign", "capacity", "provider", "venue")
_HLS = ".m3u8"


@dataclass(frozen=True, slots=True)
class CalendarFilter:
    """What the calendar is narrowed to; empty narrows nothing."""

    q: str = ""
    day: date | None = None
    district: str = ""
    audience: str = ""
    form: str = ""
    campaign: str = ""
    partner: str = ""
    venue: str = ""
    is_online: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One session of the calendar."""

    session: Session
    form: str
    page: SlotPage | None
    """How its seats stand."""

    @property
    def day(self) -> date:
        """Under which day it is listed: an exhibition that goes on, under its first."""
        return localdate(self.session.starts_at)

    @property
    def stream_turn(self) -> str:
        """Whether its stream is still to come (`before`), can be watched (`on`) or is over (`after`); empty: none."""
        session = self.session
        if not session.stream or session.state == SessionState.CANCELLED:
            return ""
        if now() < session.starts_at - _STREAM_EARLY:
            return "before"
        is_over = session.state == SessionState.DONE or now() >= session.ends_at
        return "after" if is_over else "on"

    @property
    def played_here(self) -> str:
        """Address of the stream that the page itself plays now: HLS from a media server that the operator named."""
        stream = self.session.stream
        is_played = self.stream_turn == "on" and is_hls_of(stream, settings.KEPU_MEDIA_HOSTS)
        return stream if is_played else ""

    @property
    def giver(self) -> str:
        """Who gives it, where that person agreed to stand on public pages."""
        capacity = self.session.capacity
        is_named = capacity is not None and capacity.is_public and self.session.provider is not None
        return str(self.session.provider) if is_named else ""


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """A page of the calendar."""

    page: Page[Any]
    entries: tuple[Entry, ...]
    map: DotMap | None
    """Venues at which something is held, of the whole list, not of the page alone."""
    unplaced: int
    """Sessions that are held somewhere and do not stand on the map."""
    is_demonstration: bool


@dataclass(frozen=True, slots=True)
class CampaignPage:
    """A campaign, what is to come, what was, and what came of it."""

    campaign: Campaign
    kind: str
    coming: tuple[Entry, ...]
    past: tuple[Entry, ...]
    held: int
    people: int
    bodies: int


def labels_of(name: str) -> dict[str, str]:
    """Codes and labels of a list of this room, in the reader's language."""
    return labels_to_read(f"requests.{name}")


def coming_sessions() -> QuerySet[Session]:
    """Sessions for everybody that are not over, in order of time."""
    found = Session.objects.filter(state=SessionState.PLANNED, ends_at__gt=now(), order=None, slot__isnull=False)
    return found.select_related(*_RELATED).order_by("starts_at", "pk")


def coming_partners() -> list[str]:
    """Cities and countries with which something is held that is still to come."""
    found = coming_sessions().exclude(partner="").order_by("partner")
    return list(found.values_list("partner", flat=True).distinct())


def coming_venues() -> list[tuple[int, str]]:
    """Venues at which something is held that is still to come, by name."""
    found = Venue.objects.filter(sessions__in=coming_sessions()).order_by("sort_key", "pk").distinct()
    return [(one.pk, one.name) for one in found]


def is_hls_of(address: str, hosts: Iterable[str]) -> bool:
    """Whether an address is an HLS stream of one of some origins.

    Examples:
        >>> is_hls_of("https://live.example.cn/1/all.m3u8?k=1", ["https://live.example.cn"])
        True
        >>> is_hls_of("https://elsewhere.example.cn/1/all.m3u8", ["https://live.example.cn"])
        False
    """
    parts = urlsplit(address)
    return parts.path.endswith(_HLS) and f"{parts.scheme}://{parts.netloc}" in hosts


def calendar_page(wanted: CalendarFilter, *, number: str | None = None) -> CalendarPage:
    """What everybody may come to, by day.

    Args:
        wanted: narrowed to what.
        number: of the page.
    """
    found = _narrowed(coming_sessions(), wanted)
    page = Paginator(found, ON_A_PAGE).get_page(number)
    sessions = list(page.object_list)
    placed = _by_venue(found)
    drawn = dot_map([(venue.point or (0.0, 0.0), _held_at(venue, held), "") for venue, held in placed])
    unplaced = found.exclude(place="").count() - sum(held for _venue, held in placed)
    return CalendarPage(page, entries_of(sessions), drawn, unplaced, any(one.is_demonstration for one in sessions))


def _by_venue(found: QuerySet[Session]) -> list[tuple[Venue, int]]:
    """Venues that have a point, with how many of these sessions are there."""
    held = found.filter(venue__longitude__isnull=False, venue__latitude__isnull=False).order_by()
    counts = dict(held.values_list("venue").annotate(held=Count("pk")))
    venues = Venue.objects.in_bulk(counts)
    return [(venues[pk], counts[pk]) for pk in sorted(counts)]


def _held_at(venue: Venue, held: int) -> str:
    return _("%(venue)s：%(n)d 场") % {"venue": venue.name, "n": held}


def _narrowed(found: QuerySet[Session], wanted: CalendarFilter) -> QuerySet[Session]:
    for word in wanted.q.split()[:_WORDS]:
        found = found.filter(Q(title__icontains=word) | Q(place__icontains=word) | Q(body__name__icontains=word))
    if wanted.day is not None:
        found = found.filter(starts_at__date__lte=wanted.day, ends_at__date__gte=wanted.day)
    if wanted.district:
        region = Region.objects.filter(code=wanted.district).first()
        found = found.filter(region__path__startswith=region.path) if region else found.none()
    if wanted.audience:
        found = found.filter(audience=wanted.audience)
    if wanted.form:
        found = found.filter(form=wanted.form)
    if wanted.campaign:
        found = found.filter(campaign__slug=wanted.campaign)
    if wanted.venue.isdecimal():
        found = found.filter(venue=int(wanted.venue))
    if wanted.partner:
        found = found.filter(partner=wanted.partner)
    return found.filter(is_online=True) if wanted.is_online else found


def entries_of(sessions: Iterable[Session]) -> tuple[Entry, ...]:
    """Sessions with the words of their form and how their seats stand."""
    found = list(sessions)
    forms, pages = labels_of("open_forms"), slot_pages(one.slot_id for one in found if one.slot_id is not None)
    return tuple(Entry(one, forms.get(one.form, one.form), pages.get(one.slot_id or 0)) for one in found)


def event_page(session_id: int) -> Entry | None:
    """One session for everybody, whatever became of it; None where there is none."""
    found = Session.objects.filter(pk=session_id, order=None, slot__isnull=False).select_related(*_RELATED)
    entries = entries_of(found)
    return entries[0] if entries else None


def public_calendar(wanted: CalendarFilter) -> QuerySet[Session]:
    """Sessions for everybody for a calendar program: from 90 days ago on, with those that were called off."""
    found = Session.objects.filter(order=None, slot__isnull=False, ends_at__gte=now() - _KEPT)
    return _narrowed(found, wanted).order_by("starts_at", "pk")


def campaigns() -> QuerySet[Campaign]:
    """All campaigns, the newest first, with how many sessions each has."""
    counted = Q(sessions__state__in=(SessionState.PLANNED, SessionState.DONE))
    return Campaign.objects.annotate(scheduled=Count("sessions", filter=counted)).order_by("-first_day", "pk")


def campaign_page(slug: str) -> CampaignPage | None:
    """A campaign for everybody; None where there is none."""
    campaign = Campaign.objects.filter(slug=slug).first()
    if campaign is None:
        return None
    own = Session.objects.filter(campaign=campaign).select_related(*_RELATED)
    done = own.filter(state=SessionState.DONE)
    sums = done.order_by().aggregate(held=Count("pk"), people=Sum("came"), bodies=Count("body", distinct=True))
    entries = entries_of([*coming_sessions().filter(campaign=campaign)[:ON_A_PAGE], *done.order_by("-starts_at")[:20]])
    return CampaignPage(
        campaign,
        labels_of("campaigns").get(campaign.kind, campaign.kind),
        tuple(one for one in entries if one.session.state == SessionState.PLANNED),
        tuple(one for one in entries if one.session.state == SessionState.DONE),
        sums["held"],
        sums["people"] or 0,
        sums["bodies"],
    )


def kept_sessions(actor: Person, *, is_past: bool) -> QuerySet[Session]:
    """What the desk lists: sessions for everybody that the actor keeps, to come or past."""
    found = sessions_kept_by(actor).select_related("region", "body", "slot", "campaign")
    if is_past:
        return found.filter(ends_at__lte=now()).order_by("-starts_at", "-pk")
    return found.filter(ends_at__gt=now()).order_by("starts_at", "pk")
