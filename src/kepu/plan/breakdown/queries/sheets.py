"""The columns of shares in a spreadsheet, for the template, the import and the export."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from kepu.foundation.sheets import Column, ColumnKind, Sheet
from kepu.plan.breakdown.models import Breakdown, Share
from kepu.plan.breakdown.queries.frames import Frame


def share_sheet(frame: Frame) -> Sheet:
    """The table in which shares of a target are filled in and given out."""
    years = _("、").join(str(year) for year in frame.years)
    year_help = _("可填 %(years)s；空着就是“%(whole)s”。") % {"years": years, "whole": frame.whole_label}
    kind = ColumnKind.INTEGER if frame.is_whole else ColumnKind.NUMBER
    return Sheet(
        title=_("分解数"),
        columns=(
            Column(
                "owner",
                _("区市或单位"),
                is_required=True,
                help=_("区市写名称或代码，单位写全称、简称或别名。"),
                aliases=(_("区市"), _("单位"), _("承担单位")),
                example=_("市南区"),
                longest=120,
            ),
            Column("year", _("年份"), ColumnKind.INTEGER, help=year_help if years else _("这个目标不按年分，请空着。")),
            Column(
                "value",
                _("分解数"),
                kind,
                is_required=True,
                unit=frame.unit,
                least=0,
                help=_("以“%(unit)s”为单位。") % {"unit": frame.unit} if frame.unit else "",
                aliases=(_("数值"), _("目标值")),
                example="10",
            ),
        ),
        notes=(str(frame.target), _("一行一个分解数；整张表替换草稿里原有的数，有一行不对就一行也不收。")),
    )


def share_banner(breakdown: Breakdown) -> str:
    """What stands above the table that is given out: plan, target, version, and what is made up or no original text."""
    plan = breakdown.target.plan
    said = [plan.title, str(breakdown.target), _("第 %(number)s 版") % {"number": breakdown.number}, plan.provenance]
    if plan.is_demonstration:
        said.append(_("演示数据"))
    return _("；").join(part for part in said if part)


def share_lines(shares: Iterable[Share]) -> Iterator[dict[str, Any]]:
    """Shares as rows of that table."""
    for share in shares:
        yield {"owner": share.owner.name if share.owner else "", "year": share.year, "value": share.value.normalize()}
