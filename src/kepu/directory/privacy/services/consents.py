"""Answers to consent texts, and the guardians who answer for children."""

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.privacy.choices import AgeBand, ConsentManner, ConsentState, RequestKind
from kepu.directory.privacy.errors import ConsentMissing, GuardianNeeded, GuardianUnfit, ReasonMissing
from kepu.directory.privacy.events import ConsentAnswered
from kepu.directory.privacy.models import Consent, Guardianship, SubjectRequest
from kepu.directory.privacy.permissions import may_record_for_others
from kepu.directory.privacy.queries import Standing, age_band_of, answers_for_minor, standing_of
from kepu.foundation.actors import Actor
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish


def note_request(person_id: int, kind: str, *, actor: Actor) -> SubjectRequest:
    """Note that somebody asked something of the data about a person, and that it was done at once."""
    at = now()
    return SubjectRequest.objects.create(
        person_id=person_id, kind=kind, band=age_band_of(person_id), asked_by_id=actor.pk, asked_at=at, settled_at=at
    )


@transaction.atomic
def answer_consent(
    person_id: int,
    purpose: str,
    *,
    is_given: bool,
    text_digest: str,
    actor: Actor,
    answered_by: int | None = None,
    manner: str = ConsentManner.SCREEN,
    evidence: str = "",
) -> Consent:
    """Agree to a purpose's text or refuse it. One answer is as easy as the other, and refusing needs no reason.

    Args:
        person_id: whose data it is.
        purpose: code of the purpose.
        is_given: agreed, or refused.
        text_digest: the fingerprint of the text that was shown; a text that changed meanwhile must be read again.
        actor: who is signed in.
        answered_by: who answered, where the actor takes down what was said by phone or on paper; else the actor.
        manner: how the answer came in.
        evidence: where the record or the paper lies; needed where it was taken down.

    Raises:
        NotAllowed: the actor is neither the person, nor the guardian, nor the office.
        GuardianNeeded: for this person a confirmed guardian must answer.
        ConsentMissing: the text is no longer the one that was shown.
        ReasonMissing: what was taken down names no evidence.
    """
    who = actor.pk if answered_by is None else answered_by
    if who != actor.pk and not may_record_for_others(actor):
        raise NotAllowed
    if who != person_id and not answers_for_minor(who, person_id):
        raise NotAllowed(_("只有本人，或未成年人已确认的监护人，可以答复。"))
    if manner != ConsentManner.SCREEN and not evidence.strip():
        raise ReasonMissing(_("代录的答复要写明凭据：录音编号或纸质材料存放处。"))
    standing = standing_of(person_id, purpose)
    if text_digest != standing.text.digest:
        raise ConsentMissing(_("告知书刚刚改过，请看过新的一版再答复。"))
    if is_given and standing.needs_guardian and who == person_id:
        raise GuardianNeeded(standing.guardian_sentence)
    return _answer(
        person_id, standing, ConsentState.GIVEN if is_given else ConsentState.REFUSED, who, actor, manner, evidence
    )


@transaction.atomic
def withdraw_consent(person_id: int, purpose: str, *, actor: Actor) -> Consent:
    """Take a consent back; what was done before stays lawful, nothing more is done from now on.

    Raises:
        NotAllowed: the actor is neither the person nor the guardian.
        ConsentMissing: nothing is agreed to.
    """
    if actor.pk != person_id and not answers_for_minor(actor.pk, person_id):
        raise NotAllowed(_("只有本人，或未成年人已确认的监护人，可以撤回。"))
    standing = standing_of(person_id, purpose)
    if standing.answer is None or standing.answer.state != ConsentState.GIVEN:
        raise ConsentMissing(_("没有可以撤回的同意。"))
    note_request(person_id, RequestKind.WITHDRAW, actor=actor)
    return _answer(person_id, standing, ConsentState.WITHDRAWN, actor.pk, actor, ConsentManner.SCREEN, "")


def _answer(
    person_id: int, standing: Standing, state: str, who: int, actor: Actor, manner: str, evidence: str
) -> Consent:
    text = standing.text
    answer = Consent.objects.create(
        person_id=person_id,
        purpose=text.purpose,
        version=text.version,
        text_digest=text.digest,
        state=state,
        band=standing.band,
        manner=manner,
        evidence=evidence.strip()[:200],
        answered_by_id=who,
        recorded_by_id=actor.pk,
        answered_at=now(),
    )
    record(f"privacy.consent.{state}", answer, actor=actor, purpose=text.purpose, version=text.version)
    publish(ConsentAnswered(person_id, text.purpose, state))
    return answer


@transaction.atomic
def declare_guardian(child_id: int, guardian_id: int, relation: str, *, actor: Actor) -> Guardianship:
    """Say who answers for a child; it holds once that person, or the office with a paper, confirms.

    Raises:
        NotAllowed: the actor is neither of the two nor the office.
        GuardianUnfit: the guardian is a minor, or the child is of age.
    """
    if actor.pk not in {child_id, guardian_id} and not may_record_for_others(actor):
        raise NotAllowed
    if child_id == guardian_id or age_band_of(guardian_id) in {AgeBand.CHILD, AgeBand.MINOR}:
        raise GuardianUnfit(_("监护人应是另一位成年人。"))
    if age_band_of(child_id) == AgeBand.ADULT:
        raise GuardianUnfit(_("已成年的人自己答复，不需要监护人。"))
    found, is_new = Guardianship.objects.get_or_create(
        child_id=child_id, guardian_id=guardian_id, ended_at=None, defaults={"relation": relation, "declared_at": now()}
    )
    if is_new:
        record("privacy.guardianship.declared", found, actor=actor, relation=relation)
    return found


@transaction.atomic
def confirm_guardian(guardianship_id: int, *, actor: Actor, evidence: str = "") -> Guardianship:
    """Confirm a guardianship: the guardian under the own sign-in, or the office with a paper.

    Raises:
        NotAllowed: the actor is neither.
        ReasonMissing: the office names no paper.
    """
    found = Guardianship.objects.select_for_update().get(pk=guardianship_id, ended_at=None)
    if actor.pk != found.guardian_id:
        if not may_record_for_others(actor) or actor.pk == found.child_id:
            raise NotAllowed
        if not evidence.strip():
            raise ReasonMissing(_("由办公室确认监护关系，要写明看了什么材料。"))
    if found.confirmed_at is None:
        found.confirmed_at, found.confirmed_by_id, found.evidence = now(), actor.pk, evidence.strip()[:200]
        found.save(update_fields=["confirmed_at", "confirmed_by", "evidence"])
        record("privacy.guardianship.confirmed", found, actor=actor)
    return found


@transaction.atomic
def end_guardianship(guardianship_id: int, *, actor: Actor) -> None:
    """End a guardianship; what was agreed under it stays on record and no longer suffices for what is new.

    Raises:
        NotAllowed: the actor is neither of the two nor the office.
    """
    found = Guardianship.objects.select_for_update().get(pk=guardianship_id, ended_at=None)
    if actor.pk not in {found.child_id, found.guardian_id} and not may_record_for_others(actor):
        raise NotAllowed
    found.ended_at = now()
    found.save(update_fields=["ended_at"])
    record("privacy.guardianship.ended", found, actor=actor)
