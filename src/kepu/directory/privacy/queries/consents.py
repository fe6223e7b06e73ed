"""Consent texts, where a person stands with each, and the guardians who answer for children."""

from dataclasses import dataclass
from datetime import date

from django.db import connection, models
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kepu.directory.privacy.choices import AgeBand, ConsentState, NumberKind
from kepu.directory.privacy.errors import ConsentMissing, GuardianNeeded
from kepu.directory.privacy.models import (
    Consent,
    EncryptedTextField,
    GuardianInvitation,
    Guardianship,
    PersonalDetail,
    PersonalNumber,
)
from kepu.directory.privacy.queries.numbers import age_band_of
from kepu.directory.privacy.rules import (
    ADULT_FROM,
    CHILD_BELOW,
    band_of,
    text_digest,
)
from kepu.foundation.clock import today
from kepu.foundation.codes.queries import CodeEntry, code_list, values_in_force

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
