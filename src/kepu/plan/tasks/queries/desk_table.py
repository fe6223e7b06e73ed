"""The tasks on a desk as a table to take away."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from kepu.foundation.sheets import Column, ColumnKind, Sheet
from kepu.plan.tasks.choices import Status
from kepu.plan.tasks.queries.desk import DeskList, target_words


def desk_sheet(found: DeskList) -> Sheet:
    """The columns of the table; the district's only where one is chosen."""
    columns = [
        Column("code", _("编号")),
        Column("title", _("任务")),
        Column("section", _("行动或工程")),
        Column("state", _("状态"), choices=tuple((state.value, str(state.label)) for state in Status)),
        Column("sentence", _("理由")),
        Column("open", _("待定")),
        Column("lead", _("牵头单位")),
        Column("bodies", _("责任单位")),
        Column("targets", _("目标")),
        Column("evidence", _("依据")),
        Column("evidence_on", _("最近的材料"), ColumnKind.DAY),
        Column("origin", _("来源")),
    ]
    if found.filter.district is not None:
        header = _("%(district)s最近的材料") % {"district": found.filter.district.label}
        columns.append(Column("here_on", header, ColumnKind.DAY))
    return Sheet(_("任务与目标"), tuple(columns))


def desk_lines(found: DeskList) -> Iterable[Mapping[str, Any]]:
    """One line for each shown task."""
    for one in found.rows:
        row = one.row
        yield {
            "code": row.task.code,
            "title": row.label,
            "section": row.task.section.title,
            "state": row.status,
            "sentence": row.sentence,
            "open": _("、").join(open_words(code) for code in one.open),
            "lead": one.lead.label if one.lead else "",
            "bodies": _("、").join(duty.organisation.label for duty in row.duties),
            "targets": _("；").join(target_words(target) for target in row.targets),
            "evidence": _("、").join(part.label for part in row.state.parts if part.evidence),
            "evidence_on": row.state.evidence_on,
            "origin": row.task.get_origin_display(),
            "here_on": one.here_on,
        }


def desk_banner(found: DeskList) -> str:
    """What stands above the table: plan, day, and what is made up or no original text."""
    said = [found.plan.title, _("截至 %(day)s") % {"day": found.day.isoformat()}, found.plan.provenance]
    if found.is_demonstration:
        said.append(_("演示数据"))
    return _("；").join(part for part in said if part)


def open_words(code: str) -> str:
    """What is open, in words."""
    return {
        "measure": _("指标或节点未定"),
        "meaning": _("口径未定"),
        "evidence": _("依据未定"),
        "lead": _("牵头未定"),
    }[code]
