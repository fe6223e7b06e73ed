"""Propose shares: evenly, or by how many people live there; a person edits them and issues."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation, Region
from kepu.plan.breakdown.choices import Among, Way
from kepu.plan.breakdown.errors import BreakdownNotReady
from kepu.plan.breakdown.queries.frames import Frame
from kepu.plan.breakdown.rules import apportion, over_years, step_of
from kepu.plan.breakdown.services.drafting import WantedShare
from kepu.plan.tasks.queries.places import populations_on
from kepu.plan.tasks.rules.terms import Kind


@dataclass(frozen=True, slots=True)
class Proposal:
    """Proposed shares, and what they were made from in words."""

    shares: tuple[WantedShare, ...]
    note: str


def propose_shares(
    frame: Frame,
    owners: Sequence[Region | Organisation],
    way: str,
    *,
    day: date,
    by_year: bool = False,
) -> Proposal:
    """Divide a target among places so that the parts add up to it exactly (largest remainder).

    Args:
        frame: the target's.
        owners: districts or bodies, in order; of equal remainders the first gets the last piece.
        way: a code of `Way`.
        day: of head counts the newest not after this day is taken.
        by_year: a share for every year instead of one for the whole.

    Raises:
        BreakdownNotReady: there is nobody to divide among, a head count is missing, the number cannot be divided, or
            nobody has decided what it counts.
    """
    if not owners:
        raise BreakdownNotReady(_("没有可以分到的区市或单位，请先在下面添上。"))
    if frame.terms.kind is None:
        raise BreakdownNotReady(_("还没有定这个目标的口径，无从分解。"))
    if by_year and not frame.years:
        raise BreakdownNotReady(_("这个目标不按年分，请选“不分年”。"))
    among = (Among.REGIONS if isinstance(owners[0], Region) else Among.BODIES).value
    ids = [owner.pk for owner in owners]
    if not frame.is_added:
        return _same_level(frame, among, ids, way, by_year=by_year)
    weights, note = [Decimal(1)] * len(ids), _("平均分，除不尽的零头按次序各加一份。")
    if way == Way.PEOPLE:
        weights, note = _people(owners, day)
    step = step_of(frame.terms.value, is_whole=frame.is_whole)
    if frame.terms.value % step:
        raise BreakdownNotReady(_("目标值有小数，而它的指标只计整数，不能自动分，请逐个填写。"))
    parts = apportion(frame.terms.value, weights, step=step)
    years: Sequence[int | None] = frame.years if by_year else (None,)
    # A flow is owed in full every year, a total once: its parts are spread over the years.
    is_spread = by_year and frame.terms.kind == Kind.TOTAL
    rows = over_years(parts, len(years), step=step) if is_spread else [(part,) * len(years) for part in parts]
    shares = [
        WantedShare(among, pk, part, year)
        for pk, row in zip(ids, rows, strict=True)
        for year, part in zip(years, row, strict=True)
    ]
    return Proposal(tuple(shares), note)


def _same_level(frame: Frame, among: str, ids: Sequence[int], way: str, *, by_year: bool) -> Proposal:
    """A level in per cent is the same for everyone to begin with; there is nothing to divide."""
    if way == Way.PEOPLE:
        raise BreakdownNotReady(_("百分比是各地自己的水平，不按人口分；可以先都填成全市的目标，再逐个改。"))
    years: Sequence[int | None] = frame.years[-1:] if by_year else (None,)
    shares = tuple(WantedShare(among, pk, frame.terms.value, year) for year in years for pk in ids)
    return Proposal(shares, _("百分比不相加：各地先都填成全市的目标，请按各地起点逐个改。"))


def _people(owners: Sequence[Region | Organisation], day: date) -> tuple[list[Decimal], str]:
    places = [owner for owner in owners if isinstance(owner, Region)]
    if len(places) != len(owners):
        raise BreakdownNotReady(_("单位没有常住人口，只有区市可以按人口分。"))
    found = populations_on(places, day)
    missing = [place.label for place in places if place.pk not in found]
    if missing:
        raise BreakdownNotReady(
            _("缺少%(places)s的常住人口，不能按人口分。请先在“行政区划”里登记人口和来源，或改为平均分。")
            % {"places": _("、").join(missing)}
        )
    people = [Decimal(found[place.pk].people) for place in places]
    if not any(people):
        raise BreakdownNotReady(_("登记的常住人口都是 0，不能按人口分。"))
    days = sorted({found[place.pk].counted_on.isoformat() for place in places})
    sources = sorted({found[place.pk].source for place in places})
    said = {"days": _("、").join(days), "sources": _("、").join(sources)}
    return people, _("按常住人口（%(days)s，%(sources)s）分，零头给余数最大的。") % said
