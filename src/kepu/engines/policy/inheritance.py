"""A body named once for all tasks: 以下任务均由各区人民政府负责落实,不再列出。"""

import re
from dataclasses import dataclass

from kepu.engines.policy.organisations import Name, divide, may_be_body

_SOME = re.compile(
    r"(?:以下|下列|下述|后续|下面|本方案|其他|上述|以上|所有|各项)[^。;]*?(?:均|都|皆|全部)?(?:需|须|由|应由|请)?[^。;]*?(?:不再[^。;]{0,6}列出|不另列出|下同|不再赘述|不再重复)"
)
_PLAIN = re.compile(
    r"(?:以下|下列|下述|后续|各项|所有|全部)(?:各项|所有|全部|的)*(?:重点)?(?:任务|工作|措施|工程|行动|事项)*(?:,)?(?:均|都|皆)(?:需要|需|须由|须|应由|应|由|请)?"
)
_BODY = re.compile(
    r"(?:均由|都由|均需要?|均须由?|均应由?|皆由|均请|由|需|须)(?P<names>.+?)(?:共同|具体|结合实际|贯彻|抓好|组织|按职责|分级|予以|认真|参与)*(?:负责|落实|实施|承担|执行|参与|配合)"
)
_FIRST = re.compile(
    r"^(?P<names>.+?)(?:要|应当?|须|需要?)?(?:共同|具体|结合实际|抓好|组织|按职责)*(?:负责|落实|实施|承担)+(?:好|完成)?(?:以下|下列|下述|上述|本方案)"
)
_WORK = r"(?:工作任务|目标任务|任务|工作|措施|举措|工程|行动|事项|项目|内容)"
_ALL_TASKS = (
    rf"(?:(?:本(?:方案|计划|部分|章|表|清单)(?:中|所列|的|以下)*)?(?:以下|下列|下述|后续|下面|上述|以上|全部|所有|本(?:方案|计划|部分|章|表|清单))"
    rf"(?:所列|中|的)*(?:[各每](?:一)?[项条类])?(?:所有|全部|的|重点|主要|具体)*{_WORK}?|[各每](?:一)?[项条类](?:重点|主要|具体)*{_WORK}?)"
)
_SUBJECT = re.compile(rf"^(?:对|凡)?{_ALL_TASKS}(?:(?:中|里)?除[^,。;]{{0,16}}外)?(?:,|$)")
"""The subject of an inherited rule that a comma sets apart: 以下各项任务,各区政府均为责任单位"""
_KIND = r"(?:共同|主要|具体|协同|当然)*(?:的)?(?P<kind>责任|落实|配合|参与|参加|实施|协办|协同|支持|协助|承办)(?:单位|部门|主体)"
_ALL = re.compile(
    rf"^(?:{_ALL_TASKS},?)?(?P<names>.+?)(?:均|都|皆|同|也|一并|统一)(?:为|是|作为|列为|系)(?:{_ALL_TASKS}的?)?{_KIND}$"
)
_OF = re.compile(rf"^(?P<names>.+?)(?:同|均|都|皆|也)?(?:为|是|作为|系){_ALL_TASKS}(?:共同|当然)?的{_KIND}$")
_AFTER = re.compile(
    r"^(?:由|需|须|应|请)?(?P<names>.+?)(?:均|都|皆|也)(?:需要|需|须|应当|应|要)?(?:共同|按职责|结合实际|认真|积极|具体)*(?:参与|负责|落实|配合|实施|承担|协助)(?:落实|实施)?$"
)
"""Behind its subject: 以下任务除已列明的外,各区政府均须参与"""
_LIST = re.compile(rf"^(?:{_ALL_TASKS}的?)?{_KIND}(?:均|都|皆|也|还)(?:应)?(?:包括|包含|含|有)(?P<names>.+)$")
_REPEATED = re.compile(r"^(?:(?:下文|以下|后文|此后|表中|文中)?(?:均)?(?:不再|不另|不一一|恕不)|下同)")
_SUPPORTS = re.compile(r"(?:配合|参与|参加|协办|协同|协助|支持)(?:单位|部门)?$")


@dataclass(frozen=True, slots=True)
class Heirs:
    """The bodies of a rule and their role; their places count from the start of the clause."""

    names: tuple[Name, ...]
    role: str


def names_for_all(clause: str) -> bool:
    """Whether a clause says that bodies answer for all tasks: 各区均为责任单位"""
    return _ALL.search(clause) is not None


def is_subject(clause: str) -> bool:
    """Whether a clause only says which tasks the next one is about.

    Examples:
        >>> is_subject("以下各项任务"), is_subject("各区人民政府")
        (True, False)
    """
    return _SUBJECT.match(clause) is not None


def is_repeat(clause: str) -> bool:
    """Whether a clause only says that the rule is not said again: 不再逐一列出"""
    return _REPEATED.match(clause) is not None


def read_heirs(clause: str, before: str) -> Heirs | None:
    """Read the bodies that a clause adds to all later tasks, None where it states no such rule.

    Args:
        clause: the words up to a comma.
        before: the sentence before it.

    Examples:
        >>> heirs = read_heirs("各区政府均为责任单位", "以下各项任务,")
        >>> [name.text for name in heirs.names], heirs.role
        (['各区政府'], 'joint')
    """
    every = next((m for form in (_ALL, _OF, _LIST) if (m := form.search(clause))), None)
    after = _AFTER.match(clause) if before and _SUBJECT.fullmatch(before) else None
    if not (after or every or _SOME.search(clause) or _PLAIN.search(clause) or _FIRST.search(clause)):
        return None
    body = every or after or _BODY.search(clause) or _FIRST.search(clause)
    if body is None:
        return None
    role = "support" if _SUPPORTS.search(every["kind"] if every else body.group()) else "joint"
    at = body.start("names")
    names = [name for name in divide(body["names"]).names if may_be_body(name.text)]
    return Heirs(tuple(Name(name.text, at + name.start, at + name.end) for name in names), role)
