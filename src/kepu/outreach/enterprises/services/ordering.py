"""Order experts and classes for a need, and follow what becomes of the orders."""

import uuid
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.privacy.errors import ConsentMissing
from kepu.directory.register.choices import Audience
from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.events import publish
from kepu.outreach.enterprises.choices import FORMS, TO_ORDER, NeedState, NeedStepKind
from kepu.outreach.enterprises.errors import NeedUnfit
from kepu.outreach.enterprises.events import NeedServed
from kepu.outreach.enterprises.models import Need, NeedOrder
from kepu.outreach.enterprises.services.handling import give_up, locked, move, step, to_handle
from kepu.outreach.requests.choices import OrderState, Unmet
from kepu.outreach.requests.models import Session
from kepu.outreach.requests.services import OrderWords, approve_order, ask_order


@dataclass(frozen=True, slots=True)
class OrderTerms:
    """What is ordered for a need beyond what the need says."""

    topic: str
    form: str
    people: int
    place: str
    earliest: date
    latest: date
    visits: int = 1
    half_days: tuple[str, ...] = ()


@transaction.atomic
def order_for_need(
    need_id: int, kind: str, terms: OrderTerms, *, actor: Person, key: uuid.UUID | None = None
) -> NeedOrder:
    """Order an expert's visit or a class for a need, in the name of who posted it; it goes straight to whoever can be sent.

    Args:
        need_id: of a need that was checked.
        kind: of `NeedOrderKind`.
        terms: when, where, for how many.
        actor: who handles the need.
        key: of the form; one that was sent before orders nothing more.

    Raises:
        NotAllowed: neither the office nor the district's officer, or one's own need.
        NeedMoved: not checked, or settled.
        NeedUnfit: a form that is not of this kind; who posted it no longer agrees.
        OrderUnfit, OrderTwice: as of asking for a service.
    """
    need = to_handle(need_id, actor, TO_ORDER)
    known = NeedOrder.objects.filter(need=need, order__key=key).first() if key else None
    if known is not None:
        return known
    if terms.form not in FORMS.get(kind, ()):
        raise NeedUnfit(_("请从列表里选。"), field="form")
    words = OrderWords(
        topic=terms.topic, form=terms.form, region=need.region, people=terms.people, earliest=terms.earliest,
        latest=terms.latest, body=need.body, body_name=need.body_name, contact_name=need.contact_name,
        contact_phone=need.contact_phone or "", place=terms.place, audience=Audience.WORKERS, subject=need.subject,
        visits=terms.visits, half_days=terms.half_days, partner=need.partner,
    )  # fmt: skip
    try:
        order = ask_order(words, actor=actor, asker=need.poster, key=key)
    except ConsentMissing as problem:
        raise NeedUnfit(_("提出的人已不再同意预约的告知书，请联系企业重新提一条。")) from problem
    made = NeedOrder.objects.create(need=need, order=order, kind=kind)
    if need.state == NeedState.UNMET:
        move(need, NeedState.CHECKED, NeedStepKind.REOPENED, actor=actor)
    step(need, NeedStepKind.ORDERED, actor, f"{made.get_kind_display()} {order.number}")
    record("enterprises.need.ordered", need, actor=actor, order=order.pk, kind=kind)
    approve_order(order.pk, actor=actor)
    return made


def note_held(session_id: int, people: int) -> None:
    """A session was held; a need whose order it answers is served."""
    session = Session.objects.filter(pk=session_id).first()
    need = _need_of(session.order_id if session else None)
    if need is None:
        return
    words = _("%(n)d 人") % {"n": people}
    if need.state not in {NeedState.CHECKED, NeedState.UNMET}:
        step(need, NeedStepKind.SERVED, None, words)
        return
    move(need, NeedState.SERVED, NeedStepKind.SERVED, actor=None, words=words)
    record("enterprises.need.served", need, actor=None, session=session_id)
    publish(NeedServed(need.pk))


def note_missed(order_id: int, rule: str = "") -> None:
    """An order came to nothing; where all of a need did, and one of them for want of somebody, the need is unmet.

    Args:
        order_id: of the order.
        rule: of `Unmet`; empty where it was cancelled.
    """
    need = _need_of(order_id)
    if need is None or need.state == NeedState.WITHDRAWN:
        return
    step(need, NeedStepKind.MISSED, None, str(Unmet(rule).label) if rule else _("取消了"))
    if need.state != NeedState.CHECKED:
        return
    became = list(need.orders.order_by("-order__settled_at").values_list("order__state", "order__unmet_rule"))
    rules = [why for state, why in became if state == OrderState.UNMET]
    if rules and all(state in {OrderState.UNMET, OrderState.CANCELLED} for state, _why in became):
        give_up(need, str(Unmet(rules[0]).label), actor=None)


def note_taken_up(order_id: int) -> None:
    """An unmet order is taken up again, and with it its need."""
    need = _need_of(order_id)
    if need is not None and need.state == NeedState.UNMET:
        move(need, NeedState.CHECKED, NeedStepKind.REOPENED, actor=None)
        record("enterprises.need.reopened", need, actor=None, order=order_id)


def _need_of(order_id: int | None) -> Need | None:
    """The need for which an order was made, held; None for the orders of everybody else."""
    made = NeedOrder.objects.filter(order=order_id).values_list("need", flat=True).first() if order_id else None
    return locked(made) if made is not None else None
