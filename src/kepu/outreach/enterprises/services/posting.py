"""Post a need, change it, take it back."""

import uuid
from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.privacy.queries import phone_in_form
from kepu.directory.register.models import Organisation, Person, Region
from kepu.directory.todos.services import close_todos
from kepu.foundation.audit.services import record
from kepu.foundation.clock import today
from kepu.foundation.codes.queries import code_list
from kepu.foundation.errors import NotAllowed
from kepu.ledger.services import is_made_up
from kepu.outreach.bookings.services import require_agreement
from kepu.outreach.enterprises.choices import KINDS, TO_CHANGE, TO_WITHDRAW, NeedState, NeedStepKind
from kepu.outreach.enterprises.errors import NeedUnfit
from kepu.outreach.enterprises.models import Need
from kepu.outreach.enterprises.permissions import may_speak_for
from kepu.outreach.enterprises.services.handling import (
    hang_to_check,
    locked,
    move,
    require_state,
    step,
    todo_key,
)
from kepu.outreach.requests.choices import LIVE
from kepu.outreach.requests.models import Order
from kepu.outreach.requests.services import cancel_order

MOST_WORKERS = 100_000


@dataclass(frozen=True, slots=True)
class NeedWords:
    """What a need says."""

    title: str
    kind: str
    region: Region
    workers: int
    wanted_by: date
    body: Organisation | None = None
    body_name: str = ""
    words: str = ""
    subject: str = ""
    place: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    is_public: bool = False
    partner: str = ""


@transaction.atomic
def post_need(words: NeedWords, *, actor: Person, text_digest: str = "", key: uuid.UUID | None = None) -> Need:
    """Post what an enterprise needs.

    Args:
        words: what is needed.
        actor: who posts it; experts and classes are ordered in this person's name.
        text_digest: fingerprint of the consent text that stood beside the button.
        key: of the form; one that was sent before posts nothing more, its need is returned.

    Raises:
        NotAllowed: an account that is not active.
        ConsentMissing, GuardianNeeded: who posts did not agree.
        NeedUnfit: no title, no enterprise, an unknown code, too many or too few workers, a day that is past.
        NumberUnreadable: the phone is no phone number.
    """
    if not actor.is_active:
        raise NotAllowed
    if key is not None and (known := Need.objects.filter(key=key, poster=actor).first()):
        return known
    require_agreement(actor, text_digest)
    _require_fit(words)
    phone = phone_in_form(words.contact_phone)[0] if words.contact_phone.strip() else None
    need = Need.objects.create(
        **_fields(words), contact_phone=phone, poster=actor, key=key or uuid.uuid4(), is_demonstration=is_made_up(actor)
    )
    step(need, NeedStepKind.POSTED, actor)
    record("enterprises.need.posted", need, actor=actor, kind=words.kind, workers=words.workers)
    hang_to_check(need)
    return need


@transaction.atomic
def change_need(need_id: int, words: NeedWords, *, actor: Person) -> Need:
    """Hand in again a need that was sent back, or change one that nobody looked at yet.

    An empty phone leaves the phone as it is.

    Raises:
        NotAllowed: neither who posted it nor the enterprise's liaison.
        NeedMoved: it is handled already.
        NeedUnfit, NumberUnreadable: as of posting.
    """
    need = locked(need_id)
    if not may_speak_for(actor, need):
        raise NotAllowed
    require_state(need, TO_CHANGE)
    _require_fit(words)
    if words.contact_phone.strip():
        need.contact_phone = phone_in_form(words.contact_phone)[0]
    for name, value in _fields(words).items():
        setattr(need, name, value)
    need.state = NeedState.POSTED
    need.save()
    step(need, NeedStepKind.CHANGED, actor)
    record("enterprises.need.changed", need, actor=actor)
    hang_to_check(need)
    return need


@transaction.atomic
def withdraw_need(need_id: int, reason: str, *, actor: Person) -> Need:
    """Take a need back; the orders that were made for it and are not settled are cancelled.

    Raises:
        NotAllowed: neither who posted it nor the enterprise's liaison.
        NeedMoved: it is served or settled.
        NeedUnfit: no reason.
        OrderMoved: a visit or class of it has begun.
    """
    orders = Order.objects.select_for_update(of=("self",)).filter(need_order__need=need_id, state__in=LIVE)
    live = list(orders.order_by("pk"))  # orders first: whoever settles an order holds it before its need
    need = locked(need_id)
    if not may_speak_for(actor, need):
        raise NotAllowed
    require_state(need, TO_WITHDRAW)
    if not reason.strip():
        raise NeedUnfit(_("请写为什么撤回。"), field="reason")
    move(need, NeedState.WITHDRAWN, NeedStepKind.WITHDRAWN, actor=actor, words=reason)
    record("enterprises.need.withdrawn", need, actor=actor, reason=reason)
    close_todos(todo_key(need))
    for order in live:
        cancel_order(order.pk, reason, actor=actor)
    return need


def _fields(words: NeedWords) -> dict[str, object]:
    fields = {name: getattr(words, name) for name in asdict(words) if name != "contact_phone"}
    fields = {name: value.strip() if isinstance(value, str) else value for name, value in fields.items()}
    if words.body is not None:
        fields["body_name"] = ""
    return fields


def _require_fit(words: NeedWords) -> None:
    if not words.title.strip():
        raise NeedUnfit(_("请写要解决什么，一句话就行。"), field="title")
    if words.body is None and not words.body_name.strip():
        raise NeedUnfit(_("请写是哪家企业。"), field="body")
    if not 1 <= words.workers <= MOST_WORKERS:
        raise NeedUnfit(_("人数从 1 到 %(most)d。") % {"most": MOST_WORKERS}, field="workers")
    if words.wanted_by < today():
        raise NeedUnfit(_("这一天已经过去了，请选今天以后的日子。"), field="wanted_by")
    _require_code(words.kind, KINDS, "kind")
    if words.subject:
        _require_code(words.subject, "capacities.subjects", "subject")


def _require_code(code: str, name: str, field: str) -> None:
    if code not in {entry.code for entry in code_list(name).entries}:
        raise NeedUnfit(_("请从列表里选。"), field=field)
