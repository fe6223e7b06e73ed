"""Who may turn the second key."""

from kepu.foundation.actors import Actor
from kepu.foundation.approvals.models import Approval
from kepu.foundation.approvals.rules import is_same_person, kind_of, known_kinds


def may_decide_approval(actor: Actor, approval: Approval) -> bool:
    """Whoever the kind allows, and who is not the person that asked."""
    if approval.kind not in known_kinds():
        return False
    return kind_of(approval.kind).may_approve(actor, approval.arguments) and not is_same_person(
        approval.asked_by, actor.pk
    )


def may_see_approval(actor: Actor, approval: Approval) -> bool:
    """Who asked, and who could approve."""
    return approval.asked_by == actor.pk or (
        approval.kind in known_kinds() and kind_of(approval.kind).may_approve(actor, approval.arguments)
    )
