"""What happens to certificates."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CertificatePublished:
    """Its days of publicity began."""

    certificate_id: int
    kind: str
    holder_id: int | None


@dataclass(frozen=True, slots=True)
class CertificateIssued:
    """It is valid from now on."""

    certificate_id: int
    kind: str
    holder_id: int | None


@dataclass(frozen=True, slots=True)
class CertificateObjected:
    """Somebody doubts a published one."""

    certificate_id: int
    kind: str
    objection_id: int


@dataclass(frozen=True, slots=True)
class ObjectionSettled:
    """A doubt was looked into and answered."""

    certificate_id: int
    kind: str
    objection_id: int
    is_upheld: bool


@dataclass(frozen=True, slots=True)
class CertificateEnded:
    """It was stopped before, or revoked after it was issued."""

    certificate_id: int
    kind: str
    holder_id: int | None
    state: str
