"""Orders as the pages show them, and unmet demand counted."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from kepu.directory.register.choices import Audience, RegionLevel
from kepu.directory.register.models import Person, Region
from kepu.outreach.people.conflicts.queries import same_humans
from kepu.outreach.requests.choices import PUBLIC, OfferState, OrderState, SessionState, Unmet
from kepu.outreach.requests.models import Offer, Order, OrderStep, Session
from kepu.outreach.requests.permissions import may_handle, may_speak_for, orders_visible_to
from kepu.outreach.requests.queries.calendar import Entry
from kepu.outreach.requests.queries.ready import ready_for
from kepu.outreach.requests.queries.supply import Ranking, rank_order
from kepu.outreach.requests.queries.topics import Topics

_MOST_TOPICS = 20
_MOST_READ = 1_000
"""Topics are read of so many unmet orders, the newest: what is missing now."""
_UNMET = Count("pk", filter=Q(state=OrderState.UNMET))


@dataclass(frozen=True, slots=True)
class OrderPage:
    """An order with its trail, who was asked, and what is planned."""

    order: Order
    steps: tuple[OrderStep, ...]
    offers: tuple[Offer, ...]
    sessions: tuple[Session, ...]
    may_handle: bool
    may_speak: bool
    ready: tuple[Entry, ...] = ()
    """Sessions for everybody that would do as well."""
    ranking: Ranking | None = None

    @property
    def missing(self) -> int:
        """Visits that nobody was asked for yet."""
        waiting = sum(one.state == OfferState.OFFERED for one in self.offers)
        planned = sum(one.state != SessionState.CANCELLED for one in self.sessions)
        return max(0, self.order.visits - planned - waiting)

    @property
    def rule_label(self) -> str:
        """The rule that took the last one who might have come, in words."""
        return str(self.ranking.rule.label) if self.ranking and self.ranking.rule else ""

    @property
    def barred(self) -> list[tuple[str, int]]:
        """Rule in words → how many fell by it."""
        return [(str(rule.label), count) for rule, count in self.ranking.barred.items()] if self.ranking else []


def order_page(order_id: int, person: Person, *, with_ranking: bool = False) -> OrderPage | None:
    """An order for who asked or who handles it; None for everybody else."""
    related = ("region__parent", "body", "asker", "acted_by", "standing", "standing_class")
    order = Order.objects.select_related(*related).filter(pk=order_id).first()
    if order is None:
        return None
    speaks = may_speak_for(person, order)
    handles = may_handle(person, order)
    reads = handles or orders_visible_to(person).filter(pk=order.pk).exists()
    if not (speaks or reads) or (with_ranking and not reads):
        return None
    topics = Topics()
    page = OrderPage(
        order,
        tuple(order.steps.select_related("actor")),
        tuple(order.offers.select_related("capacity__person", "capacity__organisation")),
        tuple(order.sessions.select_related("provider").prefetch_related("ratings")),
        may_handle=handles,
        may_speak=speaks,
        ready=ready_for(order, topics=topics),
    )
    wants = order.state in {OrderState.OPEN, OrderState.OFFERED, OrderState.PLANNED} and page.missing
    if not (with_ranking and handles and wants):
        return page
    return replace(page, ranking=rank_order(order, topics=topics))


def own_orders(person: Person) -> QuerySet[Order]:
    """What somebody asked for, and what the bodies asked for whose liaison the person is."""
    bodies = person.organisations("liaison", "unit_head")
    return Order.objects.filter(Q(asker=person.pk) | Q(body__in=bodies)).select_related("region", "body")


def own_offers(person: Person) -> QuerySet[Offer]:
    """What somebody was asked to do, the open ones first."""
    found = Offer.objects.filter(capacity__person__in=same_humans(person.pk)).select_related(
        "order__region", "order__body", "session"
    )
    return found.order_by(F("answered_at").desc(nulls_first=True), "-offered_at")


def own_sessions(person: Person) -> QuerySet[Session]:
    """What somebody gives or asked for, and that is still to come or was held lately."""
    mine = Q(provider__in=same_humans(person.pk)) | Q(order__asker=person.pk)
    return Session.objects.filter(mine).select_related("order", "provider", "region").order_by("-starts_at")


def desk_orders(
    actor: Person, *, words: str = "", state: str = "", audience: str = "", district: str = ""
) -> QuerySet[Order]:
    """What the desk's list shows to somebody."""
    found = orders_visible_to(actor).select_related("region", "body", "asker", "acted_by")
    if words := words.strip():
        number = words[3:].lstrip("0") if words[:1] in "Dd" and words[1:].isdecimal() else ""
        named = Q(topic__icontains=words) | Q(body_name__icontains=words) | Q(body__name__icontains=words)
        found = found.filter(named | Q(pk=int(number)) if number else named)
    if state:
        found = found.filter(state=state)
    if audience:
        found = found.filter(audience=audience)
    region = Region.objects.filter(pk=district).first() if district.isdecimal() else None
    if region is not None:
        found = found.filter(region__path__startswith=region.path)
    return found


