"""The doors of the site: what stands in the header, the phone menu and the side of the desk.

A door names a URL. While the room behind it is not built, the name resolves to nothing and the door is not shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from django.urls import NoReverseMatch, get_urlconf, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.choices import Role


@dataclass(frozen=True, slots=True)
class Door:
    """One entry of a menu.

    Args:
        label: what it says, a verb or a noun of the city's own words.
        url_name: the page behind it.
        icon: the name of an outline icon; the header shows none.
        roles: who sees it at the desk; empty for everyone there.
        address: filled in when the page exists.
        is_here: filled in for the page that is shown.
        count: things waiting behind it; 0 shows nothing.
    """

    label: str | Promise
    url_name: str
    icon: str = ""
    roles: frozenset[str] = frozenset()
    address: str = ""
    is_here: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True)
class DeskSection:
    """A heading at the side of the desk with its doors."""

    label: str | Promise
    doors: tuple[Door, ...]


_OFFICE = frozenset({Role.LEADING_OFFICE.value})
_DOERS = frozenset({Role.LEADING_OFFICE.value, Role.LIAISON.value, Role.DISTRICT_OFFICER.value})
_READERS = _DOERS | {Role.UNIT_HEAD.value, Role.REVIEWER.value, Role.AUDITOR.value}
_KEEPERS = frozenset({Role.ADMINISTRATOR.value})
_TRAIL = frozenset({Role.AUDITOR.value, Role.ADMINISTRATOR.value})

PORTAL = (
    Door(_("进展"), "plan:overview"),
    Door(_("找服务"), "portal:find"),
    Door(_("点单"), "requests:home"),
    Door(_("找专家"), "capacities:experts"),
    Door(_("找场馆"), "venues:find"),
    Door(_("找资源"), "library:find"),
    Door(_("做志愿者"), "volunteers:projects"),
    Door(_("学习"), "learning:catalogue"),
    Door(_("测一测"), "quizzes:try"),
    Door(_("问与督"), "oversight:questions"),
    Door(_("数据"), "ledger:data"),
)

DESK = (
    DeskSection(
        _("今天"),
        (
            Door(_("待办"), "workbench:home", "checklist"),
            Door(_("通知"), "workbench:notices", "bell"),
            Door(_("双人核准"), "workbench:approvals", "user-check"),
        ),
    ),
    DeskSection(
        _("规划"),
        (
            Door(_("导入方案"), "plan:drafts", "file-import", _OFFICE),
            Door(_("任务与目标"), "plan:desk", "list-details", _READERS),
            Door(_("任务分解"), "breakdown:desk", "sitemap", _READERS),
            Door(_("进展报告"), "reports:desk", "report"),
            Door(_("督办"), "supervision:desk", "bell-ringing", _READERS),
            Door(_("协调事项"), "matters:desk", "messages", _READERS),
            Door(
                _("评估"),
                "evaluation:desk",
                "clipboard-check",
                _READERS - {Role.DISTRICT_OFFICER.value},
            ),
            Door(_("监测报告"), "monitoring:desk", "file-text", _OFFICE | {Role.REVIEWER.value, Role.AUDITOR.value}),
            Door(_("公众提问"), "oversight:desk", "message-question", _DOERS),
        ),
    ),
    DeskSection(
        _("服务"),
        (
            Door(
                _("点单与派单"),
                "requests:desk",
                "clipboard-list",
                frozenset({Role.LEADING_OFFICE.value, Role.DISTRICT_OFFICER.value, Role.AUDITOR.value}),
            ),
            Door(_("公开的场次"), "requests:open_sessions", "calendar", _DOERS),
            Door(
                _("常设项目"),
                "requests:standing_desk",
                "certificate",
                frozenset({Role.LEADING_OFFICE.value, Role.LIAISON.value}),
            ),
            Door(
                _("企业需求"),
                "enterprises:desk",
                "tool",
                frozenset({Role.LEADING_OFFICE.value, Role.DISTRICT_OFFICER.value, Role.AUDITOR.value}),
            ),
            Door(_("科普人才"), "capacities:desk", "users", _DOERS | {Role.UNIT_HEAD.value, Role.AUDITOR.value}),
            Door(_("回避关系"), "conflicts:desk", "arrows-split", _OFFICE),
            Door(_("场馆与大篷车"), "venues:desk", "building-community", _READERS),
            Door(_("资源库"), "library:desk", "packages", _READERS),
            Door(_("大篷车巡展"), "tours:desk", "truck", _DOERS | {Role.AUDITOR.value}),
            Door(_("预约与入场"), "bookings:desk", "ticket", _DOERS),
            Door(_("志愿服务"), "volunteers:desk", "heart-handshake", _DOERS | {Role.AUDITOR.value}),
        ),
    ),
    DeskSection(
        _("衡量"),
        (
            Door(_("台账"), "ledger:desk", "book-2", _READERS),
            Door(_("素质测评"), "survey:desk", "chart-dots"),
            Door(_("科普统计"), "statistics:desk", "chart-bar"),
        ),
    ),
    DeskSection(
        _("管理"),
        (
            Door(_("单位"), "workbench:organisations", "building", _OFFICE | _KEEPERS),
            Door(_("行政区划"), "workbench:regions", "map-2", _OFFICE | _KEEPERS),
            Door(_("人员与角色"), "workbench:people", "user-cog", _OFFICE | _KEEPERS),
            Door(_("话务代办"), "workbench:acting", "phone-call", _OFFICE),
            Door(_("未成年人审计"), "workbench:minors", "shield-lock", _OFFICE | _TRAIL),
            Door(_("告知书"), "workbench:consent_texts", "file-certificate", _OFFICE | _TRAIL),
            Door(_("接口令牌"), "workbench:tokens", "key", _DOERS | _KEEPERS),
            Door(_("审计记录"), "workbench:audit", "history", _TRAIL),
            Door(_("我的账号"), "workbench:account", "user-circle"),
        ),
    ),
)


@lru_cache(maxsize=256)
def _address(url_name: str, _urlconf: str | None) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def address_of(url_name: str) -> str:
    """Return the address of a page, or an empty string while its room is not built."""
    return _address(url_name, get_urlconf())


def _opened(doors: Iterable[Door], path: str, counts: dict[str, int]) -> tuple[Door, ...]:
    return tuple(
        replace(door, address=address, is_here=path == address, count=counts.get(door.url_name, 0))
        for door in doors
        if (address := address_of(door.url_name))
    )


def _here(doors: Iterable[Door], path: str) -> str:
    """Return the address of the door that leads nearest to the shown page."""
    under = [door.address for door in doors if door.address != "/" and path.startswith(door.address)]
    return max(under, key=len, default="")


def portal_doors(path: str) -> tuple[Door, ...]:
    """Return the doors of the public header that exist, the one we are behind marked."""
    doors = _opened(PORTAL, path, {})
    here = _here(doors, path)
    return tuple(replace(door, is_here=door.address == here) for door in doors)


def desk_sections(path: str, roles: frozenset[str], counts: dict[str, int] | None = None) -> tuple[DeskSection, ...]:
    """Return the sections at the side of the desk: only doors that exist and that one of the roles may open."""
    sections = [
        DeskSection(
            section.label,
            _opened((door for door in section.doors if not door.roles or door.roles & roles), path, counts or {}),
        )
        for section in DESK
    ]
    here = _here((door for section in sections for door in section.doors), path)
    return tuple(
        DeskSection(section.label, tuple(replace(door, is_here=door.address == here) for door in section.doors))
        for section in sections
        if section.doors
    )
