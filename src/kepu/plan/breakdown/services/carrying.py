"""An amended text keeps the breakdown of every target that it took over."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from kepu.foundation.audit.services import record
from kepu.foundation.clock import today
from kepu.foundation.language import city_words
from kepu.plan.breakdown.choices import BreakdownState
from kepu.plan.breakdown.models import Breakdown, Share
from kepu.plan.breakdown.queries.frames import checks_of, frame_of, in_force
from kepu.plan.breakdown.services.drafting import WantedShare, copy_of, share_problems
from kepu.plan.tasks.models import Target
from kepu.plan.tasks.services.decisions.acts import LONGEST_REASON


@transaction.atomic
def carry_breakdowns(plan_id: int) -> list[Breakdown]:
    """Copy what is in force for the targets that a plan took over from the text before it.

    What fits the target as it is now stays in force; what does not (another number, other years) becomes a draft, for
    the office to look at.

    Args:
        plan_id: the plan just confirmed.

    Returns:
        The copies.
    """
    took_over = Target.objects.filter(plan=plan_id, earlier__isnull=False, is_struck=False, breakdowns=None)
    found = {target.earlier_id: target for target in took_over.select_related("plan__region", "task")}
    with city_words():
        return [_carry(old, found[old.target_id]) for old in in_force().filter(target__in=found)]


def _carry(old: Breakdown, target: Target) -> Breakdown:
    rows = list(old.shares.select_related("region", "organisation"))
    frame = frame_of(target)
    wanted = [WantedShare(share.among, share.owner_id, share.value, share.year) for share in rows]
    has_gap = [bool(check.difference) for check in checks_of(frame, rows)] if frame.promise is not None else [True]
    fits = not share_problems(frame, wanted) and (not any(has_gap) or bool(old.difference_reason))
    number = (target.breakdowns.aggregate(last=Max("number"))["last"] or 0) + 1
    said = {"plan": str(old.target.plan)[:200], "number": old.number, "reason": old.reason}
    copy = Breakdown.objects.create(
        target=target,
        number=number,
        state=BreakdownState.ISSUED if fits else BreakdownState.DRAFT,
        reason=(_("承接自《%(plan)s》第 %(number)d 版。%(reason)s") % said)[:LONGEST_REASON],
        difference_reason=old.difference_reason,
        differences=old.differences if fits else [],
        issued_by=old.issued_by if fits else None,
        issued_on=today() if fits else None,
    )
    Share.objects.bulk_create([copy_of(share, copy) for share in rows])
    record("breakdown.version.carried", copy, actor=None, target=target.pk, earlier=old.pk, fits=fits)
    return copy
