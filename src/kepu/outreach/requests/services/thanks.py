"""Thanks for a session that the other side praised: a certificate that everybody can check."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person
from kepu.foundation.actors import Actor
from kepu.foundation.audit.services import record
from kepu.foundation.certificates.models import Certificate
from kepu.foundation.certificates.services import CertificateDraft, CertificateKind, make_certificate, start_paper
from kepu.foundation.codes.queries import code_label, values_in_force
from kepu.foundation.errors import NotAllowed
from kepu.outreach.requests.choices import Mark, SessionState, Side
from kepu.outreach.requests.errors import SessionUnfit
from kepu.outreach.requests.models import Rating, Session
from kepu.outreach.requests.permissions import is_provider

THANKS = "session_thanks"


def _may_settle(actor: Actor, issuer_id: int | None) -> bool:  # noqa: ARG001 the shape of a kind's rule
    return actor.holds(Role.LEADING_OFFICE)


THANKS_KIND = CertificateKind(
    code=THANKS, label=gettext_lazy("科普服务感谢证书"), prefix="KPGX", is_publicised=False, may_settle=_may_settle
)


@transaction.atomic
def take_thanks(session_id: int, *, actor: Person) -> Certificate:
    """Take the certificate of thanks for a session; what it says comes from the record, nobody types it.

    Raises:
        NotAllowed: not who gave it.
        SessionUnfit: not praised by who asked, taken before, or the operator named nobody who answers for it.
    """
    found = Session.objects.select_for_update(of=("self",)).select_related("body", "region", "capacity", "opened_by")
    session = found.get(pk=session_id)
    if not is_provider(actor, session) or session.capacity is None:
        raise NotAllowed
    rating = session.ratings.filter(side=Side.ASKER).exclude(mark=Mark.POOR).first()
    if session.state != SessionState.DONE or rating is None:
        raise SessionUnfit(_("对方评过、说好，才有感谢证书。"))
    if session.thanks_id is not None:
        raise SessionUnfit(_("这一场的感谢证书已经领过了。"))
    session.thanks = make_certificate(_draft(session, rating), actor=actor)
    session.save(update_fields=["thanks"])
    record("requests.session.thanked", session, actor=actor, number=session.thanks.number)
    return session.thanks


def print_thanks(session_id: int, *, site: str, actor: Person) -> Certificate:
    """Let the own certificate be made as PDF.

    Raises:
        NotAllowed: somebody else's.
        SessionUnfit: not taken yet.
        CertificateNotInState: taken back.
    """
    session = Session.objects.select_related("provider").get(pk=session_id)
    if not is_provider(actor, session):
        raise NotAllowed
    if session.thanks_id is None:
        raise SessionUnfit(_("请先领感谢证书。"))
    return start_paper(session.thanks_id, site=site)


def _draft(session: Session, rating: Rating) -> CertificateDraft:
    terms = values_in_force("requests.")
    responsible, contact = (str(terms.get(f"thanks_{name}") or "").strip() for name in ("responsible", "contact"))
    if not responsible or not contact:
        raise SessionUnfit(_("还发不了：请办公室先在“码表与参数”里填感谢证书的负责人和联系方式。"))
    issuer = _issuer(session, str(terms.get("host_body") or "").strip())
    capacity, provider = session.capacity, session.provider
    assert capacity is not None and provider is not None  # noqa: S101, PT018 for the type checker
    return CertificateDraft(
        kind=THANKS,
        title=_("科普服务感谢证书"),
        holder_id=provider.pk,
        holder_name=str(provider),
        holder_number=capacity.number,
        is_name_public=capacity.is_public,
        issuer=issuer.name,
        issuer_id=issuer.pk,
        responsible=responsible,
        handler=str(session.opened_by) if session.opened_by is not None else responsible,
        contact=contact,
        content=_content(session, rating),
        is_demonstration=session.is_demonstration,
    )


def _issuer(session: Session, host: str) -> Organisation:
    """The body that runs the programme, where the operator named it; else the one that is credited."""
    found = Organisation.objects.filter(name=host, valid_to=None).first() if host else None
    return found or session.body


def _content(session: Session, rating: Rating) -> tuple[tuple[str, str], ...]:
    return (
        (_("题目"), session.title),
        (_("形式"), str(code_label("capacities.forms", session.form))),
        (_("时间"), f"{timezone.localtime(session.starts_at):%Y-%m-%d %H:%M}"),
        (_("地区"), session.region.label),
        (_("给谁听"), session.audience_label),
        (_("来了多少人"), _("%(n)d 人") % {"n": session.came or 0}),
        (_("对方的评价"), str(Mark(rating.mark).label)),
    )
