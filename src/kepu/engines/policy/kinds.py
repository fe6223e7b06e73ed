"""What a heading is for: background, goal, action, project, tasks, safeguard."""

import re
from collections.abc import Callable

from kepu.engines.policy.outline import Node

_GUIDANCE = re.compile(
    r"指导思想|原则|总体要求|总体思路|基本思路|基本要求|总要求|指导方针|工作思路|工作方针|总体部署|总则|工作定位"
)
_BACKGROUND = re.compile(
    r"背景|形势|现状|前言|序言|成效|回顾|意义|编制依据|(?:工作|发展|现有|已有|建设)基础|基础(?:和|与|及|条件)|^基础|存在(?:的)?问题|面临|工作进展|发展环境|认识"
)
_GOAL = re.compile(r"目标|指标|愿景")
_TASK = re.compile(
    r"任务|措施|举措|重点(?:工作|内容|领域|方向)|主要(?:内容|工作)|工作(?:内容|安排|重点)|实施内容|清单|分工(?:表|方案)|路径|推进计划|安排$"
)
_SURE_TASK = re.compile(r"任务|措施|举措|重点|主要|行动|工程|内容|清单|路径")
_SAFEGUARD = re.compile(
    r"条件(?:支持|支撑)|(?:支持|支撑|保障)条件|(?:组织|实施|工作|条件|政策|经费|制度|人才|机制|支撑|要素)?保障(?:措施|机制|体系|条件|工作)?$|组织(?:实施|领导|管理|推进|机构|保障)|实施(?:机制|要求|步骤|保障|管理)|"
    r"工作要求|有关要求|相关要求|监督(?:及|和|与|、)?(?:检查|管理|考核|评估|评价|问责|检讨|落实|执行)|(?:检查|检讨|跟踪|跟进|监测|考核|评价|效果|成效|绩效)(?:及|和|与|、)?(?:评估|评价|检讨|监督|问责|跟进|通报)|评估(?:及|和|与|、)?(?:监督|监测|检讨|调整|改进|评价)|(?:计划|方案|项目|资金|经费)(?:的)?(?:执行|施行|推行|管理)|督导|考核|监测评估|评估(?:考核|机制)|工作机制|推进机制|职责分工|步骤|保障措施|强化保障|保障"
)
_OTHER = re.compile(
    r"^(?:附则|附注|附註|注释|说明|有关说明|补充说明|备注|解释|施行|生效|名词解释|其他|其它|解释权|施行日期|有效期|附件)"
)
_ACTION = re.compile(r"行动(?:计划)?$|行动(?!方案|指南|力|纲)")
_PROJECT = re.compile(r"工程$|工程(?!师|技术|建设项目|科)|重[点大]项目")
_MIXED = re.compile(r"目标(?:和|与|及)?(?:主要|重点|工作)?任务|任务(?:和|与|及)?(?:主要|工作)?(?:目标|指标)|目标责任")
_ANNEX = re.compile(r"^附(?:件|表|录)\s?[0-9一二三四五六七八九十]*\s?:?")
_EXACT_GOAL = re.compile(
    r"^(?:总体|工作|主要|发展|行动|任务|阶段|具体|预期|建设|年度|近期|远期|中期)*(?:目标|指标)(?:任务)?$"
)
_EXACT_GUIDANCE = re.compile(
    r"^(?:总体|基本|工作|指导|主要)*(?:要求|思路|思想|原则|方针)$|^(?:基本|工作)要求$|^指导思想(?:和|与)(?:基本)?原则$"
)
_EXACT_SAFEGUARD = re.compile(
    r"^(?:组织实施|保障措施|组织保障|组织领导|实施保障|工作要求|条件保障|工作保障|监督考核|监测评估)$"
)
_ENOUGH, _NEARLY_ALL = 3, 0.8
WORK = frozenset({"actions", "projects", "tasks", "action", "project"})


