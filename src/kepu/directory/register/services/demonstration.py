"""The persons of a demonstration site: roles with numbers, never names."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.choices import BODY_ROLES, Participant, Role
from kepu.directory.register.errors import NotADemonstration, RoleIncomplete
from kepu.directory.register.models import Organisation, Person, Region, RoleAssignment
from kepu.foundation.language import city_words

DEMONSTRATION_START = date(2000, 1, 1)
SHORT_NAMES = {
    Role.LEADING_OFFICE: "办公室人员",
    Role.LIAISON: "联络员",
    Role.UNIT_HEAD: "单位负责人",
    Role.DISTRICT_OFFICER: "区市专干",
    Role.REVIEWER: "评估员",
    Role.AUDITOR: "审计员",
    Role.ADMINISTRATOR: "管理员",
}


@transaction.atomic
def demonstration_person(
    role: str, *, organisation: Organisation | None = None, region: Region | None = None
) -> Person:
    """Find or make the demonstration person of a role: 示例联络员 003, without a password.

    Args:
        role: one of `Role`.
        organisation: the body a liaison speaks for or a head leads.
        region: the district of a district officer.

    Raises:
        NotADemonstration: this is a real site.
        RoleIncomplete: no such role, or the body or district is missing.
    """
    if not settings.KEPU_IS_DEMONSTRATION:
        raise NotADemonstration(_("这里没有这样的页面。"))
    if role not in Role.values or (role in BODY_ROLES and organisation is None):
        raise RoleIncomplete(_("请选一个单位再进入。"))
    if role == Role.DISTRICT_OFFICER and region is None:
        raise RoleIncomplete(_("请选一个区市再进入。"))
    place = f"-{organisation.pk}" if organisation else f"-{region.code}" if region else ""
    login = f"demo-{role.replace('_', '-')}{place}"
    person = Person.objects.filter(login=login).first()
    if person is None:
        number = Person.objects.filter(
            is_demonstration=True, login__startswith=f"demo-{role.replace('_', '-')}"
        ).count()
        person = Person(
            login=login,
            name=f"示例{SHORT_NAMES[Role(role)]} {number + 1:03d}",
            organisation=organisation,
            is_demonstration=True,
        )
        person.set_unusable_password()
        person.save()
        RoleAssignment.objects.create(
            person=person, role=role, organisation=organisation, region=region, starts_on=DEMONSTRATION_START
        )
    return person


@transaction.atomic
def demonstration_participant(kind: str, number: int, *, organisation: Organisation | None = None) -> Person:
    """Find or make a demonstration person who takes part without a desk: 示例专家 003, without a password.

    Args:
        kind: one of `Participant`.
        number: which one, from 1.
        organisation: where the person works, if that is a body of the register.

    Raises:
        NotADemonstration: this is a real site.
        RoleIncomplete: no such kind.
    """
    if not settings.KEPU_IS_DEMONSTRATION:
        raise NotADemonstration(_("这里没有这样的页面。"))
    if kind not in Participant.values or number < 1:
        raise RoleIncomplete(_("没有这样的示例身份。"))
    login = f"demo-of-{kind.replace('_', '-')}-{number:03d}"
    person = Person.objects.filter(login=login).first()
    if person is None:
        with city_words():
            name = f"示例{Participant(kind).label} {number:03d}"
        person = Person(login=login, name=name, organisation=organisation, is_demonstration=True)
        person.set_unusable_password()
        person.save()
    return person
