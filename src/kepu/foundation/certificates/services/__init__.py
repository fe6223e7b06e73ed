"""Writes of certificates: make, publish, object, issue, revoke, print, check."""

from kepu.foundation.certificates.rules import CertificateKind, register_kind
from kepu.foundation.certificates.services.checking import check_certificate
from kepu.foundation.certificates.services.issuing import (
    CertificateDraft,
    end_publicity,
    make_certificate,
    object_to,
    revoke_certificate,
    settle_objection,
)
from kepu.foundation.certificates.services.papers import drop_papers, make_paper, start_paper

__all__ = [
    "CertificateDraft",
    "CertificateKind",
    "check_certificate",
    "drop_papers",
    "end_publicity",
    "make_certificate",
    "make_paper",
    "object_to",
    "register_kind",
    "revoke_certificate",
    "settle_objection",
    "start_paper",
]
