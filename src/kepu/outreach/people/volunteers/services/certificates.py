"""Certificates of service by 民发〔2015〕149号: apply, accept, publish, issue; free of charge."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.directory.privacy.choices import NumberKind
from kepu.directory.privacy.queries import check_consent, numbers_of
from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person
from kepu.foundation.actors import Actor
from kepu.foundation.audit.services import record
from kepu.foundation.certificates.models import Certificate
from kepu.foundation.certificates.services import CertificateDraft, CertificateKind, make_certificate, start_paper
from kepu.foundation.clock import now, today
from kepu.foundation.codes.queries import code_label
from kepu.foundation.errors import NotAllowed
from kepu.foundation.language import city_words
from kepu.outreach.people.volunteers.choices import ApplicationState, HoursState, Origin
from kepu.outreach.people.volunteers.errors import ApplicationUnfit
from kepu.outreach.people.volunteers.models import CertificateApplication, ServiceHours, Volunteer
from kepu.outreach.people.volunteers.permissions import may_handle_application
from kepu.outreach.people.volunteers.rules import PURPOSE, hours_of
from kepu.outreach.people.volunteers.services.telling import hang_application, settle_application

SERVICE = "volunteer_service"


def _may_settle(actor: Actor, issuer_id: int | None) -> bool:
    """The office, or the liaison of the body that issued."""
    if actor.holds(Role.LEADING_OFFICE):
        return True
    body = Organisation.objects.filter(pk=issuer_id or 0).first()
    return body is not None and isinstance(actor, Person) and actor.holds(Role.LIAISON, organisation=body)


SERVICE_KIND = CertificateKind(
    code=SERVICE, label=gettext_lazy("志愿服务记录证明"), prefix="ZYFW", is_publicised=True, may_settle=_may_settle
)


def confirmed_between(volunteer_id: int, since: date, until: date) -> "list[ServiceHours]":
    """Confirmed hours that count, of some days."""
    found = ServiceHours.objects.filter(
        volunteer=volunteer_id, state=HoursState.CONFIRMED, counts=True, served_on__range=(since, until)
    )
    return list(found.select_related("project", "team__host").order_by("served_on", "pk"))


@transaction.atomic
def apply_for_certificate(since: date, until: date, *, actor: Person) -> CertificateApplication:
    """Ask for a certificate of the confirmed hours of some days.

    Raises:
        NotAllowed: the actor is no volunteer.
        ConsentMissing, GuardianNeeded: no consent is in force.
        ApplicationUnfit: days out of order, no hours, or another application is open.
    """
    volunteer = Volunteer.objects.select_for_update().filter(person=actor.pk).first()
    if volunteer is None:
        raise NotAllowed
    check_consent(actor.pk, PURPOSE)
    if until < since or until > today():
        raise ApplicationUnfit(_("请核对起止日期：结束不早于开始，也不晚于今天。"), field="until")
    if volunteer.applications.filter(state=ApplicationState.APPLIED).exists():
        raise ApplicationUnfit(_("已有一份申请在等受理，请等它办完。"))
    hours = confirmed_between(volunteer.pk, since, until)
    if not hours:
        raise ApplicationUnfit(_("这段日期里没有两方都确认过的服务时长，还开不了证明。"))
    made = CertificateApplication.objects.create(volunteer=volunteer, since=since, until=until, applied_at=now())
    record("volunteers.application.applied", made, actor=actor, since=since, until=until)
    hang_application(made, {one.team.host_id for one in hours})
    return made


def _to_handle(application_id: int, host_id: int | None, actor: Person) -> CertificateApplication:
    found = CertificateApplication.objects.select_for_update(of=("self",)).select_related("volunteer__person")
    application = found.get(pk=application_id)
    host = Organisation.objects.select_related("region").filter(pk=host_id or 0).first()
    if not may_handle_application(actor, host, application.volunteer.person_id):
        raise NotAllowed
    if application.state != ApplicationState.APPLIED:
        raise ApplicationUnfit(_("这份申请已经办过了。"))
    return application


@transaction.atomic
def accept_application(
    application_id: int, *, issuer: Organisation, responsible: str, contact: str, remark: str = "", actor: Person
) -> Certificate:
    """Accept: the certificate is made from the confirmed hours and published; nobody types an hour.

    Args:
        application_id: which.
        issuer: the body that recorded (谁记录谁证明).
        responsible: who answers for it.
        contact: where to ask.
        remark: what else.
        actor: the handler.

    Raises:
        NotAllowed: the actor does not handle the certificates of this body, or would handle the own one.
        ApplicationUnfit: handled before, or no hours are left.
        CertificateUnfit: a part is missing.
    """
    application = _to_handle(application_id, issuer.pk, actor)
    volunteer = application.volunteer
    check_consent(volunteer.person_id, PURPOSE)
    hours = confirmed_between(volunteer.pk, application.since, application.until)
    if not hours:
        raise ApplicationUnfit(_("这段日期里的时长已被冲正，没有可以证明的。"))
    certificate = make_certificate(
        CertificateDraft(
            kind=SERVICE,
            title=_("志愿服务记录证明"),
            holder_id=volunteer.person_id,
            holder_name=str(volunteer.person),
            holder_document=_document_of(volunteer),
            holder_number=volunteer.number,
            is_name_public=volunteer.is_name_public,
            issuer=issuer.name,
            issuer_id=issuer.pk,
            responsible=responsible,
            handler=str(actor),
            contact=contact,
            content=_content(application, hours),
            remark=remark,
            is_demonstration=volunteer.is_demonstration or settings.KEPU_IS_DEMONSTRATION,
        ),
        actor=actor,
    )
    application.state, application.certificate = ApplicationState.ACCEPTED, certificate
    application.handled_by, application.handled_at = actor, now()
    application.save(update_fields=["state", "certificate", "handled_by", "handled_at"])
    record("volunteers.application.accepted", application, actor=actor, number=certificate.number)
    with city_words():
        settle_application(application, _("志愿服务证明受理了，正在公示：%(number)s") % {"number": certificate.number})
    return certificate


@transaction.atomic
def refuse_application(application_id: int, words: str, *, host: Organisation | None, actor: Person) -> None:
    """Say no with words.

    Raises:
        NotAllowed: as of accepting.
        ApplicationUnfit: handled before, or no words.
    """
    application = _to_handle(application_id, host.pk if host else None, actor)
    if not words.strip():
        raise ApplicationUnfit(_("请写明为什么不受理，本人会看到。"), field="words")
    application.state, application.words = ApplicationState.REFUSED, words.strip()[:300]
    application.handled_by, application.handled_at = actor, now()
    application.save(update_fields=["state", "words", "handled_by", "handled_at"])
    record("volunteers.application.refused", application, actor=actor)
    with city_words():
        settle_application(application, _("志愿服务证明申请没有受理，请看理由"))


def print_certificate(certificate_id: int, *, site: str, actor: Person) -> Certificate:
    """Let the own certificate be made as PDF.

    Raises:
        NotAllowed: somebody else's.
        CertificateNotInState: not valid.
    """
    certificate = Certificate.objects.get(pk=certificate_id)
    if certificate.holder_id != actor.pk or certificate.kind != SERVICE:
        raise NotAllowed
    return start_paper(certificate_id, site=site)


def _document_of(volunteer: Volunteer) -> str:
    """Kind and masked number of the identity document; empty where the person registered none."""
    known = [number for number in numbers_of(volunteer.person_id) if number.kind == NumberKind.IDENTITY]
    return f"{known[0].label} {known[0].masked}" if known else ""


def _content(application: CertificateApplication, hours: list[ServiceHours]) -> tuple[tuple[str, str], ...]:
    minutes = sum(one.minutes for one in hours)
    late = sum(one.minutes for one in hours if one.origin == Origin.LATE)
    fields = sorted({code_label("volunteers.fields", one.project.field) for one in hours if one.project})
    projects = list(dict.fromkeys(one.project.title for one in hours if one.project))
    rows = [
        (_("服务期间"), f"{application.since.isoformat()} — {application.until.isoformat()}"),
        (_("服务时间"), _("%(hours)s 小时") % {"hours": hours_of(minutes)}),
        (_("服务次数"), _("%(n)d 次") % {"n": len(hours)}),
        (_("服务内容"), "；".join(projects)[:400] or _("没有对应的项目")),
        (_("服务领域"), "、".join(fields) or "—"),
    ]
    if late:
        rows.append((_("其中补录"), _("%(hours)s 小时") % {"hours": hours_of(late)}))
    return tuple(rows)
