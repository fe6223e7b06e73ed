"""How fast the leading office sees who reported, a liaison gets a report, and a monitoring report is laid out.

40 tasks × 25 bodies × 20 periods: 500 reports with 20,000 entries, made in a database of their own on the example's plan.
"""

from collections.abc import Callable
from datetime import date
from statistics import median
from time import perf_counter
from typing import Any

from kepu.bench import Result
from kepu.bench.timing import times
from kepu.bench.world import say, scratch

TASKS, BODIES, PERIODS = 40, 25, 20
DAY = date(2024, 9, 15)
OVERVIEW_BAR_MS, PAPER_BAR_S = 200.0, 10.0


def measure(*, quick: bool) -> list[Result]:
    """Make the reports, then ask the pages and lay out the papers."""
    with scratch():
        from kepu.foundation import clock

        with clock.fixed(DAY):
            say("making 20,000 entries …")
            plan = _world()
            return [*_pages(plan, rounds=10 if quick else 30), *_papers(plan, rounds=2 if quick else 5)]


def _world() -> Any:
    from django.core.management import call_command

    from kepu.directory.register.models import Organisation
    from kepu.plan.reports.models import Entry, Period, Report
    from kepu.plan.reports.rules import stretches
    from kepu.plan.tasks.models import Duty, Plan, Task

    call_command("demo_load", verbosity=0)
    plan = Plan.objects.select_related("region").get()
    model = plan.tasks.order_by("position").first()
    assert model is not None  # noqa: S101 the example has tasks
    tasks = list(plan.tasks.order_by("position")[:TASKS])
    for number in range(len(tasks), TASKS):
        more = Task.objects.create(
            plan=plan, section=model.section, code=f"x{number}", slug=f"x-{number}", title=f"测速任务{number}",
            start=model.start, end=model.end, body_start=model.body_start, body_end=model.body_end, position=10_000 + number,
        )  # fmt: skip
        tasks.append(more)
    bodies = list(Organisation.objects.filter(duties__task__plan=plan).distinct().order_by("pk")[:BODIES])
    Duty.objects.bulk_create(
        [Duty(task=task, organisation=body) for task in tasks for body in bodies], ignore_conflicts=True
    )
    frozen = Report.objects.exclude(frozen=None).values_list("frozen", flat=True)[0]
    Period.objects.all().delete()
    for stretch in list(stretches("quarter", date(2019, 1, 1), date(2023, 12, 31)))[:PERIODS]:
        due = date(stretch.until.year + (stretch.until.month == 12), stretch.until.month % 12 + 1, 20)  # noqa: PLR2004
        period = Period.objects.create(
            plan=plan, since=stretch.since, until=stretch.until, due_on=due, locks_on=due, has_two_steps=False,
            opened_on=due,
        )  # fmt: skip
        reports = Report.objects.bulk_create(
            [
                Report(
                    period=period, organisation=body, state="accepted", accepted_on=due, frozen=frozen,
                    first_submitted_on=due, is_on_time=number % 7 != 0,
                )
                for number, body in enumerate(bodies)
            ]
        )  # fmt: skip
        Entry.objects.bulk_create(
            [Entry(report=report, task=task, words="办了。" * 40) for report in reports for task in tasks]
        )
    Report.objects.filter(period=period).update(state="open", accepted_on=None)
    return plan


def _pages(plan: Any, *, rounds: int) -> list[Result]:
    from django.test import Client
    from django.urls import reverse

    from kepu.directory.register.choices import Role
    from kepu.directory.register.services.demonstration import demonstration_person
    from kepu.plan.reports.models import Report

    client = Client(headers={"host": "localhost"})
    client.force_login(demonstration_person(Role.LEADING_OFFICE))
    report = Report.objects.filter(state="open").order_by("pk")[0]
    liaison = Client(headers={"host": "localhost"})
    liaison.force_login(demonstration_person(Role.LIAISON, organisation=report.organisation))
    overview = _asked(client, reverse("reports:overview", args=[plan.slug]))
    name = f"leading office's overview, {TASKS} tasks × {BODIES} bodies × {PERIODS} periods, median"
    return [
        _timed(name, overview, rounds, OVERVIEW_BAR_MS),
        _timed(
            f"one period with its {BODIES} bodies, median",
            _asked(client, reverse("reports:period", args=[report.period_id])),
            rounds,
        ),
        _timed(
            f"a liaison's report of {TASKS} tasks, filled in from the ledger, median",
            _asked(liaison, reverse("reports:report", args=[report.pk])),
            rounds,
        ),
    ]


def _asked(client: Any, address: str) -> Callable[[date], None]:
    def ask(_day: date) -> None:
        answer = client.get(address)
        if answer.status_code != 200:  # noqa: PLR2004 HTTP
            raise AssertionError(f"{address}: {answer.status_code}")

    return ask


def _timed(name: str, ask: Callable[[date], None], rounds: int, bar: float | None = None) -> Result:
    value = median(times(ask, lambda: DAY, rounds).whole)
    return Result(name, value, "ms", bar, holds=None if bar is None else value <= bar)


def _papers(plan: Any, *, rounds: int) -> list[Result]:
    from kepu.directory.register.choices import Role
    from kepu.directory.register.services.demonstration import demonstration_person
    from kepu.foundation.documents import to_pdf, to_word
    from kepu.plan.monitoring.queries import document_of, draw_content
    from kepu.plan.monitoring.services import make_report

    since, until = date(2024, 4, 1), date(2024, 6, 30)
    report = make_report(plan, since, until, actor=demonstration_person(Role.LEADING_OFFICE))
    drawing = _seconds(lambda: draw_content(plan, since, until), rounds)
    word = _seconds(lambda: to_word(document_of(report)), rounds)
    pdf = _seconds(lambda: to_pdf(document_of(report)), rounds)
    whole = drawing + word
    return [
        Result("monitoring report: numbers drawn from the ledger", drawing, "s"),
        Result("monitoring report: laid out as .docx", word, "s"),
        Result("monitoring report: laid out as PDF", pdf, "s"),
        Result(".docx from nothing", whole, "s", PAPER_BAR_S, holds=whole <= PAPER_BAR_S),
    ]


def _seconds(act: Callable[[], object], rounds: int) -> float:
    taken = []
    for _again in range(rounds):
        begin = perf_counter()
        act()
        taken.append(perf_counter() - begin)
    return median(taken)
