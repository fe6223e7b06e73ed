"""Print a certificate: made by a job with progress, kept for its holder and the office."""

from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from kepu.foundation.certificates.choices import CertificateState
from kepu.foundation.certificates.errors import CertificateNotInState
from kepu.foundation.certificates.models import Certificate
from kepu.foundation.certificates.queries import document_of
from kepu.foundation.content import FileKind
from kepu.foundation.documents import to_pdf
from kepu.foundation.files.choices import Visibility
from kepu.foundation.files.services import remove_file, store_bytes
from kepu.foundation.queue.services import enqueue, failures_told, finish_progress, report_progress, start_progress


@dataclass(slots=True)
class _Holder:
    """Whose file it is."""

    pk: int | None
    has_desk: bool = False

    def holds(self, *wanted: str) -> bool:  # noqa: ARG002 the shape of an actor
        return False


@transaction.atomic
def start_paper(certificate_id: int, *, site: str) -> Certificate:
    """Let a job make the PDF, unless it is there or under way. Who may ask is the room's rule.

    Args:
        certificate_id: which.
        site: scheme and host under which the certificate is checked, without a slash at the end.

    Raises:
        CertificateNotInState: it is not valid.
    """
    certificate = Certificate.objects.select_for_update(of=("self",)).select_related("progress").get(pk=certificate_id)
    if certificate.state != CertificateState.ISSUED:
        raise CertificateNotInState(_("这份证书还没有生效，或已停用，不能打印。"))
    is_under_way = certificate.progress is not None and not certificate.progress.is_over
    if certificate.file_id is None and not is_under_way:
        certificate.progress = start_progress(str(certificate)[:120], owner_id=certificate.holder_id, total=1)
        certificate.save(update_fields=["progress"])
        progress = str(certificate.progress.pk)
        enqueue("certificates.make_paper", certificate_id=certificate.pk, progress_id=progress, site=site)
    return certificate


def make_paper(certificate_id: int, progress_id: str, site: str) -> None:
    """The job: make the PDF. What goes wrong is told by the progress."""
    with failures_told(progress_id, fault=_("证书没有制成，请再试一次。")):
        certificate = Certificate.objects.get(pk=certificate_id)
        report_progress(progress_id, done=0, message=_("正在排版"))
        # The portal's page of verification: foundation knows its name alone.
        address = f"{site}{reverse('portal:verify', args=[certificate.number, certificate.code])}"
        _keep(certificate_id, to_pdf(document_of(certificate, address)))
        finish_progress(progress_id, message=_("制成了"))


@transaction.atomic
def _keep(certificate_id: int, content: bytes) -> None:
    """Keep the file, unless another run was quicker or it ended meanwhile."""
    certificate = Certificate.objects.select_for_update().get(pk=certificate_id)
    if certificate.file_id is None and certificate.state == CertificateState.ISSUED:
        certificate.file = store_bytes(
            content,
            f"{certificate.number}.pdf",
            actor=_Holder(certificate.holder_id),
            accept={FileKind.PDF},
            visibility=Visibility.PRIVATE,
        )
        certificate.save(update_fields=["file"])


@transaction.atomic
def drop_papers(holder_id: int) -> int:
    """Throw the papers of a holder away, whose name stands on them (erasure); returns how many."""
    held = list(Certificate.objects.select_for_update(of=("self",)).filter(holder_id=holder_id).exclude(file=None))
    for certificate in held:
        file, certificate.file = certificate.file, None
        certificate.save(update_fields=["file"])
        if file is not None:
            remove_file(file, actor=None)
    return len(held)
