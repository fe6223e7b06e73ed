"""What this room shows on the pages of a task: shares of its targets, the task above, the tasks beneath."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from kepu.plan.breakdown.choices import Among
from kepu.plan.breakdown.models import Breakdown, Share, TaskParent
from kepu.plan.breakdown.queries.frames import PERCENT, in_force, with_shares
from kepu.plan.breakdown.queries.matrix import promise_of
from kepu.plan.tasks.choices import Counting
from kepu.plan.tasks.models import Plan, Target, Task
from kepu.plan.tasks.queries import Panel
from kepu.plan.tasks.queries.wording import amount_words


@dataclass(frozen=True, slots=True)
class SharedTarget:
    """A target with its breakdown in a sentence."""

    target: Target
    promise: str
    breakdown: Breakdown | None
    sentence: str


@dataclass(frozen=True, slots=True)
class SharesPanel:
    """The targets of a task that are apportioned; at the desk also those that are not yet."""

    plan: Plan
    rows: tuple[SharedTarget, ...]
    is_desk: bool


@dataclass(frozen=True, slots=True)
class Beneath:
    """A task of a child plan, with whose plan it is and what it promises."""

    link: TaskParent
    promises: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinksPanel:
    """The task above and the tasks beneath."""

    above: Task | None
    beneath: tuple[Beneath, ...]
    is_desk: bool


def shares_panel(task: Task, _day: date) -> Panel | None:
    """For the public: only what is apportioned."""
    return _shares_panel(task, is_desk=False)


def desk_shares_panel(task: Task, _day: date) -> Panel | None:
    """For the desk: every target of the task."""
    return _shares_panel(task, is_desk=True)


def links_panel(task: Task, _day: date) -> Panel | None:
    """For the public."""
    return _links_panel(task, is_desk=False)


def desk_links_panel(task: Task, _day: date) -> Panel | None:
    """For the desk."""
    return _links_panel(task, is_desk=True)


def sum_words(target: Target, shares: Iterable[Share]) -> str:
    """What a breakdown comes to: 分到 10 个区市，合计 100."""
    parts = []
    given = list(shares)
    for among in Among.values:
        rows = [share for share in given if share.among == among]
        owners = len({share.owner_id for share in rows})
        if not owners:
            continue
        # One plural form serves both languages here: "districts: 10".
        head = _("分到 %(n)d 个区市") if among == Among.REGIONS else _("分到 %(n)d 个单位")
        whole = [share.value for share in rows if share.year is None]
        if target.decided_period == Counting.TOTAL:  # a place's whole, or its years added up
            named = {share.owner_id for share in rows if share.year is None}
            whole += [share.value for share in rows if share.owner_id not in named]
        words = head % {"n": owners}
        if whole and target.unit not in PERCENT:
            words += _("，合计 %(total)s") % {"total": amount_words(sum(whole, Decimal(0)), "")}
        elif target.unit in PERCENT:
            words += _("，各有各的水平，不相加")
        else:
            words += _("，分年列出")
        parts.append(words)
    return _("；").join(parts)


def _shares_panel(task: Task, *, is_desk: bool) -> Panel | None:
    targets = [target for target in task.targets.all() if not target.is_struck]
    if not targets:
        return None
    found = {one.target_id: one for one in with_shares(in_force().filter(target__in=targets))}
    rows = tuple(
        SharedTarget(
            target,
            f"{target.measure} {promise_of(target)}",
            found.get(target.pk),
            sum_words(target, found[target.pk].shares.all()) if target.pk in found else "",
        )
        for target in targets
        if is_desk or target.pk in found
    )
    return Panel("breakdown/_shares_panel.html", SharesPanel(task.plan, rows, is_desk)) if rows else None


def _links_panel(task: Task, *, is_desk: bool) -> Panel | None:
    chosen = TaskParent.objects.select_related(
        "link__region", "link__organisation", "child__plan", "parent__plan"
    ).prefetch_related("child__targets")
    rows = list(chosen.filter(parent=task) | chosen.filter(child=task))
    above = next((row.parent for row in rows if row.child_id == task.pk), None)
    beneath = [row for row in rows if row.parent_id == task.pk and not row.child.is_struck]
    beneath.sort(
        key=lambda row: (row.link.region is None, row.link.owner.label if row.link.owner else "", row.child.position)
    )
    if above is None and not beneath:
        return None
    content = LinksPanel(
        above,
        tuple(
            Beneath(row, tuple(f"{t.measure} {promise_of(t)}" for t in row.child.targets.all() if not t.is_struck))
            for row in beneath
        ),
        is_desk,
    )
    return Panel("breakdown/_links_panel.html", content)
