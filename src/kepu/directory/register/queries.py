"""Reads of the register."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from allauth.account import app_settings as account_settings
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db.models import F, Func, Q, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from kepu.directory.register.choices import OrganisationKind, RegionLevel, Role
from kepu.directory.register.errors import TokenUnusable
from kepu.directory.register.models import (
    Acting,
    ApiToken,
    Organisation,
    OrganisationAlias,
    Person,
    Region,
    RegionOutline,
    RegionPopulation,
    RoleAssignment,
)
from kepu.directory.register.rules import Drawing, drawing_of
from kepu.foundation.clock import now, today


@dataclass(frozen=True, slots=True)
class OrganisationMatch:
    """Which body a printed name means, and how that was found."""

    printed: str
    organisation: Organisation | None
    how: str
    """`exact`, `alias`, `prefix` (the region's name put before it) or `none`."""


def city() -> Region | None:
    """The region that the site serves: the topmost city, or the topmost region where there is no city."""
    return Region.objects.order_by("level").filter(level__gte=RegionLevel.CITY).first() or Region.objects.first()


def districts() -> QuerySet[Region]:
    """The districts (区市) of the city that are in force, in code order."""
    return Region.objects.filter(level=RegionLevel.DISTRICT, valid_to=None).order_by("code")


def districts_of(region: Region) -> QuerySet[Region]:
    """The districts of one city that are in force, in code order."""
    return districts().filter(path__startswith=region.path)


def regions_to_choose(deepest: int = RegionLevel.TOWNSHIP) -> list[tuple[int, str]]:
    """The city's regions in force down to a level, in code order, with the district before a township's name."""
    here = city()
    if here is None:
        return []
    found = Region.objects.filter(path__startswith=here.path, level__lte=deepest, valid_to=None).select_related(
        "parent"
    )
    return [
        (
            region.pk,
            f"{region.parent.label} {region.label}"
            if region.parent and region.level > RegionLevel.DISTRICT
            else region.label,
        )
        for region in found.order_by("code")
    ]


class RegionNames:
    """The districts and townships of the city by code or name, as people write them in tables; read once."""

    def __init__(self, here: Region | None) -> None:
        self._all = list(Region.objects.filter(path__startswith=here.path, valid_to=None)) if here else []

    def find(self, district: str | None, township: str | None = None) -> Region | None:
        """The region that is meant; None where none is, or several are."""
        above = self._one(district, [region for region in self._all if region.level == RegionLevel.DISTRICT])
        if above is None or not township:
            return above
        return self._one(township, [one for one in self._all if one.path.startswith(above.path) and one != above])

    def _one(self, name: str | None, among: Iterable[Region]) -> Region | None:
        said = (name or "").strip()
        fitting = [one for one in among if said in {one.code, one.name, one.short_name, *one.aliases}]
        return fitting[0] if len(fitting) == 1 else None

    def words(self, district: str | None, township: str | None) -> str:
        """What is wrong with what was not found."""
        if township and self.find(district) is not None:
            return _("这个区市里没有这个镇街，请用代码，或只填区市。")
        return _("没有这个区市，请写名称或 6 位代码。")


def organisations_to_choose() -> list[tuple[int, str]]:
    """The bodies in force by name, those that stand for a whole kind left out."""
    in_force = Q(valid_to=None) | Q(valid_to__gte=today())
    found = Organisation.objects.filter(in_force, successor=None).exclude(kind=OrganisationKind.COLLECTIVE)
    return list(found.order_by("sort_key", "name").values_list("pk", "name"))


def inside(regions: Iterable[Region], field: str = "") -> Q:
    """Those whose region is one of these or lies inside one; nothing where there are none.

    Args:
        regions: as `Person.regions` gives them for a role.
        field: the name of the field that holds the region, with the way to it; empty where regions themselves are sought.
    """
    name = f"{field}__path__startswith" if field else "path__startswith"
    found = Q(pk__in=())
    for region in regions:
        found |= Q(**{name: region.path})
    return found


@dataclass(frozen=True, slots=True)
class DrawnOutline:
    """The outline of a city's districts, ready to be drawn, with what must stand under it."""

    drawing: Drawing
    review_number: str
    source: str


def outline_of(region: Region) -> DrawnOutline | None:
    """The outline that the operator loaded for a city, or None: then its districts are shown as tiles."""
    outline = RegionOutline.objects.filter(region=region).first()
    return DrawnOutline(drawing_of(outline.shapes), outline.review_number, outline.source) if outline else None


def regions_under(region: Region) -> QuerySet[Region]:
    """A region and everything inside it."""
    return Region.objects.filter(path__startswith=region.path)


def organisations_under(body: Organisation) -> QuerySet[Organisation]:
    """A body and everything below it."""
    return Organisation.objects.filter(path__startswith=body.path)


def population_of(region: Region, *, on: date, group: str = "all") -> RegionPopulation | None:
    """The newest head count not after a day."""
    return region.populations.filter(counted_on__lte=on, group=group).order_by("-counted_on").first()


def _prefixes(region: Region | None) -> list[str]:
    """What may be put before a printed name: 青岛 and 青岛市 for 青岛市."""
    if region is None:
        return []
    names = [region.name, region.short_name, *region.aliases]
    bare = [name.removesuffix("市").removesuffix("区").removesuffix("县").removesuffix("省") for name in names if name]
    return [name for name in dict.fromkeys([*names, *bare]) if name]


def match_organisations(printed: Sequence[str], *, region: Region | None = None) -> dict[str, OrganisationMatch]:
    """Find the bodies that a text means: exact name, alias, then the city's name before it (市教育局 → 青岛市教育局)."""
    wanted: dict[str, list[tuple[str, str]]] = {}
    for name in printed:
        candidates = [(name, "exact"), (name, "alias")]
        for prefix in _prefixes(region):
            candidates.append((prefix + name, "prefix"))
            if name.startswith("市") and len(name) > 1:
                candidates.append((prefix + name[1:], "prefix"))
        wanted[name] = candidates
    spellings = {spelling for candidates in wanted.values() for spelling, _how in candidates}
    bodies = list(Organisation.objects.filter(Q(name__in=spellings) | Q(short_name__in=spellings)))
    shared = Counter(body.short_name for body in bodies)
    by_name = {body.short_name: body for body in bodies if shared[body.short_name] == 1}  # two bodies: nobody guesses
    by_name |= {body.name: body for body in bodies}
    by_alias = {
        alias.name: alias.organisation
        for alias in OrganisationAlias.objects.filter(name__in=spellings).select_related("organisation")
    }
    found: dict[str, OrganisationMatch] = {}
    for name, candidates in wanted.items():
        match = OrganisationMatch(name, None, "none")
        for spelling, how in candidates:
            body_found = by_alias.get(spelling) if how == "alias" else by_name.get(spelling)
            if body_found is not None:
                match = OrganisationMatch(name, body_found, how)
                break
        found[name] = match
    return found


def persons_holding(
    role: Role | str, *, on: date, organisation: Organisation | None = None, region: Region | None = None
) -> list[Person]:
    """Active persons with a role in force on a day; one look, whatever the city's size.

    Args:
        role: which.
        on: the day.
        organisation: only those whose role reaches this body.
        region: only those whose role is over this region or one around it.
    """
    held = RoleAssignment.objects.filter(Q(ends_on=None) | Q(ends_on__gte=on), role=role, starts_on__lte=on)
    if organisation is not None:  # as RoleAssignment.covers_organisation says of one role
        above = [int(part) for part in organisation.path.split("/") if part]
        around = [part for part in organisation.region.path.split("/") if part]
        by_region = Q(organisation=None) & (Q(region=None) | Q(region__code__in=around))
        held = held.filter(Q(organisation__in=above) | by_region)
    if region is not None:
        held = held.filter(region__code__in=[part for part in region.path.split("/") if part])
    return list(Person.objects.filter(is_active=True, pk__in=held.values("person")))


def administrators(*, on: date) -> list[Person]:
    """Active persons who may give roles on a day."""
    held = Q(role_assignments__role=Role.ADMINISTRATOR, role_assignments__starts_on__lte=on) & (
        Q(role_assignments__ends_on=None) | Q(role_assignments__ends_on__gte=on)
    )
    return list(Person.objects.filter(held | Q(is_superuser=True), is_active=True).distinct())


UseCheck = Callable[[Region | Organisation], str]
_use_checks: list[UseCheck] = []


def declare_use(check: UseCheck) -> UseCheck:
    """Let a room that keeps codes or ids without a foreign key say whether it uses a region or body.

    Args:
        check: gets the region or body; returns the name of what uses it (台账), or "" where nothing does.
    """
    _use_checks.append(check)
    return check


def uses_of(thing: Region | Organisation) -> list[str]:
    """What other rooms say they keep about a region or body."""
    return [use for check in _use_checks if (use := check(thing))]


def token_digest(secret: str) -> bytes:
    """The stored form of a token's secret."""
    return hashlib.sha256(secret.encode()).digest()


def token_for(secret: str, *, scope: str) -> ApiToken:
    """Find the usable token behind a secret.

    Raises:
        TokenUnusable: unknown, expired, revoked, out of scope, or its owner may no longer sign in.
    """
    token = ApiToken.objects.select_related("owner").filter(digest=token_digest(secret)).first()
    if token is None or token.revoked_at is not None or not token.owner.is_active:
        raise TokenUnusable(_("令牌无效或已停用，请向系统管理员换一个。"))
    if token.expires_at <= now():
        raise TokenUnusable(_("令牌已过期，请向系统管理员换一个。"))
    if scope not in token.scopes:
        raise TokenUnusable(_("这个令牌不含所需的范围：%(scope)s。") % {"scope": scope}, scope=scope)
    return token


def organisations_named(query: str, *, limit: int = 20) -> QuerySet[Organisation]:
    """Bodies whose name, short name, alias or pinyin (jiaoyuju, or jyj for its initials) holds what was typed."""
    text = query.strip()
    if not text:
        return Organisation.objects.none()
    typed = text.lower().replace(" ", "")
    return (
        Organisation.objects.annotate(
            typed=Func(F("sort_key"), Value("[0-9 ]"), Value(""), Value("g"), function="regexp_replace"),
            typed_initials=Func(
                F("sort_key"), Value("([a-z])[a-z]*[1-5] ?"), Value(r"\1"), Value("g"), function="regexp_replace"
            ),
        )
        .filter(
            Q(name__icontains=text)
            | Q(short_name__icontains=text)
            | Q(pk__in=OrganisationAlias.objects.filter(name__icontains=text).values("organisation"))
            | Q(typed__contains=typed)
            | Q(typed_initials__contains=typed)
        )
        .select_related("region")[:limit]
    )


def regions_by_code(codes: Iterable[str]) -> dict[str, Region]:
    """Regions by their code."""
    return {region.code: region for region in Region.objects.filter(code__in=set(codes))}


RESIDENT = "resident-"
"""How the login names of residents begin: nobody types them, no administrator gives them."""


def phone_sign_in_is_open() -> bool:
    """Whether a code can reach a phone: a gateway is set, or this is a demonstration with its sandbox."""
    return bool(settings.KEPU_GATEWAYS.get("sms")) or settings.KEPU_IS_DEMONSTRATION


def is_staff_account(person: Person) -> bool:
    """Whether an account has powers or a password: then a code on a phone is not enough to open it."""
    return person.is_staff or person.is_superuser or person.has_usable_password() or bool(person.roles_on(today()))


def acting_open(acting_id: int, operator_id: int) -> Acting | None:
    """A time of acting for somebody that is not over."""
    found = Acting.objects.select_related("resident").filter(pk=acting_id, operator=operator_id, ended_at=None)
    return found.first()


def has_second_factor(person: Person) -> bool:
    """Whether the person set up an authenticator app."""
    return bool(person.authenticator_set.filter(type="totp").exists())  # type: ignore[attr-defined] # of allauth.mfa


def password_path(person: Person) -> str:
    """The path where the person chooses a password; it works once and for as long as `PASSWORD_RESET_TIMEOUT`."""
    key = account_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(person)
    return reverse("account_reset_password_from_key", args=[user_pk_to_url_str(person), key])


def tokens_visible_to(actor: Person) -> QuerySet[ApiToken]:
    """One's own tokens; every token for who manages roles."""
    tokens = ApiToken.objects.select_related("owner")
    return tokens if actor.is_superuser or actor.holds(Role.ADMINISTRATOR) else tokens.filter(owner=actor)


def role_obstacle(person_id: int) -> str:
    """Why a person can not be erased yet: who holds a role is answered for, so the role ends first."""
    held = Person.objects.get(pk=person_id).roles_on(today())
    if not held:
        return ""
    names = "、".join(str(role.get_role_display()) for role in held)
    return _("还担任%(roles)s，请先由系统管理员结束角色") % {"roles": names}


def names_among(texts: Iterable[str]) -> set[str]:
    """Which of some texts are the name of a person of the register, whoever it is."""
    return set(Person.objects.filter(name__in=list(texts)).exclude(name="").values_list("name", flat=True))
