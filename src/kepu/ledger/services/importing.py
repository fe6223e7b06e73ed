"""Bring a filled-in spreadsheet into the ledger: all or nothing, seen as it goes, harmless when repeated."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import IO, Any

from django.core.files.base import File
from django.db import connection, transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kepu.directory.notices.services import notify
from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now
from kepu.foundation.content import MEGABYTE, FileKind
from kepu.foundation.errors import DomainError, NotAllowed
from kepu.foundation.files.choices import Visibility
from kepu.foundation.files.queries import opened
from kepu.foundation.files.services import store_upload
from kepu.foundation.queue.choices import ProgressState
from kepu.foundation.queue.errors import WorkCancelled
from kepu.foundation.queue.models import Progress
from kepu.foundation.queue.services import enqueue, finish_progress, report_progress, request_cancel, start_progress
from kepu.foundation.sheets import Row, RowError, RowsRefused, SheetReader, open_sheet
from kepu.ledger.choices import Audience, SourceKind
from kepu.ledger.errors import LoadRefused, SheetAlreadyLoaded
from kepu.ledger.models import SheetImport
from kepu.ledger.permissions import may_write_facts
from kepu.ledger.queries.sheets import import_sheet
from kepu.ledger.rules import FactDraft
from kepu.ledger.services.checking import Checked, FactChecker, FieldError, folded
from kepu.ledger.services.loading import LoadResult, load_facts
from kepu.ledger.services.marking import is_made_up

KINDS = frozenset({FileKind.XLSX, FileKind.TEXT})
MOST_BYTES = 90 * MEGABYTE
MOST_ROWS = 1_000_000
MOST_ERRORS = 1000
AT_ONCE_BYTES = 100 * 1024
COMPARED_ROWS = 50_000
SILENT_FOR = timedelta(minutes=2)
MOST_ATTEMPTS = 3
NAMESPACE = "sheet"
NOTHING = Decimal(0)
NOTICE_KIND = "ledger.import"
_CODE_BEHIND = re.compile(r"[(（](\d{2,12})[)）]\s*$")
# Facts of the import that say the same as another one that was there before.
_ALIKE = """
select count(*) from ledger_fact f
 where f.occurred_on between %(first)s and %(last)s and f.source_kind = 'sheet' and f.source_ref like %(ours)s
   and exists (
       select from ledger_fact g
        where g.indicator_id = f.indicator_id and g.occurred_on = f.occurred_on
          and g.organisation_id = f.organisation_id and g.region_id = f.region_id and g.audience = f.audience
          and g.audience_tag = f.audience_tag and g.quantity = f.quantity and g.people is not distinct from f.people
          and g.reverses is null and g.id <> f.id and g.source_ref not like %(ours)s)
