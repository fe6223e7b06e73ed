"""Accounts and roles: who may sign in, and as what, from when to when."""

import re
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.choices import BODY_ROLES, Role
from kepu.directory.register.errors import LastAdministrator, LoginTaken, RoleIncomplete
from kepu.directory.register.events import PersonDeactivated, RoleGranted
from kepu.directory.register.models import Organisation, Person, Region, RoleAssignment
from kepu.directory.register.permissions import may_manage_roles
from kepu.directory.register.queries import RESIDENT, administrators
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now, today
from kepu.foundation.errors import InputUnreadable, NotAllowed
from kepu.foundation.events import publish

LOGIN_PATTERN = re.compile(r"[a-z0-9][a-z0-9._-]{1,58}[a-z0-9]")
ONE_DAY = timedelta(days=1)


@transaction.atomic
def create_person(
    login: str, *, name: str, actor: Person | None, organisation: Organisation | None = None, email: str = ""
) -> Person:
    """Make an account without a password; a one-time link lets its owner choose one.

    Args:
        login: 3 to 60 small letters, digits, dots, dashes.
        name: what others see.
        actor: None only for the operator's command.
        organisation: where the person works.
        email: where notices may go.

    Raises:
        NotAllowed: the actor manages no accounts.
        InputUnreadable: the login has other characters, or the name is empty.
        LoginTaken: somebody else has it.
    """
    if actor is not None and not may_manage_roles(actor):
        raise NotAllowed
    login, name = login.strip().lower(), name.strip()
    if not LOGIN_PATTERN.fullmatch(login):
        raise InputUnreadable(_("登录名用 3 到 60 个小写字母、数字、点或短横，例如 kepu.li。"))
    if not name:
        raise InputUnreadable(_("请填写姓名。"))
    if login.startswith(RESIDENT):
        raise InputUnreadable(_("登录名不能以 resident- 开头，那是居民账号用的。"))
    if Person.objects.filter(login=login).exists():
        raise LoginTaken(_("登录名“%(login)s”已有人用，请换一个。") % {"login": login})
    person = Person(login=login, name=name, organisation=organisation, email=email.strip())
    person.set_unusable_password()
    person.save()
    record("directory.person.created", person, actor=actor)
    return person


@transaction.atomic
def reset_access(person_id: int, *, actor: Person) -> Person:
    """Take away password and second factor, so that a new one-time link is the only way in.

    Raises:
        NotAllowed: the actor manages no accounts.
    """
    if not may_manage_roles(actor):
        raise NotAllowed
    person = Person.objects.select_for_update().get(pk=person_id)
    person.set_unusable_password()
    person.save(update_fields=["password"])
    person.authenticator_set.all().delete()  # type: ignore[attr-defined] # allauth's relation
    record("directory.person.access_reset", person, actor=actor)
    return person


def _refuse_last_administrator(person: Person) -> None:
    if {other.pk for other in administrators(on=today())} == {person.pk}:
        raise LastAdministrator(_("%(name)s 是唯一的系统管理员，请先给另一个人这个角色。") % {"name": person})


@transaction.atomic
def deactivate_person(person_id: int, *, actor: Person) -> Person:
    """Close an account at once; what the person did stays.

    Raises:
        NotAllowed: the actor manages no accounts.
        LastAdministrator: nobody else could give roles.
    """
    if not may_manage_roles(actor):
        raise NotAllowed
    person = Person.objects.select_for_update().get(pk=person_id)
    _refuse_last_administrator(person)
    person.is_active = False
    person.save(update_fields=["is_active"])
    person.tokens.filter(revoked_at=None).update(revoked_at=now())
    record("directory.person.deactivated", person, actor=actor)
    publish(PersonDeactivated(person_id=person.pk))
    return person


@transaction.atomic
def reactivate_person(person_id: int, *, actor: Person) -> Person:
    """Open an account again; tokens stay revoked.

    Raises:
        NotAllowed: the actor manages no accounts.
    """
    if not may_manage_roles(actor):
        raise NotAllowed
    person = Person.objects.select_for_update().get(pk=person_id)
    person.is_active = True
    person.save(update_fields=["is_active"])
    record("directory.person.reactivated", person, actor=actor)
    return person


@transaction.atomic
def grant_role(
    person: Person,
    role: str,
    *,
    actor: Person | None,
    organisation: Organisation | None = None,
    region: Region | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> RoleAssignment:
    """Give a person a role from a day on.

    Args:
        person: who gets it.
        role: one of `Role`.
        actor: None only where the system itself acts.
        organisation: the body it is for; a liaison and a head need one.
        region: the region it is for; a district officer needs one.
        starts_on: first day, today where none is named.
        ends_on: last day, open where none is named.

    Raises:
        NotAllowed: the actor manages no roles.
        RoleIncomplete: the body, the district or the order of days is missing.
    """
    if actor is not None and not may_manage_roles(actor):
        raise NotAllowed
    first = starts_on or today()
    if role not in Role.values:
        raise RoleIncomplete(_("没有这个角色，请从列表里选。"))
    if role in BODY_ROLES and organisation is None:
        raise RoleIncomplete(_("%(role)s要指明是哪个单位的，请选单位。") % {"role": Role(role).label})
    if role == Role.DISTRICT_OFFICER and region is None:
        raise RoleIncomplete(_("区市科普专干要指明是哪个区市的，请选区市。"))
    if ends_on is not None and ends_on < first:
        raise RoleIncomplete(_("截止日期早于开始日期，请改一改。"))
    assignment = RoleAssignment.objects.create(
        person=person, role=role, organisation=organisation, region=region, starts_on=first, ends_on=ends_on
    )
    person.forget_roles()
    record(
        "directory.role.granted",
        person,
        actor=actor,
        role=role,
        organisation=organisation.pk if organisation else None,
        region=region.code if region else None,
        starts_on=first,
        ends_on=ends_on,
    )
    publish(RoleGranted(person_id=person.pk, role=role))
    return assignment


@transaction.atomic
def end_role(assignment_id: int, *, actor: Person, on: date | None = None) -> RoleAssignment:
    """Make a day the last one of a role; without a day the role is over from now on.

    Raises:
        NotAllowed: the actor manages no roles.
        LastAdministrator: nobody could give roles any more.
    """
    if not may_manage_roles(actor):
        raise NotAllowed
    assignment = RoleAssignment.objects.select_for_update(of=("self",)).select_related("person").get(pk=assignment_id)
    if assignment.role == Role.ADMINISTRATOR and not assignment.person.is_superuser:
        _refuse_last_administrator(assignment.person)
    ends_on = on or today() - ONE_DAY
    if ends_on < assignment.starts_on:
        if on is not None:
            raise RoleIncomplete(_("截止日期早于开始日期，请改一改。"))
        assignment.delete()  # given and taken back on the same day; the audit trail keeps both
    else:
        assignment.ends_on = ends_on
        assignment.save(update_fields=["ends_on"])
    assignment.person.forget_roles()
    record("directory.role.ended", assignment.person, actor=actor, role=assignment.role, ends_on=ends_on)
    return assignment


def note_sign_in(person: Person, *, is_demonstration: bool = False) -> None:
    """Keep in the audit trail that a person signed in."""
    record("directory.person.signed_in", person, actor=person, is_demonstration=is_demonstration)


def note_sign_out(person: Person) -> None:
    """Keep in the audit trail that a person signed out."""
    record("directory.person.signed_out", person, actor=person)
