"""Open many slots alike at once; what can not be opened is told and left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import get_current_timezone, localtime
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.foundation.clock import now
from kepu.foundation.errors import NotAllowed
from kepu.outreach.bookings.choices import SlotState
from kepu.outreach.bookings.errors import SlotUnfit
from kepu.outreach.bookings.models import Slot
from kepu.outreach.bookings.rules import MOST_DAYS, MOST_SLOTS, SeriesTerms, hours_of, is_managed_by, subject_of
from kepu.outreach.bookings.services.slots import hold_openings, open_slot


@dataclass(frozen=True, slots=True)
class PlannedSlot:
    """One slot of a series before it is opened."""

    starts_at: datetime
    ends_at: datetime
    obstacle: str
    """Why it is left out, in words; empty where it is opened."""


def plan_series(subject_type: str, subject_id: str, terms: SeriesTerms, *, actor: Person) -> list[PlannedSlot]:
    """What a series would open and what it would leave out, in order of time; nothing is written.

    Raises:
        NotAllowed: the actor does not manage the thing.
        SlotUnfit: the days or the number of slots are too many, or none.
    """
    if not is_managed_by(actor, subject_type, subject_id):
        raise NotAllowed
    if not 0 <= (terms.until - terms.since).days < MOST_DAYS:
        raise SlotUnfit(_("结束的那天不早于开始的那天，最多 %(days)d 天。") % {"days": MOST_DAYS}, field="until")
    moments = [(day, _at(day, begin), _at(day, end), begin, end) for day, begin, end in terms.moments()]
    if not 0 < len(moments) <= MOST_SLOTS:
        raise SlotUnfit(_("一次可以开 1 到 %(most)d 场，请改一改日期或星期。") % {"most": MOST_SLOTS}, field="weekdays")
    subject = subject_of(subject_type, subject_id)
    if subject is None:
        raise SlotUnfit(_("没有找到要开放预约的对象，请从它的页面进来。"))
    hours = hours_of(subject_type, subject_id, sorted({day for day, *_rest in moments}))
    alike = Slot.objects.filter(subject_type=subject_type, subject_id=subject_id, title=terms.title or subject.title)
    taken = _open_between(alike, moments[0][1], moments[-1][2])
    planned = []
    for day, starts_at, ends_at, begin, end in moments:
        obstacle = _obstacle(starts_at, ends_at, taken)
        if not obstacle and day in hours:
            obstacle = _outside(hours[day], begin, end)
        planned.append(PlannedSlot(starts_at, ends_at, obstacle))
    return planned


@transaction.atomic
def open_series(subject_type: str, subject_id: str, terms: SeriesTerms, *, actor: Person) -> list[Slot]:
    """Open what `plan_series` does not leave out; the same series again opens nothing more.

    Raises:
        NotAllowed: the actor does not manage the thing.
        SlotUnfit: as of `plan_series` and `open_slot`, or nothing is left to open.
    """
    hold_openings(subject_type, subject_id)
    planned = [one for one in plan_series(subject_type, subject_id, terms, actor=actor) if not one.obstacle]
    if not planned:
        raise SlotUnfit(_("没有可以开的场次：都在下面说了为什么。"), field="times")
    return [_open(subject_type, subject_id, terms, one, actor) for one in planned]


def _open(subject_type: str, subject_id: str, terms: SeriesTerms, planned: PlannedSlot, actor: Person) -> Slot:
    opening = _at(localtime(planned.starts_at).date() - timedelta(days=terms.days_before), time.min)
    release: dict[str, datetime] = {}
    if terms.release_hours is not None:
        release = dict.fromkeys(terms.quotas, planned.starts_at - timedelta(hours=terms.release_hours))
    return open_slot(
        subject_type,
        subject_id,
        actor=actor,
        starts_at=planned.starts_at,
        ends_at=planned.ends_at,
        capacity=terms.capacity,
        opens_at=max(opening, now()),
        quotas=terms.quotas,
        release_at=release,
        title=terms.title,
    )


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, get_current_timezone())


def _open_between(slots: QuerySet[Slot], since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    found = slots.filter(state=SlotState.OPEN, starts_at__lt=until, ends_at__gt=since).order_by("starts_at")
    return list(found.values_list("starts_at", "ends_at"))


def _obstacle(starts_at: datetime, ends_at: datetime, taken: list[tuple[datetime, datetime]]) -> str:
    if starts_at <= now():
        return _("已经过了")
    for begin, end in taken:
        if begin < ends_at and starts_at < end:
            said = f"{localtime(begin):%H:%M}–{localtime(end):%H:%M}"
            return _("这段时间已有一场（%(when)s）") % {"when": said}
    return ""


def _outside(hours: Sequence[tuple[time, time]], begin: time, end: time) -> str:
    if not hours:
        return _("这天不开放")
    if any(opens <= begin and end <= closes for opens, closes in hours):
        return ""
    said = "、".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in hours)
    return _("不在开放时间里（%(hours)s）") % {"hours": said}