"""


def bring_sheet(upload: "File[bytes]", *, actor: Person) -> SheetImport:
    """Take a spreadsheet in; a small one is loaded at once, a large one by a job.

    Raises:
        NotAllowed: the actor may record nothing.
        InputUnreadable: the file is no spreadsheet of ours; nothing of it is kept.
    """
    started = start_import(upload, actor=actor)
    if started.file is not None and started.file.size <= AT_ONCE_BYTES:
        run_import(started.pk)
        started.refresh_from_db()
    return started


@transaction.atomic
def start_import(upload: "File[bytes]", *, actor: Person) -> SheetImport:
    """Keep the file, check its header, and ask for the job that loads its rows; raises as `bring_sheet`."""
    if not may_write_facts(actor):
        raise NotAllowed
    file = store_upload(upload, actor=actor, accept=KINDS, max_bytes=MOST_BYTES, visibility=Visibility.PRIVATE)
    reader = open_sheet(upload, import_sheet())
    progress = start_progress(file.name, owner_id=actor.pk, total=reader.total or _lines(upload))
    started = SheetImport.objects.create(
        name=file.name, sha256=file.sha256, file=file, progress=progress, started_by=actor, started_at=now()
    )
    record("ledger.import.started", started, actor=actor, name=file.name, sha256=file.sha256)
    enqueue("ledger.run_import", import_id=str(started.pk))
    return started


def run_import(import_id: uuid.UUID | str) -> None:
    """Load the rows of an import that is not over yet; whoever comes second while it runs does nothing."""
    with _alone_with(import_id) as is_alone:
        found = SheetImport.objects.select_related("progress", "file", "started_by").get(pk=import_id)
        if is_alone and not found.progress.is_over:
            found.attempts += 1
            found.save(update_fields=["attempts"])
            _Run(found).go()


def resume_imports() -> int:
    """Ask again for imports whose worker was killed: they say nothing any more, and nobody holds them.

    Returns:
        How many were asked for.
    """
    silent = Progress.objects.filter(state=ProgressState.RUNNING, updated_at__lt=Now() - SILENT_FOR)
    asked = 0
    for found in SheetImport.objects.filter(progress__in=silent):
        with _alone_with(found.pk) as is_alone:
            if is_alone and found.attempts >= MOST_ATTEMPTS:
                finish_progress(found.progress_id, state=ProgressState.FAILED, message=broken())
            elif is_alone:
                Progress.objects.filter(pk=found.progress_id).update(updated_at=Now())
                enqueue("ledger.run_import", import_id=str(found.pk))
                asked += 1
    return asked


def broken() -> str:
    """What the person who waits is told when something went wrong inside."""
    return _("系统出了错，没有登记任何一行。请把时间和文件名告诉管理员。")


def cancel_import(found: SheetImport, *, actor: Person) -> bool:
    """Ask a running import to stop; nothing of it is stored then. Returns whether it still could.

    Raises:
        NotAllowed: it is somebody else's.
    """
    if found.started_by_id != actor.pk:
        raise NotAllowed
    return request_cancel(found.progress_id, owner_id=actor.pk)


def _lines(stream: IO[bytes]) -> int | None:
    """How many lines a text has below its header: nearly its rows. None where it is no text."""
    stream.seek(0)
    if stream.read(2) == b"PK":
        return None
    stream.seek(0)
    count, last = 0, b"\n"
    while piece := stream.read(MEGABYTE):
        count, last = count + piece.count(b"\n"), piece[-1:]
    stream.seek(0)
    return max(1, count - (last == b"\n"))


@contextmanager
def _alone_with(import_id: uuid.UUID | str) -> Iterator[bool]:
    """Hold an import for one process; the hold ends with the connection, so a killed worker keeps nobody out."""
    key = f"ledger.import:{import_id}"
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(hashtextextended(%s, 0))", [key])
        row = cursor.fetchone()
        is_alone = row == (True,)
        try:
            yield is_alone
        finally:
            if is_alone:
                cursor.execute("select pg_advisory_unlock(hashtextextended(%s, 0))", [key])


@dataclass
class _Run:
    """One import on its way: reading, checking, loading, and saying how it ended."""

    found: SheetImport

    def go(self) -> None:
        progress, is_over = self.found.progress_id, False
        try:
            report_progress(progress, done=0, message=_("正在读取"))
            self._kept(self._load())
            is_over = True
        except SheetAlreadyLoaded as twin:
            self.found.rows, self.found.added = twin.data["rows"], 0
            self.found.save()
            finish_progress(progress, message=str(twin))
            is_over = True
        except WorkCancelled as problem:
            finish_progress(progress, state=ProgressState.CANCELLED, message=str(problem))
            is_over = True
        except DomainError as problem:
            self._note_errors(problem)
            finish_progress(progress, state=ProgressState.FAILED, message=str(problem)[:500])
            is_over = True
        finally:
            if not is_over:  # a bug rises; who waits is told that something went wrong
                finish_progress(progress, state=ProgressState.FAILED, message=broken())
        self._tell()

    def _load(self) -> LoadResult:
        file = self.found.file
        if file is None:
            raise LoadRefused(_("这个文件已不在存储中，请重新上传。"))
        with opened(file) as stream:
            reader = open_sheet(stream, import_sheet())
            return load_facts(
                self._drafts(reader),
                actor=self.found.started_by,
                source=NAMESPACE,
                source_kind=SourceKind.SHEET,
                is_demonstration=is_made_up(self.found.started_by),
            )

    def _report(self, done: int, total: int | None) -> None:
        message = _("正在写入台账，请稍候") if done == total else _("正在读取和核对")
        report_progress(self.found.progress_id, done=done, total=total, message=message)

    def _drafts(self, reader: SheetReader) -> Iterator[FactDraft]:
        """Rows that are right as drafts; when all are read, everything that was wrong at once."""
        checker = FactChecker(actor=self.found.started_by, everything=True)
        taken = _Taker(checker, self.found)
        rows = reader.rows(most_errors=MOST_ERRORS, most_rows=MOST_ROWS, progress=self._report, with_unfit=True)
        for row in rows:
            draft, wrong = taken.draft_of(row)
            for error in wrong:
                reader.refuse(row, error.field, error.what)
            if row.is_fit and not wrong:
                yield draft
        reader.errors.sort(key=lambda error: error.row)
        reader.raise_for_errors()
        self.found.rows_digest = reader.rows_fingerprint
        self._refuse_twin(taken.count)

    def _refuse_twin(self, rows: int) -> None:
        """The same rows saved once more are another file, but no other facts."""
        same = SheetImport.objects.filter(rows_digest=self.found.rows_digest, progress__state=ProgressState.DONE)
        twin = same.exclude(sha256=self.found.sha256).order_by("started_at").first()
        if twin is not None:
            said = {"name": twin.name, "day": timezone.localdate(twin.started_at).isoformat()}
            raise SheetAlreadyLoaded(
                _("这张表各行的内容与 %(day)s 导入的“%(name)s”完全相同，已经登记过，没有重复登记。") % said, rows=rows
            )

    def _kept(self, result: LoadResult) -> None:
        found = self.found
        found.rows, found.added = result.rows, result.added
        found.first_on, found.last_on = result.first_on, result.last_on
        found.alike = _alike(found) if 0 < result.added <= COMPARED_ROWS else 0
        found.save()
        said = {"added": result.added, "present": result.present}
        finish_progress(
            found.progress_id,
            message=_("新登记 %(added)d 条，原已登记 %(present)d 条。") % said,
            result=said,
        )

    def _note_errors(self, problem: DomainError) -> None:
        errors: list[RowError] = []
        if isinstance(problem, RowsRefused):
            errors, self.found.is_cut = list(problem.errors), problem.is_cut
        elif isinstance(problem, LoadRefused):
            headers = {column.name: column.header for column in import_sheet().columns}
            fields: list[dict[str, Any]] = problem.data.get("fields", [])
            errors = [RowError(one["row"], headers.get(one["field"], ""), one["message"]) for one in fields]
            self.found.is_cut = problem.data.get("count", 0) > len(fields)
        self.found.errors = [{"row": one.row, "column": one.header, "what": one.what} for one in errors]
        self.found.save()

    def _tell(self) -> None:
        """Who brought a large table need not wait before it."""
        file, self.found.progress = self.found.file, Progress.objects.get(pk=self.found.progress_id)
        if file is None or file.size <= AT_ONCE_BYTES or self.found.progress.state == ProgressState.CANCELLED:
            return
        titles = {
            True: _("“%(name)s”已导入台账"),
            False: _("“%(name)s”没有导入，请看哪里要改"),
        }
        notify(
            self.found.started_by,
            key=f"ledger.import:{self.found.pk}",
            kind=NOTICE_KIND,
            title=titles[self.found.is_done] % {"name": self.found.name},
            body=self.found.progress.message,
            url=reverse("ledger:import_result", args=[self.found.pk]),
        )


class _Taker:
    """Turns rows into drafts and says what is wrong with them."""

    def __init__(self, checker: FactChecker, found: SheetImport) -> None:
        self.count = 0
        self._checker = checker
        self._file = found.sha256
        self._reference = str(found.pk)

    def draft_of(self, row: Row) -> tuple[FactDraft, list[FieldError]]:
        """The row as a draft and what is wrong with it; of a row with unfit cells, what the other cells say wrong."""
        self.count += 1
        values = row.values
        draft = FactDraft(
            indicator=values.get("indicator", ""),
            occurred_on=values.get("occurred_on", self._checker.today),
            region=_place_in(values.get("region", "")),
            organisation=values.get("organisation", ""),
            quantity=values.get("quantity", NOTHING),
            audience=values.get("audience") or Audience.PUBLIC.value,
            audience_tag=values.get("audience_tag") or "",
            people=values.get("people"),
            method=_method(values),
            source_ref=self._source_ref(row),
            note=values.get("note") or "",
            row=row.number,
        )
        checked = self._checker.check(draft)
        if isinstance(checked, list):
            wrong = [_at_column(error) for error in checked]
            return draft, [error for error in wrong if row.is_fit or error.field in values]
        unit, real = values.get("unit"), self._checker.unit_of(checked)
        if unit and folded(unit) != folded(real):
            said = {"name": draft.indicator, "real": real, "unit": unit}
            sentence = _("“%(name)s”按“%(real)s”计，表里写的是“%(unit)s”。") % said
            return draft, [FieldError(row.number, "unit", sentence)]
        return draft._replace(key=self._key(row, checked)), []

    def _key(self, row: Row, checked: Checked) -> str:
        """The body's own number where it gave one, else the place in this very file."""
        own = row.values.get("key")
        return f"body:{checked.organisation_id}:{own}" if own else f"file:{self._file}:{row.number}"

    def _source_ref(self, row: Row) -> str:
        own = row.values.get("key")
        return f"{self._reference}#{row.number}{f' {own}' if own else ''}"


def _place_in(text: str) -> str:
    """The code behind a name that several places bear, else the name."""
    match = _CODE_BEHIND.search(text)
    return match[1] if match else text


def _method(values: dict[str, Any]) -> dict[str, Any] | None:
    named = {
        "instrument": values.get("instrument"),
        "version": values.get("version"),
        "n": values.get("sample_size"),
        "standard_error": values.get("standard_error"),
    }
    method = {name: value for name, value in named.items() if value not in {None, ""}}
    return method or None


def _at_column(error: FieldError) -> FieldError:
    """What the rules call the method stands in the column of the instrument."""
    return error._replace(field="instrument") if error.field == "method" else error


def _alike(found: SheetImport) -> int:
    arguments = {"first": found.first_on, "last": found.last_on, "ours": f"{found.pk}#%"}
    with connection.cursor() as cursor:
        cursor.execute(_ALIKE, arguments)
        row = cursor.fetchone()
    return int(row[0]) if row else 0
