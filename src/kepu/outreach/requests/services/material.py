"""Material for a session is asked for in the name of who comes, moves with it, and is given up with it."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.foundation.errors import DomainError
from kepu.foundation.language import city_words
from kepu.outreach.library.services import LoanTerms, ask_loan, cancel_loans_of
from kepu.outreach.requests.models import Session
from kepu.outreach.requests.queries.material import SUBJECT, Materials


def ask_material(session: Session, *, named: int | None = None) -> None:
    """Ask the keeper for one copy of some material on the session's day, in the name of who comes.

    Whether it is lent the keeper says; who comes sees it on the session's page. Nothing suits or is free: the session goes
    without.

    Args:
        session: planned, of an order.
        named: the holding that its offer named, asked for first; otherwise, or where it is gone, the best that is free.
    """
    if session.provider is None or session.order is None or (named is not None and _ask(session, named)):
        return
    best = Materials([session.order], session.day, session.day).on(session.order, session.day)
    if best is not None and best.holding_id != named:
        _ask(session, best.holding_id)


def _ask(session: Session, holding: int) -> bool:
    if session.provider is None:
        return False
    with city_words():
        terms = LoanTerms(1, session.day, session.day, purpose=_("点单：%(title)s") % {"title": session.title})
    try:
        with transaction.atomic():
            ask_loan(holding, terms, actor=session.provider, subject=(SUBJECT, str(session.pk)))
    except DomainError:
        return False
    return True


def give_up_material(session: Session) -> None:
    """Give back what was asked for."""
    with city_words():
        cancel_loans_of(SUBJECT, str(session.pk), reason=_("这一场取消或改期了"))


def move_material(session: Session, before: date) -> None:
    """On another day the copies are asked for anew; on the same day they stay."""
    if session.day != before:
        give_up_material(session)
        ask_material(session)
