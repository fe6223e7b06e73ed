"""Reads of personal data: who has a number, how old somebody is, what was agreed to."""

import hmac
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection, models
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kepu.directory.privacy.choices import AgeBand, ConsentState, NumberKind, RequestKind
from kepu.directory.privacy.errors import ConsentMissing, GuardianNeeded
from kepu.directory.privacy.models import (
    Consent,
    EncryptedTextField,
    GuardianInvitation,
    Guardianship,
    PersonalDetail,
    PersonalNumber,
    SubjectRequest,
)
from kepu.directory.privacy.rules import (
    ADULT_FROM,
    CHILD_BELOW,
    age_on,
    band_of,
    birthday_in,
    digests,
    masked,
    normalised,
    text_digest,
)
from kepu.foundation.clock import today
from kepu.foundation.codes.queries import CodeEntry, code_list, values_in_force
from kepu.foundation.erasure import OnErasure

PURPOSES = "privacy.purposes"
STATEMENTS = (
    ("purpose", "为什么要用"),
    ("manner", "怎样取得"),
    ("scope", "用到哪些信息"),
    ("place", "存在哪里"),
    ("period", "存多久"),
    ("ending", "到期怎样处理"),
    ("safeguards", "怎样保护"),
    ("refusing", "不同意会怎样"),
    ("complaint", "怎样投诉"),
    ("correction", "怎样更正和删除"),
)


@dataclass(frozen=True, slots=True)
class MaskedNumber:
    """A number as it may stand on a screen."""

    id: int
    kind: str
    label: str
    masked: str
    is_verified: bool


@dataclass(frozen=True, slots=True)
class ConsentText:
    """What somebody is asked to agree to, in its current version."""

    purpose: str
    label: str
    label_en: str
    version: str
    digest: str
    guardian_below: int
    statements: tuple[tuple[str, str], ...]
    """Heading and words, in the order of the rule."""
    officer: str
    """Who answers for children's data at this site; empty while the operator has not named anybody."""

    @property
    def title(self) -> str:
        """What the purpose is called in the language of the page; the text itself is Chinese."""
        return self.label_en if (get_language() or "").startswith("en") and self.label_en else self.label


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands with one purpose today."""

    text: ConsentText
    band: AgeBand
    needs_guardian: bool
    answer: Consent | None
    """The newest answer, to whatever version."""
    is_guardians: bool
    """Whether who answered is the person's confirmed guardian today."""

    @property
    def holds(self) -> bool:
        """Whether the data may be used: agreed, to the text as it is now, by whoever had to."""
        answer = self.answer
        return (
            answer is not None
            and answer.state == ConsentState.GIVEN
            and answer.text_digest == self.text.digest
            and (self.is_guardians or not self.needs_guardian)
        )

    @property
    def guardian_sentence(self) -> str:
        """Why the person can not answer alone."""
        said = {"purpose": self.text.label, "age": CHILD_BELOW if self.band == AgeBand.CHILD else ADULT_FROM}
        return _("未满 %(age)d 周岁，“%(purpose)s”要由监护人登录后单独同意。") % said


def person_id_with(kind: str, value: str) -> int | None:
    """Whose number this is, found by its keyed hash.

    Raises:
        NumberUnreadable: it is no number of its kind.
    """
    found = PersonalNumber.objects.filter(kind=kind, digest__in=digests(kind, normalised(kind, value)))
    return found.values_list("person_id", flat=True).first()


def holders_of(kind: str, values: Iterable[str]) -> dict[str, int]:
    """Whose numbers these are, in one look; numbers that nobody holds are left out.

    Args:
        kind: of all of them.
        values: in the form that `number_in_form` gives.
    """
    by_digest = {digest: value for value in set(values) for digest in digests(kind, value)}
    found = PersonalNumber.objects.filter(kind=kind, digest__in=list(by_digest)).values_list("digest", "person_id")
    return {by_digest[bytes(digest)]: person for digest, person in found}


def proved_holder(kind: str, value: str) -> int | None:
    """Who proved to hold a number; a number that only stands on somebody's list proves nothing.

    Raises:
        NumberUnreadable: it is no number of its kind.
    """
    found = PersonalNumber.objects.filter(kind=kind, digest__in=digests(kind, normalised(kind, value)))
    return found.filter(verified_at__isnull=False).values_list("person_id", flat=True).first()