def heading_kind(title: str, parent: str) -> str:
    """Say what a heading is for.

    Args:
        title: its words, folded, without the number.
        parent: the kind of the heading above it, or an empty string.

    Examples:
        >>> heading_kind("提升行动", ""), heading_kind("青少年科学素质提升行动", "actions"), heading_kind("工作目标", "guidance")
        ('actions', 'action', 'goal')
    """
    if parent in WORK:
        if _EXACT_GOAL.search(title):
            return "goal"
        if _EXACT_SAFEGUARD.search(title):
            return "safeguard"
        if _EXACT_GUIDANCE.search(title):
            return "guidance"
        if parent in ("action", "project"):
            return "tasks"
        own = _work_kind(title)
        return {"actions": "action", "projects": "project"}.get(own) or {
            "actions": "action",
            "projects": "project",
        }.get(parent, "tasks")
    if parent in ("guidance", "goal", "background"):
        if _TASK.search(title) and not _GOAL.search(title):
            return "tasks"
        if _GOAL.search(title):
            return "goal"
        return "guidance" if _GUIDANCE.search(title) and parent != "goal" else parent
    if parent == "safeguard":
        return "safeguard"
    if _OTHER.search(title):
        return "other"
    for kind, words in (("guidance", _GUIDANCE), ("background", _BACKGROUND)):
        if words.search(title):
            return kind
    if _MIXED.search(title):
        return "tasks"
    if _GOAL.search(title):
        return "goal"
    work = _work_kind(title)
    if _SAFEGUARD.search(title) and not work and not re.search(r"体系$|能力$", title):
        return "safeguard"
    if _TASK.search(title) and not (work and re.search(r"(?:行动|工程)$", title)):
        return work if work and not re.search(r"任务|措施|举措", title) else "tasks"
    return work or "other"


def _work_kind(title: str) -> str:
    """行动 or 工程, whichever stands last."""
    action = max((m.start() for m in _ACTION.finditer(title)), default=-1)
    project = max((m.start() for m in _PROJECT.finditer(title)), default=-1)
    if action < 0 and project < 0:
        return ""
    return "actions" if action > project else "projects"


def is_work(kind: str) -> bool:
    """Whether numbered leaves under the heading are tasks."""
    return kind in WORK


def mark_kinds(root: Node, title_of: dict[int, str], has_duty: Callable[[Node], bool]) -> None:
    """Set the kind of every node below the root.

    A part whose items are 行动 or 工程 is read by them; a part whose items say who is responsible is a part of tasks,
    whatever its heading; of a part without a telling heading the items decide.
    """
    holds = _containers(root, title_of)
    answered = _is_answered(root, has_duty)
    for node in root.walk():
        parent = node.parent.kind if node.parent is not None and node.parent.parent is not None else ""
        if parent == "other":
            parent = ""
        kind = heading_kind(title_of[id(node)], parent)
        if node.annex is not None:
            kind = heading_kind(_ANNEX.sub("", title_of[id(node)]), "")
            kind = "tasks" if kind == "other" else kind
        is_top = node.parent is not None and (node.parent.parent is None or node.parent.annex is not None)
        if kind in ("other", "tasks", "action", "project") and (is_top or parent in ("", *WORK)):
            kind = holds.get(id(node), kind)
        if is_top and kind in ("actions", "projects") and node.children:
            below = [_work_kind(title_of[id(child)]) for child in node.children]
            if not any(below) and not re.search(
                r"^(?:重点|重大|主要|提升|专项|科学素质)*(?:提升|服务)?(?:行动|工程)$|五大|六大|四大|系列|重点",
                title_of[id(node)],
            ):
                kind = kind[:-1]
        is_unanswered = answered and bool(node.children) and not node.tables and not has_duty(node)
        if is_top and is_unanswered and kind == "tasks" and not _SURE_TASK.search(title_of[id(node)]):
            kind = "other"
        if kind in ("guidance", "background", "goal", "other"):
            answering = sum(has_duty(child) for child in node.children)
            if (
                answering >= 2
                or (answering and answering == len(node.children))
                or (
                    kind == "other"
                    and is_top
                    and (node.children or node.tables)
                    and not _OTHER.search(title_of[id(node)])
                    and not is_unanswered
                )
            ):
                kind = "tasks"
        node.kind = kind
    top = [node for node in root.children if node.annex is None]
    if any(node.kind == "tasks" and has_duty(node) for node in top):
        for node in top:
            if answered and node.children and not has_duty(node):
                continue
            if node.kind == "other" and not _OTHER.search(title_of[id(node)]) and node.mark is not None:
                node.kind = "tasks"


def _is_answered(root: Node, has_duty: Callable[[Node], bool]) -> bool:
    """Whether nearly every item of the parts with duties has some: what has none elsewhere is then no task."""
    leaves = [
        has_duty(node)
        for top in root.children
        if has_duty(top)
        for node in top.walk()
        if not node.children and node.mark is not None
    ]
    return len(leaves) >= _ENOUGH and sum(leaves) >= _NEARLY_ALL * len(leaves)


def _containers(root: Node, title_of: dict[int, str]) -> dict[int, str]:
    """The headings most of whose items are 行动 (or 工程) with items of their own."""
    holds: dict[int, str] = {}
    for node in [*root.walk()][::-1]:
        below = ["" if id(child) in holds else _work_kind(title_of[id(child)]) for child in node.children]
        for inner in ("actions", "projects"):
            if below.count(inner) * 2 > len(below) and any(
                child.children or len(child.own) > 2 for child in node.children
            ):
                holds[id(node)] = inner
    return holds
