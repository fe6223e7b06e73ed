"""Bring a plan in: keep a draft, and write down every correction beside the machine's reading."""

import re
import uuid
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person, Region
from kepu.directory.register.queries import city
from kepu.foundation.audit.services import record
from kepu.foundation.content import FileKind
from kepu.foundation.errors import NotAllowed
from kepu.foundation.files.services import clean_name, store_bytes
from kepu.plan.choices import Comparator, DraftState, DutyRole, SectionKind
from kepu.plan.errors import CorrectionInvalid, DraftNotOpen
from kepu.plan.models import Plan, PlanDraft
from kepu.plan.permissions import may_import_plan
from kepu.plan.rules.corrections import (
    DOCUMENT,
    FIELDS,
    EffectiveReading,
    effective_reading,
    in_force,
    thing_of,
)
from kepu.plan.services.readings import MOST_BYTES, TextRead, read_pasted, read_upload

_LONGEST = {
    "plan_title": 300,
    "issuer": 120,
    "doc_number": 60,
    "number": 20,
    "code": 40,
    "title": 300,
    "organisation": 120,
    "measure": 200,
    "unit": 20,
    "period": 20,
}
_CHOICES = {"role": DutyRole.values, "comparator": Comparator.values, "kind": SectionKind.values}
_NUMBERS = frozenset({"start", "end", "body_start", "body_end", "deadline", "period_start", "period_end", "level"})
_MAY_BE_EMPTY = frozenset({"deadline", "period_start", "period_end", "value_max"})
_FLAGS = frozenset({"has_others", "aspirational", "approximate"})
_PERIOD = re.compile(r"(?:year|half|quarter|month|[1-9]\d? years)?")
_YEARS = range(1949, 2100)
_MOST = Decimal(10) ** 14
_KEPT_KINDS = frozenset({FileKind.DOCX, FileKind.PDF, FileKind.TEXT})


@transaction.atomic
def create_draft(
    source: bytes | str,
    name: str,
    *,
    actor: Person,
    region: Region | None = None,
    predecessor: Plan | None = None,
) -> PlanDraft:
    """Read a text and keep it as a draft; a file is kept as it came.

    Args:
        source: the bytes of a file, or pasted text.
        name: the file's name, or what to call the text.
        actor: a member of the leading office.
        region: the region of the plan; the site's city where there is none.
        predecessor: the plan that this text amends or continues.

    Raises:
        NotAllowed: the actor brings no plans in.
        PlanUnreadable: there is no plan in it; nothing is stored.
    """
    if not may_import_plan(actor):
        raise NotAllowed
    file_id = None
    if isinstance(source, bytes):
        read = read_upload(source, name=name)
        file_id = store_bytes(source, name, actor=actor, accept=_KEPT_KINDS, max_bytes=MOST_BYTES).pk
    else:
        read = read_pasted(source, name=name)
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
def change_finding(draft_id: uuid.UUID | str, key: str, values: Mapping[str, Any], *, actor: Person) -> str:
    """Correct fields of one finding; fields that stay as they are say nothing.

    Raises:
        NotAllowed: the actor brings no plans in.
        DraftNotOpen: the draft is live or given up.
        CorrectionInvalid: there is no such finding, or a value cannot be.
    """
    draft = open_draft(draft_id, actor=actor)
    content = content_of(draft)
    finding = content.finding(key)
    thing = thing_of(key)
    if finding is None or thing not in FIELDS:
        raise CorrectionInvalid(_("这一条已经不在了。请刷新页面再看。"), key=key)
    clean = cleaned(thing, values, text=draft.text, content=content)
    now_stands = {name: _plain(getattr(finding, name, None)) for name in clean}
    after = {name: value for name, value in clean.items() if now_stands[name] != _plain(value)}
    if not after:
        return append_correction(draft, "agree", key, actor=actor)
    _check_order({**{n: _plain(getattr(finding, n, None)) for n in FIELDS[thing]}, **after})
    before = {name: now_stands[name] for name in after}
    return append_correction(draft, "set", key, actor=actor, before=before, after=after)


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
    _check_order(clean)
    key = f"{letters[thing]}-{uuid.uuid4().hex[:8]}"
    append_correction(draft, "add", key, actor=actor, after=clean, note=note)
    return key


@transaction.atomic
def strike_finding(draft_id: uuid.UUID | str, key: str, *, actor: Person, note: str = "") -> str:
    """Take a finding out of the plan; it stays visible and can be put back.

    Raises:
        NotAllowed: the actor brings no plans in.
        DraftNotOpen: the draft is live or given up.
        CorrectionInvalid: there is no such finding, or the face of the document is meant.
    """
    return _mark(draft_id, "strike", key, actor=actor, note=note)


@transaction.atomic
def restore_finding(draft_id: uuid.UUID | str, key: str, *, actor: Person) -> str:
    """Put a struck finding back.

    Raises:
        NotAllowed: the actor brings no plans in.
        DraftNotOpen: the draft is live or given up.
        CorrectionInvalid: there is no such finding.
    """
    return _mark(draft_id, "restore", key, actor=actor)


@transaction.atomic
def agree_with_finding(draft_id: uuid.UUID | str, key: str, *, actor: Person) -> str:
    """Say that a finding was looked at and stands; its question is answered.

    Raises:
        NotAllowed: the actor brings no plans in.
        DraftNotOpen: the draft is live or given up.
        CorrectionInvalid: there is no such finding.
    """
    return _mark(draft_id, "agree", key, actor=actor)


