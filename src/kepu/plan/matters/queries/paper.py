"""The papers of a meeting as documents: agenda, brief and minutes, in the layout of an official paper."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from kepu.foundation.clock import today
from kepu.foundation.documents import Block, Column, Document, Heading, Paragraph, Table
from kepu.foundation.language import city_words
from kepu.plan.matters.choices import Outcome, PaperKind
from kepu.plan.matters.models import AgendaItem, Meeting, MeetingPaper
from kepu.plan.tasks.choices import Status
from kepu.plan.tasks.queries import judged_tasks


def draw_paper(meeting: Meeting, kind: PaperKind) -> dict[str, Any]:
    """What a paper says today, as plain values that no later change touches; in the city's language."""
    with city_words():
        items = list(
            meeting.items.select_related("matter__body").prefetch_related(
                "matter__asked_bodies", "matter__tasks", "duties__body", "duties__task"
            )
        )
        facts = _facts(meeting, items) if kind == PaperKind.BRIEF else {}
        return {
            "title": meeting.title,
            "held_on": meeting.held_on.isoformat(),
            "place": meeting.place,
            "invited": [body.name for body in meeting.invited.order_by("sort_key", "name")],
            "is_demonstration": meeting.is_demonstration,
            "items": [_item(item, facts, kind) for item in items],
        }


def _item(item: AgendaItem, facts: dict[int, list[str]], kind: PaperKind) -> dict[str, Any]:
    matter = item.matter
    told: dict[str, Any] = {
        "title": matter.title,
        "body": matter.body.name,
        "asked_bodies": [body.name for body in matter.asked_bodies.all()],
    }
    if kind == PaperKind.BRIEF:
        told |= {
            "difficulty": matter.difficulty,
            "tried": matter.tried,
            "asked": matter.asked,
            "wanted_by": matter.wanted_by.isoformat() if matter.wanted_by else "",
            "recommendation": item.recommendation,
            "facts": [facts[task.pk] for task in matter.tasks.all() if task.pk in facts],
        }
    if kind == PaperKind.MINUTES:
        duties = [
            [one.text, one.body.name, f"{one.task.code} {one.task.title}".strip(), one.due_on.isoformat()]
            for one in item.duties.all()
        ]
        told |= {"outcome": item.outcome, "decision": item.decision, "duties": duties}
    return told


def _facts(meeting: Meeting, items: list[AgendaItem]) -> dict[int, list[str]]:
    """How the tasks of the matters stand today: code, label, state and the sentence that explains it."""
    wanted = {task.pk for item in items for task in item.matter.tasks.all()}
    if not wanted:
        return {}
    judge = judged_tasks(meeting.plan, meeting.plan.tasks.filter(pk__in=wanted, is_struck=False), with_goals=False)
    states = judge.on(today()).tasks
    return {
        task.pk: [task.code, task.label, str(Status(states[task.pk].status).label), states[task.pk].sentence]
        for task in judge.tasks
    }


def document_of(paper: MeetingPaper) -> Document:
    """A frozen paper as a document; its meeting, plan and region are loaded."""
    return document_from(paper.meeting, PaperKind(paper.kind), paper.content, paper.drawn_on)


def document_from(meeting: Meeting, kind: PaperKind, content: dict[str, Any], drawn_on: date) -> Document:
    """A paper in the layout of an official one, in the city's own language."""
    with city_words():
        parts = {PaperKind.AGENDA: _agenda, PaperKind.BRIEF: _brief, PaperKind.MINUTES: _minutes}[kind]
        return Document(
            title=f"{content['title']}\n{kind.label}",
            blocks=tuple(parts(content)),
            issuer=_("%(region)s全民科学素质工作领导小组办公室") % {"region": meeting.plan.region.name},
            issued_on=drawn_on,
            mark=_("演示数据") if content["is_demonstration"] else "",
        )


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return _("%(year)d年%(month)d月%(day)d日") % {"year": day.year, "month": day.month, "day": day.day}


def _lines(text: str) -> Iterator[Block]:
    for line in text.splitlines():
        if line.strip():
            yield Paragraph((line.strip(),))


def _when(content: dict[str, Any]) -> Iterator[Block]:
    yield Paragraph((_("时间：%(day)s") % {"day": _day(content["held_on"])},))
    yield Paragraph((_("地点：%(place)s") % {"place": content["place"]},))


def _agenda(content: dict[str, Any]) -> Iterator[Block]:
    yield Heading(1, _("时间和地点"))
    yield from _when(content)
    yield Heading(1, _("参加单位"))
    yield Paragraph((_("%(bodies)s。") % {"bodies": "、".join(content["invited"])},))
    yield Heading(1, _("议题"))
    columns = (Column(_("次序"), 0.7), Column(_("议题"), 4), Column(_("提出单位"), 2), Column(_("请配合的单位"), 2.5))
    rows = tuple(
        (str(number), one["title"], one["body"], "、".join(one["asked_bodies"]) or "—")
        for number, one in enumerate(content["items"], start=1)
    )
    yield Table(_("提请会议研究的事项"), columns, rows)


def _brief(content: dict[str, Any]) -> Iterator[Block]:
    for one in content["items"]:
        yield Heading(1, one["title"])
        yield Paragraph((_("提出单位：%(body)s。") % {"body": one["body"]},))
        if one["facts"]:
            yield Heading(2, _("任务进展"))
            columns = (Column(_("编号"), 1), Column(_("任务"), 2.4), Column(_("状态"), 1.2), Column(_("说明"), 4.4))
            yield Table(_("有关任务当前的状态"), columns, tuple(tuple(row) for row in one["facts"]))
        yield Heading(2, _("困难"))
        yield from _lines(one["difficulty"])
        if one["tried"]:
            yield Heading(2, _("已做的工作"))
            yield from _lines(one["tried"])
        yield Heading(2, _("请求"))
        yield from _lines(one["asked"] or _("请会议研究。"))
        yield from _asked(one)
        yield Heading(2, _("办公室建议"))
        yield from _lines(one["recommendation"] or _("（待补）"))


def _asked(one: dict[str, Any]) -> Iterator[Block]:
    said = []
    if one["asked_bodies"]:
        said.append(_("请配合的单位：%(bodies)s。") % {"bodies": "、".join(one["asked_bodies"])})
    if one["wanted_by"]:
        said.append(_("希望 %(day)s 前解决。") % {"day": _day(one["wanted_by"])})
    if said:
        yield Paragraph(("".join(said),))


def _minutes(content: dict[str, Any]) -> Iterator[Block]:
    said = {"day": _day(content["held_on"]), "place": content["place"], "bodies": "、".join(content["invited"])}
    opening = _("%(day)s，领导小组在%(place)s召开会议，%(bodies)s参加，研究有关协调事项。现纪要如下。")
    yield Paragraph((opening % said,))
    for one in content["items"]:
        yield Heading(1, one["title"])
        result = str(Outcome(one["outcome"]).label) if one["outcome"] else _("（待记）")
        about = {"body": one["body"], "result": result}
        yield Paragraph((_("%(body)s提出。会议结果：%(result)s。") % about,))
        yield from _lines(one["decision"])
        if one["duties"]:
            columns = (
                Column(_("责任"), 3.4), Column(_("责任单位"), 2), Column(_("对应任务"), 2.4), Column(_("期限"), 1.6),
            )  # fmt: skip
            yield Table(_("责任分工"), columns, tuple(tuple(row) for row in one["duties"]))
