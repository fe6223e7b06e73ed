"""Correct what the machine read, finding by finding; every correction is written beside the reading."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.plan.tasks.errors import CorrectionInvalid
from kepu.plan.tasks.rules.corrections import in_force
from kepu.plan.tasks.rules.findings import DOCUMENT, FIELDS, Finding, thing_of
from kepu.plan.tasks.rules.revisions import content_at, merge
from kepu.plan.tasks.rules.values import check_order, cleaned, plain
from kepu.plan.tasks.services.drafts import append_correction, content_of, open_draft
from kepu.plan.tasks.services.meeting import moved, refuse_if_moved


@transaction.atomic
def change_finding(
    draft_id: uuid.UUID | str, key: str, values: Mapping[str, Any], *, actor: Person, seen: int | None = None
) -> str:
    """Correct fields of one finding; fields that stay as they are say nothing.

    Args:
        draft_id: the draft.
        key: the finding.
        values: its fields as the form gave them back.
        actor: a member of the leading office.
        seen: the revision that the form showed. A field that the actor left alone then keeps what somebody else wrote
            meanwhile.

    Raises:
        NotAllowed: the actor brings no plans in.
        DraftNotOpen: the draft is live or given up.
        CorrectionInvalid: there is no such finding, or a value cannot be.
        FindingMoved: somebody else gave the same field another value since, or struck the finding; nothing is stored.
    """
    draft = open_draft(draft_id, actor=actor)
    content = content_of(draft)
    finding = content.finding(key)
    thing = thing_of(key)
    if finding is None or thing not in FIELDS:
        raise CorrectionInvalid(_("这一条已经不在了。请刷新页面再看。"), key=key)
    clean = {name: plain(value) for name, value in cleaned(thing, values, text=draft.text, content=content).items()}
    now = _values(finding, FIELDS[thing])
    shown = content_at(draft.reading, draft.corrections, seen).finding(key) or finding
    if finding.is_struck and not shown.is_struck:
        refuse_if_moved(draft, seen, key)
    merged = merge(_values(shown, FIELDS[thing]), now, clean)
    if merged.clashes:
        raise moved(draft, seen, key, clashes=merged.clashes)
    if not merged.mine:
        if all(clean[name] == now[name] for name in clean):
            return append_correction(draft, "agree", key, actor=actor)
        raise moved(draft, seen, key)
    check_order({**now, **merged.mine})
    before = {name: now[name] for name in merged.mine}
    return append_correction(draft, "set", key, actor=actor, before=before, after=merged.mine)


def _values(finding: Finding, names: Iterable[str]) -> dict[str, Any]:
    return {name: plain(getattr(finding, name, None)) for name in names}


@transaction.atomic
def add_finding(
    draft_id: uuid.UUID | str, thing: str, values: Mapping[str, Any], *, actor: Person, note: str = ""
) -> str:
    """Add a task, duty, target or section that the machine did not find; returns its key.

    Raises:
        NotAllowed: the actor brings no plans in.
        DraftNotOpen: the draft is live or given up.
        CorrectionInvalid: a value is missing or cannot be.
    """
    draft = open_draft(draft_id, actor=actor)
    content = content_of(draft)
    letters = {"section": "s", "task": "t", "target": "g", "duty": f"{values.get('task', '')}.d"}
    if thing not in letters:
        raise CorrectionInvalid(_("这里只能添加任务、责任单位、目标和章节。"), thing=thing)
    clean = cleaned(thing, values, text=draft.text, content=content)
    required = {
        "section": ("title", "start", "end"),
        "task": ("code", "start", "end"),
        "target": ("measure", "value", "start", "end"),
        "duty": ("task", "organisation"),
    }[thing]
    if any(clean.get(name) in (None, "") for name in required):
        raise CorrectionInvalid(_("有必填的内容没有填。"), missing=[n for n in required if clean.get(n) in (None, "")])
    if thing == "task":
        clean.setdefault("body_start", clean["start"])
        clean.setdefault("body_end", clean["end"])
        clean["origin"] = "text"
        if any(task.code == clean["code"] for task in content.live_tasks):
            raise CorrectionInvalid(_("已有编号为“%(code)s”的任务，请换一个编号。") % clean, field="code")
    if thing == "duty":
        holder = next((task for task in content.tasks if task.key == clean["task"]), None)
        if holder and any(duty.organisation == clean["organisation"] for duty in holder.live_duties):
            raise CorrectionInvalid(_("“%(organisation)s”已在这项任务里。") % clean, field="organisation")
    check_order(clean)
    key = f"{letters[thing]}-{uuid.uuid4().hex[:8]}"
    append_correction(draft, "add", key, actor=actor, after=clean, note=note)
    return key


@transaction.atomic
def strike_finding(
    draft_id: uuid.UUID | str, key: str, *, actor: Person, note: str = "", seen: int | None = None
) -> str:
    """Take a finding out of the plan; it stays visible and can be put back.

    Returns:
        The id of the correction; empty where it was struck already.

    Raises:
        NotAllowed: the actor brings no plans in.
        DraftNotOpen: the draft is live or given up.
        CorrectionInvalid: there is no such finding, or the face of the document is meant.
        FindingMoved: somebody corrected it since the page of revision `seen` was opened.
    """
    return _mark(draft_id, "strike", key, actor=actor, note=note, seen=seen)


@transaction.atomic
def restore_finding(draft_id: uuid.UUID | str, key: str, *, actor: Person, seen: int | None = None) -> str:
    """Put a struck finding back.

    Returns:
        The id of the correction; empty where it stood already.

    Raises:
        NotAllowed: the actor brings no plans in.
        DraftNotOpen: the draft is live or given up.
        CorrectionInvalid: there is no such finding.
        FindingMoved: somebody corrected it since the page of revision `seen` was opened.
    """
    return _mark(draft_id, "restore", key, actor=actor, seen=seen)


@transaction.atomic
def agree_with_finding(draft_id: uuid.UUID | str, key: str, *, actor: Person, seen: int | None = None) -> str:
    """Say that a finding was looked at and stands; its question is answered.

    Returns:
        The id of the correction; empty where somebody had agreed already.

    Raises:
        NotAllowed: the actor brings no plans in.
        DraftNotOpen: the draft is live or given up.
        CorrectionInvalid: there is no such finding.
        FindingMoved: somebody corrected it since the page of revision `seen` was opened.
    """
    return _mark(draft_id, "agree", key, actor=actor, seen=seen)


def _mark(
    draft_id: uuid.UUID | str, op: str, key: str, *, actor: Person, note: str = "", seen: int | None = None
) -> str:
    draft = open_draft(draft_id, actor=actor)
    finding = content_of(draft).finding(key)
    if finding is None or (op == "strike" and key == DOCUMENT):
        raise CorrectionInvalid(_("这一条已经不在了。请刷新页面再看。"), key=key)
    stands = {"strike": finding.is_struck, "restore": not finding.is_struck, "agree": finding.is_agreed}
    if stands[op]:
        return ""
    refuse_if_moved(draft, seen, key)
    return append_correction(draft, op, key, actor=actor, note=note)


@transaction.atomic
def undo_correction(draft_id: uuid.UUID | str, correction_id: str, *, actor: Person) -> str:
    """Take one correction back; the list keeps both.

    Raises:
        NotAllowed: the actor brings no plans in.
        DraftNotOpen: the draft is live or given up.
        CorrectionInvalid: there is no such correction in force, or it says where the draft belongs.
    """
    draft = open_draft(draft_id, actor=actor)
    standing = (correction for correction in in_force(draft.corrections) if correction["op"] != "place")
    if not any(correction["id"] == correction_id for correction in standing):
        raise CorrectionInvalid(_("这一步已经撤销过，或不在这份草稿里。"), correction=correction_id)
    return append_correction(draft, "undo", correction_id, actor=actor)
