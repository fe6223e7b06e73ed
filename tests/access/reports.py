"""Who may open what of reports: the body writes, the office judges, those who read everything read."""

from datetime import timedelta

from kepu.foundation import clock
from kepu.plan.reports.models import Period, Report
from kepu.plan.reports.services import WantedEntry, accept_report, open_period, set_calendar, submit_report
from kepu.plan.tasks.models import Duty
from tests.access import OPEN, World, row, seen
from tests.plan.factories import small_plan
from tests.plan.reports.worlds import OPENED, QUARTER, TERMS


def _report(world: World) -> Report:
    """The report of a body in the district, for which the liaison speaks; still to be written."""
    plan = small_plan()
    Duty.objects.get_or_create(task=plan.tasks.get(slug="2-1"), organisation=world.district_body)
    Period.objects.all().delete()  # each role finds it anew
    with clock.fixed(OPENED):
        set_calendar(plan, TERMS, actor=None)
        period = open_period(plan, QUARTER, actor=None)
    report = period.reports.get(organisation=world.district_body)
    report.extended_until = clock.today() + timedelta(days=5)
    report.save()
    return report


def _sent(world: World) -> Report:
    report = _report(world)
    wanted = {entry.pk: WantedEntry("办了。") for entry in report.entries.all()}
    return submit_report(report.pk, wanted, revision=0, actor=world.actors["liaison"])


def _city(world: World) -> Report:
    """The same, where no district looks first."""
    report = _sent(world)
    report.period.has_two_steps = False
    report.period.save()
    return report


def _open(world: World) -> list[object]:
    return [_report(world).pk]


def _waiting(world: World) -> list[object]:
    return [_sent(world).pk]


def _waiting_in_the_city(world: World) -> list[object]:
    return [_city(world).pk]


def _plan(world: World) -> list[object]:
    return [_report(world).period.plan.slug]


def _period(world: World) -> list[object]:
    return [_report(world).period_id]


def _accepted(world: World) -> list[object]:
    report = _city(world)
    accept_report(report.pk, revision=report.revision, actor=world.actors["office"])
    return [report.period.plan.slug, report.pk]


def _words(_world: World) -> dict[str, object]:
    report = Report.objects.get(organisation=_world.district_body)
    return {f"e{entry.pk}-words": "办了。" for entry in report.entries.all()} | {"revision": "0"}


def _revision(world: World) -> dict[str, object]:
    return {"revision": Report.objects.get(organisation=world.district_body).revision, "reason": "改"}


READERS = seen(office=200, liaison=200, head=200, district=200, reviewer=200, auditor=200)

ACCESS = {
    "reports:desk": row(READERS),
    "reports:overview": row(seen(office=200, district=200, reviewer=200, auditor=200), args=_plan),
    "reports:calendar": row(seen(office=200), args=_plan),
    "reports:open_period": row(
        seen(office=302), method="post", args=_plan, data=lambda _world: {"since": "2024-01-01"}
    ),
    "reports:period": row(READERS, args=_period),
    "reports:report": row(READERS, args=_open),
    "reports:save": row(
        seen(liaison=302, head=403, office=403, district=403, reviewer=403, auditor=403),
        method="post",
        args=_open,
        data=_words,
    ),
    "reports:submit": row(
        seen(liaison=302, head=403, office=403, district=403, reviewer=403, auditor=403),
        method="post",
        args=_open,
        data=_words,
    ),
    "reports:pass": row(
        seen(district=302, office=403, liaison=403, head=403, reviewer=403, auditor=403),
        method="post",
        args=_waiting,
        data=_revision,
    ),
    "reports:return": row(
        seen(office=302, district=302, liaison=403, head=403, reviewer=403, auditor=403),
        method="post",
        args=_waiting,
        data=_revision,
    ),
    "reports:accept": row(
        seen(office=302, liaison=403, head=403, district=403, reviewer=403, auditor=403),
        method="post",
        args=_waiting_in_the_city,
        data=_revision,
    ),
    "reports:extend": row(
        seen(office=302, liaison=403, head=403, district=403, reviewer=403, auditor=403),
        method="post",
        args=_open,
        data=lambda _world: {"reason": "换人", "until": (clock.today() + timedelta(days=9)).isoformat()},
    ),
    "reports:public": row(OPEN, args=lambda world: [_report(world).period.plan.slug]),
    "reports:public_report": row(OPEN, args=_accepted),
}
