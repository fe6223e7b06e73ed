"""Who may open what of monitoring reports: the office makes them, reviewers and auditors read drafts, everyone what is published."""

from datetime import date

from kepu.foundation import clock
from kepu.plan.monitoring import services
from kepu.plan.monitoring.models import MonitoringReport
from tests.access import OPEN, World, row, seen
from tests.plan.factories import small_plan
from tests.plan.reports.worlds import OPENED


def _draft(world: World) -> MonitoringReport:
    plan = small_plan()
    MonitoringReport.objects.all().delete()
    office = world.actors["office"]
    assert office is not None
    with clock.fixed(OPENED):
        return services.make_report(plan, date(2024, 7, 1), date(2024, 9, 30), actor=office)


def _ready(world: World) -> MonitoringReport:
    report = _draft(world)
    services.make_papers(report.pk, str(report.progress_id))
    return report


def _published(world: World) -> MonitoringReport:
    office = world.actors["office"]
    assert office is not None
    return services.publish_report(_ready(world).pk, actor=office)


def _with_a_plan(_world: World) -> list[object]:
    small_plan()
    return []


READERS = seen(office=200, reviewer=200, auditor=200)
MAKERS = seen(office=302, reviewer=403, auditor=403)

ACCESS = {
    "monitoring:desk": row(seen(office=302, reviewer=302, auditor=302), args=_with_a_plan),
    "monitoring:plan": row(READERS, args=lambda _world: [small_plan().slug]),
    "monitoring:report": row(READERS, args=lambda world: [_draft(world).pk]),
    "monitoring:text": row(seen(office=200), args=lambda world: [_draft(world).pk, "next"]),
    "monitoring:refresh": row(MAKERS, method="post", args=lambda world: [_draft(world).pk]),
    "monitoring:papers": row(MAKERS, method="post", args=lambda world: [_draft(world).pk]),
    "monitoring:publish": row(MAKERS, method="post", args=lambda world: [_ready(world).pk]),
    "monitoring:number": row(MAKERS, method="post", args=lambda world: [_draft(world).pk]),
    "monitoring:chart": row(OPEN, args=lambda world: [_published(world).pk, 1]),
    "monitoring:public": row(OPEN, args=lambda _world: [small_plan().slug]),
    "monitoring:public_report": row(OPEN, args=lambda world: [small_plan().slug, _published(world).pk]),
}
