"""Erase a person, hand out what is known of one, and let old data go when its time is over."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.utils.translation import gettext as _

from kepu.directory.privacy.choices import ConsentState, RequestKind
from kepu.directory.privacy.errors import ErasureObstructed
from kepu.directory.privacy.events import PersonErased
from kepu.directory.privacy.models import Consent, EncryptedTextField, GuardianInvitation, SubjectRequest
from kepu.directory.privacy.permissions import may_erase_person
from kepu.directory.privacy.queries import answers_for_minor, pointers
from kepu.directory.privacy.services.consents import note_request
from kepu.foundation.actors import Actor
from kepu.foundation.audit.services import record
from kepu.foundation.clock import today
from kepu.foundation.codes.queries import values_in_force
from kepu.foundation.erasure import Act, OnErasure
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish

Obstacle = Callable[[int], str]
_obstacles: list[Obstacle] = []


def register_obstacle(obstacle: Obstacle) -> None:
    """Let a room say what must be settled before a person can be erased.

    Args:
        obstacle: takes a person's id and returns the sentence to show, or the empty text.
    """
    _obstacles.append(obstacle)


def obstacles_to_erasure(person_id: int) -> list[str]:
    """What must be settled before a person can be erased, in words."""
    return [said for obstacle in _obstacles if (said := obstacle(person_id))]


def _emptied(model: type[models.Model], what: OnErasure, pointer: str) -> dict[str, Any]:
    """The values that erasure writes into a row."""
    values: dict[str, Any] = {}
    for name in what.clears:
        field: Any = model._meta.get_field(name)  # noqa: SLF001 (Django documents _meta)
        values[name] = None if field.null else field.get_default() if field.has_default() else ""
        if isinstance(field, EncryptedTextField):
            values[name] = None if field.null else b""
    if what.act == Act.BLANK:
        values[pointer] = None
    return values


@transaction.atomic
def erase_person(person_id: int, *, actor: Actor, reason: str = "") -> dict[str, int]:
    """Erase what is known of a person; what others rely on stays under a number without a name.

    Statistics stay true: facts count a keyed hash whose secret is destroyed here, so nobody can be counted back.

    Args:
        person_id: who is erased.
        actor: the person, a minor's confirmed guardian, or the leading office at that person's request.
        reason: why, where the office does it.

    Returns:
        How many rows were deleted or emptied, by model.

    Raises:
        NotAllowed: the actor is neither.
        ErasureObstructed: something must be settled first; all of it is named.
    """
    if not may_erase_person(actor, person_id) and not answers_for_minor(actor.pk, person_id):
        raise NotAllowed
    person: Any = get_user_model().objects.select_for_update().get(pk=person_id)
    if obstacles := obstacles_to_erasure(person_id):
        raise ErasureObstructed(_("现在还不能注销：%(reasons)s") % {"reasons": "；".join(obstacles)})
    note_request(person_id, RequestKind.ERASE, actor=actor)
    return _erase(person, actor, reason)


@transaction.atomic
def let_go_unconfirmed(child_id: int, *, actor: Actor | None, reason: str) -> bool:
    """Drop a child's registration that no guardian confirmed: nothing of it was ever active.

    Args:
        child_id: whose registration it is.
        actor: who refused; None where the time for an answer is over.
        reason: which of the two.

    Returns:
        Whether it was dropped; a person who may act, or who ever consented to anything, stays.
    """
    person: Any = get_user_model().objects.select_for_update().get(pk=child_id)
    is_theirs = Consent.objects.filter(person=child_id, state=ConsentState.GIVEN).exists()
    if person.is_active or is_theirs or not GuardianInvitation.objects.filter(child=child_id).exists():
        return False
    _erase(person, actor, reason)
    return True


def _erase(person: Any, actor: Actor | None, reason: str) -> dict[str, int]:
    person_id = person.pk
    touched: dict[str, int] = {}
    for model, pointer, what in pointers():
        rows = model._base_manager.filter(**{pointer: person_id})  # noqa: SLF001 (no manager may hide a row)
        if what.act == Act.DELETE:
            count = rows.delete()[0]
        elif values := _emptied(model, what, pointer):
            count = rows.update(**values)
        else:
            count = 0
        if count:
            label = model._meta.label  # noqa: SLF001
            touched[label] = touched.get(label, 0) + count
    person.blank_out()
    record("privacy.person.erased", person, actor=actor, reason=reason.strip()[:200], rows=touched)
    publish(PersonErased(person_id))
    return touched


@transaction.atomic
def export_person(person_id: int, *, actor: Actor) -> dict[str, Any]:
    """Everything that points at a person, in words and by model, for that person's own eyes (subject access).

    Raises:
        NotAllowed: the actor is neither the person nor, for a minor, the confirmed guardian.
    """
    if actor.pk != person_id and not answers_for_minor(actor.pk, person_id):
        raise NotAllowed(_("只有本人，或未成年人的监护人，可以导出这些信息。"))
    note_request(person_id, RequestKind.EXPORT, actor=actor)
    person = get_user_model().objects.get(pk=person_id)
    found: dict[str, Any] = {str(person._meta.verbose_name): [_row_in_words(person, hidden={"password"})]}  # noqa: SLF001
    for model, pointer, _what in pointers():
        rows = model._base_manager.filter(**{pointer: person_id}).order_by("pk")  # noqa: SLF001
        heading = str(model._meta.verbose_name)  # noqa: SLF001
        if lines := [_row_in_words(row, hidden={"secret", "digest", "data", "session_data"}) for row in rows[:5000]]:
            found.setdefault(heading, []).extend(line for line in lines if line not in found.get(heading, []))
    return found


def _row_in_words(row: models.Model, *, hidden: set[str]) -> dict[str, str]:
    said: dict[str, str] = {}
    for field in row._meta.concrete_fields:  # noqa: SLF001
        if field.name in hidden or (
            isinstance(field, models.BinaryField) and not isinstance(field, EncryptedTextField)
        ):
            continue
        value = field.value_from_object(row)
        if value in {None, ""} if not isinstance(value, list | dict) else not value:
            continue
        shown = getattr(row, f"get_{field.name}_display", None)
        said[str(field.verbose_name)] = str(shown() if shown else value)
    return said


# --- retention --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Retention:
    """How long one kind of personal data is kept: a parameter of days, and what lets go of what is older."""

    parameter: str
    """Name of the parameter, in days, under `privacy.`."""
    let_go: Callable[[date], int]
    """Deletes or empties what is older than the day; returns how many rows."""


_retentions: dict[str, Retention] = {}


def register_retention(rule: Retention) -> None:
    """Let a room say how long it keeps a kind of personal data."""
    _retentions[rule.parameter] = rule


def apply_retention() -> dict[str, int]:
    """Let go of everything whose time is over; a period that nobody set keeps its data.

    Returns:
        How many rows each rule let go.
    """
    days = values_in_force("privacy.")
    gone: dict[str, int] = {}
    for name, rule in _retentions.items():
        if (period := days.get(name)) is None:
            continue
        with transaction.atomic():
            gone[name] = rule.let_go(today() - timedelta(days=int(period)))
    return gone


def let_go_of_requests(before: date) -> int:
    """Forget requests that no audit asks for any more."""
    return SubjectRequest.objects.filter(settled_at__date__lt=before).delete()[0]
