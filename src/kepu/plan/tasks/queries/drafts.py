"""Reads of plans that are being brought in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation, Person, Region
from kepu.directory.register.queries import match_organisations
from kepu.plan.tasks.models import PlanDraft
from kepu.plan.tasks.permissions import may_import_plan
from kepu.plan.tasks.queries.wording import meanwhile_words
from kepu.plan.tasks.rules.corrections import effective_reading, in_force
from kepu.plan.tasks.rules.findings import (
    DOCUMENT,
    DraftTask,
    EffectiveReading,
)
from kepu.plan.tasks.rules.revisions import since

MOST_TOLD = 5
"""So many changes of others are told one by one."""


@dataclass(frozen=True, slots=True)
class BodyRow:
    """A printed name, the body that it means, and how that was found."""

    printed: str
    organisation: Organisation | None
    how: str
    """chosen or created by a person; exact, alias or prefix by the machine; none."""
    duties: int
    first_key: str
    by: str = ""
    correction: str = ""

    @property
    def first_anchor(self) -> str:
        """Where the text names it first."""
        return self.first_key.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What stands between a draft and its plan, and where it is put right."""

    code: str
    message: str
    keys: tuple[str, ...] = ()


def drafts_visible_to(actor: Person) -> QuerySet[PlanDraft]:
    """Every draft for the leading office, none for anybody else."""
    if not may_import_plan(actor):
        return PlanDraft.objects.none()
    return PlanDraft.objects.select_related("region", "predecessor", "plan", "created_by")


def draft_content(draft: PlanDraft) -> EffectiveReading:
    """The reading of a draft with the corrections in force."""
    return effective_reading(draft.reading, draft.corrections)


def body_rows(draft: PlanDraft, content: EffectiveReading) -> tuple[BodyRow, ...]:
    """Every printed body of a draft, in the order of the text, with the one that it means.

    What a person said goes before what the register finds; a body of a region that neither holds the plan's region nor
    lies in it is no match, however its name is spelt.
    """
    names = content.bodies
    chosen = Organisation.objects.select_related("region").in_bulk(list(content.matches.values()))
    found = _found(names, draft.region)
    duties: dict[str, int] = {}
    first: dict[str, str] = {}
    for task in content.live_tasks:
        for duty in task.live_duties:
            duties[duty.organisation] = duties.get(duty.organisation, 0) + 1
            first.setdefault(duty.organisation, duty.key)
    said = {c["key"]: c for c in in_force(draft.corrections) if c["op"] == "match"}
    rows = []
    for name in names:
        body = chosen.get(content.matches.get(name, 0))
        if body is not None:
            correction = said[name]
            how, by, number = correction["after"].get("how", "chosen"), correction["by"]["name"], correction["id"]
        else:
            body, how = found[name]
            by = number = ""
        rows.append(BodyRow(name, body, how, duties[name], first[name], by, number))
    return tuple(rows)


def _found(names: Iterable[str], region: Region | None) -> dict[str, tuple[Organisation | None, str]]:
    wanted = list(names)
    found: dict[str, tuple[Organisation | None, str]] = {}
    for name, match in match_organisations(wanted, region=region).items():
        body = match.organisation
        found[name] = (body, match.how) if body is not None and _is_near(body, region) else (None, "none")
    missed = [name for name in wanted if found[name][0] is None]
    if region is not None and missed:
        last = region.name[-1:]
        spelt = {
            f"{place}{name.removeprefix(last)}": name
            for name in missed
            for place in (region.name, region.short_name)
            if place
        }
        for spelling, match in match_organisations(list(spelt), region=None).items():
            body = match.organisation
            if body is not None and _is_near(body, region) and found[spelt[spelling]][0] is None:
                found[spelt[spelling]] = (body, "prefix")
    return found


def _is_near(body: Organisation, region: Region | None) -> bool:
    if region is None:
        return True
    there = body.region.path
    return there.startswith(region.path) or region.path.startswith(there)


def obstacles(draft: PlanDraft, content: EffectiveReading, bodies: Iterable[BodyRow]) -> tuple[Obstacle, ...]:
    """What must be put right before the plan goes live."""
    found = []
    missing = [row for row in bodies if row.organisation is None]
    if missing:
        names = _("、").join(row.printed for row in missing)
        message = _("%(count)d 个单位还没有对应到名录：%(names)s。") % {"count": len(missing), "names": names}
        found.append(Obstacle("bodies_unmatched", message, tuple(row.printed for row in missing)))
    if content.double_codes:
        codes = _("、").join(content.double_codes)
        keys = tuple(task.key for task in content.live_tasks if task.code in content.double_codes)
        found.append(
            Obstacle("codes_double", _("编号重复的任务：%(codes)s。请改其中一项的编号。") % {"codes": codes}, keys)
        )
    if not content.live_tasks:
        found.append(Obstacle("no_task", _("一项任务也没有。请从原文里选出任务，或放弃这份草稿。")))
    if draft.region is None:
        found.append(Obstacle("region_missing", _("还没有选定方案所属的地区。")))
    if draft.predecessor is not None:
        decided = list(links_in_force(content))
        open_count = draft.predecessor.tasks.filter(is_struck=False).exclude(pk__in=decided).count()
        if open_count:
            message = _("上一版有 %(count)d 项任务还没有确认去向。") % {"count": open_count}
            found.append(Obstacle("links_open", message))
    return tuple(found)


def links_in_force(content: EffectiveReading) -> dict[int, Mapping[str, Any]]:
    """The confirmed ends of earlier tasks whose successors still stand in the draft."""
    live = {task.key for task in content.live_tasks}
    return {
        earlier_id: link
        for earlier_id, link in content.links.items()
        if set(link.get("later") or ()) <= live and (link.get("later") or link.get("kind") == "ended")
    }


def finding_name(content: EffectiveReading, key: str, op: str = "", after: Mapping[str, Any] | None = None) -> str:
    """What to call the finding of a correction: code and title, measure, name.

    Args:
        content: the draft's content.
        key: the finding, or what else a correction names.
        op: what the correction did.
        after: what it said, for a finding that has no words of its own.
    """
    said = after or {}
    if op == "match":
        return f"{key} → {said.get('name', '')}"
    if op == "place":
        return _("地区与接续")
    if key == DOCUMENT:
        return _("文件信息")
    finding: Any = content.finding(key)
    if isinstance(finding, DraftTask):
        return f"{finding.code} {finding.title}".strip()
    names = ("measure", "organisation", "label", "text", "message")
    told = next((getattr(finding, name) for name in names if getattr(finding, name, "")), "")
    return str(told or next((said[n] for n in ("name", "title", *names) if said.get(n)), key))


def meanwhile(draft: PlanDraft, seen: int | None, key: str | None) -> str:
    """What others did since a page was opened, in words.

    Args:
        draft: the draft as it stands.
        seen: the revision that the page showed; None says that nobody asks.
        key: only what touches this finding; None for the whole draft.

    Returns:
        Clauses, oldest first; empty where nothing happened.
    """
    changes = since(draft.corrections, seen, key)
    if not changes:
        return ""
    content = draft_content(draft)
    told = []
    for one in changes[:MOST_TOLD]:
        name = one.key if one.op == "match" else finding_name(content, one.key, one.op, one.after)
        told.append(meanwhile_words(one, name="" if key else name))
    if len(changes) > MOST_TOLD:
        told.append(_("另有 %(n)d 处改动") % {"n": len(changes) - MOST_TOLD})
    return _("；").join(told)
