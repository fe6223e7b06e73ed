"""Ask where the next places belong: a question, a job, an answer with its bound."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.choices import Audience, RegionLevel
from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now
from kepu.foundation.errors import NotAllowed
from kepu.foundation.queue.choices import ProgressState
from kepu.foundation.queue.errors import WorkCancelled
from kepu.foundation.queue.services import (
    enqueue,
    failures_told,
    finish_progress,
    report_progress,
    request_cancel,
    start_progress,
)
from kepu.outreach.venues.errors import VenueUnfit
from kepu.outreach.venues.models import PeoplePoint, SitingRun, Venue
from kepu.outreach.venues.permissions import may_site_venues
from kepu.outreach.venues.queries.reach import people_points, placed_venues, places_above, travel_in_force, venue_key
from kepu.outreach.venues.services.places import engine
from kepu.outreach.venues.services.travel import reach_between

MOST_CANDIDATES = 1_000
FUSE_S = 20.0
WANTED_GAP = 0.0005
PERCENT = 100


@dataclass(frozen=True, slots=True)
class SitingTerms:
    """What is asked.

    Args:
        k: how many places.
        minutes: within how many somebody counts as reached.
        group: code of the group whose people count.
        candidates: `point:CODE` for a village, `venue:ID` for a venue that is registered and not published yet.
        detour: road over straight line.
        speed_kmh: speed along the road.
        by_table: by the loaded travel times instead of detour and speed.
    """

    k: int
    minutes: int
    group: str
    candidates: Sequence[str]
    detour: Decimal
    speed_kmh: Decimal
    by_table: bool = False


@transaction.atomic
def ask_siting(terms: SitingTerms, *, actor: Person) -> SitingRun:
    """Put a question; a job answers it.

    Raises:
        NotAllowed: the actor is neither of the office nor a district's officer.
        SolversMissing: the engine's packages are not installed.
        VenueUnfit: something asked cannot be; `field` names it.
    """
    if not may_site_venues(actor):
        raise NotAllowed
    engine()
    chosen = sorted(set(terms.candidates))
    if not chosen or len(chosen) > MOST_CANDIDATES:
        raise VenueUnfit(_("请勾上候选，最多 %(most)d 处。") % {"most": MOST_CANDIDATES}, field="candidates")
    if not 1 <= terms.k <= len(chosen):
        raise VenueUnfit(_("要选的处数在 1 和候选数 %(most)d 之间。") % {"most": len(chosen)}, field="k")
    if not 1 <= terms.minutes <= 240:  # noqa: PLR2004 four hours
        raise VenueUnfit(_("分钟数在 1 和 240 之间。"), field="minutes")
    if not 1 <= terms.detour <= 5:  # noqa: PLR2004 no road winds more
        raise VenueUnfit(_("绕行系数在 1 和 5 之间。"), field="detour")
    if not 1 <= terms.speed_kmh <= 120:  # noqa: PLR2004 kilometres an hour
        raise VenueUnfit(_("速度在 1 和 120 之间。"), field="speed_kmh")
    if terms.group not in Audience.values:
        raise VenueUnfit(_("请从列表中选择。"), field="group")
    travel = travel_in_force() if terms.by_table else None
    if terms.by_table and travel is None:
        raise VenueUnfit(_("还没有载入路程表，请先载入，或按直线距离算。"), field="by_table")
    progress = start_progress(_("选址"), owner_id=actor.pk, total=PERCENT)
    run = SitingRun.objects.create(
        asked_by=actor.pk, asked_at=now(), progress=progress, k=terms.k, minutes=terms.minutes, detour=terms.detour,
        speed_kmh=terms.speed_kmh, group=terms.group, candidates=chosen, travel=travel,
    )  # fmt: skip
    record("venues.siting.asked", run, actor=actor, k=terms.k, minutes=terms.minutes, candidates=len(chosen))
    enqueue("venues.run_siting", run_id=str(run.pk))
    return run


def cancel_siting(run: SitingRun, *, actor: Person) -> bool:
    """Ask a running siting to stop. Returns whether it still could.

    Raises:
        NotAllowed: it is somebody else's.
    """
    if run.asked_by != actor.pk:
        raise NotAllowed
    return request_cancel(run.progress_id, owner_id=actor.pk)


def run_siting(run_id: uuid.UUID | str) -> None:
    """Answer a question that is not answered yet."""
    run = SitingRun.objects.select_related("progress").get(pk=run_id)
    if run.progress.is_over:
        return
    with failures_told(run.progress_id, fault=_("系统出了错，没有算出来。请把时间告诉管理员。")):
        try:
            _answer(run)
        except WorkCancelled as problem:
            finish_progress(run.progress_id, state=ProgressState.CANCELLED, message=str(problem))


@dataclass(frozen=True, slots=True)
class _Candidate:
    key: str
    name: str
    district: str
    point: tuple[float, float]


def _answer(run: SitingRun) -> None:
    coverage, points, venues = engine(), people_points(), placed_venues()
    report_progress(run.progress_id, done=1, message=_("正在读取人口点和候选"))
    candidates = _candidates(run, points)
    if not points or not candidates:
        raise VenueUnfit(_("没有人口点或候选，算不出来。请先载入人口点。"))
    road = {"detour": float(run.detour), "speed_kmh": float(run.speed_kmh), "limit_min": float(run.minutes)}
    stand = [(venue_key(one), one.point or (0.0, 0.0)) for one in venues]
    there = reach_between(points, stand, table=run.travel, **road)
    reach = reach_between(points, [(one.key, one.point) for one in candidates], table=run.travel, **road)

    def tell(reached: float, bound: float) -> None:
        share = int(PERCENT * reached / bound) if bound else PERCENT
        said = {"reached": f"{reached:,.0f}", "bound": f"{bound:,.0f}"}
        message = _("已找到能够着 %(reached)s 人的方案；最多不超过 %(bound)s 人。") % said
        report_progress(run.progress_id, done=min(share, PERCENT - 1), message=message)

    found = coverage.choose_sites(
        reach,
        [one.of_group(run.group) for one in points],
        run.k,
        candidates=[one.key for one in candidates],
        is_reached=there.nearest() <= run.minutes,
        wanted_gap=WANTED_GAP,
        fuse_s=FUSE_S,
        tell=tell,
    )
    run.result = _told(found, candidates, points, venues)
    run.save(update_fields=["result"])
    finish_progress(run.progress_id, message=_("算好了。"))


def _candidates(run: SitingRun, points: list[PeoplePoint]) -> list[_Candidate]:
    regions, places = places_above(points, RegionLevel.DISTRICT)
    by_code = {point.code: (point, regions[place].label) for point, place in zip(points, places, strict=True)}
    ids = [int(key.partition(":")[2]) for key in run.candidates if key.startswith("venue:")]
    venues = {one.pk: one for one in Venue.objects.filter(pk__in=ids).select_related("region")}
    found = []
    for key in run.candidates:
        kind, _mark, name = key.partition(":")
        if kind == "point" and name in by_code:
            point, district = by_code[name]
            found.append(_Candidate(key, point.name, district, (float(point.longitude), float(point.latitude))))
        elif kind == "venue" and int(name) in venues and venues[int(name)].point is not None:
            one = venues[int(name)]
            found.append(_Candidate(key, one.name, one.region.label, one.point or (0.0, 0.0)))
    return found


def _told(found: Any, candidates: list[_Candidate], points: list[PeoplePoint], venues: list[Venue]) -> dict[str, Any]:
    by_key = {one.key: one for one in candidates}
    chosen = [by_key[site.candidate] for site in found.sites]
    dots: list[tuple[float, float, str, str]] = [
        (float(one.longitude), float(one.latitude), one.name, "small") for one in points
    ]
    dots += [(*(one.point or (0.0, 0.0)), one.name, "") for one in venues]
    dots += [(*one.point, one.name, "chosen") for one in chosen]
    return {
        "places": [
            {"name": one.name, "district": one.district, "adds": round(site.adds), "alone": round(site.alone)}
            for one, site in zip(chosen, found.sites, strict=True)
        ],
        "reached": round(found.reached),
        "bound": int(found.bound),
        "gap": found.gap,
        "before": round(found.reached_before),
        "people": round(found.people),
        "is_optimal": found.is_optimal,
        "ended": found.ended,
        "candidates": len(candidates),
        "venues": len(venues),
        "dots": dots,
        "is_demonstration": any(one.is_demonstration for one in points),
    }