def _mark(draft_id: uuid.UUID | str, op: str, key: str, *, actor: Person, note: str = "") -> str:
    draft = open_draft(draft_id, actor=actor)
    if content_of(draft).finding(key) is None or (op == "strike" and key == DOCUMENT):
        raise CorrectionInvalid(_("这一条已经不在了。请刷新页面再看。"), key=key)
    return append_correction(draft, op, key, actor=actor, note=note)


@transaction.atomic
def undo_correction(draft_id: uuid.UUID | str, correction_id: str, *, actor: Person) -> str:
    """Take one correction back; the list keeps both.

    Raises:
        NotAllowed: the actor brings no plans in.
        DraftNotOpen: the draft is live or given up.
        CorrectionInvalid: there is no such correction in force.
    """
    draft = open_draft(draft_id, actor=actor)
    if not any(correction["id"] == correction_id for correction in in_force(draft.corrections)):
        raise CorrectionInvalid(_("这一步已经撤销过，或不在这份草稿里。"), correction=correction_id)
    return append_correction(draft, "undo", correction_id, actor=actor)


@transaction.atomic
def place_draft(
    draft_id: uuid.UUID | str, *, actor: Person, region: Region | None = None, predecessor: Plan | None = None
) -> PlanDraft:
    """Say for which region the plan is, and which plan it continues (None for none).

    Raises:
        NotAllowed: the actor brings no plans in.
        DraftNotOpen: the draft is live or given up.
    """
    draft = open_draft(draft_id, actor=actor)
    draft.region = region or draft.region
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


def cleaned(thing: str, values: Mapping[str, Any], *, text: str, content: EffectiveReading) -> dict[str, Any]:
    """Check the fields of a finding and bring them into the form in which they are stored.

    Raises:
        CorrectionInvalid: a value cannot be; `field` in the data names it.
    """
    clean = {name: _cleaned_value(name, values[name], text) for name in FIELDS[thing] if name in values}
    if thing == "duty" and clean.get("task") not in {task.key for task in content.tasks} | {None}:
        raise CorrectionInvalid(_("这项任务已经不在了。请刷新页面再看。"), field="task")
    places = {"", *(section.key for section in content.sections), *(task.key for task in content.tasks)}
    for name in ("section", "at"):
        if clean.get(name, "") not in places:
            raise CorrectionInvalid(_("所选的章节或任务已经不在了。请刷新页面再看。"), field=name)
    return clean


def _cleaned_value(name: str, value: Any, text: str) -> Any:
    if name in _FLAGS:
        return bool(value)
    if name in _NUMBERS:
        return _whole(name, value, len(text))
    if name in {"value", "value_max"}:
        return _amount(name, value)
    words = " ".join(str(value if value is not None else "").replace("\x00", "").split())
    longest = _LONGEST.get(name, 300)
    if len(words) > longest:
        raise CorrectionInvalid(_("太长了：最多 %(n)d 个字。") % {"n": longest}, field=name)
    if name in _CHOICES and words not in _CHOICES[name]:
        raise CorrectionInvalid(_("请从列表里选一项。"), field=name)
    if name == "period" and not _PERIOD.fullmatch(words):
        raise CorrectionInvalid(_("周期只能是每年、每半年、每季度、每月或每若干年。"), field=name)
    if name == "issued" and words:
        try:
            date.fromisoformat(words)
        except ValueError:
            raise CorrectionInvalid(_("日期请写成 2022-03-28 这样。"), field=name) from None
    return words


def _whole(name: str, value: Any, length: int) -> int | None:
    if value in (None, "") and name in _MAY_BE_EMPTY:
        return None
    try:
        number = int(value)
    except (TypeError, ValueError):
        raise CorrectionInvalid(_("这里要填一个整数。"), field=name) from None
    if name in {"deadline", "period_start", "period_end"} and number not in _YEARS:
        raise CorrectionInvalid(_("年份请写成 2025 这样的四位数。"), field=name)
    if name in {"start", "end", "body_start", "body_end"} and not 0 <= number <= length:
        raise CorrectionInvalid(_("起止位置超出了原文（0–%(n)d）。") % {"n": length}, field=name)
    if name == "level" and not 1 <= number <= 9:  # noqa: PLR2004 no outline goes deeper
        raise CorrectionInvalid(_("层级在 1 到 9 之间。"), field=name)
    return number


def _amount(name: str, value: Any) -> str | None:
    if value in (None, "") and name in _MAY_BE_EMPTY:
        return None
    try:
        number = Decimal(str(value).replace(",", "").replace("，", "").strip())
    except InvalidOperation:
        raise CorrectionInvalid(_("目标值要填一个数，如 100 或 14.3。"), field=name) from None
    if not number.is_finite() or abs(number) >= _MOST:
        raise CorrectionInvalid(_("这个数太大了，请检查多出的零。"), field=name)
    return f"{number.quantize(Decimal('0.0001')).normalize():f}"


def _check_order(values: Mapping[str, Any]) -> None:
    for first, last, words in (
        ("start", "end", _("终点要在起点之后。")),
        ("body_start", "body_end", _("正文的终点要在起点之后。")),
        ("period_start", "period_end", _("终止年不能早于起始年。")),
    ):
        low, high = values.get(first), values.get(last)
        if low is not None and high is not None and int(high) < int(low):
            raise CorrectionInvalid(words, field=last)
    low, high = values.get("value"), values.get("value_max")
    if low not in (None, "") and high not in (None, "") and Decimal(str(high)) < Decimal(str(low)):
        raise CorrectionInvalid(_("上限不能小于目标值。"), field="value_max")


def _plain(value: Any) -> Any:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value
