"""Tell the example's reports: two quarters with their bodies on time, late, returned, waiting and silent."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person
from kepu.directory.register.queries import match_organisations
from kepu.directory.register.services.demonstration import demonstration_person
from kepu.foundation import clock
from kepu.plan.reports.models import Period, Report
from kepu.plan.reports.services import (
    CalendarTerms,
    WantedEntry,
    accept_report,
    open_period,
    return_report,
    set_calendar,
    submit_report,
)
from kepu.plan.tasks.models import Plan


@transaction.atomic
def load_reports(plan: Plan, story: Mapping[str, Any]) -> int:
    """Load the reports of a story; a plan with any period is left as it is.

    Args:
        plan: the example's plan, live.
        story: the section `reports` of the file `story.toml`.

    Returns:
        How many reports were sent; none outside a demonstration, where nobody could have sent them.
    """
    if not settings.KEPU_IS_DEMONSTRATION or Period.objects.filter(plan=plan).exists():
        return 0
    office = demonstration_person(Role.LEADING_OFFICE)
    terms = CalendarTerms(story["frequency"], story["starts_on"], story["due_days"], story["lock_days"])
    with clock.fixed(story["starts_on"]):
        set_calendar(plan, terms, actor=office)
    named = match_organisations([row["body"] for row in story["exception"]], region=plan.region)
    odd = {(row["since"], named[row["body"]].organisation): row for row in story["exception"]}
    return sum(_tell_period(plan, row, story, odd, office) for row in story["period"])


def _tell_period(
    plan: Plan,
    told: Mapping[str, Any],
    story: Mapping[str, Any],
    odd: Mapping[tuple[date, Organisation | None], Mapping[str, Any]],
    office: Person,
) -> int:
    with clock.fixed(told["opened_on"]):
        period = open_period(plan, told["since"], actor=office)
    sent = 0
    for report in period.reports.select_related("organisation"):
        row = {**told, **odd.get((told["since"], report.organisation), {})}
        if not row.get("never"):
            _tell_report(report, row, story, office)
            sent += 1
    return sent


def _tell_report(report: Report, row: Mapping[str, Any], story: Mapping[str, Any], office: Person) -> None:
    liaison = demonstration_person(Role.LIAISON, organisation=report.organisation)
    said = _said(report, row, story)
    with clock.fixed(row["reported_on"]):
        sent = submit_report(report.pk, said, revision=report.revision, actor=liaison)
    if "returned_on" in row:
        with clock.fixed(row["returned_on"]):
            sent = return_report(
                report.pk, reason=row["returned_reason"], revision=sent.revision, actor=office,
                until=row.get("returned_until"),
            )  # fmt: skip
        if "reported_again_on" not in row:
            return
        with clock.fixed(row["reported_again_on"]):
            sent = submit_report(report.pk, {}, revision=sent.revision, actor=liaison)
    if not row.get("waits"):
        with clock.fixed(row["judged_on"]):
            accept_report(report.pk, revision=sent.revision, actor=office)


def _said(report: Report, row: Mapping[str, Any], story: Mapping[str, Any]) -> dict[int, WantedEntry]:
    """A sentence for every task; the obstacle, where there is one, at the first."""
    words = {True: story["words"], False: story["silent_words"]}
    said = {}
    for number, entry in enumerate(report.entries.select_related("task")):
        has_measure = entry.task.targets.exists() or entry.task.evidence.exists()
        said[entry.pk] = WantedEntry(words[has_measure], row.get("obstacle", "") if number == 0 else "")
    return said
