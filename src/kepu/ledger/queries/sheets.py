"""The tables in which facts come and go: one to be filled in, one given out, one of a series."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.foundation.sheets import Column, ColumnKind, Sheet
from kepu.ledger.choices import AudienceTag, SourceKind
from kepu.ledger.models import Fact
from kepu.ledger.queries.options import RecordingOptions, recording_options

# Headers are written into files that come back, so they are Chinese in every language of the page.
TITLE = "台账登记表"
Choices = tuple[tuple[str, str], ...]


def _audiences(options: RecordingOptions | None) -> tuple[Choices, Choices]:
    tags: Choices = tuple((code, str(label)) for code, label in AudienceTag.choices)
    return (tuple((one.code, one.label) for one in options.audiences) if options else ()), tags if options else ()


def _columns(options: RecordingOptions | None) -> tuple[Column, ...]:
    """The columns of a fact; names that the ledger finds by more than their label are texts with a list to pick from."""
    text, number, whole = ColumnKind.TEXT, ColumnKind.NUMBER, ColumnKind.INTEGER
    indicators = tuple((one.code, one.name) for one in options.indicators) if options else ()
    bodies = tuple((name, name) for name in options.bodies) if options else ()
    audiences, tags = _audiences(options)
    return (
        Column("indicator", "指标", text, is_required=True, choices=indicators, aliases=("指标名称", "指标代码", "indicator"),
               help=_("从下拉框中选；也可填指标代码。"), example="科普讲座场次", longest=80),
        Column("occurred_on", "发生日期", ColumnKind.DAY, is_required=True, aliases=("日期", "occurred_on"),
               help=_("事情发生的那一天；存量填数的那一天。"), example="2024-05-01"),
        Column("region", "地区", text, is_required=True, choices=options.places if options else (),
               aliases=("区划", "行政区划", "region"), help=_("知道多细填多细；重名的填行政区划代码。"), example="市南区", longest=80),
        Column("organisation", "单位", text, is_required=True, choices=bodies, aliases=("开展单位", "主办单位", "organisation"),
               help=_("谁做的。全称、简称或登记过的别名。"), example="青岛市科学技术协会", longest=120),
        Column("audience", "人群", text, choices=audiences, aliases=("重点人群", "audience"),
               help=_("不填就是公众。"), example="青少年", longest=30),
        Column("audience_tag", "细分人群", text, choices=tags, aliases=("audience_tag",), example="中学生", longest=30),
        Column("quantity", "数量", number, is_required=True, least=0, aliases=("数值", "quantity"),
               help=_("按指标的计量单位填完整的数字，不写“万”。"), example="3"),
        Column("unit", "计量单位", text, aliases=("unit",), help=_("可不填；填了就与指标核对。"), example="场", longest=20),
        Column("people", "人次", whole, least=0, aliases=("参加人次", "people"), unit="人次",
               help=_("清点过才填；空着表示没有清点，0 表示没有人来。"), example="240"),
        Column("note", "说明", text, aliases=("备注", "note"), help=_("不写个人姓名和电话。"), example="春季进校园第一场"),
        Column("key", "编号", text, aliases=("业务编号", "key"), longest=100,
               help=_("你们自己的流水号，可不填。填了的，同一单位同一编号只登记一次：补充后的表可以整张再传。"), example="2024-0113"),
        Column("instrument", "测量工具或去重办法", text, aliases=("测量工具", "instrument"), longest=200,
               help=_("抽样调查、去重人数等估计数才填。")),
        Column("version", "工具版本", text, aliases=("version",), longest=60),
        Column("sample_size", "样本量", whole, least=1, aliases=("n",)),
        Column("standard_error", "标准误", number, least=0, aliases=("standard_error",)),
    )  # fmt: skip


def import_sheet() -> Sheet:
    """What a filled-in table must look like."""
    return Sheet(TITLE, _columns(None))


def template_sheet(actor: Person) -> Sheet:
    """The same with the lists that this person may choose from."""
    notes = (
        _("一行一件事：一场讲座、一次培训，或某一天的一个存量。填好后在工作台“台账 → 导入表格”上传。"),
        _("有一行不对，整张表都不会登记；改好再传。同一个文件传两次不会重复登记。"),
    )
    return Sheet(TITLE, _columns(recording_options(actor)), notes)


def export_sheet() -> Sheet:
    """A list of facts as it is given out; its last columns keep it from being taken for a table to bring in."""
    named = ("indicator", "occurred_on", "region", "organisation", "audience", "audience_tag", "quantity", "unit",
             "people", "note", "instrument", "version", "sample_size", "standard_error")  # fmt: skip
    columns = {column.name: column for column in _columns(None)}
    sources: Choices = tuple((code, str(label)) for code, label in SourceKind.choices)
    return Sheet(
        "台账事实",
        (
            *(_open(columns[name]) for name in named),
            Column("region_code", "行政区划代码"),
            Column("source", "来源", ColumnKind.CHOICE, choices=sources),
            Column("recorded_on", "登记日期", ColumnKind.DAY),
            Column("fact", "事实编号"),
            Column("reverses", "冲正的事实编号"),
            Column("is_demonstration", "演示数据", ColumnKind.BOOLEAN),
        ),
    )


def _open(column: Column) -> Column:
    """Without bounds: a reversal is negative."""
    return Column(column.name, column.header, column.kind)


def export_rows(facts: Iterable[Fact]) -> Iterator[dict[str, Any]]:
    """Facts as rows of `export_sheet`; who recorded them is left out."""
    for fact in facts:
        method = fact.method or {}
        yield {
            "indicator": fact.indicator.name,
            "occurred_on": fact.occurred_on,
            "region": fact.region.name,
            "organisation": fact.organisation.name,
            "audience": str(fact.get_audience_display()),
            "audience_tag": str(AudienceTag(fact.audience_tag).label) if fact.audience_tag else "",
            "quantity": fact.quantity.normalize() if fact.quantity % 1 else int(fact.quantity),
            "unit": fact.indicator.unit,
            "people": fact.people,
            "note": fact.note,
            "instrument": method.get("instrument"),
            "version": method.get("version"),
            "sample_size": method.get("n"),
            "standard_error": method.get("standard_error"),
            "region_code": fact.region.code,
            "source": fact.source_kind,
            "recorded_on": timezone.localtime(fact.recorded_at).date(),
            "fact": str(fact.pk),
            "reverses": str(fact.reverses) if fact.reverses else "",
            "is_demonstration": fact.is_demonstration,
        }
