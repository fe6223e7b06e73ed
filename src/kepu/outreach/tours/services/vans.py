"""Keep the profile of a van: when it goes out and what may ride in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import today
from kepu.foundation.errors import NotAllowed
from kepu.outreach.tours.errors import TourUnfit
from kepu.outreach.tours.models import VanProfile
from kepu.outreach.tours.queries.vans import vans, vans_kept_by

MOST_EXHIBITS = 60
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class VanWords:
    """What a profile says.

    Args:
        starts: before which the van does not leave.
        ends: by which it is back.
        weekdays: 1 (Monday) to 7 on which it goes out; holidays never, moved working days always.
        exhibits: names of what may ride in it.
        most_exhibits: how many at once; None for all.
        odometer_km: what the odometer said.
        odometer_on: on which day.
    """

    starts: time
    ends: time
    weekdays: Sequence[int]
    exhibits: Sequence[str] = ()
    most_exhibits: int | None = None
    odometer_km: int | None = None
    odometer_on: date | None = None


@transaction.atomic
def keep_van(venue_id: int, words: VanWords, *, actor: Person) -> VanProfile:
    """Write down how a van goes out; what was there is replaced.

    Raises:
        NotAllowed: the actor does not keep the van.
        TourUnfit: the van has no coordinates, or something given cannot be; `field` names it.
        Venue.DoesNotExist: no published van has this number.
    """
    venue = vans().get(pk=venue_id)
    if not vans_kept_by(actor).filter(pk=venue_id).exists():
        raise NotAllowed
    if venue.point is None:
        raise TourUnfit(_("这辆车的停放处还没有坐标，算不出路程。请先在场馆登记里填坐标。"))
    if words.ends <= words.starts:
        raise TourUnfit(_("最晚几点回来要晚于最早几点出门。"), field="ends")
    if not words.weekdays or not set(words.weekdays) <= set(range(1, 8)):
        raise TourUnfit(_("请至少选一个星期几。"), field="weekdays")
    exhibits = clean_exhibits(words.exhibits)
    if words.most_exhibits is not None and words.most_exhibits < 1:
        raise TourUnfit(_("一次最多带几样，从 1 起；不限就空着。"), field="most_exhibits")
    if (words.odometer_km is None) != (words.odometer_on is None):
        raise TourUnfit(_("里程表的公里数和看表的日期要一起填。"), field="odometer_on")
    if words.odometer_on is not None and words.odometer_on > today():
        raise TourUnfit(_("看里程表的日期不能在今天之后。"), field="odometer_on")
    values = {
        "starts": words.starts, "ends": words.ends, "weekdays": sorted(set(words.weekdays)), "exhibits": exhibits,
        "most_exhibits": words.most_exhibits, "odometer_km": words.odometer_km, "odometer_on": words.odometer_on,
    }  # fmt: skip
    profile, _is_new = VanProfile.objects.update_or_create(venue=venue, defaults=values)
    record("tours.van.kept", profile, actor=actor, weekdays=values["weekdays"], exhibits=len(exhibits))
    return profile


def clean_exhibits(names: Sequence[str]) -> list[str]:
    """Names of exhibits, each once, in their order.

    Raises:
        TourUnfit: too many, or one is too long.
    """
    found = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    if len(found) > MOST_EXHIBITS or any(len(name) > LONGEST_NAME for name in found):
        said = {"most": MOST_EXHIBITS, "long": LONGEST_NAME}
        raise TourUnfit(_("展品最多 %(most)d 样，每样的名称不超过 %(long)d 个字。") % said, field="exhibits")
    return found
