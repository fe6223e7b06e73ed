"""Keep the list of bodies: create, correct, other names, end, delete what was a mistake."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.choices import OrganisationKind, RegionLevel
from kepu.directory.register.errors import OrganisationExists
from kepu.directory.register.events import OrganisationCreated
from kepu.directory.register.models import Organisation, OrganisationAlias, Person, Region
from kepu.directory.register.permissions import may_manage_organisations
from kepu.directory.register.services.regions import refuse_while_used
from kepu.engines.chinese.pinyin import pinyin_key
from kepu.foundation.audit.services import record
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish


def _refuse_known_name(name: str, *, but: Organisation | None = None) -> None:
    own = but.pk if but is not None else 0
    body = Organisation.objects.filter(name=name).exclude(pk=own).first()
    alias = OrganisationAlias.objects.filter(name=name).exclude(organisation=own).select_related("organisation").first()
    other = body or (alias.organisation if alias else None)
    if other is not None:
        raise OrganisationExists(
            _("“%(name)s”已是“%(other)s”的名称，请直接选用它。") % {"name": name, "other": other.name}, name=name
        )


@transaction.atomic
def create_organisation(
    name: str,
    *,
    region: Region,
    actor: Person | None,
    kind: str = OrganisationKind.OTHER,
    short_name: str = "",
    level: int = RegionLevel.CITY,
    parent: Organisation | None = None,
    aliases: Sequence[str] = (),
) -> Organisation:
    """Add a body to the register.

    Args:
        name: full name; nobody else may have it as name or alias.
        region: where it is, and how far its people reach.
        actor: None only where the system itself acts (loading an example).
        kind: one of `OrganisationKind`.
        short_name: what pages show.
        level: one of `RegionLevel`.
        parent: the body above it.
        aliases: other names under which texts mention it.

    Raises:
        NotAllowed: the actor keeps no register.
        OrganisationExists: a body or an alias already has one of the names.
    """
    if actor is not None and not may_manage_organisations(actor):
        raise NotAllowed
    name, short_name = name.strip(), short_name.strip()
    others = [alias.strip() for alias in dict.fromkeys(aliases) if alias.strip() and alias.strip() != name]
    for spelling in (name, *others):
        _refuse_known_name(spelling)
    body = Organisation.objects.create(
        name=name,
        short_name=short_name,
        kind=kind,
        level=level,
        region=region,
        parent=parent,
        sort_key=pinyin_key(short_name or name)[:300],
    )
    body.path = f"{parent.path if parent else ''}{body.pk}/"
    body.save(update_fields=["path"])
    OrganisationAlias.objects.bulk_create([OrganisationAlias(organisation=body, name=alias) for alias in others])
    record("directory.organisation.created", body, actor=actor, name=name)
    publish(OrganisationCreated(organisation_id=body.pk))
    return body


@transaction.atomic
def correct_organisation(
    organisation_id: int,
    *,
    actor: Person,
    name: str,
    short_name: str,
    kind: str,
    level: int,
    region: Region,
    valid_to: date | None = None,
) -> Organisation:
    """Correct what the register says of a body; its former name stays as an alias, so that old texts still find it.

    Raises:
        NotAllowed: the actor keeps no register.
        OrganisationExists: another body already has the name.
    """
    if not may_manage_organisations(actor):
        raise NotAllowed
    body = Organisation.objects.select_for_update().get(pk=organisation_id)
    name = name.strip()
    _refuse_known_name(name, but=body)
    before = {"name": body.name, "kind": body.kind, "region": body.region_id, "valid_to": body.valid_to}
    if body.name != name:
        body.aliases.filter(name=name).delete()
        OrganisationAlias.objects.get_or_create(name=body.name, defaults={"organisation": body, "source": _("原名称")})
    body.name, body.short_name, body.kind, body.level = name, short_name.strip(), kind, level
    body.region, body.valid_to = region, valid_to
    body.sort_key = pinyin_key(body.short_name or name)[:300]
    body.save()
    record("directory.organisation.corrected", body, actor=actor, before=before, name=name)
    return body


@transaction.atomic
def add_alias(organisation: Organisation, name: str, *, actor: Person | None, source: str = "") -> OrganisationAlias:
    """Let a body answer to one more name.

    Raises:
        NotAllowed: the actor keeps no register.
        OrganisationExists: the name belongs to another body, or is the body's own full name.
    """
    if actor is not None and not may_manage_organisations(actor):
        raise NotAllowed
    name = name.strip()
    existing = OrganisationAlias.objects.filter(name=name, organisation=organisation).first()
    if existing is not None:
        return existing
    _refuse_known_name(name)
    alias = OrganisationAlias.objects.create(organisation=organisation, name=name, source=source)
    record("directory.alias.added", organisation, actor=actor, alias=name)
    return alias


@transaction.atomic
def remove_alias(alias_id: int, *, actor: Person) -> None:
    """Take back a name; texts that used it match by hand from now on.

    Raises:
        NotAllowed: the actor keeps no register.
    """
    if not may_manage_organisations(actor):
        raise NotAllowed
    alias = OrganisationAlias.objects.select_related("organisation").get(pk=alias_id)
    alias.delete()
    record("directory.alias.removed", alias.organisation, actor=actor, alias=alias.name)


@transaction.atomic
def delete_organisation(organisation_id: int, *, actor: Person) -> None:
    """Delete a body that was a mistake; one that anything refers to is ended by a date instead.

    Raises:
        NotAllowed: the actor keeps no register.
        StillInUse: people, duties, facts or bodies below it refer to it.
    """
    if not may_manage_organisations(actor):
        raise NotAllowed
    body = Organisation.objects.select_for_update().get(pk=organisation_id)
    refuse_while_used(body, body.delete)
    record("directory.organisation.deleted", Organisation(pk=organisation_id), actor=actor, name=body.name)
