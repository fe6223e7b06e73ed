"""Tell the example's matters: one from a report that a meeting decided, one answered, one that waits."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person
from kepu.directory.register.queries import match_organisations
from kepu.directory.register.services.demonstration import demonstration_person
from kepu.foundation import clock
from kepu.plan.matters.models import AgendaItem, Matter
from kepu.plan.matters.services import (
    MatterWords,
    MeetingTerms,
    add_duty,
    add_item,
    answer_matter,
    call_meeting,
    fix_agenda,
    hold_meeting,
    issue_minutes,
    list_matter,
    raise_matter,
    recommend,
    record_outcome,
)
from kepu.plan.reports.models import Entry
from kepu.plan.tasks.models import Plan
from kepu.plan.tasks.services import complete_milestone


@transaction.atomic
def load_matters(plan: Plan, story: Mapping[str, Any]) -> int:
    """Tell the matters of a story through the services, each step on its day; returns how many were raised.

    A plan that has matters is left as it is.

    Args:
        plan: the example's plan, live, with its decisions and reports.
        story: the section `matters` of the file `story.toml`.
    """
    if Matter.objects.filter(plan=plan).exists() or not story:
        return 0
    rows = story["matter"]
    office = demonstration_person(Role.LEADING_OFFICE)
    named = sorted({name for row in rows for name in (row["body"], *row.get("bodies", ()))})
    named += [duty["body"] for row in rows for duty in row.get("duty", ())]
    bodies = {name: match.organisation for name, match in match_organisations(named, region=plan.region).items()}
    if missing := [name for name in named if bodies.get(name) is None]:
        raise LookupError(f"story: no body is called {missing[0]}")
    known = {name: body for name, body in bodies.items() if body is not None}
    for_meeting = [(_raise(plan, row, known, office), row) for row in rows]
    _meet(plan, story["meeting"], [(one, row) for one, row in for_meeting if "outcome" in row], known, office)
    return len(rows)


def _raise(plan: Plan, row: Mapping[str, Any], bodies: Mapping[str, Organisation], office: Person) -> Matter:
    body = bodies[row["body"]]
    source = _source(plan, body, row["report_since"]) if "report_since" in row else None
    words = MatterWords(
        title=row["title"],
        difficulty=source.obstacle if source is not None else row["difficulty"],
        tried=row.get("tried", ""),
        asked=row["asked"],
        bodies=[bodies[name].pk for name in row.get("bodies", ())],
        wanted_by=row.get("wanted_by"),
        tasks=list(plan.tasks.filter(code__in=row["tasks"]).values_list("pk", flat=True)),
    )
    liaison = demonstration_person(Role.LIAISON, organisation=body)
    with clock.fixed(row["raised_on"]):
        source_id = source.pk if source is not None else None
        matter = raise_matter(plan.pk, body.pk, words, actor=liaison, source_id=source_id)
    if "answered_on" in row:
        with clock.fixed(row["answered_on"]):
            answer_matter(matter.pk, actor=office, text=row["answer"])
    if "listed_on" in row:
        with clock.fixed(row["listed_on"]):
            list_matter(matter.pk, actor=office)
    return matter


def _source(plan: Plan, body: Organisation, since: date) -> Entry:
    entries = Entry.objects.filter(report__period__plan=plan, report__period__since=since, report__organisation=body)
    return entries.exclude(obstacle="").get()


def _meet(
    plan: Plan,
    told: Mapping[str, Any],
    rows: list[tuple[Matter, Mapping[str, Any]]],
    bodies: Mapping[str, Organisation],
    office: Person,
) -> None:
    with clock.fixed(told["called_on"]):
        meeting = call_meeting(plan.pk, MeetingTerms(told["title"], told["held_on"], told["place"]), actor=office)
        items = [(add_item(meeting.pk, matter.pk, actor=office), row) for matter, row in rows]
        for item, row in items:
            recommend(item.pk, text=row["recommendation"], actor=office)
    with clock.fixed(told["fixed_on"]):
        fix_agenda(meeting.pk, actor=office)
    with clock.fixed(told["held_on"]):
        hold_meeting(meeting.pk, actor=office)
        made = [(duty, pk) for item, row in items for duty, pk in _record(plan, item, row, bodies, office)]
    with clock.fixed(told["issued_on"]):
        issue_minutes(meeting.pk, actor=office)
    for duty, body in made:
        if "done_on" in duty:
            liaison = demonstration_person(Role.LIAISON, organisation=body)
            step = plan.tasks.get(code=duty["at"]).milestones.get(title__endswith=duty["text"])
            with clock.fixed(duty["done_on"]):
                complete_milestone(step.pk, actor=liaison, done_on=duty["done_on"], note=duty["note"])


def _record(
    plan: Plan, item: AgendaItem, row: Mapping[str, Any], bodies: Mapping[str, Organisation], office: Person
) -> list[tuple[Mapping[str, Any], Organisation]]:
    said = {"outcome": row["outcome"], "decision": row["decision"], "is_public": row.get("is_public", False)}
    record_outcome(item.pk, actor=office, **said)
    made = []
    for duty in row.get("duty", ()):
        body, task = bodies[duty["body"]], plan.tasks.get(code=duty["at"])
        given = {"task_id": task.pk, "body_id": body.pk, "text": duty["text"], "due_on": duty["due_on"]}
        add_duty(item.pk, actor=office, **given)
        made.append((duty, body))
    return made
