"""Material that goes with an order or a session."""

from datetime import date

from kepu.foundation.codes.queries import values_in_force
from kepu.foundation.search.queries import synonyms
from kepu.foundation.search.rules import alike_words, telling_words
from kepu.outreach.library.choices import LoanState
from kepu.outreach.library.models import Loan
from kepu.outreach.library.queries import Material, materials_for
from kepu.outreach.requests.models import Order
from kepu.outreach.requests.rules.material import Kit, Theme, kits_for

SUBJECT = "requests.session"
"""What the library calls a session for which somebody borrows."""
LEAST_TOPIC = 40


def least_topic() -> float:
    """Share of an order's words that somebody, or something, must speak of, 0 to 1."""
    return int(values_in_force("requests.").get("least_topic", LEAST_TOPIC)) / 100


class Materials:
    """What could go with one order on any of some days; read once, in two statements."""

    def __init__(self, order: Order, first: date, last: date) -> None:
        """Read it.

        Args:
            order: with its region.
            first: the first day that is looked at.
            last: the last, not before the first.
        """
        words = telling_words(order.topic)
        alike = alike_words(words, synonyms())
        least = least_topic()
        found = materials_for((*words, *alike), first, last) if words and not order.is_online else []
        theme = Theme(frozenset(words), alike, order.audience, order.form, order.region.path)
        by_id = {one.holding_id: one for one in found}
        self._first = first
        self._best = [by_id[kit.holding] for kit in kits_for(theme, map(_kit, found), least=least)]

    def on(self, day: date) -> Material | None:
        """The best of which a copy is free on a day; None where there is none."""
        place = (day - self._first).days
        return next((one for one in self._best if one.free[place] > 0), None)


def _kit(one: Material) -> Kit:
    return Kit(one.holding_id, one.title, one.topics, one.audiences, one.forms, one.region_path)


def loans_of(session_id: int) -> list[Loan]:
    """What was asked for a session and was not called off, with its resource and keeper."""
    found = Loan.objects.filter(subject_type=SUBJECT, subject_id=str(session_id)).exclude(state=LoanState.CANCELLED)
    return list(found.select_related("holding__resource", "holding__keeper").order_by("pk"))
