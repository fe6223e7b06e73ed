"""A closed evaluation as a document: the same pieces for the web page, the .docx and the PDF."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from kepu.foundation.documents import Block, Cited, Column, Document, Heading, Paragraph, Part, Source, Table
from kepu.foundation.language import city_words
from kepu.plan.evaluation.models import Evaluation
from kepu.plan.tasks.choices import Status

SCORES, STATUS, LEDGER = "scores", "status", "ledger"


def document_of(evaluation: Evaluation) -> Document:
    """The evaluation in the layout of an official paper, in the city's own language.

    Args:
        evaluation: closed, with its plan and region.
    """
    kept: Mapping[str, Any] = evaluation.frozen or {}
    with city_words():
        return Document(
            title=f"{kept['plan']}\n{_('%(title)s报告') % {'title': kept['title']}}",
            blocks=tuple(_blocks(kept)),
            issuer=_("%(region)s全民科学素质工作领导小组办公室") % {"region": kept["region"]},
            issued_on=date.fromisoformat(kept["closed_on"]),
            mark=_("演示数据") if kept["is_demonstration"] else "",
            sources=_sources(evaluation, kept),
        )


def _sources(evaluation: Evaluation, kept: Mapping[str, Any]) -> tuple[Source, ...]:
    root = str(getattr(settings, "KEPU_SITE_URL", "") or "")
    until, closed = date.fromisoformat(kept["until"]), date.fromisoformat(kept["closed_on"])
    address = f"{root}{reverse('plan:plan', args=[evaluation.plan.slug])}"
    return (
        Source(SCORES, _("评估表"), _("评估员按本报告所列评分标准打分，提交时的事实随表保存"), closed),
        Source(
            STATUS,
            _("任务状态"),
            _("由目标值、事实、材料的新旧按公开的规则算出，见“状态是怎样算出来的”"),
            until,
            address,
        ),
        Source(
            LEDGER,
            _("台账"),
            _("评估期内记在这个单位名下的事实，提交评估表那天的样子"),
            until,
            f"{root}{reverse('ledger:data')}",
        ),
    )


def _blocks(kept: Mapping[str, Any]) -> Iterator[Block]:
    yield Heading(1, _("总体情况"))
    yield Paragraph(tuple(_overall(kept)))
    yield from _paragraphs(kept["summary"])
    if kept["unjudged_reason"]:
        yield Paragraph((_("没评的原因：%(reason)s") % {"reason": kept["unjudged_reason"]},))
    yield Heading(1, _("怎样评的"))
    yield Paragraph((_how(kept),))
    yield _rubric_table(kept)
    yield Heading(1, _("各单位结果"))
    yield _body_table(kept)
    yield Heading(1, _("逐项评分"))
    yield _sheet_table(kept)
    yield from _findings(kept)
    yield from _comments(kept)


def _paragraphs(words: str) -> Iterator[Block]:
    for line in words.splitlines():
        if line.strip():
            yield Paragraph((line.strip(),))


def _overall(kept: Mapping[str, Any]) -> Iterator[Part]:
    result = kept["result"]
    yield _("评估期从 %(since)s 到 %(until)s。共 ") % {"since": kept["since"], "until": kept["until"]}
    yield Cited(str(result["of"]), SCORES)
    yield _(" 张评估表，评了 ")
    yield Cited(str(result["judged"]), SCORES)
    yield _(" 张；方案得 ")
    yield Cited(result["score"] or "—", SCORES)
    yield _(" 分，等级为“%(grade)s”。") % {"grade": result["grade_label"]}
    counts = "，".join(f"{label} {number}" for _code, label, number in kept["grades"])
    yield _("各等级的张数：%(counts)s。") % {"counts": counts}


def _how(kept: Mapping[str, Any]) -> str:
    source = _("（%(source)s）") % {"source": kept["scale_source"]} if kept["scale_source"] else ""
    return _("各项得分相加为一张表的得分，满分 100。%(scale)s%(source)s。%(mean)s") % {
        "scale": kept["scale_words"],
        "source": source,
        "mean": kept["mean_words"],
    }


def _rubric_table(kept: Mapping[str, Any]) -> Table:
    rows: list[tuple[Part, ...]] = [
        (one["name"], one["weight"], one["guide"] or "—", one["words"]) for one in kept["rubric"]
    ]
    columns = (
        Column(_("评分项"), 1.6), Column(_("权重"), 0.8, is_number=True), Column(_("看什么"), 3.2),
        Column(_("得分怎么来"), 2.6),
    )  # fmt: skip
    return Table(_("评分标准"), columns, tuple(rows))


def _body_table(kept: Mapping[str, Any]) -> Table:
    rows: list[tuple[Part, ...]] = []
    for one in kept["bodies"]:
        judged = f"{one['judged']}/{one['of']}"
        score: Part = Cited(one["score"], SCORES) if one["score"] is not None else _("没评")
        rows.append((one["name"], judged, score, one["grade_label"] or "—"))
    columns = (
        Column(_("单位"), 3), Column(_("已评/应评"), 1.2, is_number=True), Column(_("平均分"), 1.2, is_number=True),
        Column(_("等级"), 0.8),
    )  # fmt: skip
    return Table(_("各单位平均分"), columns, tuple(rows))


def _sheet_table(kept: Mapping[str, Any]) -> Table:
    rows: list[tuple[Part, ...]] = []
    for row in kept["rows"]:
        state: Part = Cited(str(Status(row["status"]).label), STATUS) if row["status"] else "—"
        score: Part = Cited(row["score"], SCORES) if row["is_judged"] else _("没评")
        rows.append(
            (f"{row['code']} {row['label']}", row["body_name"], row["role"], state, score, row["grade_label"] or "—")
        )
    columns = (
        Column(_("任务"), 3), Column(_("单位"), 2.2), Column(_("责任"), 1.1), Column(_("期末状态"), 1.1),
        Column(_("得分"), 0.8, is_number=True), Column(_("等级"), 0.7),
    )  # fmt: skip
    return Table(_("各任务、各单位"), columns, tuple(rows))


def _findings(kept: Mapping[str, Any]) -> Iterator[Block]:
    """The findings that the office released, with the numbers of the ledger beside them."""
    released = [row for row in kept["rows"] if row["is_released"]]
    if not released:
        return
    yield Heading(1, _("评语"))
    names = (("strengths", _("做得好的：")), ("problems", _("问题：")), ("advice", _("建议：")))
    for row in released:
        yield Heading(2, f"{row['code']} {row['label']}（{row['body_name']}）")
        yield Paragraph(tuple(_credited(row)))
        for key, label in names:
            if row[key]:
                yield Paragraph((label, row[key].replace("\n", " ")))


def _credited(row: Mapping[str, Any]) -> Iterator[Part]:
    yield Cited(row["score"], SCORES)
    yield _(" 分，%(grade)s。") % {"grade": row["grade_label"]}
    for line in row["lines"]:
        if line["own"] is not None:
            yield _("%(label)s，记在本单位名下 ") % {"label": line["label"]}
            yield Cited(f"{line['own']} {line['unit']}", LEDGER)
            yield "。"


def _comments(kept: Mapping[str, Any]) -> Iterator[Block]:
    said = [row for row in kept["rows"] if row["comment"]]
    if not said:
        return
    yield Heading(1, _("单位意见和回应"))
    for row in said:
        yield Heading(2, f"{row['code']} {row['label']}（{row['body_name']}）")
        yield Paragraph((_("意见："), row["comment"].replace("\n", " ")))
        yield Paragraph((_("回应："), row["reply"].replace("\n", " ")))
