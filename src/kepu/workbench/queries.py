"""What a desk shows: what waits, what was told, and which rooms its person may enter."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kepu.directory.notices.models import Notice
from kepu.directory.notices.queries import notices_for
from kepu.directory.privacy.choices import ConsentState, RequestKind
from kepu.directory.privacy.queries import PURPOSES, ConsentText, MinorsAudit, consent_texts
from kepu.directory.register.choices import RegionLevel, Role
from kepu.directory.register.models import Acting, Organisation, Person, Region
from kepu.directory.register.queries import RESIDENT, districts
from kepu.directory.todos.models import Todo
from kepu.directory.todos.queries import todos_for
from kepu.foundation.approvals.queries import ApprovalRow, approval_seen_by, approvals_seen_by
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.clock import today
from kepu.foundation.codes.queries import code_list
from kepu.foundation.sheets import Column, ColumnKind, Sheet

_LATELY = 30
_OFFICE = frozenset({Role.LEADING_OFFICE.value})
_KEEPERS = frozenset({Role.LEADING_OFFICE.value, Role.ADMINISTRATOR.value})
_DOERS = frozenset({Role.LEADING_OFFICE.value, Role.LIAISON.value, Role.DISTRICT_OFFICER.value})
_READERS = _DOERS | {Role.UNIT_HEAD.value, Role.REVIEWER.value, Role.AUDITOR.value}


@dataclass(frozen=True, slots=True)
class Room:
    """A place to work in, with one sentence on what it is for."""

    title: str | Promise
    what: str | Promise
    url_name: str
    icon: str
    roles: frozenset[str] = frozenset()
    address: str = ""


ROOMS = (
    Room(
        _("导入方案"),
        _("放入方案文本，核对读出的任务、责任和目标，确认后上线。"),
        "plan:drafts",
        "file-import",
        _OFFICE,
    ),
    Room(_("任务与目标"), _("看每项任务走到哪里，定牵头、定指标、定含义。"), "plan:desk", "list-details"),
    Room(_("进展报告"), _("写下这个阶段做了什么，附上佐证。"), "reports:desk", "report", _READERS),
    Room(_("督办"), _("看谁还欠着什么，发出和答复督办。"), "supervision:desk", "bell-ringing", _READERS),
    Room(_("协调事项"), _("提出自己解决不了的事，上会议定，办到办结。"), "matters:desk", "messages", _READERS),
    Room(_("公众提问"), _("审核、转办和答复公众的咨询、建议和投诉。"), "oversight:desk", "message-question", _DOERS),
    Room(_("台账"), _("记一条事实，或者从表格导入一批。"), "ledger:desk", "book-2"),
    Room(_("话务代办"), _("核对来电人，替不上网的人办理，双方都记下。"), "workbench:acting", "phone-call", _OFFICE),
    Room(_("单位"), _("单位的全称、简称、别名和性质。"), "workbench:organisations", "building", _KEEPERS),
    Room(_("行政区划"), _("区市、镇街和村社，人口与来源。"), "workbench:regions", "map-2", _KEEPERS),
    Room(_("人员与角色"), _("谁能登录，以什么身份，从哪天到哪天。"), "workbench:people", "user-cog", _KEEPERS),
    Room(
        _("接口令牌"),
        _("让别的系统读写台账。"),
        "workbench:tokens",
        "key",
        _DOERS | frozenset({Role.ADMINISTRATOR.value}),
    ),
    Room(
        _("未成年人审计"),
        _("一年里处理了多少未成年人的个人信息；告知书确认没有。"),
        "workbench:minors",
        "shield-lock",
        _KEEPERS | frozenset({Role.AUDITOR.value}),
    ),
    Room(
        _("审计记录"),
        _("谁在什么时候做了什么，记录有没有被动过。"),
        "workbench:audit",
        "history",
        frozenset({Role.AUDITOR.value, Role.ADMINISTRATOR.value}),
    ),
)


@dataclass(frozen=True, slots=True)
class Desk:
    """One person's start page."""

    todos: list[Todo]
    notices: list[Notice]
    rooms: list[Room]
    has_role: bool


