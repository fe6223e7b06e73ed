"""What a heading is for: background, goal, action, project, tasks, safeguard."""

import re

from kepu.engines.policy.outline import Node

_TOP = (
    ("goal", re.compile(r"(?:工作|总体|主要|发展|行动)?目标(?:任务)?$")),
    ("background", re.compile(r"背景|形势|现状|基础(?:和|与|$)|发展基础|前言|序言|成效|回顾|意义|编制依据|总则")),
    ("guidance", re.compile(r"指导思想|原则|总体要求|总体思路|基本思路|基本要求|总要求")),
    ("projects", re.compile(r"工程$|重点工程|重大工程|重点项目")),
    ("actions", re.compile(r"行动$|提升行动|重点行动|专项行动")),
    ("safeguard", re.compile(r"保障|组织(?:实施|领导|管理|机构)|实施(?:机制|要求)|工作要求|条件|监督|附则|工作机制|职责分工")),
    ("tasks", re.compile(r"任务|措施|举措|重点(?:工作|内容|领域)|主要内容|工作内容|实施内容|重点")),
)  # fmt: skip
_WORK = frozenset({"actions", "projects", "tasks", "action", "project"})


def heading_kind(title: str, parent: str) -> str:
    """Say what a heading is for.

    Args:
        title: its words, folded.
        parent: the kind of the heading above it, or an empty string.

    Examples:
        >>> heading_kind("提升行动", ""), heading_kind("(一)青少年科学素质提升行动", "actions"), heading_kind("工作目标", "guidance")
        ('actions', 'action', 'goal')
    """
    if parent == "actions":
        return "action"
    if parent == "projects":
        return "project"
    if parent in {"goal", "background", "safeguard", "action", "project"}:
        return parent
    named = next((kind for kind, words in _TOP if words.search(title)), "")
    if parent == "tasks":
        return {"actions": "action", "projects": "project"}.get(named, "tasks")
    if parent == "guidance":
        return "goal" if named == "goal" else "guidance"
    return named or "other"


def is_work(kind: str) -> bool:
    """Whether numbered leaves under the heading are tasks."""
    return kind in _WORK


def mark_kinds(root: Node, title_of: dict[int, str]) -> None:
    """Set the kind of every node below the root; a whole part of 行动 and 工程 is read by what stands in it."""
    for node in root.walk():
        parent = node.parent.kind if node.parent is not None and node.parent.parent is not None else ""
        kind = heading_kind(title_of[id(node)], parent)
        if parent == "" and kind in {"other", "tasks"} and node.children:
            below = [heading_kind(title_of[id(child)], "") for child in node.children]
            for inner in ("actions", "projects"):
                if below.count(inner) * 2 > len(below):
                    kind = inner
        node.kind = kind
