"""Tell one person something: on the desk at once, by mail when that person wants it."""

import hashlib
from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.notices.choices import NoticeState
from kepu.directory.notices.models import Notice, NoticePreference
from kepu.directory.notices.queries import earliest_sending, is_refusable, preference_of
from kepu.directory.register.models import Person
from kepu.foundation.clock import now
from kepu.foundation.gateways import GatewayFailed, Message, SandboxGateway, message_gateway

MOST_ATTEMPTS = 5


@transaction.atomic
def notify(
    person: Person, *, key: str, kind: str, title: str, body: str = "", url: str = "", is_urgent: bool = False
) -> Notice:
    """Tell a person something once; the same key again changes nothing.

    Args:
        person: who is told.
        key: what makes this notice one, `room.noun:id`.
        kind: a declared kind of notice; the person may refuse to get it by mail.
        title: one line without personal data of others: it is the subject of a mail.
        body: more words.
        url: path of the page where it is dealt with.
        is_urgent: waits neither for the digest nor for the end of the quiet hours.
    """
    preference = preference_of(person)
    is_refused = kind in preference.refused_kinds and is_refusable(kind)
    goes_out = bool(person.email) and person.is_active and not person.is_demonstration and not is_refused
    at = now()
    notice, _created = Notice.objects.get_or_create(
        person=person,
        key=key,
        defaults={
            "kind": kind,
            "title": title,
            "body": body,
            "url": url,
            "is_urgent": is_urgent,
            "state": NoticeState.WAITING if goes_out else NoticeState.SHOWN,
            "created_at": at,
            "not_before": earliest_sending(preference, at, is_urgent=is_urgent),
        },
    )
    return notice


def send_due(*, at: datetime | None = None, batch: int = 500) -> int:
    """Send what may go out by now: urgent ones alone, the rest as one mail to each person.

    Returns:
        How many letters the gateway took.
    """
    at = at or now()
    sent = 0
    people = Notice.objects.filter(state=NoticeState.WAITING, not_before__lte=at).values_list("person", flat=True)
    for person_id in list(people.order_by("person").distinct()[:batch]):
        sent += _send_to(person_id, at)
    return sent


@transaction.atomic
def _send_to(person_id: int, at: datetime) -> int:
    """Lock what waits for one person, so that two workers never send it twice."""
    waiting = Notice.objects.select_for_update(skip_locked=True, of=("self",)).select_related("person")
    due = list(waiting.filter(person=person_id, state=NoticeState.WAITING, not_before__lte=at).order_by("created_at"))
    sent = 0
    for is_urgent, group in groupby(
        sorted(due, key=lambda notice: not notice.is_urgent), lambda notice: notice.is_urgent
    ):
        together = list(group)
        for letter in [[notice] for notice in together] if is_urgent else [together]:
            sent += _send_letter(letter, at)
    return sent


def _send_letter(letter: list[Notice], at: datetime) -> int:
    person = letter[0].person
    title = letter[0].title if len(letter) == 1 else _("%(count)d 条新通知") % {"count": len(letter)}
    gateway = message_gateway("mail")
    key = hashlib.sha256(" ".join(str(notice.pk) for notice in letter).encode()).hexdigest()[:32]
    try:
        gateway.send(Message(to=person.email, subject=title, body=_text_of(letter), key=f"notice.{key}"))
    except GatewayFailed:  # the notice still stands on the desk
        for notice in letter:
            notice.attempts += 1
            notice.state = NoticeState.FAILED if notice.attempts >= MOST_ATTEMPTS else NoticeState.WAITING
            notice.save(update_fields=["attempts", "state"])
        return 0
    is_real = not isinstance(gateway, SandboxGateway)  # the stand-in delivers nothing, so nothing is called sent
    for notice in letter:
        notice.state = NoticeState.SENT if is_real else NoticeState.SHOWN
        notice.sent_at, notice.attempts = (at if is_real else None), notice.attempts + 1
        notice.save(update_fields=["state", "sent_at", "attempts"])
    return 1


def _text_of(letter: list[Notice]) -> str:
    root = str(getattr(settings, "KEPU_SITE_URL", "") or "")
    parts = [
        "\n".join(line for line in (notice.title, notice.body, f"{root}{notice.url}" if notice.url else "") if line)
        for notice in letter
    ]
    parts.append(_("不想再收这类邮件，可在工作台“通知”里改。"))
    return "\n\n".join(parts)


def mark_read(person: Person) -> int:
    """Remember that a person saw everything on the page of notices."""
    return Notice.objects.filter(person=person, read_at=None).update(read_at=now())


@transaction.atomic
def set_preference(person: Person, **values: object) -> NoticePreference:
    """Store how a person wants to be told, and let what waits follow it.

    Args:
        person: whose wish it is; nobody sets it for another.
        values: fields of `NoticePreference`.
    """
    preference, _created = NoticePreference.objects.update_or_create(person=person, defaults=values)
    waiting = Notice.objects.select_for_update().filter(person=person, state=NoticeState.WAITING)
    for notice in waiting:
        if notice.kind in preference.refused_kinds and is_refusable(notice.kind):
            notice.state = NoticeState.SHOWN
        notice.not_before = earliest_sending(preference, now(), is_urgent=notice.is_urgent)
        notice.save(update_fields=["state", "not_before"])
    return preference