def desk_of(person: Person) -> Desk:
    """What waits for a person, what was told lately, and the rooms of the roles held today."""
    held = {role.role for role in person.roles_on(today())}
    return Desk(
        todos=list(todos_for(person)[:50]),
        notices=list(notices_for(person)[:5]),
        rooms=rooms_for(held) if held else [],
        has_role=bool(held),
    )


def rooms_for(roles: Iterable[str]) -> list[Room]:
    """The rooms that exist and that one of the roles may enter."""
    held = frozenset(roles)
    found = []
    for room in ROOMS:
        if room.roles and not room.roles & held:
            continue
        try:
            address = reverse(room.url_name)
        except NoReverseMatch:  # not built in this version of the site
            continue
        found.append(Room(room.title, room.what, room.url_name, room.icon, room.roles, address))
    return found


def people_found(text: str, *, role: str = "", with_closed: bool = False) -> QuerySet[Person]:
    """Persons whose name, login or body holds what was typed, with the roles of today.

    Residents without a role are nobody's business here: they are found by their phone when they call.
    """
    people = Person.objects.select_related("organisation").prefetch_related(
        "role_assignments__organisation", "role_assignments__region"
    )
    people = people.exclude(login__startswith=RESIDENT, role_assignments=None)
    if text := text.strip():
        people = people.filter(
            Q(name__icontains=text) | Q(login__icontains=text) | Q(organisation__name__icontains=text)
        )
    if role:
        held = Q(role_assignments__ends_on=None) | Q(role_assignments__ends_on__gte=today())
        people = people.filter(held, role_assignments__role=role, role_assignments__starts_on__lte=today())
    if not with_closed:
        people = people.filter(is_active=True)
    return people.distinct().order_by("name", "login")


def organisations_listed(text: str, *, kind: str = "") -> QuerySet[Organisation]:
    """Bodies by name, short name or alias, with how many people sit there."""
    bodies = Organisation.objects.select_related("region").prefetch_related("aliases")
    if text := text.strip():
        bodies = bodies.filter(
            Q(name__icontains=text)
            | Q(short_name__icontains=text)
            | Q(pk__in=Organisation.objects.filter(aliases__name__icontains=text).values("pk"))
        )
    if kind:
        bodies = bodies.filter(kind=kind)
    return bodies.annotate(people_count=Count("people", filter=Q(people__is_active=True))).order_by("sort_key", "name")


@dataclass(frozen=True, slots=True)
class RegionPage:
    """One region with what is directly inside it."""

    region: Region
    above: list[Region]
    children: list[Region]


def region_page(region: Region) -> RegionPage:
    """A region, those around it from the top, and those directly inside it with their head counts."""
    codes = region.path.strip("/").split("/")[:-1]
    around = {other.code: other for other in Region.objects.filter(code__in=codes)}
    children = region.children.prefetch_related("populations").annotate(inside=Count("children")).order_by("code")
    return RegionPage(region, [around[code] for code in codes if code in around], list(children))


def top_regions() -> list[Region]:
    """The regions that hang under nothing."""
    return list(Region.objects.filter(parent=None).annotate(inside=Count("children")).order_by("code"))


def liaison_bodies() -> QuerySet[Organisation]:
    """The bodies of the city at whose desk a demonstration visitor may sit."""
    return Organisation.objects.filter(level=RegionLevel.CITY, valid_to=None).order_by("sort_key", "name")


def district_choices() -> QuerySet[Region]:
    """The districts at whose desk a demonstration visitor may sit."""
    return districts()


def actors_of(entries: Iterable[AuditEntry]) -> dict[int, Person]:
    """The persons who acted, by id."""
    ids = {entry.actor_id for entry in entries if entry.actor_id is not None}
    return Person.objects.in_bulk(ids)


