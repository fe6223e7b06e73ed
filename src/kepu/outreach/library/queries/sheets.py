"""Stock as a table: to be filled in, and to take away in the same columns."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from kepu.directory.register.choices import RegionLevel
from kepu.directory.register.models import Region
from kepu.foundation.clock import today
from kepu.foundation.sheets import Column, ColumnKind, Sheet
from kepu.outreach.library.models import Holding
from kepu.outreach.library.queries.kinds import kind_labels

_MOST = 100_000


def stock_sheet() -> Sheet:
    """The columns in which stock comes and goes."""
    return Sheet(
        _("馆藏表"),
        (
            Column(
                "title", _("资源"), is_required=True, longest=120, example=_("示例显微镜教具箱"),
                help=_("已登记的资源写一样的名称；没有登记的，类型、来源、怎样可以用也要填，就一起登记"),
            ),
            Column("kind", _("类型"), ColumnKind.CHOICE, choices=tuple(kind_labels().items())),
            Column("topics", _("讲的题目"), longest=800, help=_("几个题目用分号隔开")),
            Column("source", _("作者或来源"), longest=160),
            Column("rights", _("怎样可以用"), longest=200, help=_("许可或约定，照实写")),
            Column("keeper", _("保管单位"), is_required=True, longest=120, help=_("登记簿里的全称或简称")),
            Column("district", _("区市"), longest=40, help=_("名称或 6 位代码；空着就是保管单位所在地")),
            Column("township", _("镇街"), longest=40, help=_("名称或代码，可空着")),
            Column("storage", _("放在哪里"), is_required=True, longest=120, example=_("三楼器材室")),
            Column("contact", _("找谁领"), is_required=True, longest=80, help=_("岗位和办公电话，不写个人姓名和手机")),
             _count("good", _("好的"), help_text=_("连借出在外的"), is_required=True),
            _count("damaged", _("坏的")),
            _count("lost", _("丢的")),
            Column("counted_on", _("盘点日期"), ColumnKind.DAY, is_required=True, most=today()),
            Column("reason", _("原因"), longest=200, help=_("为什么盘点，或数为什么变了；空着写“按馆藏表盘点”")),
        ),
    )  # fmt: skip


def _count(name: str, header: str, *, help_text: str = "", is_required: bool = False) -> Column:
    return Column(
        name, header, ColumnKind.INTEGER, is_required=is_required, help=help_text, least=0, most=_MOST, unit=_("件")
    )


def stock_lines(holdings: Iterable[Holding]) -> Iterator[dict[str, Any]]:
    """The lines of that table; the day is today's, for who changes a count and brings the table back."""
    regions = {one.path: one for one in Region.objects.filter(level__in=[RegionLevel.DISTRICT, RegionLevel.TOWNSHIP])}
    day = today()
    for one in holdings:
        yield _line(one, regions, day)


def _line(holding: Holding, regions: dict[str, Region], day: date) -> dict[str, Any]:
    resource = holding.resource
    codes = [code for code in holding.region.path.split("/") if code]
    above = ["/".join(codes[:depth]) + "/" for depth in range(1, len(codes) + 1)]
    placed = {regions[path].level: regions[path].code for path in above if path in regions}
    return {
        "title": resource.title,
        "kind": resource.kind,
        "topics": "；".join(resource.topics),
        "source": resource.source,
        "rights": resource.rights,
        "keeper": holding.keeper.name,
        "district": placed.get(RegionLevel.DISTRICT, ""),
        "township": placed.get(RegionLevel.TOWNSHIP, ""),
        "storage": holding.storage,
        "contact": holding.contact,
        "good": holding.good,
        "damaged": holding.damaged,
        "lost": holding.lost,
        "counted_on": day,
        "reason": "",
    }
