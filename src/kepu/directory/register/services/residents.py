"""Residents: they register by phone, are corrected and change their phone; children wait for their guardian."""

import secrets
from contextlib import suppress
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.privacy import services as privacy
from kepu.directory.privacy.choices import NumberKind, RequestKind
from kepu.directory.privacy.models import Consent, GuardianInvitation, PersonalNumber
from kepu.directory.privacy.queries import check_consent, person_id_with, phone_of, standing_of
from kepu.directory.register.choices import CodePurpose
from kepu.directory.register.errors import GuardianAwaited, ResidentRefused
from kepu.directory.register.events import ResidentRegistered
from kepu.directory.register.models import Organisation, Person
from kepu.directory.register.queries import RESIDENT, is_staff_account
from kepu.directory.register.services.codes import PhoneProof, spend_proof
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now
from kepu.foundation.codes.queries import values_in_force
from kepu.foundation.errors import InputUnreadable, NotAllowed
from kepu.foundation.events import publish
from kepu.foundation.gateways import GatewayFailed, Message, message_gateway

ACCOUNT = "account"
"""The purpose to which a resident agrees when making an account."""


def resident_of(proof: PhoneProof) -> Person | None:
    """The resident who holds a proved phone and may sign in by it; None where nobody is registered yet.

    Raises:
        ResidentRefused: the account works for the office, or is closed; it has another door, or none.
        GuardianAwaited: a child whose guardian has not agreed.
    """
    person = Person.objects.filter(pk=proof.person_id).first() if proof.person_id else None
    if person is None:
        return None
    if is_staff_account(person):
        raise ResidentRefused(_("您有工作身份，请从“工作台”用登录名和密码登录；登录后也能打开“我的信息”。"))
    if person.is_active:
        return person
    if GuardianInvitation.objects.filter(child=person.pk, answered_at=None).exists():
        raise GuardianAwaited(_awaited())
    raise ResidentRefused(_("这个账号已停用，请联系本站办公室。"))


def _awaited() -> str:
    days = int(values_in_force("sign_in.")["guardian_days"])
    return _(
        "还在等监护人同意：请监护人用您填的那个手机号登录，在“我的信息”里答复。%(days)d 天内没有答复，这次登记会删除。"
    ) % {"days": days}


def _new_person(name: str, *, is_active: bool = True) -> Person:
    if not (name := name.strip()):
        raise InputUnreadable(_("请填写怎样称呼您。"), field="name")
    person = Person(
        login=f"{RESIDENT}{secrets.token_hex(8)}",
        name=name[:60],
        is_active=is_active,
        is_demonstration=settings.KEPU_IS_DEMONSTRATION,
    )
    person.set_unusable_password()
    person.save()
    return person


@transaction.atomic
def enrol_person(name: str, *, organisation: Organisation | None, actor: Person) -> Person:
    """Take somebody down who has not come by: the office brings a list.

    Who proves the phone later and gives the same name finds this account.

    Raises:
        NotAllowed: the actor is not of the leading office.
        InputUnreadable: no name.
    """
    if not actor.is_office:
        raise NotAllowed
    person = _new_person(name)
    person.organisation = organisation
    person.save(update_fields=["organisation"])
    record("directory.person.enrolled", person, actor=actor)
    return person


def _written_down(proof: PhoneProof, name: str) -> Person | None:
    """Whom the office wrote down with this phone, where the name is the same; else the claim to the phone falls.

    Whoever holds a phone that was mistyped on a list would otherwise walk into a stranger's account.
    """
    written = Person.objects.filter(pk=person_id_with(NumberKind.PHONE, proof.number) or 0).first()
    if written is not None and written.name == name.strip():
        return resident_of(PhoneProof(proof.number, written.pk))
    privacy.release_claim(NumberKind.PHONE, proof.number, actor=None)
    return None


@transaction.atomic
def register_resident(
    key: str, *, name: str, birthday: date, text_digest: str, guardian_phone: str = "", relation: str = ""
) -> Person:
    """Make an account for whoever proved a phone and agreed to the text of the purpose `account`.

    Who stands on a list of the office with this phone and this name gets that account; with another name a new one, and
    the list's claim to the phone falls. Under 14 the account is not active: the guardian who is named must agree under the own sign-in first.

    Args:
        key: the secret of the session that proved the phone.
        name: what the person wishes to be called.
        birthday: for the rule of consent; encrypted.
        text_digest: fingerprint of the text that was shown.
        guardian_phone: of a child's guardian.
        relation: what the guardian is to the child.

    Raises:
        CodeRefused: the proof is used up or too old.
        ResidentRefused: the phone belongs to an account with another door.
        ConsentMissing: the text is no longer the one that was shown.
        GuardianUnfit: a child named no other person's phone.
    """
    proof = spend_proof(key)
    if (known := resident_of(proof)) is not None:
        return known
    person = _written_down(proof, name) or _new_person(name)
    privacy.set_birthday(person.pk, birthday, actor=person)
    privacy.keep_number(person.pk, NumberKind.PHONE, proof.number, actor=person, is_verified=True)
    if standing_of(person.pk, ACCOUNT).needs_guardian:
        invitation = privacy.invite_guardian(person.pk, guardian_phone, relation, actor=person)
        person.is_active = False
        person.save(update_fields=["is_active"])
        transaction.on_commit(lambda: _tell(str(invitation.number), _guardian_words()))
    else:
        privacy.answer_consent(person.pk, ACCOUNT, is_given=True, text_digest=text_digest, actor=person)
    record("directory.resident.registered", person, actor=person, is_active=person.is_active)
    publish(ResidentRegistered(person_id=person.pk, is_active=person.is_active))
    return person


