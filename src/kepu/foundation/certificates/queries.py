"""Reads of certificates, and what a certificate says on paper."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kepu.foundation.certificates.choices import CertificateState, ObjectionState, Verdict
from kepu.foundation.certificates.models import Certificate, CertificateObjection
from kepu.foundation.documents import Column, Document, Paragraph, QrCode, Table


@dataclass(frozen=True, slots=True)
class Checked:
    """What everybody may see of a certificate that was checked; nothing but the verdict where it is unknown."""

    verdict: Verdict
    sentence: str
    number: str = ""
    title: str = ""
    holder_name: str = ""
    holder_number: str = ""
    issuer: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    is_demonstration: bool = False


def certificates_of(holder_id: int, kind: str = "") -> QuerySet[Certificate]:
    """A person's certificates, the newest first."""
    found = Certificate.objects.filter(holder_id=holder_id).select_related("file", "progress")
    return found.filter(kind=kind) if kind else found


def certificate_numbered(number: str) -> Certificate | None:
    """The certificate of a public number."""
    return Certificate.objects.filter(number=number.strip().upper()).first()


def in_publicity(kind: str) -> QuerySet[Certificate]:
    """Certificates whose days of publicity run, the first to end in front."""
    return Certificate.objects.filter(kind=kind, state=CertificateState.PUBLISHED).order_by("published_until", "pk")


def open_objections(kind: str) -> QuerySet[CertificateObjection]:
    """Objections that wait to be settled."""
    found = CertificateObjection.objects.filter(certificate__kind=kind, state=ObjectionState.OPEN)
    return found.select_related("certificate")


def what_is_shown(certificate: Certificate) -> Checked:
    """A certificate as everybody may see it, with its verdict in one sentence."""
    day = {
        "issued": certificate.issued_on.isoformat() if certificate.issued_on else "",
        "until": certificate.published_until.isoformat() if certificate.published_until else "",
        "ended": certificate.ended_on.isoformat() if certificate.ended_on else "",
        "issuer": certificate.issuer,
    }
    verdict, sentence = {
        CertificateState.ISSUED: (Verdict.VALID, _("这份证书有效，由%(issuer)s于 %(issued)s 出具。")),
        CertificateState.PUBLISHED: (Verdict.PUBLISHED, _("这份证书还在公示，到 %(until)s 为止，尚未生效。")),
        CertificateState.REVOKED: (Verdict.REVOKED, _("这份证书已由%(issuer)s于 %(ended)s 撤销，不再有效。")),
        CertificateState.STOPPED: (Verdict.STOPPED, _("这份证书公示后没有出具，无效。")),
    }[CertificateState(certificate.state)]
    return Checked(
        verdict=verdict,
        sentence=sentence % day,
        number=certificate.number,
        title=certificate.title,
        holder_name=certificate.shown_name,
        holder_number=certificate.holder_number,
        issuer=certificate.issuer,
        rows=tuple((str(name), str(value)) for name, value in certificate.content),
        is_demonstration=certificate.is_demonstration,
    )


def document_of(certificate: Certificate, address: str) -> Document:
    """The paper.

    Args:
        certificate: which.
        address: of its page of verification, with the site's host.
    """
    rows = [
        (_("姓名"), certificate.holder_name),
        (_("证件"), certificate.holder_document or _("未登记")),
        (_("编号"), certificate.holder_number),
        *((str(name), str(value)) for name, value in certificate.content),
        (_("出具单位"), certificate.issuer),
        (_("负责人"), certificate.responsible),
        (_("经办人"), certificate.handler),
        (_("联系方式"), certificate.contact),
        (_("证明编号"), certificate.number),
        (_("备注"), certificate.remark or "—"),
    ]
    said = {"number": certificate.number, "code": certificate.code}
    return Document(
        title=certificate.title,
        blocks=(
            Table("", (Column(_("项目"), 1.0), Column(_("内容"), 3.0)), tuple(rows)),
            QrCode(address, _("证明编号 %(number)s，查验码 %(code)s。扫码或在本站“查验证书”输入，可查真伪。") % said),
            Paragraph((_("证书以查验结果为准。免费出具。"),)),
        ),
        issuer=certificate.issuer,
        issued_on=certificate.issued_on,
        mark=_("演示数据") if certificate.is_demonstration else "",
    )
