"""The yearly audit of minors' data."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.contrib.auth import get_user_model

from kepu.directory.privacy.choices import AgeBand, RequestKind
from kepu.directory.privacy.models import (
    Consent,
    Guardianship,
    PersonalDetail,
    SubjectRequest,
)
from kepu.directory.privacy.queries.consents import ConsentText, consent_texts
from kepu.directory.privacy.rules import (
    band_of,
)
from kepu.foundation.clock import today


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