def _guardian_words() -> str:
    return _(
        "有孩子在本市科普平台登记，把您填为监护人。请用本机号码登录，在“我的信息”里看告知书并答复；不答复，登记会删除。"
    )


def _tell(number: str, words: str) -> None:
    """Send a short message that nothing depends on."""
    with suppress(GatewayFailed):
        message_gateway("sms").send(Message(to=number, subject="", body=words, key=f"told-{secrets.token_hex(12)}"))


@transaction.atomic
def answer_for_child(invitation_id: int, *, is_given: bool, text_digest: str, actor: Person) -> Person | None:
    """As the guardian whom a child named: take the child on and agree, or refuse.

    Returns:
        The child, or None where the guardian refused and the waiting registration was dropped.

    Raises:
        GuardianInvitation.DoesNotExist: the actor was not named, or it is answered.
        GuardianUnfit: the actor is no grown-up by the registered birthday.
        ConsentMissing: the text changed meanwhile.
    """
    if not is_given:
        child_id = privacy.decline_invitation(invitation_id, actor=actor)
        if privacy.let_go_unconfirmed(child_id, actor=actor, reason="guardian refused"):
            return None
        return Person.objects.get(pk=child_id)
    guardianship = privacy.take_on_child(invitation_id, actor=actor)
    child = Person.objects.select_for_update().get(pk=guardianship.child_id)
    if not child.is_active:
        privacy.answer_consent(child.pk, ACCOUNT, is_given=True, text_digest=text_digest, actor=actor)
        child.is_active = True
        child.save(update_fields=["is_active"])
        record("directory.resident.admitted", child, actor=actor)
    return child


@transaction.atomic
def register_ward(*, name: str, birthday: date, relation: str, text_digest: str, actor: Person) -> Person:
    """Make an account for a child without a phone, for whom the actor answers.

    Raises:
        GuardianUnfit: the actor is no grown-up, or the child is one.
        ConsentMissing: the text changed meanwhile.
    """
    check_consent(actor.pk, ACCOUNT)
    child = _new_person(name)
    privacy.set_birthday(child.pk, birthday, actor=actor)
    guardianship = privacy.declare_guardian(child.pk, actor.pk, relation, actor=actor)
    privacy.confirm_guardian(guardianship.pk, actor=actor)
    privacy.answer_consent(child.pk, ACCOUNT, is_given=True, text_digest=text_digest, actor=actor)
    record("directory.resident.registered", child, actor=actor, is_active=True)
    publish(ResidentRegistered(person_id=child.pk, is_active=True))
    return child


@transaction.atomic
def correct_person(*, name: str, birthday: date | None, actor: Person) -> None:
    """Correct one's own name and birthday. Who works for the office has the name that an administrator gave.

    Raises:
        ConsentMissing: a resident withdrew the consent to the account.
        BirthdayUnfit: nobody who lives was born on that day.
        InputUnreadable: the name is empty.
    """
    person = Person.objects.select_for_update().get(pk=actor.pk)
    is_staff = is_staff_account(person)
    if not is_staff:
        check_consent(person.pk, ACCOUNT)
        if not name.strip():
            raise InputUnreadable(_("请填写怎样称呼您。"), field="name")
        if person.name != name.strip()[:60]:
            person.name = name.strip()[:60]
            person.save(update_fields=["name"])
            record("directory.resident.corrected", person, actor=actor)
    if birthday is not None:
        privacy.set_birthday(person.pk, birthday, actor=actor)
    privacy.note_request(person.pk, RequestKind.CORRECT, actor=actor)


@transaction.atomic
def change_phone(key: str, *, actor: Person) -> None:
    """Make a phone that the session proved one's only one; the old phone is told.

    Raises:
        CodeRefused: the proof is used up or too old.
        NumberTaken: it belongs to somebody else here.
    """
    proof = spend_proof(key, purpose=CodePurpose.PHONE)
    old = phone_of(actor.pk)
    kept = privacy.keep_number(actor.pk, NumberKind.PHONE, proof.number, actor=actor, is_verified=True)
    others = PersonalNumber.objects.filter(person=actor.pk, kind=NumberKind.PHONE).exclude(pk=kept.pk)
    for number in others:
        privacy.drop_number(number.pk, actor=actor)
    privacy.note_request(actor.pk, RequestKind.CORRECT, actor=actor)
    if old and old != proof.number:
        words = _("您在本市科普平台的手机号已换成另一个。不是您换的，请马上联系本站办公室。")
        transaction.on_commit(lambda: _tell(old, words))


def let_go_of_waiting_children() -> int:
    """Drop registrations of children whose guardian did not answer in time.

    Returns:
        How many were dropped.
    """
    before = now() - timedelta(days=int(values_in_force("sign_in.")["guardian_days"]))
    waiting = GuardianInvitation.objects.filter(child__is_active=False, invited_at__lt=before)
    children = set(waiting.exclude(child__in=Consent.objects.values("person")).values_list("child", flat=True))
    dropped = 0
    for child_id in children:
        with transaction.atomic():
            dropped += privacy.let_go_unconfirmed(child_id, actor=None, reason="no answer in time")
    return dropped