def keyed_digests(use: str, text: str) -> list[bytes]:
    """Keyed hashes of something that must be recognised and not be readable, one for each key, the newest first.

    Args:
        use: what it is for; equal texts of two uses have nothing in common.
        text: at best in its one normal form.
    """
    return digests(use, text)


def number_in_form(kind: str, value: str) -> tuple[str, str]:
    """A number in the one form that is kept, and what of it may stand on a screen.

    Raises:
        NumberUnreadable: it is no number of its kind.
    """
    text = normalised(kind, value)
    return text, masked(kind, text)


def phone_in_form(value: str) -> tuple[str, str]:
    """A phone number in the one form that is kept, and what of it may stand on a screen.

    Raises:
        NumberUnreadable: it is no phone number.
    """
    return number_in_form(NumberKind.PHONE, value)


def is_adult_by_identity(identity: str) -> bool:
    """Whether the birthday that an identity number holds makes an adult of its bearer today.

    Raises:
        NumberUnreadable: there is no such day in it.
    """
    return age_on(birthday_in(identity), today()) >= ADULT_FROM


def numbers_of(person_id: int) -> list[MaskedNumber]:
    """A person's numbers, masked."""
    return numbers_of_people([person_id]).get(person_id, [])


def numbers_of_people(person_ids: Iterable[int]) -> dict[int, list[MaskedNumber]]:
    """The numbers of several persons, masked; in one look."""
    found: dict[int, list[MaskedNumber]] = {}
    for number in PersonalNumber.objects.filter(person__in=list(person_ids)):
        shown = MaskedNumber(
            id=number.pk,
            kind=number.kind,
            label=str(number.get_kind_display()),
            masked=masked(number.kind, number.value),
            is_verified=number.verified_at is not None,
        )
        found.setdefault(number.person_id, []).append(shown)
    return found


def phone_of(person_id: int) -> str:
    """The phone to which messages go, verified ones first; empty where there is none. For gateways only, never for a page."""
    phones = PersonalNumber.objects.filter(person=person_id, kind=NumberKind.PHONE)
    found = phones.order_by(models.F("verified_at").desc(nulls_last=True), "pk").first()
    return str(found.value) if found is not None else ""


def birthday_of(person_id: int) -> date | None:
    """The registered birthday."""
    detail = PersonalDetail.objects.filter(person=person_id).first()
    return date.fromisoformat(detail.birthday) if detail is not None and detail.birthday else None


def age_band_of(person_id: int, on: date | None = None) -> AgeBand:
    """The age band of a person on a day (today, if none is given)."""
    return band_of(birthday_of(person_id), on or today())


def ledger_key_of(person_id: int) -> bytes | None:
    """The keyed hash under which the ledger counts this person (16 bytes); None once the secret died with the person."""
    detail = PersonalDetail.objects.filter(person=person_id).first()
    if detail is None or not detail.secret:
        return None
    return hmac.digest(detail.secret.encode(), f"person {person_id}".encode(), "sha256")[:16]


# --- consent ----------------------------------------------------------------------------------------------------


def _text_of(entry: CodeEntry, version: str, officer: str) -> ConsentText:
    words = tuple((heading, str(entry.extra.get(name, ""))) for name, heading in STATEMENTS)
    guardian_below = int(entry.extra.get("guardian_below", CHILD_BELOW))
    return ConsentText(
        purpose=entry.code,
        label=entry.label,
        label_en=entry.label_en,
        version=version,
        digest=text_digest([entry.code, *(text for _heading, text in words), str(guardian_below)]),
        guardian_below=guardian_below,
        statements=words,
        officer=officer,
    )


def consent_texts() -> list[ConsentText]:
    """All purposes with their texts in force, in the list's order."""
    found = code_list(PURPOSES)
    officer = str(values_in_force("privacy.").get("officer") or "")
    return [_text_of(entry, found.version, officer) for entry in found.entries]


def consent_text(purpose: str) -> ConsentText:
    """The text of one purpose.

    Raises:
        ConsentMissing: the site has no text for this purpose, so nobody can agree to it.
    """
    for text in consent_texts():
        if text.purpose == purpose:
            return text
    raise ConsentMissing(_("本站还没有“%(purpose)s”的告知书，请先在“码表与参数”中载入。") % {"purpose": purpose})


