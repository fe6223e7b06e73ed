"""Set two texts of a plan side by side, and say how each task goes on."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.engines.chinese.words import segment
from kepu.plan.tasks.choices import LinkKind
from kepu.plan.tasks.errors import CorrectionInvalid, PlanNotReady
from kepu.plan.tasks.models import Plan, PlanDraft, Target
from kepu.plan.tasks.queries.drafts import links_in_force
from kepu.plan.tasks.queries.wording import promise_words
from kepu.plan.tasks.rules.comparison import (
    Change,
    ComparedTarget,
    ComparedTask,
    Pairing,
    compare_tasks,
    diff_words,
    pair_as,
)
from kepu.plan.tasks.rules.findings import DraftTarget, EffectiveReading
from kepu.plan.tasks.services.drafts import append_correction, content_of, open_draft
from kepu.plan.tasks.services.meeting import refuse_if_moved


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One task of the earlier text, what it becomes, and whether a person confirmed that."""

    pairing: Pairing
    changes: tuple[Change, ...] = ()
    title_changes: tuple[Change, ...] = ()
    is_confirmed: bool = False
    more: tuple[ComparedTask, ...] = ()
    """Other tasks of the later text into which it goes as well."""
    note: str = ""
    """Why, as the person who confirmed it wrote."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The later tasks, and a free place for one more."""
        later = self.pairing.later
        return (*([later.key] if later else []), *(task.key for task in self.more), "")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two texts side by side."""

    rows: tuple[ComparisonRow, ...]
    later: tuple[ComparedTask, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many tasks are unchanged, changed, moved, new, merged and ended."""
        states = [row.pairing.state for row in self.rows]
        return {state: states.count(state) for state in ("unchanged", "changed", "moved", "new", "merged", "ended")}

    @property
    def earlier_count(self) -> int:
        """How many tasks the earlier text has."""
        return sum(1 for row in self.rows if row.pairing.earlier is not None)

    @property
    def open_count(self) -> int:
        """How many earlier tasks nobody has confirmed yet."""
        return sum(1 for row in self.rows if row.pairing.earlier is not None and not row.is_confirmed)


def compare_plans(earlier: Plan, later: Plan) -> Comparison:
    """Set two live plans side by side.

    Returns:
        A row for every earlier task and every new one; links that were confirmed count before likeness.
    """
    before, after = tasks_of_plan(earlier), tasks_of_plan(later)
    links: dict[str, list[tuple[str, str]]] = {}
    for task in earlier.tasks.prefetch_related("later_links__later"):
        for link in task.later_links.all():
            if link.later is None or link.later.plan_id == later.pk:
                links.setdefault(str(task.pk), []).append((link.kind, str(link.later_id or "")))
    return _compared(before, after, links)


def compare_draft(draft: PlanDraft) -> Comparison:
    """Set a draft beside the plan that it amends or continues.

    Raises:
        PlanNotReady: the draft continues no plan.
    """
    if draft.predecessor is None:
        raise PlanNotReady(_("请先选定这份文本接续哪一份方案，再看差异。"))
    content = content_of(draft)
    links = {
        str(earlier_id): [(str(link["kind"]), key) for key in link.get("later") or [""]]
        for earlier_id, link in links_in_force(content).items()
    }
    notes = {str(earlier_id): str(link.get("note", "")) for earlier_id, link in content.links.items()}
    return _compared(tasks_of_plan(draft.predecessor), tasks_of_draft(draft, content), links, notes)


@transaction.atomic
def link_task(
    draft_id: uuid.UUID | str,
    earlier_id: int,
    kind: str,
    later: Sequence[str] = (),
    *,
    actor: Person,
    note: str = "",
    seen: int | None = None,
) -> str:
    """Confirm how one task of the earlier plan goes on.

    Args:
        draft_id: the draft of the later text.
        earlier_id: the earlier task.
        kind: same, successor, merged or ended.
        later: keys of the draft's tasks that take it on; none for ended.
        actor: a member of the leading office.
        note: why.
        seen: the revision of the page from which this comes.

    Raises:
        NotAllowed: the actor brings no plans in.
        DraftNotOpen: the draft is live or given up.
        CorrectionInvalid: there is no such task on either side, or nothing takes the task on though it does not end.
        FindingMoved: somebody decided it since the page was opened.
    """
    draft = open_draft(draft_id, actor=actor)
    content = content_of(draft)
    old = draft.predecessor.tasks.filter(pk=earlier_id).first() if draft.predecessor else None
    if old is None or kind not in LinkKind.values:
        raise CorrectionInvalid(_("上一版里没有这项任务。请刷新页面再看。"), key=str(earlier_id))
    keys = [] if kind == LinkKind.ENDED else list(dict.fromkeys(later))
    live = {task.key: task for task in content.live_tasks}
    if kind != LinkKind.ENDED and (not keys or not set(keys) <= set(live)):
        raise CorrectionInvalid(_("请选出由新文本的哪项任务接着做，或选“不再列入”。"), key=str(earlier_id))
    refuse_if_moved(draft, seen, str(old.pk))
    name = " → ".join([str(old), "、".join(live[key].code for key in keys) or str(LinkKind.ENDED.label)])
    after = {"kind": kind, "later": keys, "note": note[:300], "name": name}
    return append_correction(draft, "link", str(old.pk), actor=actor, after=after)


