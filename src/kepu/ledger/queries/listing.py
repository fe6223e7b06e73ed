"""Single facts: one by its number, lists with filters, always with where they came from."""

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kepu.directory.register.choices import BODY_ROLES, Role
from kepu.directory.register.models import Organisation, Person, Region
from kepu.directory.register.queries import inside
from kepu.foundation.clock import today
from kepu.ledger.choices import SourceKind
from kepu.ledger.errors import FactUnknown
from kepu.ledger.models import Fact, FactKey, Indicator
from kepu.ledger.permissions import READERS
from kepu.ledger.queries.indicators import indicators_by_code
from kepu.ledger.queries.scopes import EvidenceFilter, Scopes, versions_of
from kepu.ledger.rules import EARLIEST, key_of, month_of

PAGE_SIZE = 50
_PUBLIC = ("indicator", "region", "organisation", "district")
_NAMED = (*_PUBLIC, "recorded_by")
_NEWEST = """
select place, indicator_id, occurred_on, id
  from ledger_newest_facts(%s::jsonb, %s) with ordinality as newest (place, indicator_id, occurred_on, id, number)
 order by number
"""
_EPOCH, _STEP = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_WINDOWS = (100, 400)  # days before the newest month, tried before everything


@dataclass(frozen=True, slots=True)
class FactFilter:
    """What a reader of the list asks for; empty means all."""

    indicator_code: str = ""
    region: int | None = None
    organisation: int | None = None
    audience: str = ""
    since: date | None = None
    until: date | None = None
    source_kind: str = ""
    text: str = ""
    sheet: uuid.UUID | None = None
    """The import whose rows they are."""


@dataclass(frozen=True, slots=True)
class FactPage:
    """One page of a list, newest first, and after which fact the next begins ("" where nothing is older)."""

    rows: tuple[Fact, ...]
    after: str
    reversed_ids: frozenset[uuid.UUID]

    @property
    def has_next(self) -> bool:
        """Whether older facts follow."""
        return self.after != ""

    @property
    def is_demonstration(self) -> bool:
        """Whether any shown fact is made up."""
        return any(fact.is_demonstration for fact in self.rows)

    @property
    def is_all_demonstration(self) -> bool:
        """Whether all of them are, so that one mark says it."""
        return all(fact.is_demonstration for fact in self.rows)


def fact_numbered(number: uuid.UUID) -> Fact:
    """One fact with its names.

    Raises:
        FactUnknown: there is none.
    """
    found = facts_by_id([number]).get(number)
    if found is None:
        raise FactUnknown(_("没有这条事实。"), fact=str(number))
    return found


def facts_by_id(numbers: Iterable[uuid.UUID]) -> dict[uuid.UUID, Fact]:
    """Facts with their names by number; unknown numbers are left out."""
    keys = FactKey.objects.filter(key__in=list(numbers))
    return _at(keys.values_list("indicator_id", "occurred_on", "key"))


def _at(places: Iterable[tuple[int, date, uuid.UUID]], named: Sequence[str] = _NAMED) -> dict[uuid.UUID, Fact]:
    """Facts with their names, found by index: the indicator and the day lead to the partition's few rows."""
    wanted = Q(pk__in=[])
    for indicator, day, pk in places:
        wanted |= Q(indicator_id=indicator, occurred_on=day, pk=pk)
    return {fact.pk: fact for fact in Fact.objects.filter(wanted).select_related(*named)} if wanted.children else {}


def reversal_of(fact: Fact) -> Fact | None:
    """The fact that takes this one back, if any."""
    with connection.cursor() as cursor:
        cursor.execute("select key from ledger_fact_key where key = ledger_reversal_key(%s)", [fact.pk])
        row = cursor.fetchone()
    return fact_numbered(row[0]) if row else None


def facts_visible_to(actor: Person) -> QuerySet[Fact]:
    """Every fact for the office, reviewers and auditors; of their bodies for liaisons and heads, of their region for officers."""
    found = Fact.objects.select_related(*_NAMED)
    if actor.holds(Role.LEADING_OFFICE, Role.REVIEWER, Role.AUDITOR):
        return found
    if not actor.holds(*READERS):
        return found.none()
    mine = Q(organisation__in=actor.organisations(*BODY_ROLES))
    if places := actor.regions(Role.DISTRICT_OFFICER):
        mine |= Q(region__in=Region.objects.filter(inside(places)).values("pk"))
    return found.filter(mine)


