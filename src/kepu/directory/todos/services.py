"""Hang up and take down to-do items."""

from collections.abc import Sequence
from datetime import date

from django.db import models, transaction

from kepu.directory.register.models import Organisation, Person, Region
from kepu.directory.todos.models import Todo
from kepu.foundation.clock import today


@transaction.atomic
def open_todo(
    key: str,
    *,
    title: str,
    url_name: str,
    url_arguments: Sequence[str | int] = (),
    subject: models.Model | None = None,
    reason: str = "",
    action: str = "",
    due_on: date | None = None,
    person: Person | None = None,
    role: str = "",
    organisation: Organisation | None = None,
    region: Region | None = None,
) -> Todo:
    """Hang up one item for a person, or for whoever holds a role; the same cause and addressee hang once.

    Args:
        key: the cause, `room.noun:id`; `close_todos` takes down everything hung up under it.
        title: what to do, in one line.
        url_name: name of the page where it is done.
        url_arguments: plain positional arguments of that page.
        subject: the thing it is about.
        reason: why, in one sentence.
        action: the verb on the button; 去办理 when empty.
        due_on: until when.
        person: the one person, or
        role: the role whose holders are meant,
        organisation: of this body (and of those above it), and
        region: of this region (and of those around it).

    Raises:
        ValueError: neither or both of person and role are given.
    """
    if (person is None) == (not role):
        raise ValueError("a to-do is for one person or for one role")
    subject_type = subject._meta.label_lower if subject is not None else ""  # noqa: SLF001 (Django documents _meta)
    addressee = {"person": person, "role": role, "organisation": organisation, "region": region}
    wording = {
        "title": title,
        "reason": reason,
        "action": action,
        "url_name": url_name,
        "url_arguments": list(url_arguments),
        "subject_type": subject_type,
        "subject_id": "" if subject is None else str(subject.pk),
        "due_on": due_on,
    }
    todo, _created = Todo.objects.update_or_create(
        key=key,
        closed_on=None,
        **addressee,
        defaults=wording,
        create_defaults={"key": key, "opened_on": today(), **addressee, **wording},
    )
    return todo


def close_todos(key: str, *, person: Person | None = None) -> int:
    """Take down what hangs under a cause (for one person where named); returns how many were open."""
    waiting = Todo.objects.filter(key=key, closed_on=None)
    if person is not None:
        waiting = waiting.filter(person=person)
    return waiting.update(closed_on=today())
