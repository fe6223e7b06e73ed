"""The notices of a desk as a table to take away."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from kepu.foundation.clock import today
from kepu.foundation.sheets import Column, ColumnKind, Sheet
from kepu.plan.supervision.choices import SupervisionState, Trigger
from kepu.plan.supervision.models import SupervisionNotice
from kepu.plan.supervision.queries.clock import is_late
from kepu.plan.supervision.queries.figures import colour_names
from kepu.plan.tasks.choices import Status


def notice_sheet() -> Sheet:
    """The columns of the table; no person stands in it."""

    def labels(closed_list: Any) -> tuple[tuple[str, str], ...]:
        return tuple((code, str(label)) for code, label in closed_list.choices)

    return Sheet(
        _("督办台账"),
        (
            Column("number", _("编号")),
            Column("colour", _("颜色"), choices=tuple(colour_names().items())),
            Column("trigger", _("督办原因"), choices=labels(Trigger)),
            Column("code", _("任务编号")),
            Column("task", _("任务")),
            Column("body", _("被督办单位")),
            Column("seen", _("当时的任务状态"), choices=labels(Status)),
            Column("sentence", _("理由")),
            Column("demand", _("督办要求")),
            Column("state", _("状态"), choices=labels(SupervisionState)),
            Column("late", _("逾期未反馈"), ColumnKind.BOOLEAN),
            Column("issued_on", _("下发日期"), ColumnKind.DAY),
            Column("signed_on", _("签收日期"), ColumnKind.DAY),
            Column("due_on", _("反馈期限"), ColumnKind.DAY),
            Column("promised_on", _("承诺整改期限"), ColumnKind.DAY),
            Column("closed_on", _("办结日期"), ColumnKind.DAY),
            Column("made_up", _("演示数据"), ColumnKind.BOOLEAN),
        ),
    )


def notice_lines(notices: Iterable[SupervisionNotice]) -> Iterable[Mapping[str, Any]]:
    """One line for each notice."""
    for one in notices:
        yield {
            "number": one.public_number,
            "colour": one.colour,
            "trigger": one.trigger,
            "code": one.task.code,
            "task": one.task.label,
            "body": one.body.name,
            "seen": one.seen_status,
            "sentence": one.seen_sentence,
            "demand": one.demand,
            "state": one.state,
            "late": is_late(one),
            "issued_on": one.issued_on,
            "signed_on": one.signed_on,
            "due_on": one.due_on,
            "promised_on": one.promised_on,
            "closed_on": one.closed_on,
            "made_up": one.is_demonstration,
        }


def notice_banner(notices: Iterable[SupervisionNotice]) -> str:
    """What stands above the table: the day, and whether anything is made up."""
    said = [_("督办台账"), _("截至 %(day)s") % {"day": today().isoformat()}]
    if any(one.is_demonstration for one in notices):
        said.append(_("含演示数据"))
    return _("；").join(said)
