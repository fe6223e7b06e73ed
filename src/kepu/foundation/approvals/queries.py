"""Reads of what waits for a second person."""

from dataclasses import dataclass

from kepu.foundation.actors import Actor
from kepu.foundation.approvals.choices import ApprovalState
from kepu.foundation.approvals.models import Approval
from kepu.foundation.approvals.permissions import may_decide_approval, may_see_approval
from kepu.foundation.approvals.rules import kind_of, known_kinds

_MOST = 300


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """One request as a person sees it."""

    approval: Approval
    kind_label: str
    is_own: bool
    can_decide: bool
    asked_by: str
    """The asker in words, filled in by the room that knows persons; empty here."""


def approvals_seen_by(actor: Actor, *, is_open: bool = True) -> list[ApprovalRow]:
    """Requests that a person asked or could decide: what waits, or what was settled lately."""
    found = Approval.objects.filter(kind__in=known_kinds())
    waiting = found.filter(state=ApprovalState.WAITING)
    chosen = waiting if is_open else found.exclude(state=ApprovalState.WAITING).order_by("-decided_at", "-pk")
    return [_row(actor, approval) for approval in chosen[:_MOST] if may_see_approval(actor, approval)]


def approval_seen_by(actor: Actor, approval_id: int) -> ApprovalRow | None:
    """One request, or None where the person may not see it."""
    approval = Approval.objects.filter(pk=approval_id).first()
    return _row(actor, approval) if approval is not None and may_see_approval(actor, approval) else None


def waiting_for(kind: str, **arguments: object) -> list[Approval]:
    """Open requests of one kind whose arguments hold these values."""
    wanted = {f"arguments__{name}": value for name, value in arguments.items()}
    return list(Approval.objects.filter(kind=kind, state=ApprovalState.WAITING, **wanted))


def _row(actor: Actor, approval: Approval) -> ApprovalRow:
    return ApprovalRow(
        approval=approval,
        kind_label=str(kind_of(approval.kind).label),
        is_own=approval.asked_by == actor.pk,
        can_decide=approval.is_waiting and may_decide_approval(actor, approval),
        asked_by="",
    )
