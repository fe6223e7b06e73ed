"""Check, send back, cancel, give up for now; and the trail that says who did what."""

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from kepu.directory.notices.services import notify
from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person
from kepu.directory.todos.services import close_todos, open_todo
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now, today
from kepu.foundation.codes.queries import values_in_force
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.foundation.language import city_words
from kepu.foundation.queue.services import care_round
from kepu.outreach.requests.choices import LIVE, WANTING, OfferState, OrderState, OrderStepKind, SessionState, Unmet
from kepu.outreach.requests.errors import OrderMoved, OrderUnfit
from kepu.outreach.requests.events import OrderApproved, OrderCancelled, OrderUnmet
from kepu.outreach.requests.models import Order, OrderStep
from kepu.outreach.requests.permissions import may_handle, may_speak_for

KIND = "requests.order"
_SETTLED = (OrderState.CANCELLED, OrderState.UNMET, OrderState.RATED)


def locked(order_id: int) -> Order:
    """An order, held until the transaction ends."""
    found = Order.objects.select_for_update(of=("self",)).select_related("region", "asker", "acted_by", "body")
    return found.get(pk=order_id)


def step(order: Order, kind: OrderStepKind, actor: Person | None, words: str = "") -> OrderStep:
    """Write a line of the trail."""
    return OrderStep.objects.create(order=order, kind=kind, actor=actor, words=words.strip()[:300])


@transaction.atomic
def approve_order(order_id: int, *, actor: Person) -> Order:
    """Say that an order can be offered.

    Raises:
        NotAllowed: neither the office nor the district's officer, or one's own order.
        OrderMoved: it does not wait for this.
        OrderUnfit: its days are past.
    """
    order = _to_handle(order_id, actor, (OrderState.ASKED,))
    if order.latest < today():
        raise OrderUnfit(_("这一单的日子已经过去，请退回，请对方改日子。"))
    order.state = OrderState.OPEN
    order.save(update_fields=["state"])
    step(order, OrderStepKind.APPROVED, actor)
    record("requests.order.approved", order, actor=actor)
    close_todos(todo_key(order))
    tell(order, "approved", _("审核通过了，正在找合适的人：%(order)s"))
    publish(OrderApproved(order.pk))
    return order


@transaction.atomic
def return_order(order_id: int, reason: str, *, actor: Person) -> Order:
    """Send an order back so that it is made complete.

    Raises:
        NotAllowed, OrderMoved: as of approving.
        OrderUnfit: no reason.
    """
    order = _to_handle(order_id, actor, (OrderState.ASKED,))
    _require_reason(reason, _("请写还缺什么，对方好补。"))
    order.state = OrderState.RETURNED
    order.save(update_fields=["state"])
    step(order, OrderStepKind.RETURNED, actor, reason)
    record("requests.order.returned", order, actor=actor, reason=reason)
    close_todos(todo_key(order))
    tell(order, "returned", _("请补充再交：%(order)s"), body=reason)
    return order


@transaction.atomic
def cancel_order(order_id: int, reason: str, *, actor: Person) -> Order:
    """Call an order off: who asked, or who handles it. What was planned for it is called off by whoever planned it.

    Raises:
        NotAllowed: neither of them.
        OrderMoved: nothing is left to call off.
        OrderUnfit: no reason.
    """
    order = locked(order_id)
    if not may_speak_for(actor, order) and not may_handle(actor, order):
        raise NotAllowed
    if order.state not in LIVE:
        raise OrderMoved(_("这一单已经是“%(state)s”，不用再取消。") % {"state": order.get_state_display()})
    if order.sessions.filter(state=SessionState.PLANNED, starts_at__lte=now()).exists():
        raise OrderMoved(_("有一场已经开始，不能再取消；办完请签到。"))
    _require_reason(reason, _("请写为什么取消，已经派给的人会看到。"))
    _settle(order, OrderState.CANCELLED)
    step(order, OrderStepKind.CANCELLED, actor, reason)
    record("requests.order.cancelled", order, actor=actor, reason=reason)
    close_todos(todo_key(order))
    close_todos(nobody_key(order))
    if actor.pk != order.asker_id:
        tell(order, "cancelled", _("这一单取消了：%(order)s"), body=reason)
    publish(OrderCancelled(order.pk))
    return order


@transaction.atomic
def mark_unmet(order_id: int, rule: str, *, actor: Person | None, words: str = "") -> Order:
    """Count an order as one that could not be met, and why; it stays readable, and can be taken up again.

    Args:
        order_id: of the order.
        rule: of `Unmet`, what took the last one who might have come.
        actor: who says so; None where the days ran out.
        words: what whoever asked should know.

    Raises:
        NotAllowed: neither the office nor the district's officer.
        OrderMoved: it is not waiting to be offered, or something is planned or was given.
    """
    order = locked(order_id) if actor is None else _to_handle(order_id, actor, WANTING)
    if order.state not in WANTING:
        raise OrderMoved(_("这一单已经是“%(state)s”。") % {"state": order.get_state_display()})
    if order.sessions.exclude(state=SessionState.CANCELLED).exists():
        raise OrderMoved(_("这一单已有排上或办过的，不能整单记为未满足；还没办的那一场，可以取消。"))
    order.unmet_rule = Unmet(rule)
    _settle(order, OrderState.UNMET)
    step(order, OrderStepKind.UNMET, actor, words or str(Unmet(rule).label))
    record("requests.order.unmet", order, actor=actor, rule=rule)
    close_todos(nobody_key(order))
    tell(order, "unmet", _("这一次没能安排上：%(order)s"), body=words or str(Unmet(rule).label))
    publish(OrderUnmet(order.pk, rule))
    return order


