"""Single facts: one by its number, lists with filters, always with where they came from."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person, Region
from kepu.foundation.clock import today
from kepu.ledger.errors import FactUnknown
from kepu.ledger.models import Fact, FactKey
from kepu.ledger.permissions import READERS
from kepu.ledger.queries.evidence import EvidenceFilter, _Scopes
from kepu.ledger.queries.indicators import indicators_by_code

PAGE_SIZE = 50
_NAMED = ("indicator", "region", "organisation", "recorded_by", "district")


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


@dataclass(frozen=True, slots=True)
class FactPage:
    """One page of a list, newest first, and where the next begins."""

    rows: tuple[Fact, ...]
    number: int
    has_next: bool
    reversed_ids: frozenset[uuid.UUID]

    @property
    def is_demonstration(self) -> bool:
        """Whether any shown fact is made up."""
        return any(fact.is_demonstration for fact in self.rows)


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
    wanted = Q(pk__in=[])
    for key in FactKey.objects.filter(key__in=list(numbers)):
        wanted |= Q(indicator_id=key.indicator_id, occurred_on=key.occurred_on, pk=key.key)
    return {fact.pk: fact for fact in Fact.objects.filter(wanted).select_related(*_NAMED)} if wanted.children else {}


def reversal_of(fact: Fact) -> Fact | None:
    """The fact that takes this one back, if any."""
    with connection.cursor() as cursor:
        cursor.execute("select key from ledger_fact_key where key = ledger_reversal_key(%s)", [fact.pk])
        row = cursor.fetchone()
    return fact_numbered(row[0]) if row else None


def facts_visible_to(actor: Person) -> QuerySet[Fact]:
    """Every fact for the office, reviewers and auditors; of their bodies for liaisons, of their region for officers."""
    found = Fact.objects.select_related(*_NAMED)
    if actor.holds(Role.LEADING_OFFICE, Role.REVIEWER, Role.AUDITOR):
        return found
    if not actor.holds(*READERS):
        return found.none()
    mine = Q(organisation__in=actor.organisations(Role.LIAISON))
    for role in actor.roles_on(today()):
        if role.role == Role.DISTRICT_OFFICER and role.region is not None:
            mine |= Q(region__in=Region.objects.filter(path__startswith=role.region.path).values("pk"))
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


def facts(found: QuerySet[Fact], wanted: FactFilter | None = None, *, page: int = 1, size: int = PAGE_SIZE) -> FactPage:
    """One page of facts, newest first; no total is counted, so the last page of ten million is as quick as the first.

    Args:
        found: what the reader may see, e.g. `facts_visible_to(actor)`.
        wanted: what the reader asks for.
        page: from 1.
        size: rows on a page.
    """
    start = (max(1, page) - 1) * size
    rows = list(filtered(found, wanted or FactFilter())[start : start + size + 1])
    shown = rows[:size]
    return FactPage(tuple(shown), max(1, page), len(rows) > size, _reversed_among(shown))


def evidence_facts(
    filter: EvidenceFilter,  # noqa: A002
    *,
    since: date | None = None,
    until: date | None = None,
    limit: int = 20,
) -> FactPage:
    """The newest facts behind a value, with their origin; for public pages, so without persons' names."""
    scopes = _Scopes([filter])
    versions = indicators_by_code({filter.indicator_code}).get(filter.indicator_code, [])
    found = Fact.objects.select_related("indicator", "region", "organisation", "district").filter(
        indicator__in=[indicator.pk for indicator in versions]
    )
    places, bodies = scopes.places(filter.regions), scopes.bodies(filter.organisations)
    asked: dict[str, Any] = {
        "region__in": places,
        "organisation__in": bodies,
        "audience__in": filter.audiences or None,
        "audience_tag__in": filter.audience_tags or None,
        "occurred_on__gte": since,
        "occurred_on__lte": until or today(),
    }
    found = found.filter(**{name: value for name, value in asked.items() if value is not None})
    rows = list(found.order_by("-occurred_on", "-recorded_at")[: limit + 1])
    return FactPage(tuple(rows[:limit]), 1, len(rows) > limit, _reversed_among(rows[:limit]))


def iterate_facts(found: QuerySet[Fact], wanted: FactFilter, *, most: int) -> Iterator[Fact]:
    """Every fact asked for, newest first, without holding them; for exports."""
    yield from filtered(found, wanted)[:most].iterator(chunk_size=2000)


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
