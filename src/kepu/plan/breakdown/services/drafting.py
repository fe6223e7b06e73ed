"""A draft of a breakdown: begun, filled with shares, given up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation, Person
from kepu.foundation.audit.services import record
from kepu.foundation.errors import NotAllowed
from kepu.plan.breakdown.choices import Among, BreakdownState
from kepu.plan.breakdown.errors import BreakdownMoved, BreakdownNotDraft, BreakdownNotReady, ShareInvalid
from kepu.plan.breakdown.models import Breakdown, Share
from kepu.plan.breakdown.queries.frames import PERCENT, Frame, frame_of, regions_beneath
from kepu.plan.breakdown.rules import FINEST
from kepu.plan.tasks.permissions import may_decide_plan
from kepu.plan.tasks.queries.wording import amount_words
from kepu.plan.tasks.services.decisions.acts import LONGEST_REASON, locked_target, refuse_closed

MOST = Decimal(10) ** 14
HUNDRED = Decimal(100)
MOST_SHARES = 5000


@dataclass(frozen=True, slots=True)
class WantedShare:
    """A share as it should be: whose (a code of `Among` and an id), for which year, how much."""

    among: str
    owner_id: int
    value: Decimal
    year: int | None = None

    @property
    def field(self) -> str:
        """The name of its cell in forms and refusals."""
        return cell_name(self.among, self.owner_id, self.year)


def cell_name(among: str, owner_id: int, year: int | None) -> str:
    """The name of one cell of the matrix.

    Examples:
        >>> cell_name("regions", 3, None), cell_name("bodies", 4, 2024)
        ('regions-3-0', 'bodies-4-2024')
    """
    return f"{among}-{owner_id}-{year or 0}"


@transaction.atomic
def start_breakdown(target_id: int, *, actor: Person | None) -> Breakdown:
    """Begin the next version with the shares of the one in force; the draft that is there already is given back.

    Args:
        target_id: the target.
        actor: of the leading office; None only where the system loads an example.

    Raises:
        NotAllowed: the actor does not sit in the leading office of the plan's region.
        PlanClosed: the plan is over.
        BreakdownNotReady: nobody has decided yet what the target's number counts.
    """
    target = locked_target(target_id, actor=actor)
    if (draft := target.breakdowns.filter(state=BreakdownState.DRAFT).first()) is not None:
        return draft
    if frame_of(target).terms.kind is None:
        raise BreakdownNotReady(_("还没有定这个目标的口径（每年、累计还是时点）。请先定口径，再分解。"))
    before = target.breakdowns.filter(state=BreakdownState.ISSUED).order_by("-number").first()
    number = (target.breakdowns.aggregate(last=Max("number"))["last"] or 0) + 1
    draft = Breakdown.objects.create(target=target, number=number, created_by=actor)
    if before is not None:
        copied = [copy_of(share, draft) for share in before.shares.all()]
        Share.objects.bulk_create(copied)
    record(
        "breakdown.draft.started", draft, actor=actor, target=target.pk, number=number, copied_from=before and before.pk
    )
    return draft


@transaction.atomic
def set_shares(
    breakdown_id: int,
    shares: Sequence[WantedShare],
    *,
    actor: Person | None,
    seen: int | None = None,
    reason: str | None = None,
    difference_reason: str | None = None,
) -> Breakdown:
    """Put these shares in place of all that a draft holds.

    Args:
        breakdown_id: a draft.
        shares: every share; what is not named goes.
        actor: of the leading office; None only where the system loads an example.
        seen: the revision of the page from which this comes.
        reason: why it is divided like this, as far as it is written; None leaves what the draft holds.
        difference_reason: the same for why the shares do not make up the target.

    Raises:
        NotAllowed: the actor does not sit in the leading office of the plan's region.
        PlanClosed: the plan is over.
        BreakdownNotDraft: the version is issued.
        BreakdownMoved: somebody changed it since the page was opened.
        ShareInvalid: a share is negative, absurd, double, or of a place or year that does not belong here.
    """
    draft = locked_draft(breakdown_id, actor=actor, seen=seen)
    frame = frame_of(draft.target)
    if problems := share_problems(frame, shares):
        words = list(dict.fromkeys(problems.values()))
        raise ShareInvalid(" ".join(words[:5]), field=next(iter(problems)), problems=problems)
    draft.shares.all().delete()
    Share.objects.bulk_create(_row(draft, share) for share in shares)
    draft.revision += 1
    draft.reason = draft.reason if reason is None else reason.strip()[:LONGEST_REASON]
    draft.difference_reason = (
        draft.difference_reason if difference_reason is None else difference_reason.strip()[:LONGEST_REASON]
    )
    draft.save(update_fields=["revision", "reason", "difference_reason"])
    values = {share.field: f"{share.value.normalize():f}" for share in shares}
    record("breakdown.shares.set", draft, actor=actor, revision=draft.revision, shares=values)
    return draft


@transaction.atomic
def discard_breakdown(breakdown_id: int, *, actor: Person, seen: int | None = None) -> None:
    """Give a draft up; versions that were issued stay.

    Raises:
        NotAllowed, PlanClosed, BreakdownNotDraft, BreakdownMoved: as `set_shares`.
    """
    draft = locked_draft(breakdown_id, actor=actor, seen=seen)
    record("breakdown.draft.discarded", draft, actor=actor, target=draft.target_id, number=draft.number)
    draft.delete()


def locked_draft(breakdown_id: int, *, actor: Person | None, seen: int | None = None) -> Breakdown:
    """Lock a draft of an open plan for someone who may edit it and has seen its newest state."""
    chosen = Breakdown.objects.select_for_update(of=("self",)).select_related("target__plan__region", "target__task")
    found = chosen.get(pk=breakdown_id)
    plan = found.target.plan
    if actor is not None and not may_decide_plan(actor, plan):
        raise NotAllowed
    refuse_closed(plan)
    if not found.is_draft:
        raise BreakdownNotDraft(_("第 %(number)d 版已经下达，不再改动；要改请另起一版。") % {"number": found.number})
    if seen is not None and seen != found.revision:
        raise BreakdownMoved(
            _("您打开以后，有人改过这份草稿（现为第 %(now)d 次改动）。您填的还在下面，请对照后再保存。")
            % {"now": found.revision},
            revision=found.revision,
        )
    return found


def share_problems(frame: Frame, shares: Iterable[WantedShare]) -> dict[str, str]:
    """What is wrong with shares, in a sentence for each cell."""
    given = list(shares)
    names = _names(frame, given)
    problems: dict[str, str] = {}
    seen: set[str] = set()
    if len(given) > MOST_SHARES:
        return {"": _("分解数超过 %(most)d 个，一次收不下。") % {"most": MOST_SHARES}}
    for share in given:
        name = names.get((share.among, share.owner_id))
        if name is None:
            words = _("有一个分解数不属于本方案的区市或在册单位。")
        elif share.field in seen:
            words = _("%(name)s%(year)s的分解数填了两次。") % {"name": name, "year": _year_words(frame, share.year)}
        else:
            words = _value_problem(frame, share, name)
        seen.add(share.field)
        if words:
            problems[share.field] = words
    return problems


def _value_problem(frame: Frame, share: WantedShare, name: str) -> str:
    value = share.value
    said = {"name": name, "year": share.year, "value": f"{value.normalize():f}" if value.is_finite() else str(value)}
    words = ""
    if share.year is not None and share.year not in frame.years:
        words = (
            _("%(name)s的 %(year)s 年不在这个目标的年份里。")
            if frame.years
            else _("这个目标不按年分，%(name)s只填一个数。")
        )
    elif not value.is_finite() or abs(value) >= MOST:
        words = _("%(name)s的分解数“%(value)s”大得不合常理，请检查。")
    elif value < 0:
        words = _("%(name)s的分解数 %(value)s 是负数，请填 0 或正数。")
    elif frame.target.unit in PERCENT and value > HUNDRED:
        words = _("%(name)s的分解数 %(value)s%% 超过 100%%。")
    elif frame.is_added and value > frame.most:
        said["target"] = amount_words(frame.most, frame.unit)
        words = _("%(name)s的分解数 %(value)s 比整个目标 %(target)s 还大，请检查。")
    elif frame.is_whole and value != value.to_integral_value():
        words = _("%(name)s的分解数 %(value)s 有小数，这个指标只计整数。")
    elif -int(value.normalize().as_tuple().exponent) > FINEST:
        words = _("%(name)s的分解数 %(value)s 小数太多，最多四位。")
    return words % said if words else ""


def _names(frame: Frame, shares: Sequence[WantedShare]) -> dict[tuple[str, int], str]:
    """What every place that may have a share is called; who is not here may not."""
    bodies = {share.owner_id for share in shares if share.among == Among.BODIES}
    found = {(Among.REGIONS.value, place.pk): place.label for place in regions_beneath(frame.target.plan)}
    named = Organisation.objects.filter(pk__in=bodies, valid_to=None) if bodies else ()
    return found | {(Among.BODIES.value, body.pk): body.label for body in named}


def _year_words(frame: Frame, year: int | None) -> str:
    return _("%(year)d 年") % {"year": year} if year else frame.whole_label


def _row(draft: Breakdown, share: WantedShare) -> Share:
    is_body = share.among == Among.BODIES
    return Share(
        breakdown=draft,
        region_id=None if is_body else share.owner_id,
        organisation_id=share.owner_id if is_body else None,
        year=share.year,
        value=share.value,
    )


def copy_of(share: Share, draft: Breakdown) -> Share:
    """A share as it is, not stored yet, in another version."""
    return Share(
        breakdown=draft,
        region_id=share.region_id,
        organisation_id=share.organisation_id,
        year=share.year,
        value=share.value,
    )
