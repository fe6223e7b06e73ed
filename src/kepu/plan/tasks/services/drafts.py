"""Bring a plan in: keep a draft, and write down every correction beside the machine's reading."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person, Region
from kepu.directory.register.queries import city
from kepu.foundation.audit.services import record
from kepu.foundation.content import FileKind
from kepu.foundation.errors import NotAllowed
from kepu.foundation.files.services import clean_name, store_bytes, store_upload
from kepu.plan.tasks.choices import DraftState
from kepu.plan.tasks.errors import DraftNotOpen
from kepu.plan.tasks.models import Plan, PlanDraft
from kepu.plan.tasks.permissions import may_import_plan
from kepu.plan.tasks.rules.corrections import effective_reading
from kepu.plan.tasks.rules.findings import EffectiveReading
from kepu.plan.tasks.rules.revisions import PLACE
from kepu.plan.tasks.services.meeting import refuse_if_moved
from kepu.plan.tasks.services.readings import MOST_BYTES, TextRead, read_pasted, read_upload

_KEPT_KINDS = frozenset({FileKind.DOCX, FileKind.PDF, FileKind.TEXT})


@transaction.atomic
def create_draft(
    source: "File[bytes] | bytes | str",
    name: str,
    *,
    actor: Person,
    region: Region | None = None,
    predecessor: Plan | None = None,
) -> PlanDraft:
    """Read a text and keep it as a draft; a file is kept as it came.

    Args:
        source: an uploaded file, its bytes, or pasted text.
        name: the file's name, or what to call the text.
        actor: a member of the leading office.
        region: the region of the plan; the site's city where there is none.
        predecessor: the plan that this text amends or continues.

    Raises:
        NotAllowed: the actor brings no plans in.
        PlanUnreadable: there is no plan in it; nothing is stored.
        FileKindRefused, FileInfected, ArchiveTooLarge, StorageFull: the file itself is not kept; nothing is stored.
    """
    if not may_import_plan(actor):
        raise NotAllowed
    file_id = None
    if isinstance(source, str):
        read = read_pasted(source, name=name)
    elif isinstance(source, bytes):
        read = read_upload(source, name=name)
        file_id = store_bytes(source, name, actor=actor, accept=_KEPT_KINDS, max_bytes=MOST_BYTES).pk
    else:
        read = read_upload(source.read(MOST_BYTES + 1), name=name)
        file_id = store_upload(source, actor=actor, accept=_KEPT_KINDS, max_bytes=MOST_BYTES).pk
    draft = keep_draft(read, actor=actor, region=region, predecessor=predecessor, file_id=file_id)
    record("plan.draft.created", draft, actor=actor, name=draft.name, file=file_id, tasks=len(read.reading["tasks"]))
    return draft


def keep_draft(
    read: TextRead,
    *,
    actor: Person | None,
    region: Region | None = None,
    predecessor: Plan | None = None,
    file_id: uuid.UUID | None = None,
) -> PlanDraft:
    """Write the row of a draft; the callers check who acts and leave the record."""
    draft = PlanDraft.objects.create(
        name=clean_name(read.name),
        file_id=file_id,
        text=read.text,
        reading=read.reading,
        region=region or (predecessor.region if predecessor else None) or city(),
        predecessor=predecessor,
        created_by=actor,
    )
    if predecessor is not None and draft_continues_period(draft):
        _bring_made_tasks(draft, predecessor, actor)
    return draft


def draft_continues_period(draft: PlanDraft) -> bool:
    """Whether the text amends a plan of the same years, so that progress is carried on."""
    earlier = draft.predecessor
    if earlier is None:
        return False
    face = effective_reading(draft.reading, draft.corrections).document
    return face.period_end is None or earlier.period_end is None or face.period_end <= earlier.period_end


def _bring_made_tasks(draft: PlanDraft, predecessor: Plan, actor: Person | None) -> None:
    """Tasks that a person once made of a sentence are made again where the new text still has these words."""
    content = effective_reading(draft.reading, draft.corrections)
    codes = {task.code for task in content.tasks}
    for task in predecessor.tasks.filter(origin="person", is_struck=False).select_related("section"):
        words = predecessor.text[task.start : task.end].strip()
        at = draft.text.find(words) if words else -1
        if at < 0 or task.code in codes:
            continue
        inside = [s for s in content.live_sections if s.start <= at < s.end]
        body = predecessor.text[task.body_start : task.body_end].strip()
        body_at = draft.text.find(body, at) if body else at
        values = {
            "code": task.code,
            "number": task.number,
            "title": task.title,
            "section": inside[-1].key if inside else "",
            "start": at,
            "end": at + len(words),
            "body_start": body_at if body_at >= 0 else at,
            "body_end": body_at + len(body) if body_at >= 0 else at + len(words),
            "has_others": task.has_others,
            "origin": "person",
        }
        key = f"t-{uuid.uuid4().hex[:8]}"
        _append(draft, "add", key, actor=actor, after=values, note=_("上一版由人设立，文字仍在"))
        for place, duty in enumerate(task.duties.all()):
            after = {"task": key, "organisation": duty.printed_name or str(duty.organisation), "role": duty.role}
            _append(draft, "add", f"{key}.d-{place}", actor=actor, after=after)
    draft.save(update_fields=["corrections", "updated_at"])


def _append(
    draft: PlanDraft,
    op: str,
    key: str,
    *,
    actor: Person | None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str = "",
) -> str:
    entry: dict[str, Any] = {
        "id": uuid.uuid4().hex[:12],
        "op": op,
        "key": key,
        "by": {"id": actor.pk, "name": str(actor)} if actor else {"id": None, "name": ""},
        "at": timezone.now().isoformat(timespec="seconds"),
    }
    entry |= {name: dict(value) for name, value in (("before", before), ("after", after)) if value is not None}
    if note:
        entry["note"] = note[:300]
    draft.corrections.append(entry)
    return str(entry["id"])


def open_draft(draft_id: uuid.UUID | str, *, actor: Person) -> PlanDraft:
    """Lock a draft for a change, after checking who and whether.

    Raises:
        NotAllowed: the actor brings no plans in.
        DraftNotOpen: it is live or given up.
    """
    draft = PlanDraft.objects.select_for_update().get(pk=draft_id)
    if not may_import_plan(actor):
        raise NotAllowed
    if draft.state == DraftState.CONFIRMED:
        raise DraftNotOpen(_("这份方案已经上线，草稿不再改动；更正请到任务页上做。"), state=draft.state)
    if draft.state == DraftState.DISCARDED:
        raise DraftNotOpen(_("这份草稿已放弃。要接着核对，请先在草稿列表里恢复。"), state=draft.state)
    return draft


def append_correction(
    draft: PlanDraft,
    op: str,
    key: str,
    *,
    actor: Person | None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str = "",
) -> str:
    """Write one correction at the end of the list of a locked draft; returns its id."""
    correction_id = _append(draft, op, key, actor=actor, before=before, after=after, note=note)
    draft.save(update_fields=["corrections", "updated_at"])
    return correction_id


def content_of(draft: PlanDraft) -> EffectiveReading:
    """The reading of a draft with its corrections."""
    return effective_reading(draft.reading, draft.corrections)


@transaction.atomic
def place_draft(
    draft_id: uuid.UUID | str,
    *,
    actor: Person,
    region: Region | None = None,
    predecessor: Plan | None = None,
    seen: int | None = None,
) -> PlanDraft:
    """Say for which region the plan is, and which plan it continues (None for none).

    Args:
        draft_id: the draft.
        actor: a member of the leading office.
        region: the region of the plan; None leaves it as it is.
        predecessor: the plan that this text amends or continues.
        seen: the revision of the page from which this comes.

    Raises:
        NotAllowed: the actor brings no plans in.
        DraftNotOpen: the draft is live or given up.
        FindingMoved: somebody said something else since the page was opened.
    """
    draft = open_draft(draft_id, actor=actor)
    was = {"region": str(draft.region or ""), "predecessor": str(draft.predecessor or "")}
    wanted = {"region": str(region or draft.region or ""), "predecessor": str(predecessor or "")}
    is_said = any(correction["op"] == "place" for correction in draft.corrections)
    if wanted == was and is_said:
        return draft
    refuse_if_moved(draft, seen, PLACE)
    draft.region = region or draft.region
    append_correction(draft, "place", PLACE, actor=actor, before=was if wanted != was else None, after=wanted)
    if predecessor != draft.predecessor:
        draft.predecessor = predecessor
        if predecessor is not None and draft_continues_period(draft):
            _bring_made_tasks(draft, predecessor, actor)
    draft.save(update_fields=["region", "predecessor", "updated_at"])
    return draft


@transaction.atomic
def discard_draft(draft_id: uuid.UUID | str, *, actor: Person) -> PlanDraft:
    """Give a draft up; it can be taken up again.

    Raises:
        NotAllowed: the actor brings no plans in.
        DraftNotOpen: it is live or given up already.
    """
    draft = open_draft(draft_id, actor=actor)
    draft.state = DraftState.DISCARDED
    draft.save(update_fields=["state", "updated_at"])
    record("plan.draft.discarded", draft, actor=actor)
    return draft


@transaction.atomic
def resume_draft(draft_id: uuid.UUID | str, *, actor: Person) -> PlanDraft:
    """Take a draft up again that was given up; an open one stays open.

    Raises:
        NotAllowed: the actor brings no plans in.
        DraftNotOpen: it is live.
    """
    draft = PlanDraft.objects.select_for_update().get(pk=draft_id)
    if not may_import_plan(actor):
        raise NotAllowed
    if draft.state == DraftState.CONFIRMED:
        raise DraftNotOpen(_("这份方案已经上线，草稿不再改动。"), state=draft.state)
    if draft.state == DraftState.DISCARDED:
        draft.state = DraftState.OPEN
        draft.save(update_fields=["state", "updated_at"])
        record("plan.draft.resumed", draft, actor=actor)
    return draft
