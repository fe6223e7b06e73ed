"""A monitoring report as a document: the same pieces for the web page, the .docx and the PDF."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from kepu.foundation.documents import (
    Block,
    Chart,
    Cited,
    Column,
    Document,
    Heading,
    Paragraph,
    Part,
    Series,
    Source,
    Table,
)
from kepu.foundation.language import city_words
from kepu.plan.monitoring.models import MonitoringReport
from kepu.plan.monitoring.queries.content import QUESTIONS
from kepu.plan.monitoring.queries.texts import ASKED, NEXT, NOTICED, OVERALL, REPORTING, TextPlace, texts_of
from kepu.plan.monitoring.rules import text_parts
from kepu.plan.tasks.choices import Status


def document_of(report: MonitoringReport) -> Document:
    """The report in the layout of an official paper, in the city's own language.

    Args:
        report: with its plan and region.
    """
    with city_words():
        content = report.content
        texts = {text.place: text for text in texts_of(report)}
        return Document(
            title=f"{report.plan}\n{_('%(period)s监测报告') % {'period': report.label}}",
            blocks=tuple(_blocks(content, texts)),
            issuer=_("%(region)s全民科学素质工作领导小组办公室") % {"region": report.plan.region.name},
            doc_number=report.doc_number,
            issued_on=report.drawn_on,
            mark=_("演示数据") if content["is_demonstration"] else "",
            sources=tuple(_source(one) for one in content["sources"]),
        )


def _source(kept: dict[str, str]) -> Source:
    day = date.fromisoformat(kept["as_of"])
    root = str(getattr(settings, "KEPU_SITE_URL", "") or "")
    return Source(
        kept["key"], kept["label"], kept["method"], day, f"{root}{kept['address']}" if kept["address"] else ""
    )


def _blocks(content: dict[str, Any], texts: dict[str, TextPlace]) -> Iterator[Block]:
    yield Heading(1, texts[OVERALL].title)
    yield from _paragraphs(texts[OVERALL])
    yield from _state_chart(content)
    if content["targets"]:
        yield Heading(1, _("目标值进展"))
        yield _target_table(content)
        yield from _target_charts(content)
    yield Heading(1, _("各项任务进展"))
    for group in content["groups"]:
        yield Heading(2, group["title"])
        yield from _paragraphs(texts[group["place"]])
        yield _task_table(group)
    if REPORTING in texts:
        yield Heading(1, texts[REPORTING].title)
        yield from _paragraphs(texts[REPORTING])
    if NOTICED in texts:
        yield Heading(1, texts[NOTICED].title)
        yield from _paragraphs(texts[NOTICED])
    if ASKED in texts:
        yield Heading(1, texts[ASKED].title)
        yield from _paragraphs(texts[ASKED])
        yield _question_table(content)
    yield Heading(1, texts[NEXT].title)
    yield from _paragraphs(texts[NEXT])


def _paragraphs(text: TextPlace) -> Iterator[Block]:
    for line in text.words.splitlines():
        if line.strip():
            yield Paragraph(text_parts(line.strip(), text.numbers))


def _state_chart(content: dict[str, Any]) -> Iterator[Block]:
    counts = [(str(Status(state).label), number) for state, number in content["counts"]]
    said = "，".join(_("%(state)s %(number)d 项") % {"state": state, "number": number} for state, number in counts)
    series = Series(_("任务数"), tuple(Decimal(number) for _state, number in counts))
    categories = tuple(state for state, _number in counts)
    yield Chart(_("期末各状态的任务数"), "bar", _("项"), categories, (series,), description=said)


def _cited(text: str | None, source: str, unit: str = "") -> Part:
    if text is None:
        return "—"
    number = f"{Decimal(text):,f}"
    shown = f"{number}%" if unit in {"%", "％"} else f"{number} {unit}".strip()
    return Cited(shown, source) if source else shown


def _target_table(content: dict[str, Any]) -> Table:
    rows: list[tuple[Part, ...]] = [
        (
            one["label"],
            one["promise"],
            _cited(one["value"], one["source"], one["unit"]),
            str(Status(one["status"]).label),
            one["sentence"],
        )
        for one in content["targets"]
    ]
    columns = (
        Column(_("目标"), 2), Column(_("承诺"), 2), Column(_("现值"), 1.4, is_number=True), Column(_("状态"), 1.1),
        Column(_("说明"), 4),
    )  # fmt: skip
    return Table(_("方案里的数字走到哪里"), columns, tuple(rows))


def _target_charts(content: dict[str, Any]) -> Iterator[Block]:
    for one in content["targets"]:
        known = [value for _month, value in one["months"] if value is not None]
        if not known:
            continue
        values = tuple(None if value is None else Decimal(value) for _month, value in one["months"])
        months = tuple(month for month, _value in one["months"])
        said = "，".join(f"{month} {value}" for month, value in one["months"] if value is not None)
        title = _("%(label)s，当年各月") % {"label": one["label"]}
        yield Chart(title, "bar", one["unit"], months, (Series(one["label"], values),), description=said)


def _task_table(group: dict[str, Any]) -> Table:
    rows: list[tuple[Part, ...]] = []
    for row in group["rows"]:
        state = str(Status(row["status"]).label)
        if row["before"] and row["before"] != row["status"]:
            state = _("%(now)s（期初%(before)s）") % {"now": state, "before": Status(row["before"]).label}
        rows.append((row["code"], row["label"], Cited(state, row["source"]), row["sentence"]))
    columns = (Column(_("编号"), 1), Column(_("任务"), 2.6), Column(_("状态"), 1.5), Column(_("说明"), 4.4))
    return Table(_("%(group)s：逐项") % {"group": group["title"]}, columns, tuple(rows))


def _question_table(content: dict[str, Any]) -> Table:
    rows: list[tuple[Part, ...]] = [
        (
            one["body"],
            Cited(str(one["answered"]), QUESTIONS),
            Cited(str(one["open"]), QUESTIONS),
            Cited(str(one["late"]), QUESTIONS),
        )
        for one in content["questions"]
    ]
    columns = (
        Column(_("单位"), 3), Column(_("已答"), 1, is_number=True), Column(_("在办"), 1, is_number=True),
        Column(_("逾期"), 1, is_number=True),
    )  # fmt: skip
    return Table(_("各单位答复公众提问"), columns, tuple(rows))
