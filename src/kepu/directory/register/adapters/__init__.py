"""What the login package asks of us, and the one door to the province's identity service."""

from kepu.directory.register.adapters.accounts import AccountAdapter, SocialAccountAdapter
from kepu.directory.register.adapters.tickets import (
    SANDBOX_PEOPLE,
    LegalPerson,
    MappedTicketProvider,
    SandboxTicketProvider,
    TicketProvider,
    Vouched,
    ticket_provider,
)

__all__ = [
    "SANDBOX_PEOPLE",
    "AccountAdapter",
    "LegalPerson",
    "MappedTicketProvider",
    "SandboxTicketProvider",
    "SocialAccountAdapter",
    "TicketProvider",
    "Vouched",
    "ticket_provider",
]