def standing_of(person_id: int, purpose: str, on: date | None = None) -> Standing:
    """Where a person stands with a purpose on a day: a birthday may have made a guardian's consent needed meanwhile."""
    day = on or today()
    text = consent_text(purpose)
    answer = Consent.objects.filter(person=person_id, purpose=purpose).first()
    is_guardians = answer is not None and is_guardian(answer.answered_by_id, person_id)
    return _standing(text, age_band_of(person_id, day), answer, is_guardians=is_guardians)


def _standing(text: ConsentText, band: AgeBand, answer: Consent | None, *, is_guardians: bool) -> Standing:
    needs_guardian = band == AgeBand.CHILD or (band == AgeBand.MINOR and text.guardian_below >= ADULT_FROM)
    return Standing(text=text, band=band, needs_guardian=needs_guardian, answer=answer, is_guardians=is_guardians)


def standings_of(person_id: int) -> list[Standing]:
    """Where a person stands today with every purpose, in the list's order; a few looks, whatever the list's length."""
    band = age_band_of(person_id)
    guardians = set(guardians_of(person_id).filter(confirmed_at__isnull=False).values_list("guardian", flat=True))
    newest: dict[str, Consent] = {}
    for answer in Consent.objects.filter(person=person_id).select_related("answered_by"):
        newest.setdefault(answer.purpose, answer)
    return [
        _standing(
            text,
            band,
            found := newest.get(text.purpose),
            is_guardians=found is not None and found.answered_by_id in guardians,
        )
        for text in consent_texts()
    ]


_BIRTHDAY: EncryptedTextField = PersonalDetail._meta.get_field("birthday")  # noqa: SLF001 Django documents _meta
_AGREED = """
select c.state, c.text_digest, c.answered_by_id, d.birthday
from privacy_consent c left join privacy_personaldetail d on d.person_id = c.person_id
where c.person_id = %s and c.purpose = %s order by c.answered_at desc, c.id desc limit 1
"""


def has_agreed_to(person_id: int, purpose: str, text_digest: str) -> bool:
    """Whether an adult's own newest answer agrees to exactly this text; cheap, for a rush.

    False says only that the longer way (`check_consent`, `answer_consent`) must decide: for minors always.

    Args:
        person_id: whose data it is.
        purpose: code of the purpose.
        text_digest: the fingerprint of the text that the person was shown just now.
    """
    with connection.cursor() as cursor:  # in a rush every booker asks: one plain statement instead of two query sets
        cursor.execute(_AGREED, [person_id, purpose])
        found = cursor.fetchone()
    if found is None or found[:3] != (ConsentState.GIVEN, text_digest, person_id):
        return False
    birthday = _BIRTHDAY.from_db_value(found[3], None, connection)
    return band_of(date.fromisoformat(birthday) if birthday else None, today()) in {AgeBand.ADULT, AgeBand.UNKNOWN}


def check_consent(person_id: int, purpose: str, on: date | None = None) -> None:
    """Refuse what the person, or for a minor the guardian, has not agreed to in the text's present version.

    Every service that uses personal data for a purpose calls this each time: what was agreed may have been withdrawn.

    Raises:
        GuardianNeeded: a guardian must answer, and none has.
        ConsentMissing: no consent is in force.
    """
    standing = standing_of(person_id, purpose, on)
    if standing.holds:
        return
    if standing.needs_guardian:
        raise GuardianNeeded(standing.guardian_sentence)
    said = {"purpose": standing.text.label}
    raise ConsentMissing(_("办理“%(purpose)s”要先看告知书并同意；告知书改过的，请再看一次。") % said, purpose=purpose)


def guardians_of(child_id: int) -> models.QuerySet[Guardianship]:
    """The guardianships of a child that are not over, confirmed or not."""
    return Guardianship.objects.filter(child=child_id, ended_at=None).select_related("guardian")


def wards_of(guardian_id: int) -> models.QuerySet[Guardianship]:
    """The children for whom somebody answers, or is said to."""
    return Guardianship.objects.filter(guardian=guardian_id, ended_at=None).select_related("child")


def is_guardian(guardian_id: int, child_id: int) -> bool:
    """Whether somebody is the confirmed guardian of a child."""
    return wards_of(guardian_id).filter(child=child_id, confirmed_at__isnull=False).exists()


def invitations_to(person_id: int) -> models.QuerySet[GuardianInvitation]:
    """Children whose guardian somebody is said to be, found by the own verified phones."""
    phones = PersonalNumber.objects.filter(person=person_id, kind=NumberKind.PHONE, verified_at__isnull=False)
    open_ones = GuardianInvitation.objects.filter(answered_at=None, digest__in=phones.values("digest"))
    return open_ones.exclude(child=person_id).select_related("child")


