"""Writes of the register: regions, bodies, roles and tokens."""

import csv
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import StringIO

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.choices import OrganisationKind, RegionLevel, TokenScope
from kepu.directory.register.errors import OrganisationExists, RegionFileInvalid
from kepu.directory.register.events import OrganisationCreated, RoleGranted
from kepu.directory.register.models import (
    ApiToken,
    Organisation,
    OrganisationAlias,
    Person,
    Region,
    RegionPopulation,
    RoleAssignment,
)
from kepu.directory.register.permissions import may_issue_token, may_manage_organisations, may_manage_roles
from kepu.directory.register.queries import token_digest
from kepu.engines.chinese import pinyin_key
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now, today
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish

DISTRICT_CODE_LENGTH = 6
TOWNSHIP_CODE_LENGTH = 9
COMMUNITY_CODE_LENGTH = 12
LEVEL_OF_LENGTH = {
    2: RegionLevel.PROVINCE,
    4: RegionLevel.CITY,
    DISTRICT_CODE_LENGTH: RegionLevel.DISTRICT,
    TOWNSHIP_CODE_LENGTH: RegionLevel.TOWNSHIP,
    COMMUNITY_CODE_LENGTH: RegionLevel.COMMUNITY,
}
REGION_COLUMNS = frozenset({"code", "name"})


@dataclass(frozen=True, slots=True)
class RegionImport:
    """What an import of regions did."""

    created: int
    changed: int
    unchanged: int


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
        actor: None only where the system itself acts (loading an example).

    Raises:
        NotAllowed: the actor keeps no register.
        OrganisationExists: a body or an alias already has one of the names.
    """
    if actor is not None and not may_manage_organisations(actor):
        raise NotAllowed
    name = name.strip()
    for spelling in (name, *aliases):
        if (
            Organisation.objects.filter(name=spelling).exists()
            or OrganisationAlias.objects.filter(name=spelling).exists()
        ):
            raise OrganisationExists(_("已有单位叫“%(name)s”，请直接选用它。") % {"name": spelling}, name=spelling)
    body = Organisation.objects.create(
        name=name,
        short_name=short_name,
        kind=kind,
        level=level,
        region=region,
        parent=parent,
        sort_key=pinyin_key(short_name or name),
    )
    body.path = f"{parent.path if parent else ''}{body.pk}/"
    body.save(update_fields=["path"])
    for alias in aliases:
        OrganisationAlias.objects.create(organisation=body, name=alias)
    record("directory.organisation.created", body, actor=actor, name=name)
    publish(OrganisationCreated(organisation_id=body.pk))
    return body


@transaction.atomic
def add_alias(organisation: Organisation, name: str, *, actor: Person | None, source: str = "") -> OrganisationAlias:
    """Let a body answer to one more name.

    Raises:
        NotAllowed: the actor keeps no register.
        OrganisationExists: the name belongs to another body.
    """
    if actor is not None and not may_manage_organisations(actor):
        raise NotAllowed
    name = name.strip()
    existing = OrganisationAlias.objects.filter(name=name).select_related("organisation").first()
    if existing is not None and existing.organisation_id == organisation.pk:
        return existing
    other = existing.organisation if existing else Organisation.objects.filter(name=name).first()
    if other is not None and other.pk != organisation.pk:
        raise OrganisationExists(
            _("“%(name)s”已是“%(other)s”的名称。") % {"name": name, "other": other.name}, name=name
        )
    alias = OrganisationAlias.objects.create(organisation=organisation, name=name, source=source)
    record("directory.alias.added", organisation, actor=actor, alias=name)
    return alias


def _parent_code(code: str) -> str | None:
    """The code one level up by GB/T 2260's lengths: 12 → 9 → 6 → 4 → 2."""
    lengths = sorted(LEVEL_OF_LENGTH)
    position = lengths.index(len(code))
    return code[: lengths[position - 1]] if position else None


