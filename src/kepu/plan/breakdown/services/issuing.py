"""A breakdown comes into force: with a reason, and with one more where the shares do not make up the target."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import today
from kepu.foundation.events import publish
from kepu.foundation.language import city_words
from kepu.plan.breakdown.choices import BreakdownState
from kepu.plan.breakdown.errors import BreakdownNotReady, ShareInvalid
from kepu.plan.breakdown.events import BreakdownIssued
from kepu.plan.breakdown.models import Breakdown
from kepu.plan.breakdown.queries.frames import check_words, checks_of, frame_of
from kepu.plan.breakdown.services.drafting import WantedShare, locked_draft, set_shares, share_problems
from kepu.plan.breakdown.services.telling import tell_owners
from kepu.plan.tasks.services.decisions.acts import LONGEST_REASON, reason_given


@transaction.atomic
def issue_breakdown(
    breakdown_id: int,
    *,
    actor: Person | None,
    reason: str,
    difference_reason: str = "",
    shares: Sequence[WantedShare] | None = None,
    seen: int | None = None,
) -> Breakdown:
    """Put a draft into force; versions issued before stay readable.

    Args:
        breakdown_id: a draft.
        actor: of the leading office; None only where the system loads an example.
        reason: why it is divided like this, shown to everyone.
        difference_reason: why the shares do not make up the target; needed where they do not.
        shares: put in place of what the draft holds before it is issued; None leaves the draft as it is.
        seen: the revision of the page from which this comes.

    Raises:
        NotAllowed, PlanClosed, BreakdownNotDraft, BreakdownMoved: as `set_shares`.
        DecisionInvalid: no reason is given.
        ShareInvalid: a share no longer fits the target.
        BreakdownNotReady: there is no share, nobody has decided what the number counts, or the shares do not make up
            the target and nobody says why.
    """
    with city_words():
        if shares is not None:
            seen = set_shares(breakdown_id, shares, actor=actor, seen=seen).revision
        draft = locked_draft(breakdown_id, actor=actor, seen=seen)
        words = reason_given(reason)
        frame = frame_of(draft.target)
        rows = list(draft.shares.select_related("region", "organisation"))
        if frame.promise is None:
            raise BreakdownNotReady(_("这个目标的口径又待定了，请先定口径，再下达。"))
        if not rows:
            raise BreakdownNotReady(_("还没有填任何分解数，不能下达。"))
        wanted = [WantedShare(share.among, share.owner_id, share.value, share.year) for share in rows]
        if problems := share_problems(frame, wanted):  # the target may have changed since they were typed
            raise ShareInvalid(" ".join(list(dict.fromkeys(problems.values()))[:5]), problems=problems)
        names = {(share.among, share.owner_id): share.owner.label for share in rows if share.owner}
        gaps = [check_words(check, frame, names) for check in checks_of(frame, rows) if check.difference]
        why = difference_reason.strip()[:LONGEST_REASON]
        if gaps and not why:
            raise BreakdownNotReady(
                _("%(gaps)s 要这样下达，请写明合计不等于目标的理由。") % {"gaps": " ".join(gaps)},
                field="difference_reason",
            )
        before = draft.target.breakdowns.filter(state=BreakdownState.ISSUED).order_by("-number").first()
        draft.state = BreakdownState.ISSUED
        draft.reason, draft.difference_reason, draft.differences = words, why if gaps else "", gaps
        draft.issued_by, draft.issued_on = actor, today()
        draft.revision += 1
        draft.save()
        record(
            "breakdown.version.issued",
            draft,
            actor=actor,
            target=draft.target_id,
            number=draft.number,
            reason=words,
            difference_reason=draft.difference_reason,
            shares={share.field: f"{share.value.normalize():f}" for share in wanted},
        )
        tell_owners(draft, rows, list(before.shares.all()) if before else [])
        publish(BreakdownIssued(breakdown_id=draft.pk, target_id=draft.target_id, number=draft.number))
    return draft
