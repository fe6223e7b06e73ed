"""Make a certificate, let its days of publicity run, end it."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.foundation.actors import Actor
from kepu.foundation.audit.services import record
from kepu.foundation.certificates.choices import CertificateState, ObjectionState
from kepu.foundation.certificates.errors import CertificateNotInState, CertificateUnfit
from kepu.foundation.certificates.events import (
    CertificateEnded,
    CertificateIssued,
    CertificateObjected,
    CertificatePublished,
    ObjectionSettled,
)
from kepu.foundation.certificates.models import Certificate, CertificateObjection, CertificateYear
from kepu.foundation.certificates.rules import kind_of, new_code, number_of
from kepu.foundation.clock import now, today
from kepu.foundation.codes.queries import parameter
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.foundation.queue.services import care_round


@dataclass(frozen=True, slots=True)
class CertificateDraft:
    """What a certificate will say for ever.

    Args:
        kind: a registered kind.
        title: stands above it.
        holder_id: the person, for that person's own page.
        holder_name: as shown.
        holder_number: the holder's public number; never an identity number.
        issuer: the body, by its full name.
        responsible: who answers for it.
        handler: who made it.
        contact: where to ask.
        content: names and values in their order; no personal data.
        holder_document: kind of the identity document and the masked number.
        is_name_public: whether the holder agreed that a check shows the name.
        issuer_id: the body's id.
        remark: what else.
        is_demonstration: marked 演示数据 wherever it is shown.
    """

    kind: str
    title: str
    holder_id: int
    holder_name: str
    holder_number: str
    issuer: str
    responsible: str
    handler: str
    contact: str
    content: tuple[tuple[str, str], ...]
    holder_document: str = ""
    is_name_public: bool = False
    issuer_id: int | None = None
    remark: str = ""
    is_demonstration: bool = False


def _next_number(prefix: str) -> str:
    year = today().year
    counter, _made = CertificateYear.objects.select_for_update().get_or_create(prefix=prefix, year=year)
    counter.last_number += 1
    counter.save(update_fields=["last_number"])
    return number_of(prefix, year, counter.last_number)


@transaction.atomic
def make_certificate(draft: CertificateDraft, *, actor: Actor | None) -> Certificate:
    """Make a certificate: published first where its kind says so, else valid at once. Who may is the room's rule.

    Raises:
        CertificateUnfit: a part that every certificate names is missing.
    """
    kind = kind_of(draft.kind)
    wanted = {
        "holder_number": _("编号"),
        "issuer": _("出具单位"),
        "responsible": _("负责人"),
        "handler": _("经办人"),
        "contact": _("联系方式"),
    }
    if missing := [label for name, label in wanted.items() if not getattr(draft, name).strip()]:
        raise CertificateUnfit(_("还缺%(parts)s，请补上再出具。") % {"parts": "、".join(missing)})
    if not draft.content:
        raise CertificateUnfit(_("没有可以证明的内容。"))
    days = int(parameter("certificates.publicity_days").value) if kind.is_publicised else 0
    is_published = days > 0
    certificate = Certificate.objects.create(
        kind=draft.kind,
        number=_next_number(kind.prefix),
        code=new_code(),
        title=draft.title,
        holder_id=draft.holder_id,
        holder_name=draft.holder_name,
        holder_document=draft.holder_document,
        holder_number=draft.holder_number,
        is_name_public=draft.is_name_public,
        issuer=draft.issuer,
        issuer_id=draft.issuer_id,
        responsible=draft.responsible,
        handler=draft.handler,
        contact=draft.contact,
        content=[list(pair) for pair in draft.content],
        remark=draft.remark,
        state=CertificateState.PUBLISHED if is_published else CertificateState.ISSUED,
        made_on=today(),
        made_by=None if actor is None else actor.pk,
        published_until=today() + timedelta(days=days - 1) if is_published else None,
        issued_on=None if is_published else today(),
        is_demonstration=draft.is_demonstration,
    )
    record("certificates.certificate.made", certificate, actor=actor, number=certificate.number)
    event = CertificatePublished if is_published else CertificateIssued
    publish(event(certificate.pk, certificate.kind, certificate.holder_id))
    return certificate


@transaction.atomic
def object_to(certificate_id: int, words: str, *, actor: Actor) -> CertificateObjection:
    """Doubt a published certificate; it stays published until somebody settled it.

    Raises:
        CertificateUnfit: no words.
        CertificateNotInState: it is not published any more.
    """
    certificate = Certificate.objects.select_for_update().get(pk=certificate_id)
    if certificate.state != CertificateState.PUBLISHED:
        raise CertificateNotInState(_("这份证书不在公示期，不能提异议；已出具的，请向出具单位反映。"))
    if not words.strip():
        raise CertificateUnfit(_("请写明哪里不对，好去核实。"), field="words")
    objection = CertificateObjection.objects.create(
        certificate=certificate, words=words.strip()[:500], raised_by=actor.pk, raised_at=now()
    )
    record("certificates.objection.raised", objection, actor=actor, number=certificate.number)
    publish(CertificateObjected(certificate.pk, certificate.kind, objection.pk))
    return objection


@transaction.atomic
def settle_objection(objection_id: int, *, is_upheld: bool, answer: str, actor: Actor) -> CertificateObjection:
    """Say whether an objection is right; one that is stops the certificate.

    Raises:
        NotAllowed: the actor does not settle certificates of this kind, or raised the objection.
        CertificateNotInState: it was settled before.
        CertificateUnfit: no answer.
    """
    objection = CertificateObjection.objects.select_for_update().get(pk=objection_id)
    certificate = Certificate.objects.select_for_update().get(pk=objection.certificate_id)
    if not kind_of(certificate.kind).may_settle(actor, certificate.issuer_id) or objection.raised_by == actor.pk:
        raise NotAllowed
    if objection.state != ObjectionState.OPEN:
        raise CertificateNotInState(_("这条异议已经核实过了。"))
    if not answer.strip():
        raise CertificateUnfit(_("请写明怎样核实的、结果如何。"), field="answer")
    objection.state = ObjectionState.UPHELD if is_upheld else ObjectionState.DISMISSED
    objection.answer, objection.settled_by, objection.settled_at = answer.strip()[:500], actor.pk, now()
    objection.save(update_fields=["state", "answer", "settled_by", "settled_at"])
    record("certificates.objection.settled", objection, actor=actor, number=certificate.number, is_upheld=is_upheld)
    publish(ObjectionSettled(certificate.pk, certificate.kind, objection.pk, is_upheld))
    if is_upheld and certificate.state == CertificateState.PUBLISHED:
        _end(certificate, CertificateState.STOPPED, objection.answer, actor)
    return objection


@transaction.atomic
def revoke_certificate(certificate_id: int, reason: str, *, actor: Actor | None) -> Certificate:
    """Take a certificate back: a published one is stopped, a valid one revoked; its number and page stay.

    Args:
        certificate_id: which.
        reason: why; shown to the holder.
        actor: who does it; None where the room decided it (the facts behind it were reversed).

    Raises:
        NotAllowed: the actor does not settle certificates of this kind.
        CertificateNotInState: it ended before.
        CertificateUnfit: no reason.
    """
    certificate = Certificate.objects.select_for_update().get(pk=certificate_id)
    if actor is not None and not kind_of(certificate.kind).may_settle(actor, certificate.issuer_id):
        raise NotAllowed
    if not reason.strip():
        raise CertificateUnfit(_("请写明为什么撤销。"), field="reason")
    ends = {
        CertificateState.PUBLISHED.value: CertificateState.STOPPED,
        CertificateState.ISSUED.value: CertificateState.REVOKED,
    }
    if certificate.state not in ends:
        raise CertificateNotInState(_("这份证书已经停止或撤销了。"))
    return _end(certificate, ends[certificate.state], reason, actor)


def _end(certificate: Certificate, state: CertificateState, reason: str, actor: Actor | None) -> Certificate:
    certificate.state, certificate.ended_on = state, today()
    certificate.ended_by, certificate.end_reason = (None if actor is None else actor.pk), reason.strip()[:300]
    certificate.save(update_fields=["state", "ended_on", "ended_by", "end_reason"])
    record(f"certificates.certificate.{state}", certificate, actor=actor, number=certificate.number)
    publish(CertificateEnded(certificate.pk, certificate.kind, certificate.holder_id, state))
    return certificate


def end_publicity() -> int:
    """Let published certificates become valid whose days are over and against which nothing stands; returns how many."""
    over = Certificate.objects.filter(state=CertificateState.PUBLISHED, published_until__lt=today())
    over = over.exclude(objections__state=ObjectionState.OPEN)
    with care_round() as going:
        return sum(going.each(_issue, over.values_list("pk", flat=True)))


def _issue(certificate_id: int) -> int:
    certificate = Certificate.objects.select_for_update().get(pk=certificate_id)
    is_doubted = certificate.objections.filter(state=ObjectionState.OPEN).exists()
    if certificate.state != CertificateState.PUBLISHED or is_doubted:
        return 0
    certificate.state, certificate.issued_on = CertificateState.ISSUED, today()
    certificate.save(update_fields=["state", "issued_on"])
    record("certificates.certificate.issued", certificate, actor=None, number=certificate.number)
    publish(CertificateIssued(certificate.pk, certificate.kind, certificate.holder_id))
    return 1