@transaction.atomic
def import_regions(rows: Iterable[dict[str, str]], *, actor: Person | None, source: str = "") -> RegionImport:
    """Add or update regions from rows of code, name and optional short_name, parent, aliases, area_class, tile, people.

    Columns: `code` (2, 4, 6, 9 or 12 digits), `name`; optional `short_name`, `parent` (else by the code's own digits;
    `district` is read as parent for township lists), `aliases` (｜-separated), `area_class`, `tile_row`,
    `tile_column`, `people`, `counted_on` (ISO), `source`.

    Raises:
        NotAllowed: the actor keeps no register.
        RegionFileInvalid: a row cannot be placed; nothing is stored.
    """
    if actor is not None and not may_manage_organisations(actor):
        raise NotAllowed
    known = {region.code: region for region in Region.objects.all()}
    created = changed = unchanged = 0
    numbered = sorted(enumerate(rows, start=2), key=lambda pair: len((pair[1].get("code") or "").strip()))
    for line, row in numbered:
        code, name = (row.get("code") or "").strip(), (row.get("name") or "").strip()
        if not code.isdigit() or len(code) not in LEVEL_OF_LENGTH or not name:
            raise RegionFileInvalid(
                _("第 %(line)d 行：代码应为 2、4、6、9 或 12 位数字，名称不能为空。") % {"line": line}, line=line
            )
        parent_code = (row.get("parent") or row.get("district") or _parent_code(code) or "").strip()
        parent = known.get(parent_code)
        if parent is None and len(code) > min(LEVEL_OF_LENGTH) and known:
            raise RegionFileInvalid(
                _("第 %(line)d 行：找不到 %(code)s 的上级 %(parent)s，请先导入上级。")
                % {"line": line, "code": code, "parent": parent_code},
                line=line,
            )
        values = {
            "name": name,
            "level": LEVEL_OF_LENGTH[len(code)],
            "parent": parent,
            "path": f"{parent.path if parent else ''}{code}/",
            "sort_key": pinyin_key(name),
        }
        for key in ("short_name", "area_class"):
            if row.get(key):
                values[key] = row[key].strip()
        if row.get("aliases"):
            values["aliases"] = [
                alias.strip() for alias in row["aliases"].replace("｜", "|").split("|") if alias.strip()
            ]
        for key in ("tile_row", "tile_column"):
            if row.get(key):
                values[key] = int(row[key])
        values["source"] = (row.get("source") or source).strip()
        region = known.get(code)
        if region is None:
            region = known[code] = Region.objects.create(code=code, **values)
            created += 1
        elif any(getattr(region, key) != value for key, value in values.items()):
            for key, value in values.items():
                setattr(region, key, value)
            region.save()
            changed += 1
        else:
            unchanged += 1
        if row.get("people"):
            RegionPopulation.objects.update_or_create(
                region=region,
                counted_on=date.fromisoformat(row["counted_on"]),
                group=row.get("group") or "all",
                defaults={"people": int(row["people"]), "source": values["source"]},
            )
    result = RegionImport(created, changed, unchanged)
    first = next(iter(known.values()), None)
    if first is not None and created + changed:
        record("directory.regions.imported", first, actor=actor, created=created, changed=changed, source=source)
    return result


def read_region_file(data: bytes) -> list[dict[str, str]]:
    """Read a CSV of regions (UTF-8 or GB18030).

    Raises:
        RegionFileInvalid: no header with `code` and `name`, or text in another encoding.
    """
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise RegionFileInvalid(_("文件不是 UTF-8 或 GB18030 编码的文本，请另存为 CSV UTF-8 后重试。"))
    reader = csv.DictReader(StringIO(text))
    if not set(reader.fieldnames or ()) >= REGION_COLUMNS:
        raise RegionFileInvalid(_("表头需要有 code 和 name 两列。"))
    return list(reader)


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

    Raises:
        NotAllowed: the actor manages no roles.
    """
    if actor is not None and not may_manage_roles(actor):
        raise NotAllowed
    assignment = RoleAssignment.objects.create(
        person=person,
        role=role,
        organisation=organisation,
        region=region,
        starts_on=starts_on or today(),
        ends_on=ends_on,
    )
    person.forget_roles()
    record("directory.role.granted", person, actor=actor, role=role)
    publish(RoleGranted(person_id=person.pk, role=role))
    return assignment


@transaction.atomic
def end_role(assignment_id: int, *, actor: Person, on: date | None = None) -> RoleAssignment:
    """End a role after a day (today where none is named).

    Raises:
        NotAllowed: the actor manages no roles.
    """
    if not may_manage_roles(actor):
        raise NotAllowed
    assignment = RoleAssignment.objects.select_for_update().get(pk=assignment_id)
    assignment.ends_on = max(on or today(), assignment.starts_on)
    assignment.save(update_fields=["ends_on"])
    record("directory.role.ended", assignment.person, actor=actor, role=assignment.role)
    return assignment


@transaction.atomic
def issue_token(
    owner: Person, *, name: str, scopes: Sequence[str], actor: Person, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make a token for another system; the secret is returned this once and never stored.

    Raises:
        NotAllowed: the actor may have no tokens, or makes one for somebody else without managing roles.
    """
    if not may_issue_token(actor) or (owner.pk != actor.pk and not may_manage_roles(actor)):
        raise NotAllowed
    unknown = set(scopes) - set(TokenScope.values)
    if unknown or not scopes:
        raise NotAllowed(_("令牌范围只能从列表里选。"))
    secret = f"kepu_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        name=name,
        owner=owner,
        prefix=secret[5:11],
        digest=token_digest(secret),
        scopes=list(scopes),
        expires_at=expires_at or now() + timedelta(days=365),
    )
    record("directory.token.issued", token, actor=actor, scopes=list(scopes))
    return token, secret


@transaction.atomic
def revoke_token(token_id: int, *, actor: Person) -> ApiToken:
    """Stop a token for ever; its owner or an administrator.

    Raises:
        NotAllowed: it is somebody else's token.
    """
    token = ApiToken.objects.select_for_update().get(pk=token_id)
    if token.owner_id != actor.pk and not may_manage_roles(actor):
        raise NotAllowed
    if token.revoked_at is None:
        token.revoked_at = now()
        token.save(update_fields=["revoked_at"])
        record("directory.token.revoked", token, actor=actor)
    return token