@dataclass(frozen=True, slots=True)
class ApprovalLine:
    """A request for a second person, with who asked and who decided in words."""

    row: ApprovalRow
    asked_by: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class ApprovalsPage:
    """What waits, and what was settled lately."""

    waiting: tuple[ApprovalLine, ...]
    settled: tuple[ApprovalLine, ...]


def approvals_page(actor: Person) -> ApprovalsPage:
    """Requests that a person asked or may decide."""
    waiting, settled = approvals_seen_by(actor), approvals_seen_by(actor, is_open=False)
    names = _names([*waiting, *settled])
    return ApprovalsPage(
        tuple(_line(row, names) for row in waiting), tuple(_line(row, names) for row in settled[:_LATELY])
    )


def approval_page(actor: Person, approval_id: int) -> ApprovalLine | None:
    """One request, or None where the person may not see it."""
    row = approval_seen_by(actor, approval_id)
    return _line(row, _names([row])) if row is not None else None


def _names(rows: list[ApprovalRow]) -> dict[int, str]:
    people = {row.approval.asked_by for row in rows} | {row.approval.decided_by for row in rows}
    return {person.pk: str(person) for person in Person.objects.filter(pk__in=[pk for pk in people if pk])}


def _line(row: ApprovalRow, names: dict[int, str]) -> ApprovalLine:
    return ApprovalLine(row, names.get(row.approval.asked_by, ""), names.get(row.approval.decided_by or 0, ""))


# --- personal data at the desk ----------------------------------------------------------------------------------


def actings_of(operator: Person) -> list[Acting]:
    """The newest times in which an operator acted for somebody."""
    return list(Acting.objects.filter(operator=operator).select_related("resident")[:20])


@dataclass(frozen=True, slots=True)
class TextsPage:
    """The texts to which people agree, and how far they are to be trusted."""

    texts: tuple[ConsentText, ...]
    mark: str
    """默认未确认 until the operator confirmed the list; empty afterwards."""
    version: str
    officer: str


def texts_page() -> TextsPage:
    """Every purpose with its text in force; whether the operator confirmed the list and named the officer."""
    found, texts = code_list(PURPOSES), tuple(consent_texts())
    return TextsPage(texts, found.mark, found.version, texts[0].officer if texts else "")


def audit_sheet(year: int) -> Sheet:
    """The yearly audit of minors' data as a table to take away."""
    return Sheet(
        gettext("未成年人个人信息年度审计 %(year)d") % {"year": year},
        (
            Column("part", gettext("部分")),
            Column("what", gettext("内容")),
            Column("detail", gettext("明细")),
            Column("count", gettext("数量"), kind=ColumnKind.INTEGER),
        ),
    )


def audit_rows(audit: MinorsAudit) -> list[dict[str, str | int]]:
    """The lines of the audit: people, answers, requests and guardians, with counts and no name."""
    states, kinds = dict(ConsentState.choices), dict(RequestKind.choices)
    labels = {text.purpose: text.title for text in audit.purposes}
    people = gettext("年底（或今天）登记在册的人")
    rows: list[tuple[str, str, str, int]] = [
        *((people, str(band.label), "", count) for band, count in audit.people.items()),
        (people, gettext("没有登记出生日期的人"), gettext("看不出是不是未成年人"), audit.without_birthday),
        (people, gettext("现在有效的监护关系"), "", audit.guardianships),
        *(
            (gettext("一年里对告知书的答复"), labels.get(purpose, purpose), str(states.get(state, state)), count)
            for (purpose, state), count in sorted(audit.answers.items())
        ),
        *(
            (gettext("一年里办结的请求"), str(kinds.get(kind, kind)), "", count)
            for kind, count in sorted(audit.requests.items())
        ),
    ]
    return [{"part": part, "what": what, "detail": detail, "count": count} for part, what, detail, count in rows]
