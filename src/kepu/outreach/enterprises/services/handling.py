"""Check, send back, give up for now, close; and the trail that says who did what."""

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
from kepu.outreach.enterprises.choices import SETTLED, NeedState, NeedStepKind
from kepu.outreach.enterprises.errors import NeedMoved, NeedUnfit
from kepu.outreach.enterprises.events import NeedUnmet
from kepu.outreach.enterprises.models import Need, NeedStep
from kepu.outreach.enterprises.permissions import may_handle
from kepu.outreach.requests.choices import LIVE

KIND = "enterprises.need"


def locked(need_id: int) -> Need:
    """A need, held until the transaction ends."""
    found = Need.objects.select_for_update(of=("self",)).select_related("region", "poster", "body")
    return found.get(pk=need_id)


def step(need: Need, kind: NeedStepKind, actor: Person | None, words: str = "") -> NeedStep:
    """Write a line of the trail."""
    return NeedStep.objects.create(need=need, kind=kind, actor=actor, words=words.strip()[:300])


@transaction.atomic
def check_need(need_id: int, *, actor: Person) -> Need:
    """Say that a need is real and can be served; from then on it is counted in public.

    Raises:
        NotAllowed: neither the office nor the district's officer, or one's own need.
        NeedMoved: it does not wait for this.
    """
    need = to_handle(need_id, actor, (NeedState.POSTED,))
    move(need, NeedState.CHECKED, NeedStepKind.CHECKED, actor=actor)
    record("enterprises.need.checked", need, actor=actor)
    close_todos(todo_key(need))
    tell(need, "checked", _("核实了，正在安排：%(need)s"))
    return need


@transaction.atomic
def return_need(need_id: int, reason: str, *, actor: Person) -> Need:
    """Send a need back so that it is made complete.

    Raises:
        NotAllowed, NeedMoved: as of checking.
        NeedUnfit: no reason.
    """
    need = to_handle(need_id, actor, (NeedState.POSTED,))
    _require_reason(reason, _("请写还缺什么，对方好补。"))
    move(need, NeedState.RETURNED, NeedStepKind.RETURNED, actor=actor, words=reason)
    record("enterprises.need.returned", need, actor=actor, reason=reason)
    close_todos(todo_key(need))
    tell(need, "returned", _("请补充再交：%(need)s"), body=reason)
    return need


@transaction.atomic
def mark_need_unmet(need_id: int, reason: str, *, actor: Person) -> Need:
    """Count a need as one that could not be met; it stays readable, and the next order takes it up again.

    Raises:
        NotAllowed: as of checking.
        NeedMoved: it is not being served, or an order of it is still under way.
        NeedUnfit: no reason.
    """
    need = to_handle(need_id, actor, (NeedState.CHECKED,))
    _require_reason(reason, _("请写为什么没有满足，企业会看到。"))
    _require_quiet(need)
    give_up(need, reason.strip(), actor=actor)
    return need


def give_up(need: Need, reason: str, *, actor: Person | None) -> None:
    """Count a held need as unmet; also where all its orders came to nothing."""
    need.unmet_reason = reason[:300]
    move(need, NeedState.UNMET, NeedStepKind.UNMET, actor=actor, words=reason)
    record("enterprises.need.unmet", need, actor=actor, reason=need.unmet_reason)
    tell(need, "unmet", _("这一次没能安排上：%(need)s"), body=reason)
    publish(NeedUnmet(need.pk))


@transaction.atomic
def close_need(need_id: int, words: str, *, actor: Person) -> Need:
    """Say what became of a need that was served.

    Raises:
        NotAllowed: as of checking.
        NeedMoved: nobody was there yet, or an order of it is still under way.
        NeedUnfit: no words.
    """
    need = to_handle(need_id, actor, (NeedState.SERVED,))
    _require_reason(words, _("请写办成了什么，企业会看到。"))
    _require_quiet(need)
    move(need, NeedState.CLOSED, NeedStepKind.CLOSED, actor=actor, words=words)
    record("enterprises.need.closed", need, actor=actor)
    tell(need, "closed", _("办结了：%(need)s"), body=words)
    return need


def erase_contacts() -> int:
    """Names and phones of contacts go as long after a need was settled, or was wanted, as those of orders do.

    Returns:
        How many needs.
    """
    days = values_in_force("requests.").get("keep_contact_days")
    if days is None:
        return 0
    kept = Need.objects.filter(~Q(contact_name="") | Q(contact_phone__isnull=False))
    old = Q(settled_at__lt=now() - timedelta(days=days)) | Q(wanted_by__lt=today() - timedelta(days=days))
    return kept.filter(old).update(contact_name="", contact_phone=None)


def move(need: Need, state: NeedState, kind: NeedStepKind, *, actor: Person | None, words: str = "") -> None:
    """Put a held need into another state and write the line of the trail."""
    need.state = state
    need.settled_at = now() if state in SETTLED else None
    if state != NeedState.UNMET:
        need.unmet_reason = ""
    need.save(update_fields=["state", "settled_at", "unmet_reason"])
    step(need, kind, actor, words)


def to_handle(need_id: int, actor: Person, states: Collection[NeedState]) -> Need:
    """A need, held, that the actor handles and that is in one of the states.

    Raises:
        NotAllowed: neither the office nor the district's officer, or one's own need.
        NeedMoved: in another state.
    """
    need = locked(need_id)
    if not may_handle(actor, need):
        raise NotAllowed
    require_state(need, states)
    return need


def require_state(need: Need, states: Collection[NeedState]) -> None:
    """Refuse a step for which the need is too far, or not far enough."""
    if need.state not in states:
        raise NeedMoved(_("这条需求现在是“%(state)s”，不能这样做。") % {"state": need.get_state_display()})


def _require_quiet(need: Need) -> None:
    if need.orders.filter(order__state__in=LIVE).exists():
        raise NeedMoved(_("还有为它点的单没办完，请先把那一单办完或取消。"))


def _require_reason(reason: str, said: str) -> None:
    if not reason.strip():
        raise NeedUnfit(said, field="reason")


def todo_key(need: Need) -> str:
    """Under which the to-do of a need hangs."""
    return f"enterprises.check:{need.pk}"


def hang_to_check(need: Need) -> None:
    """Ask the office to check a need; the district's officer finds it on the desk."""
    with city_words():
        open_todo(
            todo_key(need),
            title=_("企业需求待核实：%(need)s") % {"need": need},
            reason=_("核实了才能请专家、开班。"),
            action=_("去核实"),
            url_name="enterprises:desk_need",
            url_arguments=[need.pk],
            subject=need,
            role=Role.LEADING_OFFICE,
            organisation=None,
        )


def tell(need: Need, what: str, title: str, *, body: str = "") -> None:
    """Tell who posted a need something about it."""
    turn = need.steps.count()
    with city_words():
        notify(
            need.poster, key=f"enterprises.{what}:{need.pk}:{turn}", kind=KIND, title=title % {"need": need},
            body=body[:300], url=reverse("enterprises:own", args=[need.pk]),
        )  # fmt: skip
