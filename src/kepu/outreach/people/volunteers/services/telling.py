"""To-dos for who handles certificates, and notices to who waits for one."""

from django.urls import reverse
from django.utils.translation import gettext as _

from kepu.directory.notices.services import notify
from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person
from kepu.directory.todos.services import close_todos, open_todo
from kepu.foundation.certificates.choices import CertificateState
from kepu.foundation.certificates.models import Certificate, CertificateObjection
from kepu.foundation.language import city_words
from kepu.outreach.people.volunteers.choices import HoursState
from kepu.outreach.people.volunteers.models import CertificateApplication, ServiceHours
from kepu.outreach.people.volunteers.rules import hours_of

KIND = "volunteers.certificate"
HOURS = "volunteers.hours"


def application_key(application: CertificateApplication) -> str:
    """Under which the to-dos of an application hang."""
    return f"volunteers.application:{application.pk}"


def hang_application(application: CertificateApplication, hosts: "set[int]") -> None:
    """Ask the office, and the liaisons of the bodies that recorded the hours (谁记录谁证明)."""
    bodies = [None, *Organisation.objects.filter(pk__in=hosts).order_by("pk")]
    with city_words():
        for body in bodies:
            open_todo(
                application_key(application),
                title=_("志愿服务证明申请：志愿者 %(number)s") % {"number": application.volunteer.number},
                reason=_("本人申请开具服务时间证明。"),
                action=_("去受理"),
                url_name="volunteers:application",
                url_arguments=[application.pk],
                subject=application,
                role=Role.LEADING_OFFICE if body is None else Role.LIAISON,
                organisation=body,
            )


def settle_application(application: CertificateApplication, title: str) -> None:
    """It was handled: take the to-dos down and tell who applied."""
    close_todos(application_key(application))
    _tell(application.volunteer.person, f"application:{application.pk}", title, body=application.words)


def hang_objection(objection_id: int) -> None:
    """Somebody doubts a published certificate of service: the office and who issued look into it."""
    objection = CertificateObjection.objects.select_related("certificate").get(pk=objection_id)
    issuer = Organisation.objects.filter(pk=objection.certificate.issuer_id or 0).first()
    with city_words():
        for body in [None, *([issuer] if issuer else [])]:
            open_todo(
                _objection_key(objection_id),
                title=_("有人对公示的志愿服务证明提了异议：%(number)s") % {"number": objection.certificate.number},
                reason=_("公示期内的异议要核实、答复，才能出具。"),
                action=_("去核实"),
                url_name="volunteers:objection",
                url_arguments=[objection_id],
                subject=objection,
                role=Role.LEADING_OFFICE if body is None else Role.LIAISON,
                organisation=body,
            )


def settle_todo(objection_id: int) -> None:
    """An objection was settled: its to-dos come down."""
    close_todos(_objection_key(objection_id))


def tell_issued(certificate_id: int) -> None:
    """Tell the holder that the certificate is valid."""
    certificate = Certificate.objects.get(pk=certificate_id)
    with city_words():
        said = _("志愿服务证明已出具：%(number)s") % {"number": certificate.number}
        _tell_holder(certificate, "issued", said)


def tell_ended(certificate_id: int) -> None:
    """Tell the holder that the certificate was stopped or revoked, and why; nothing is left to settle then."""
    certificate = Certificate.objects.get(pk=certificate_id)
    for objection in certificate.objections.values_list("pk", flat=True):
        settle_todo(objection)
    with city_words():
        number = {"number": certificate.number}
        if certificate.state == CertificateState.REVOKED:
            said = _("志愿服务证明已撤销：%(number)s") % number
        else:
            said = _("志愿服务证明没有出具：%(number)s") % number
        _tell_holder(certificate, "ended", said, body=certificate.end_reason)


def tell_hours(hours: ServiceHours) -> None:
    """Tell who served what became of the hours: confirmed, not confirmed, or taken back, with the reason."""
    words = {"day": f"{hours.served_on:%Y-%m-%d}", "hours": hours_of(hours.minutes)}
    with city_words():
        said = {
            HoursState.CONFIRMED: _("%(day)s 的志愿服务确认了：%(hours)s 小时"),
            HoursState.REFUSED: _("%(day)s 的志愿服务没有确认"),
            HoursState.REVERSED: _("%(day)s 的志愿服务时长冲正了：%(hours)s 小时不再算数"),
        }[HoursState(hours.state)]
        body = "" if hours.state == HoursState.CONFIRMED else hours.reason
        key, page = f"{HOURS}.{hours.state}:{hours.pk}", reverse("volunteers:me")
        notify(hours.person, key=key, kind=HOURS, title=said % words, body=body, url=page)


def _objection_key(objection_id: int) -> str:
    return f"volunteers.objection:{objection_id}"


def _tell_holder(certificate: Certificate, what: str, title: str, *, body: str = "") -> None:
    person = Person.objects.filter(pk=certificate.holder_id or 0).first()
    if person is not None:
        _tell(person, f"{what}:{certificate.pk}", title, body=body)


def _tell(person: Person, key: str, title: str, *, body: str = "") -> None:
    notify(person, key=f"{KIND}.{key}", kind=KIND, title=title, body=body, url=reverse("volunteers:me"))