def filtered(found: QuerySet[Fact], wanted: FactFilter) -> QuerySet[Fact]:
    """Apply a reader's filter; newest first."""
    if wanted.indicator_code:
        versions = indicators_by_code({wanted.indicator_code}).get(wanted.indicator_code, [])
        found = found.filter(indicator__in=[indicator.pk for indicator in versions])
    region = Region.objects.filter(pk=wanted.region).first() if wanted.region else None
    if region is not None:
        found = found.filter(
            region__in=list(Region.objects.filter(path__startswith=region.path).values_list("pk", flat=True))
        )
    body = Organisation.objects.filter(pk=wanted.organisation).first() if wanted.organisation else None
    if body is not None:
        bodies = Organisation.objects.filter(path__startswith=body.path) if body.path else [body]
        found = found.filter(organisation__in=[each.pk for each in bodies])
    simple: dict[str, Any] = {
        "audience": wanted.audience,
        "source_kind": wanted.source_kind,
        "occurred_on__gte": wanted.since,
        "occurred_on__lte": wanted.until,
    }
    found = found.filter(**{name: asked for name, asked in simple.items() if asked})
    if wanted.sheet is not None:
        found = found.filter(source_kind=SourceKind.SHEET, source_ref__startswith=f"{wanted.sheet}#")
    if wanted.text.strip():
        text = wanted.text.strip()
        number = _as_number(text)
        found = (
            found.filter(pk=number) if number else found.filter(Q(note__icontains=text) | Q(source_ref__icontains=text))
        )
    return found.order_by("-occurred_on", "-recorded_at", "pk")


