"""The list of tasks as a table to take away."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from kepu.foundation.sheets import Column, ColumnKind, Sheet, csv_lines
from kepu.plan.tasks.choices import Status
from kepu.plan.tasks.queries.listing import TaskListing
from kepu.plan.tasks.queries.pages import PlanOverview, TaskRow


def task_sheet(title: str) -> Sheet:
    """The columns of the table."""
    states = tuple((state.value, str(state.label)) for state in Status)
    return Sheet(
        title,
        (
            Column("code", _("编号")),
            Column("title", _("任务")),
            Column("section", _("行动或工程")),
            Column("bodies", _("责任单位")),
            Column("lead", _("牵头单位")),
            Column("state", _("状态"), choices=states),
            Column("sentence", _("理由")),
            Column("evidence_on", _("最近的材料"), ColumnKind.DAY),
            Column("origin", _("来源")),
        ),
    )


def task_csv(overview: PlanOverview, listing: TaskListing) -> Iterator[str]:
    """The shown tasks line by line; above the header stands the day, and what is made up or no original text."""
    plan = overview.plan
    said = [plan.title, _("截至 %(day)s") % {"day": overview.day.isoformat()}, plan.provenance]
    if overview.is_demonstration:
        said.append(_("演示数据"))
    banner = _("；").join(part for part in said if part)
    return csv_lines(task_sheet(_("任务")), map(_line, listing.everything), banner=banner)


def _line(row: TaskRow) -> dict[str, Any]:
    return {
        "code": row.task.code,
        "title": row.label,
        "section": row.task.section.title,
        "bodies": _("、").join(duty.organisation.label for duty in row.duties),
        "lead": row.lead.organisation.label if row.lead else "",
        "state": row.status,
        "sentence": row.sentence,
        "evidence_on": row.state.evidence_on,
        "origin": row.task.get_origin_display(),
    }