def invitations_of(child_id: int) -> models.QuerySet[GuardianInvitation]:
    """The invitations of a child that nobody answered yet."""
    return GuardianInvitation.objects.filter(child=child_id, answered_at=None)


def answers_for_minor(guardian_id: int, child_id: int) -> bool:
    """Whether somebody is the confirmed guardian of somebody who is a minor today."""
    return is_guardian(guardian_id, child_id) and age_band_of(child_id) in {AgeBand.CHILD, AgeBand.MINOR}


def ward_obstacle(person_id: int) -> str:
    """Why a guardian can not be erased yet: a child without a phone of its own has nobody else to answer for it."""
    for ward in wards_of(person_id).filter(confirmed_at__isnull=False):
        others = guardians_of(ward.child_id).exclude(guardian=person_id).filter(confirmed_at__isnull=False)
        has_phone = PersonalNumber.objects.filter(person=ward.child_id, kind=NumberKind.PHONE).exists()
        if not has_phone and not others.exists() and age_band_of(ward.child_id) != AgeBand.ADULT:
            return _("您为没有手机号的孩子建了账号，请先在“我的信息”里删除孩子的账号")
    return ""


# --- erasure and access: what points at a person ----------------------------------------------------------------

_FOREIGN: dict[str, dict[str, OnErasure]] = {}


def declare_erasure(label: str, fields: dict[str, OnErasure]) -> None:
    """Say for a model of another package what erasure does to it; own models say it in `ON_ERASURE`.

    Args:
        label: as in `"account.EmailAddress"`.
        fields: by the name of the field that points at a person.
    """
    _FOREIGN[label] = fields


def erasure_of(model: type[models.Model]) -> dict[str, OnErasure]:
    """What a model declares; empty where it says nothing."""
    return _FOREIGN.get(model._meta.label, getattr(model, "ON_ERASURE", {}))  # noqa: SLF001


def pointers() -> Iterator[tuple[type[models.Model], str, OnErasure]]:
    """Every model and field that points at a person by a key or by a number, with what erasure does there."""
    for model in apps.get_models(include_auto_created=True):
        for field, what in erasure_of(model).items():
            yield model, field, what


def undeclared() -> list[str]:
    """Foreign keys to a person about which their model says nothing: a defect, and a test's list."""
    person = get_user_model()
    return [
        f"{model._meta.label}.{field.name}"  # noqa: SLF001
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()  # noqa: SLF001
        if field.concrete
        and field.is_relation
        and field.related_model is person
        and field.name not in erasure_of(model)
    ]


# --- the yearly audit of minors' data ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MinorsAudit:
    """What 未成年人网络保护条例 Art. 37 asks a site to know of itself for one year."""

    year: int
    people: dict[AgeBand, int]
    """Persons with a registered birthday who were minors on the last day of the year (or today), by band."""
    without_birthday: int
    answers: Counter[tuple[str, str]]
    """Answers about minors in the year, by purpose and state."""
    requests: Counter[str]
    """Requests about minors' data in the year, by kind."""
    guardianships: int
    purposes: tuple[ConsentText, ...]


def minors_audit(year: int) -> MinorsAudit:
    """Count what was done with minors' data in a year; birthdays are decrypted one by one, so it is work of seconds."""
    last = min(date(year, 12, 31), today())
    bands: Counter[AgeBand] = Counter()
    known = 0
    for detail in PersonalDetail.objects.iterator():
        if detail.birthday:
            known += 1
            bands[band_of(date.fromisoformat(detail.birthday), last)] += 1
    minors = (AgeBand.CHILD, AgeBand.MINOR)
    answers = Consent.objects.filter(answered_at__year=year, band__in=minors).values_list("purpose", "state")
    asked = SubjectRequest.objects.filter(asked_at__year=year, band__in=minors).values_list("kind", flat=True)
    return MinorsAudit(
        year=year,
        people={band: bands[band] for band in minors},
        without_birthday=get_user_model().objects.filter(is_active=True).count() - known,
        answers=Counter((str(purpose), str(state)) for purpose, state in answers),
        requests=Counter(dict.fromkeys(RequestKind.values, 0) | Counter(map(str, asked))),
        guardianships=Guardianship.objects.filter(confirmed_at__isnull=False, ended_at=None).count(),
        purposes=tuple(consent_texts()),
    )