@dataclass(frozen=True, slots=True)
class Demand:
    """What was asked for and not met, by place, group, rule and topic."""

    asked: int
    met: int
    unmet: int
    by_district: tuple[tuple[str, int, int], ...]
    """District, asked, unmet."""
    by_audience: tuple[tuple[str, int, int], ...]
    by_rule: tuple[tuple[str, int], ...]
    by_topic: tuple[tuple[str, int], ...]
    """Words of the topics of unmet orders, the most frequent first."""


def demand() -> Demand:
    """Demand as the public sees it: approved orders, without a name; topics only as single words that two orders have."""
    found = Order.objects.filter(state__in=PUBLIC)
    totals = found.aggregate(
        asked=Count("pk"), unmet=_UNMET, met=Count("pk", filter=Q(state__in=(OrderState.DONE, OrderState.RATED)))
    )
    groups = dict(Audience.choices)
    audiences = found.order_by().values("audience").annotate(n=Count("pk"), unmet=_UNMET).order_by("-n")
    rules = found.filter(state=OrderState.UNMET).order_by().values("unmet_rule").annotate(n=Count("pk")).order_by("-n")
    newest = found.filter(state=OrderState.UNMET).order_by("-settled_at")
    said = dict(Unmet.choices)
    return Demand(
        **totals,
        by_district=_by_district(found),
        by_audience=tuple((str(groups[row["audience"]]), row["n"], row["unmet"]) for row in audiences),
        by_rule=tuple((str(said[row["unmet_rule"]]), row["n"]) for row in rules),
        by_topic=_words(newest.values_list("topic", flat=True)[:_MOST_READ]),
    )


def _by_district(found: QuerySet[Order]) -> tuple[tuple[str, int, int], ...]:
    districts = {
        region.path: region.label for region in Region.objects.filter(level=RegionLevel.DISTRICT, valid_to=None)
    }
    asked: Counter[str] = Counter()
    unmet: Counter[str] = Counter()
    by_place = found.order_by().values("region__path").annotate(n=Count("pk"), unmet=_UNMET)
    for row in by_place:
        home = next((name for start, name in districts.items() if row["region__path"].startswith(start)), "")
        if home:
            asked[home] += row["n"]
            unmet[home] += row["unmet"]
    return tuple((name, count, unmet[name]) for name, count in asked.most_common())


def _words(topics: Iterable[str]) -> tuple[tuple[str, int], ...]:
    read = Topics()
    counted = Counter(word for topic in topics for word in set(read.words(topic)) if len(word) > 1)
    return tuple((word, count) for word, count in counted.most_common(_MOST_TOPICS) if count > 1)


def order_by_key(key: UUID) -> Order | None:
    """The order that a form, a row or another system asked for, or None."""
    return Order.objects.prefetch_related("sessions").filter(key=key).first()
