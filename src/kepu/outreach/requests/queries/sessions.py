"""A session as each side sees it."""

from dataclasses import dataclass

from kepu.directory.register.models import Person
from kepu.foundation.certificates.choices import CertificateState
from kepu.foundation.clock import now
from kepu.outreach.bookings.rules import entry_code, seconds_left
from kepu.outreach.library.models import Loan
from kepu.outreach.requests.choices import Mark, SessionState, Side
from kepu.outreach.requests.models import Rating, Session
from kepu.outreach.requests.permissions import is_provider, may_keep_session, may_see_session, may_speak_for
from kepu.outreach.requests.queries.helpers import Helping, helping_at
from kepu.outreach.requests.queries.material import loans_of
from kepu.outreach.requests.queries.open import arrived_at

CODE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class SessionPage:
    """A session with what its page needs for one of the sides."""

    session: Session
    gives: bool
    asks: bool
    keeps: bool
    code: str
    """Six digits in two groups, for who gives it; empty when it is not the time."""
    seconds: int
    ratings: tuple[Rating, ...]
    loans: tuple[Loan, ...]
    """What is to be brought along, as far as its keeper lends it; for who gives it and who keeps it."""
    phone: str
    """Whom to call, for who gives it until it is held."""
    helping: Helping | None
    """How far it is with the volunteers who help; None where none are wanted."""
    arrived: int = 0
    """Whom the gate of a session for everybody counted."""

    @property
    def may_check_in(self) -> bool:
        """Whether somebody of the sides may say now that it takes place."""
        return (
            self.session.state == SessionState.PLANNED
            and self.session.slot_id is None
            and not self.session.is_visit
            and self.session.day <= now().date()
            and (self.gives or self.asks)
        )

    @property
    def may_close(self) -> bool:
        """Whether who keeps a session for everybody may say now that it took place."""
        is_open = self.session.slot_id is not None and self.session.state == SessionState.PLANNED
        return self.keeps and is_open and self.session.starts_at <= now()

    @property
    def may_rate(self) -> bool:
        """Whether this side has still to say how it was."""
        side = Side.PROVIDER if self.gives else Side.ASKER
        said = any(one.side == side for one in self.ratings)
        return self.session.state == SessionState.DONE and (self.gives or self.asks) and not said

    @property
    def may_take_thanks(self) -> bool:
        """Whether who gave it may take the certificate of thanks: the other side praised it."""
        praised = any(one.side == Side.ASKER and one.mark != Mark.POOR for one in self.ratings)
        return self.gives and praised and self.session.thanks_id is None

    @property
    def may_print_thanks(self) -> bool:
        """Whether its paper can be made: it is valid, and neither there nor under way."""
        paper = self.session.thanks
        if not self.gives or paper is None or paper.state != CertificateState.ISSUED or paper.file_id is not None:
            return False
        return paper.progress is None or paper.progress.is_over


def session_page(session_id: int, person: Person) -> SessionPage | None:
    """A session for those whom it concerns; None for everybody else."""
    related = (
        "order__asker",
        "order__body",
        "order__region",
        "provider",
        "region",
        "body",
        "thanks__progress",
        "thanks__file",
        "venue__keeper",
    )
    session = Session.objects.select_related(*related).filter(pk=session_id).first()
    if session is None or not may_see_session(person, session):
        return None
    keeps = may_keep_session(person, session)
    gives, is_planned = is_provider(person, session), session.state == SessionState.PLANNED
    digits = entry_code(bytes(session.secret), now(), seconds=CODE_SECONDS) if gives and is_planned else ""
    asks = session.order is not None and may_speak_for(person, session.order)
    return SessionPage(
        session,
        gives=gives,
        asks=asks,
        keeps=keeps,
        code=f"{digits[:3]} {digits[3:]}" if digits else "",
        seconds=seconds_left(now(), seconds=CODE_SECONDS),
        ratings=tuple(session.ratings.all()) if gives or asks or keeps else (),
        loans=tuple(loans_of(session.pk)) if gives or keeps else (),
        phone=str(session.order.contact_phone or "") if gives and is_planned and session.order is not None else "",
        helping=helping_at(session, person),
        arrived=arrived_at(session.slot_id) if session.slot_id is not None else 0,
    )
