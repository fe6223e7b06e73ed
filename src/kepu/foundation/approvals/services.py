"""Ask for an act, and let a second person decide it."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.foundation.actors import Actor
from kepu.foundation.approvals.choices import ApprovalState
from kepu.foundation.approvals.errors import ApprovalNotWaiting, ApprovalUnfit, SecondPersonNeeded
from kepu.foundation.approvals.events import ApprovalAsked, ApprovalSettled
from kepu.foundation.approvals.models import Approval
from kepu.foundation.approvals.rules import (
    Addressee,
    ApprovalKind,
    Arguments,
    forget_kind,
    forget_sameness,
    is_same_person,
    kind_of,
    register_kind,
    register_sameness,
)
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now, today
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish

__all__ = [
    "Addressee",
    "ApprovalKind",
    "Arguments",
    "approve",
    "ask_approval",
    "expire_approvals",
    "forget_kind",
    "forget_sameness",
    "refuse",
    "register_kind",
    "register_sameness",
    "withdraw_request",
]


@transaction.atomic
def ask_approval(kind: str, arguments: dict[str, Any], *, reason: str, actor: Actor) -> Approval:
    """Ask for an act; nothing happens until a second person approves.

    Args:
        kind: a registered kind.
        arguments: plain values, as its function wants them.
        reason: why, for the second person's eyes.
        actor: who asks.

    Raises:
        NotAllowed: the kind does not let this person ask.
        ApprovalUnfit: no reason is given.
    """
    known = kind_of(kind)
    if not known.may_ask(actor, arguments):
        raise NotAllowed
    if not reason.strip():
        raise ApprovalUnfit(_("请写明理由：另一个人要凭它决定。"), field="reason")
    whose = known.addressee(arguments)
    approval = Approval.objects.create(
        kind=kind,
        arguments=arguments,
        title=known.title(arguments)[:200],
        reason=reason.strip()[:500],
        role=whose.role,
        organisation_id=whose.organisation_id,
        region_id=whose.region_id,
        asked_by=actor.pk,
        asked_at=now(),
        expires_on=today() + timedelta(days=known.days),
    )
    record("approvals.approval.asked", approval, actor=actor, kind=kind, arguments=arguments)
    publish(
        ApprovalAsked(
            approval.pk,
            kind,
            approval.title,
            approval.reason,
            whose.role,
            whose.organisation_id,
            whose.region_id,
            approval.expires_on,
        )
    )
    return approval


@transaction.atomic
def approve(approval_id: int, *, actor: Actor, words: str = "") -> Approval:
    """Approve and do it, in one transaction: where the act is refused, the request waits on.

    Raises:
        NotAllowed: the kind does not let this person approve.
        SecondPersonNeeded: it is who asked, or another account of the same person.
        ApprovalNotWaiting: somebody decided it before, or its time is over.
        DomainError: what the act itself raises.
    """
    approval = _to_decide(approval_id, actor)
    done = kind_of(approval.kind).run(approval.arguments, approval.asked_by, actor)
    return _settle(approval, ApprovalState.APPROVED, actor, words, outcome=done)


@transaction.atomic
def refuse(approval_id: int, *, actor: Actor, words: str) -> Approval:
    """Say no, with words; nothing is done.

    Raises:
        NotAllowed, SecondPersonNeeded, ApprovalNotWaiting: as of `approve`.
        ApprovalUnfit: no words are given.
    """
    approval = _to_decide(approval_id, actor)
    if not words.strip():
        raise ApprovalUnfit(_("请写明为什么不核准，申请人会看到。"), field="words")
    return _settle(approval, ApprovalState.REFUSED, actor, words)


@transaction.atomic
def withdraw_request(approval_id: int, *, actor: Actor) -> Approval:
    """Take one's own request back.

    Raises:
        NotAllowed: somebody else asked.
        ApprovalNotWaiting: it was decided before.
    """
    approval = _waiting(approval_id)
    if approval.asked_by != actor.pk:
        raise NotAllowed
    return _settle(approval, ApprovalState.WITHDRAWN, actor, "")


def expire_approvals() -> int:
    """Let requests end whose last day has passed; returns how many."""
    late = Approval.objects.filter(state=ApprovalState.WAITING, expires_on__lt=today())
    count = 0
    for pk in list(late.values_list("pk", flat=True)):
        with transaction.atomic():
            approval = Approval.objects.select_for_update().get(pk=pk)
            if approval.is_waiting:
                _settle(approval, ApprovalState.EXPIRED, None, "")
                count += 1
    return count


def _waiting(approval_id: int) -> Approval:
    """Lock it: the second of two who decide at once finds it decided."""
    approval = Approval.objects.select_for_update().get(pk=approval_id)
    if not approval.is_waiting:
        raise ApprovalNotWaiting(
            _("这件申请已经不在等核准：%(state)s。") % {"state": approval.get_state_display()}, state=approval.state
        )
    return approval


def _to_decide(approval_id: int, actor: Actor) -> Approval:
    approval = _waiting(approval_id)
    if not kind_of(approval.kind).may_approve(actor, approval.arguments):
        raise NotAllowed
    if is_same_person(approval.asked_by, actor.pk):
        raise SecondPersonNeeded(_("这一步要由另一个人来做：申请人自己，或同一人的另一个账号，不能核准。"))
    if approval.expires_on < today():
        raise ApprovalNotWaiting(_("这件申请过了期，请申请人重新提出。"), state=ApprovalState.EXPIRED)
    return approval


def _settle(
    approval: Approval, state: str, actor: Actor | None, words: str, *, outcome: dict[str, Any] | None = None
) -> Approval:
    approval.state, approval.words, approval.outcome = state, words.strip()[:500], outcome or {}
    approval.decided_by, approval.decided_at = (None if actor is None else actor.pk), now()
    approval.save(update_fields=["state", "words", "outcome", "decided_by", "decided_at"])
    record(f"approvals.approval.{state}", approval, actor=actor, kind=approval.kind, outcome=approval.outcome)
    publish(ApprovalSettled(approval.pk, approval.kind, state))
    return approval
