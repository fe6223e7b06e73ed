"""The matters of a desk as a table to take away."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from kepu.foundation.clock import today
from kepu.foundation.sheets import Column, ColumnKind, Sheet
from kepu.plan.matters.choices import MatterState
from kepu.plan.matters.queries.listing import SETTLED, MatterRow


def matter_sheet() -> Sheet:
    """The columns of the table; no person stands in it."""
    states = [(code, str(label)) for code, label in MatterState.choices]
    return Sheet(
        _("协调事项台账"),
        (
            Column("title", _("事项")),
            Column("body", _("提出单位")),
            Column("state", _("状态"), choices=(*states, (SETTLED, _("已办结")))),
            Column("difficulty", _("困难是什么")),
            Column("asked", _("请求什么")),
            Column("duties", _("议定责任"), ColumnKind.INTEGER),
            Column("done", _("已完成"), ColumnKind.INTEGER),
            Column("late", _("逾期"), ColumnKind.INTEGER),
            Column("raised_on", _("提出日期"), ColumnKind.DAY),
            Column("wanted_by", _("希望何时解决"), ColumnKind.DAY),
            Column("closed_on", _("结束日期"), ColumnKind.DAY),
            Column("made_up", _("演示数据"), ColumnKind.BOOLEAN),
        ),
    )


def matter_lines(rows: Iterable[MatterRow]) -> Iterable[Mapping[str, Any]]:
    """One line for each matter."""
    for row in rows:
        one = row.matter
        yield {
            "title": one.title,
            "body": one.body.name,
            "state": SETTLED if row.is_settled else one.state,
            "difficulty": one.difficulty,
            "asked": one.asked,
            "duties": len(row.duties),
            "done": row.done,
            "late": row.late,
            "raised_on": one.raised_on,
            "wanted_by": one.wanted_by,
            "closed_on": one.closed_on,
            "made_up": one.is_demonstration,
        }


def matters_banner(rows: Iterable[MatterRow]) -> str:
    """What stands above the table: the day, and whether anything is made up."""
    said = [_("协调事项台账"), _("截至 %(day)s") % {"day": today().isoformat()}]
    if any(row.matter.is_demonstration for row in rows):
        said.append(_("含演示数据"))
    return _("；").join(said)
