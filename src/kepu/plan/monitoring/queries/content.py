"""The numbers of a monitoring report, drawn once and kept as plain values, so that a later fact does not change them.

The content is one JSON object:

- `day`, `is_demonstration`
- `counts`: [state, number] of each state
- `targets`: `label`, `task`, `promise`, `status`, `sentence`, `value`, `unit`, `ratio`, `source`, `months` as [month, value]
- `groups`: `place`, `title`, and `rows` with `code`, `label`, `status`, `before`, `lead`, `sentence`, `source`
- `reports`: `period`, `owed`, `on_time`, `late`, and `missing` bodies; null where no period lies in the days
- `notices`: `issued`, `struck`, `open`, `late`; null where none was ever issued
- `questions`: `body`, `open`, `answered`, `late`
- `sources`: `key`, `label`, `method`, `as_of`, `address`
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from kepu.foundation.clock import today
from kepu.foundation.language import city_words
from kepu.ledger.queries import series
from kepu.oversight.queries import body_counts
from kepu.plan.reports.models import Period
from kepu.plan.reports.queries.timeliness import timeliness
from kepu.plan.supervision.choices import SupervisionState
from kepu.plan.supervision.models import SupervisionNotice
from kepu.plan.tasks.models import Plan
from kepu.plan.tasks.queries import TaskRow, judged_tasks, overview_of
from kepu.plan.tasks.queries.status import PartState, PlanJudge
from kepu.plan.tasks.queries.wording import promise_words

STATUS = "status"
REPORTS = "reports"
NOTICES = "notices"
QUESTIONS = "questions"


@dataclass(slots=True)
class _Sources:
    """Everything that is cited, once."""

    day: date
    found: dict[str, dict[str, str]] = field(default_factory=dict)

    def name(self, key: str, label: str, method: str = "", address: str = "") -> str:
        """Remember a source and give its key."""
        known = {"key": key, "label": label, "method": method, "as_of": self.day.isoformat(), "address": address}
        self.found.setdefault(key, known)
        return key


def draw_content(plan: Plan, since: date, until: date) -> dict[str, Any]:
    """Draw every number of a report, as of its last day, in the city's own language.

    Args:
        plan: with its region.
        since: the first day; states are compared with those of the day before.
        until: the last day.
    """
    with city_words():
        return _draw(plan, since, until)


def _draw(plan: Plan, since: date, until: date) -> dict[str, Any]:
    judge = judged_tasks(plan)
    before, now = judge.on_days((since - timedelta(days=1), until))
    overview = overview_of(judge, now)
    sources = _Sources(until)
    status = sources.name(
        STATUS,
        _("任务状态"),
        _("由目标值、事实、材料的新旧按公开的规则算出，见“状态是怎样算出来的”"),
        reverse("plan:plan", args=[plan.slug]),
    )
    begun = since > judge.starts_on
    targets = [
        _target(judge, part, row.label, since, until, sources)
        for row in (*overview.rows, *overview.own)
        for part in row.state.parts
        if part.target is not None
    ]
    goals = [_target(judge, part, "", since, until, sources) for part in overview.goals if part.target is not None]
    groups = [
        {
            "place": f"group:{group.section.pk}",
            "title": group.section.title or group.section.number,
            "rows": [_row(row, before.tasks[row.task.pk].status if begun else "", status) for row in group.rows],
        }
        for group in overview.groups
    ]
    return {
        "day": until.isoformat(),
        "is_demonstration": overview.is_demonstration or plan.is_demonstration,
        "counts": [[state, number] for state, number in overview.counts],
        "targets": [*goals, *targets],
        "groups": groups,
        "reports": _reports(plan, since, until, sources),
        "notices": _notices(plan, since, until, sources),
        "questions": _questions(sources),
        "sources": list(sources.found.values()),
    }


def _row(row: TaskRow, before: str, source: str) -> dict[str, Any]:
    return {
        "code": row.task.code,
        "label": row.label,
        "status": row.status,
        "before": before,
        "lead": row.lead.organisation.label if row.lead else "",
        "sentence": row.sentence,
        "source": source,
    }


def _target(
    judge: PlanJudge, part: PartState, task: str, since: date, until: date, sources: _Sources
) -> dict[str, Any]:
    target = part.target
    assert target is not None  # noqa: S101 the caller chose parts of targets
    source, months = "", []
    for row in part.evidence[:1]:
        indicator = judge.indicator_of(row)
        if indicator is None:
            continue
        address = reverse("ledger:indicator", args=[indicator.code])
        source = sources.name(
            f"ledger:{indicator.code}", _("台账：%(name)s") % {"name": indicator.name}, indicator.description, address
        )
        if not indicator.is_stock:
            months = [
                [f"{point.since:%Y-%m}", _text(point.value)]
                for point in series(
                    judge.filter_of(row),
                    since=max(since.replace(month=1, day=1), judge.starts_on),
                    until=until,
                    known=judge.indicators,
                )
            ]
    return {
        "label": part.label,
        "task": task,
        "promise": promise_words(
            target.comparator,
            target.value,
            part.unit or target.unit,
            value_max=target.value_max,
            period=target.period,
            deadline=target.deadline,
        ),
        "status": part.status,
        "sentence": part.sentence,
        "value": _text(part.view.value),
        "unit": part.unit or target.unit,
        "ratio": _text(part.view.ratio),
        "source": source,
        "months": months,
    }


def _reports(plan: Plan, since: date, until: date, sources: _Sources) -> dict[str, Any] | None:
    """How the bodies reported on the newest period that lies inside the days; None where there was none."""
    period = Period.objects.filter(plan=plan, since__gte=since, until__lte=until).order_by("-until").first()
    if period is None:
        return None
    counts = timeliness(period.reports.select_related("organisation", "period").defer("frozen"), today())
    sources.name(REPORTS, _("进展报告"), period.label, reverse("reports:public", args=[plan.slug]))
    return {
        "period": period.label,
        "owed": counts.owed,
        "on_time": counts.on_time,
        "late": counts.late,
        "missing": [report.organisation.label for report in counts.missing],
    }


def _notices(plan: Plan, since: date, until: date, sources: _Sources) -> dict[str, int] | None:
    """The supervision notices of the days, and those that were out on the last one; None where none was ever issued."""
    notices = SupervisionNotice.objects.filter(task__plan=plan, issued_on__lte=until)
    if not notices.exists():
        return None
    out = notices.filter(Q(closed_on=None) | Q(closed_on__gt=until))
    address = reverse("plan:plan", args=[plan.slug])
    sources.name(NOTICES, _("督办"), _("按督办规则提出、由领导小组办公室下发的督办单"), address)
    return {
        "issued": notices.filter(issued_on__gte=since).count(),
        "struck": notices.filter(state=SupervisionState.STRUCK, closed_on__gte=since, closed_on__lte=until).count(),
        "open": out.count(),
        "late": out.filter(due_on__lt=until).count(),
    }


def _questions(sources: _Sources) -> list[dict[str, Any]]:
    rows = [
        {"body": one.body, "open": one.open, "answered": one.answered, "late": one.late + one.answered_late}
        for one in body_counts()
    ]
    if rows:
        sources.name(QUESTIONS, _("公众提问"), _("已公开的提问，取数那天的情况"), reverse("oversight:questions"))
    return rows


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


def drawn_states(content: dict[str, Any]) -> Iterable[tuple[str, str, str]]:
    """Code, label and state of every task of a drawn content."""
    return ((row["code"], row["label"], row["status"]) for group in content["groups"] for row in group["rows"])