@transaction.atomic
def accept_links(draft_id: uuid.UUID | str, *, actor: Person) -> int:
    """Confirm the proposal for every earlier task that nobody has decided; returns how many.

    Raises:
        NotAllowed: the actor brings no plans in.
        DraftNotOpen: the draft is live or given up.
        PlanNotReady: the draft continues no plan.
    """
    draft = open_draft(draft_id, actor=actor)
    count = 0
    for row in compare_draft(draft).rows:
        earlier, later = row.pairing.earlier, row.pairing.later
        if earlier is None or row.is_confirmed:
            continue
        keys = [later.key] if later is not None else []
        link_task(draft_id, int(earlier.key), row.pairing.kind, keys, actor=actor)
        count += 1
    return count


def tasks_of_plan(plan: Plan) -> list[ComparedTask]:
    """The tasks of a plan as a comparison needs them; keys are their ids."""
    tasks = plan.tasks.filter(is_struck=False).select_related("section")
    return [
        ComparedTask(
            key=str(task.pk),
            code=task.code,
            title=task.title,
            body=plan.text[task.body_start : task.body_end],
            place=task.section.path.rsplit("/", 1)[-1],
            bodies=tuple((d.printed_name or d.organisation.label, d.printed_role) for d in task.duties.all()),
            targets=tuple(_compared_target(t) for t in task.targets.all()),
        )
        for task in tasks.prefetch_related("duties__organisation", "targets")
    ]


def tasks_of_draft(draft: PlanDraft, content: EffectiveReading) -> list[ComparedTask]:
    """The tasks of a draft as a comparison needs them; keys are those of the findings."""
    return [
        ComparedTask(
            key=task.key,
            code=task.code,
            title=task.title,
            body=draft.text[task.body_start : task.body_end],
            place=task.section_path[-1] if task.section_path else "",
            bodies=tuple((duty.organisation, duty.role) for duty in task.live_duties),
            targets=tuple(_compared_target(t) for t in content.live_targets if t.at == task.key),
        )
        for task in content.live_tasks
    ]


def _compared_target(target: Target | DraftTarget) -> ComparedTarget:
    words = promise_words(
        target.comparator,
        target.value,
        target.unit,
        value_max=target.value_max,
        period=target.period,
        deadline=target.deadline,
    )
    return ComparedTarget(target.measure, words)


def _compared(
    before: Sequence[ComparedTask],
    after: Sequence[ComparedTask],
    links: dict[str, list[tuple[str, str]]],
    notes: Mapping[str, str] | None = None,
) -> Comparison:
    by_key = {task.key: task for task in after}
    linked = {key for ways in links.values() for _kind, key in ways if key}
    proposals = compare_tasks(
        [task for task in before if task.key not in links], [task for task in after if task.key not in linked]
    )
    rows = [_row(pairing, is_confirmed=False) for pairing in proposals]
    for task in before:
        if task.key not in links:
            continue
        kind = links[task.key][0][0]
        news = [by_key[key] for _kind, key in links[task.key] if key in by_key]
        pairing = pair_as(task, news[0], kind) if news else Pairing(task, None, LinkKind.ENDED.value, 0.0)
        rows.append(_row(pairing, is_confirmed=True, more=tuple(news[1:]), note=(notes or {}).get(task.key, "")))
    order = {task.key: place for place, task in enumerate(before)}
    place_of = {task.key: place for place, task in enumerate(after)}

    def position(row: ComparisonRow) -> tuple[float, int]:
        earlier, later = row.pairing.earlier, row.pairing.later
        if later is not None:
            return (float(place_of[later.key]), 0 if earlier else 1)
        return (order[earlier.key] + 0.5 if earlier else 0.0, 2)

    return Comparison(tuple(sorted(rows, key=position)), tuple(after))


def _row(pairing: Pairing, *, is_confirmed: bool, more: tuple[ComparedTask, ...] = (), note: str = "") -> ComparisonRow:
    earlier, later = pairing.earlier, pairing.later
    if earlier is None or later is None or pairing.is_text_same:
        return ComparisonRow(pairing, is_confirmed=is_confirmed, more=more, note=note)
    return ComparisonRow(
        pairing,
        changes=diff_words(segment(earlier.body), segment(later.body)),
        title_changes=diff_words(segment(earlier.title), segment(later.title)) if earlier.title != later.title else (),
        is_confirmed=is_confirmed,
        more=more,
        note=note,
    )