def _as_number(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


class _Place(NamedTuple):
    """Where a page ended: the order of the list, of one fact."""

    day: date
    at: datetime
    pk: uuid.UUID

    @classmethod
    def read(cls, text: str) -> "_Place | None":
        """What `written` wrote; None for anything else."""
        try:
            day, at, pk = text.split("_")
            return cls(date.fromisoformat(day), _EPOCH + int(at) * _STEP, uuid.UUID(pk))
        except (ValueError, OverflowError):
            return None

    def written(self) -> str:
        return f"{self.day.isoformat()}_{(self.at - _EPOCH) // _STEP}_{self.pk.hex}"

    @property
    def older(self) -> Q:
        """What follows in the list."""
        earlier = Q(recorded_at__lt=self.at) | Q(recorded_at=self.at, pk__gt=self.pk)
        return Q(occurred_on__lt=self.day) | Q(occurred_on=self.day) & earlier


def facts(
    found: QuerySet[Fact], wanted: FactFilter | None = None, *, after: str = "", size: int = PAGE_SIZE
) -> FactPage:
    """One page of facts, newest first; nothing is counted or skipped, so every page of ten million is as quick.

    Args:
        found: what the reader may see, e.g. `facts_visible_to(actor)`.
        wanted: what the reader asks for.
        after: `FactPage.after` of the page before; "" for the first.
        size: rows on a page.
    """
    wanted = wanted or FactFilter()
    place = _Place.read(after)
    asked = filtered(found, wanted)
    newest = min(wanted.until or date.max, place.day if place else today())
    if place is not None:
        asked = asked.filter(place.older)
    places = asked.select_related(None).values_list("indicator_id", "occurred_on", "pk")
    chosen: list[tuple[int, date, uuid.UUID]] = []
    for since in _back_from(newest, wanted.since or EARLIEST):
        chosen = list(places.filter(occurred_on__range=(since, newest))[: size + 1])
        if len(chosen) > size:
            break
    named = _at(chosen)  # names are joined to the page's facts only, not to everything that was sorted
    rows = [named[pk] for _indicator, _day, pk in chosen]
    return _page(rows, size, _reversed_among(rows[:size]))


def _page(rows: list[Fact], size: int, taken_back: frozenset[uuid.UUID]) -> FactPage:
    """The first `size` rows; one row more says that there is a next page."""
    shown = rows[:size]
    last = shown[-1] if len(rows) > size else None
    after = _Place(last.occurred_on, last.recorded_at, last.pk).written() if last else ""
    return FactPage(tuple(shown), after, taken_back.intersection(fact.pk for fact in shown))


def _back_from(newest: date, oldest: date) -> Iterator[date]:
    """First days of ever longer stretches: a page mostly lies in the newest month, and only its partition is read."""
    since = month_of(newest)
    for days in (0, *_WINDOWS):
        first = max(since - timedelta(days=days), EARLIEST)
        if first <= oldest:
            break
        yield first
    yield oldest


def evidence_facts(
    filter: EvidenceFilter,  # noqa: A002
    *,
    since: date | None = None,
    until: date | None = None,
    limit: int = 20,
) -> FactPage:
    """The newest facts behind a value, with their origin; for public pages, so without persons' names."""
    return newest_facts([filter], since=since, until=until, limit=limit)[0]


def newest_facts(
    filters: Sequence[EvidenceFilter],
    *,
    since: date | None = None,
    until: date | None = None,
    limit: int = 20,
    known: Mapping[str, list[Indicator]] | None = None,
) -> list[FactPage]:
    """`evidence_facts` of many filters, looked up together.

    Args:
        filters: which facts.
        since: first day; ever where not given.
        until: last day; today where not given.
        limit: how many of each.
        known: versions of indicators that the caller loaded by `indicators_by_code`; the others are looked up.
    """
    scopes = Scopes(filters)
    versions = versions_of({one.indicator_code for one in filters}, known)
    asked = [
        {
            "position": position,
            "indicators": [indicator.pk for indicator in versions.get(one.indicator_code, [])],
            "regions": scopes.places(one.regions),
            "audiences": list(one.audiences) or None,
            "tags": list(one.audience_tags) or None,
            "organisations": scopes.bodies(one.organisations),
            "since": since or EARLIEST,
            "until": until or today(),
        }
        for position, one in enumerate(filters)
    ]
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [json.dumps(asked, default=str), limit + 1])
        found = cursor.fetchall()
    named = _at([place for _position, *place in found], _PUBLIC)
    taken_back = _reversed_among(named.values())
    chosen: list[list[Fact]] = [[] for _one in filters]
    for position, _indicator, _day, pk in found:
        chosen[position].append(named[pk])
    return [_page(rows, limit, taken_back) for rows in chosen]


def iterate_facts(found: QuerySet[Fact], wanted: FactFilter, *, most: int) -> Iterator[Fact]:
    """Every fact asked for, newest first, without holding them; for exports."""
    yield from filtered(found, wanted)[:most].iterator(chunk_size=2000)


def exceeds(found: QuerySet[Fact], wanted: FactFilter, most: int) -> bool:
    """Whether a list is longer than `most`; nothing else is counted."""
    return filtered(found, wanted).order_by().values("pk")[most : most + 1].exists()


def is_recorded(source: str, key: str) -> bool:
    """Whether a source has recorded a fact under its key."""
    return FactKey.objects.filter(key=key_of(source, key)).exists()


def fact_visible_to(actor: Person, number: uuid.UUID) -> Fact:
    """One fact with its names.

    Raises:
        FactUnknown: there is none, or none that the actor may see.
    """
    fact = fact_numbered(number)
    same = facts_visible_to(actor).filter(indicator=fact.indicator_id, occurred_on=fact.occurred_on, pk=number)
    if not same.exists():
        raise FactUnknown(_("没有这条事实。"), fact=str(number))
    return fact


def has_demonstration(found: QuerySet[Fact], wanted: FactFilter) -> bool:
    """Whether a list would hold any made-up fact."""
    return filtered(found, wanted).filter(is_demonstration=True).order_by().exists()


def _reversed_among(shown: Iterable[Fact]) -> frozenset[uuid.UUID]:
    numbers = [fact.pk for fact in shown if fact.reverses is None]
    if not numbers:
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute(
            "select f from unnest(%s::uuid[]) f join ledger_fact_key k on k.key = ledger_reversal_key(f)", [numbers]
        )
        return frozenset(row[0] for row in cursor.fetchall())
