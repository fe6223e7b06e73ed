"""Material that goes with orders or a session."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date

from django.utils.translation import gettext as _

from kepu.outreach.library.choices import LoanState
from kepu.outreach.library.models import Loan
from kepu.outreach.library.queries import Material, materials_for
from kepu.outreach.requests.choices import OfferState
from kepu.outreach.requests.models import Offer, Order
from kepu.outreach.requests.queries.topics import Topics
from kepu.outreach.requests.rules.fit import Visit
from kepu.outreach.requests.rules.material import Kit, Shelf, Theme, share_kits

SUBJECT = "requests.session"
"""What the library calls a session for which somebody borrows."""
_MOST_WORDS = 40
"""Words beyond which everything that is lent is read, for the library looks for no more."""


class Materials:
    """What could go with orders on any of some days; read once, in as many statements for one as for a thousand."""

    def __init__(self, orders: Iterable[Order], first: date, last: date, *, topics: Topics | None = None) -> None:
        """Read it.

        Args:
            orders: with their regions; nothing goes with those that are held online.
            first: the first day that is looked at.
            last: the last, not before the first.
            topics: how they are read, where that is known.
        """
        topics = topics or Topics()
        self._themes = {one.pk: _theme(one, topics) for one in orders if not one.is_online}
        asked = dict.fromkeys(word for theme in self._themes.values() for word in (*theme.words, *theme.alike))
        words = tuple(asked) if len(asked) <= _MOST_WORDS else ()
        found = materials_for(words, first, last) if asked else []
        self._first = first
        self._by_id = {one.holding_id: one for one in found}
        self._shelf = Shelf(map(_kit, found), least=topics.least)
        self._promised = _promised(self._by_id, first, last)
        self._best: dict[int, list[int]] = {}

    def best(self, order: Order) -> list[int]:
        """Holdings that suit an order, the best first, free or not."""
        theme = self._themes.get(order.pk)
        if theme is None:
            return []
        if order.pk not in self._best:
            self._best[order.pk] = [kit.holding for kit in self._shelf.suiting(theme)]
        return self._best[order.pk]

    def free(self, holding: int, day: date) -> int:
        """Copies that lie there on a day and are promised to nobody."""
        return self._by_id[holding].free[(day - self._first).days] - self._promised[holding, day]

    def on(self, order: Order, day: date, *, named: int | None = None) -> Material | None:
        """The best of which a copy is free on a day, or only the one that is named; None where there is none."""
        fit = (one for one in self.best(order) if named in {None, one} and self.free(one, day) > 0)
        best = next(fit, None)
        return None if best is None else self._by_id[best]

    def shared(self, orders: Iterable[Order], visits: Iterable[Visit]) -> dict[Visit, Material]:
        """Which goes with each of many visits, so that no day promises more copies than are free; who gets none is missing.

        Args:
            orders: of the visits.
            visits: in the sequence of their right.
        """
        given = share_kits(visits, {one.pk: self.best(one) for one in orders}, self.free)
        return {visit: self._by_id[holding] for visit, holding in given.items()}


def bring_along(title: str) -> str:
    """The sentence that names what goes along."""
    return _("可以带上“%(title)s”") % {"title": title}


def _theme(order: Order, topics: Topics) -> Theme:
    words = topics.words(order.topic)
    return Theme(frozenset(words), topics.alike(words), order.audience, order.form, order.region.path)


def _kit(one: Material) -> Kit:
    return Kit(one.holding_id, one.title, one.topics, one.audiences, one.forms, one.region_path)


def _promised(holdings: Collection[int], first: date, last: date) -> Counter[tuple[int, date]]:
    """Copies that the library still counts as free, though somebody was told to bring them: offers without an answer, and loans.

    The library sets a copy apart when its keeper agrees; until then it is asked for only.
    """
    found: Counter[tuple[int, date]] = Counter()
    waiting = Offer.objects.filter(state=OfferState.OFFERED, material__in=list(holdings), day__range=(first, last))
    found.update(waiting.order_by().values_list("material", "day"))
    asked = Loan.objects.filter(
        subject_type=SUBJECT, state=LoanState.ASKED, holding__in=list(holdings), first_day__range=(first, last)
    )
    for holding, day, copies in asked.order_by().values_list("holding", "first_day", "copies"):
        found[holding, day] += copies
    return found


def loans_of(session_id: int) -> list[Loan]:
    """What was asked for a session and was not called off, with its resource and keeper."""
    found = Loan.objects.filter(subject_type=SUBJECT, subject_id=str(session_id)).exclude(state=LoanState.CANCELLED)
    return list(found.select_related("holding__resource", "holding__keeper").order_by("pk"))