@transaction.atomic
def reopen_order(order_id: int, *, actor: Person) -> Order:
    """Take an unmet order up again.

    Raises:
        NotAllowed, OrderMoved: as of approving.
        OrderUnfit: its days are past.
    """
    order = _to_handle(order_id, actor, (OrderState.UNMET,))
    if order.latest < today():
        raise OrderUnfit(_("这一单的日子已经过去，请对方重新点一单。"))
    order.state, order.unmet_rule, order.settled_at = OrderState.OPEN, "", None
    order.save(update_fields=["state", "unmet_rule", "settled_at"])
    step(order, OrderStepKind.REOPENED, actor)
    record("requests.order.reopened", order, actor=actor)
    publish(OrderApproved(order.pk))
    return order


def move_order(order: Order, state: OrderState, kind: OrderStepKind, *, actor: Person | None, words: str = "") -> None:
    """Upper rooms say how far an order is; the order must be held."""
    order.state = state
    if state in _SETTLED:
        order.settled_at = now()
    order.save(update_fields=["state", "settled_at"])
    step(order, kind, actor, words)


def expire_orders() -> int:
    """Approved orders whose days ran out: without any session they are unmet, with some they are done as far as they came.

    Returns:
        How many.
    """
    over = Order.objects.filter(latest__lt=today(), state__in=(OrderState.OPEN, OrderState.OFFERED))
    with care_round() as care:
        return len(care.each(_expire, list(over.values_list("pk", flat=True))))


def _expire(order_id: int) -> None:
    order = locked(order_id)
    sessions = order.sessions.exclude(state=SessionState.CANCELLED)
    if not sessions.exists():
        mark_unmet(order_id, _rule_of(order_id), actor=None)
    elif not sessions.filter(state=SessionState.PLANNED).exists():
        missing = order.visits - sessions.count()
        move_order(
            order, OrderState.DONE, OrderStepKind.UNMET, actor=None, words=_("还差 %(n)d 次，日子过了") % {"n": missing}
        )
        close_todos(nobody_key(order))


def _rule_of(order_id: int) -> Unmet:
    declined = OrderStep.objects.filter(order=order_id, kind=OrderStepKind.DECLINED).exists()
    return Unmet.DECLINED if declined else Unmet.OTHER


def erase_contacts() -> int:
    """Names and phones of contacts go some days after an order was settled, or its last day, whatever became of it.

    Returns:
        How many orders.
    """
    days = values_in_force("requests.").get("keep_contact_days")
    if days is None:
        return 0
    kept = Order.objects.filter(
        ~Q(contact_name="") | Q(contact_phone__isnull=False) | ~Q(needs="") | ~Q(helper_skill="")
    )
    old = Q(settled_at__lt=now() - timedelta(days=days)) | Q(latest__lt=today() - timedelta(days=days))
    return kept.filter(old).update(contact_name="", contact_phone=None, phone_digest=None, needs="", helper_skill="")


def waiting_state(order: Order) -> OrderState:
    """The state of an order that misses something: offered while somebody is asked, else open."""
    waits = order.offers.filter(state=OfferState.OFFERED).exists()
    return OrderState.OFFERED if waits else OrderState.OPEN


def nobody_key(order: Order) -> str:
    """Under which the to-do of an order hangs for which nobody is asked."""
    return f"requests.nobody:{order.pk}"


def hang_nobody(order: Order, reason: str) -> None:
    """Let the office look for somebody by hand."""
    with city_words():
        open_todo(
            nobody_key(order),
            title=_("要另找人：%(order)s") % {"order": order},
            reason=reason,
            action=_("去看看"),
            url_name="requests:desk_order",
            url_arguments=[order.pk],
            subject=order,
            role=Role.LEADING_OFFICE,
            organisation=None,
        )


def todo_key(order: Order) -> str:
    """Under which the to-dos of an order hang."""
    return f"requests.check:{order.pk}"


def hang_to_check(order: Order) -> None:
    """Ask the office to check an order; the district's officer finds it on the desk."""
    with city_words():
        open_todo(
            todo_key(order),
            title=_("需求单待审核：%(order)s") % {"order": order},
            reason=_("审核通过才能派单。"),
            action=_("去审核"),
            url_name="requests:desk_order",
            url_arguments=[order.pk],
            subject=order,
            role=Role.LEADING_OFFICE,
            organisation=None,
        )


def tell(order: Order, what: str, title: str, *, body: str = "") -> None:
    """Tell who asked something about the order; who wrote it down calls who has no account."""
    person = order.asker or order.acted_by
    if person is None:
        return
    page = "requests:own" if order.asker_id else "requests:desk_order"
    turn = order.steps.count()
    with city_words():
        notify(
            person, key=f"requests.{what}:{order.pk}:{turn}", kind=KIND, title=title % {"order": order}, body=body[:300],
            url=reverse(page, args=[order.pk]),
        )  # fmt: skip


def _to_handle(order_id: int, actor: Person, states: Collection[OrderState]) -> Order:
    order = locked(order_id)
    if not may_handle(actor, order):
        raise NotAllowed
    if order.state not in states:
        raise OrderMoved(_("这一单现在是“%(state)s”，不能这样做。") % {"state": order.get_state_display()})
    return order


def _settle(order: Order, state: OrderState) -> None:
    order.state, order.settled_at = state, now()
    order.save(update_fields=["state", "settled_at", "unmet_rule"])


def _require_reason(reason: str, said: str) -> None:
    if not reason.strip():
        raise OrderUnfit(said, field="reason")
