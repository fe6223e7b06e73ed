"""Load many facts at once: checked row by row, stored all or nothing, harmless when repeated."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record_bulk
from kepu.foundation.clock import now
from kepu.foundation.events import publish
from kepu.ledger.choices import SourceKind
from kepu.ledger.errors import LoadRefused
from kepu.ledger.events import FactsLoaded
from kepu.ledger.models import Fact
from kepu.ledger.rules import FactDraft, key_hash
from kepu.ledger.services.checking import Checked, FactChecker, FieldError, sentences
from kepu.ledger.services.folding import fold_deltas

Progress = Callable[[int], None]
PIECE = 20_000
MOST_ERRORS = 200

_STAGING = """
create temporary table ledger_staging (
    key uuid, row_number bigint, indicator_id integer, occurred_on date, region_id bigint, district_id bigint,
    area_class varchar(10), organisation_id bigint, audience varchar(16) collate "C",
    audience_tag varchar(30) collate "C", quantity numeric(18, 4), people bigint, person bytea, method jsonb,
    source_ref varchar(200), note varchar(500)
) on commit preserve rows
"""
_COPY = "copy ledger_staging from stdin"
_TWICE = """
select min(row_number), max(row_number) from ledger_staging group by key having count(*) > 1 order by 1 limit %s
"""
_CELL = "partition by indicator_id, region_id, audience, audience_tag, organisation_id, occurred_on"
_STOCK_TWICE = f"""
select row_number, first from (
    select s.row_number, min(s.row_number) over ({_CELL}) as first from ledger_staging s
      join ledger_indicator i on i.id = s.indicator_id and i.kind = 'stock') cells
 where row_number <> first order by 1 limit %s
"""  # noqa: S608 no input in it
_STOCK_THERE = """
select s.row_number from ledger_staging s
  join ledger_stock_value v using (indicator_id, region_id, audience, audience_tag, organisation_id, occurred_on)
 where v.fact_id <> s.key order by 1 limit %s
"""
_KEYS = "insert into ledger_fact_key (key, occurred_on, indicator_id) select key, occurred_on, indicator_id"
_INSERT_NEW_KEYS = f"{_KEYS} from ledger_staging order by key"  # noqa: S608 no input in it
_INSERT_MISSING_KEYS = f"""
create temporary table ledger_fresh on commit preserve rows as
with fresh as ({_KEYS} from ledger_staging order by key on conflict do nothing returning key) select key from fresh
"""  # noqa: S608 no input in it
_CHANGED = """
select s.row_number from ledger_staging s join ledger_fact_key k on k.key = s.key
  left join ledger_fact f on f.id = k.key and f.indicator_id = k.indicator_id and f.occurred_on = k.occurred_on
 where not exists (select from ledger_fresh n where n.key = s.key)
   and (s.indicator_id, s.occurred_on, s.region_id, s.organisation_id, s.audience, s.audience_tag, s.quantity,
        s.people, s.person)
       is distinct from (f.indicator_id, f.occurred_on, f.region_id, f.organisation_id, f.audience, f.audience_tag,
                         f.quantity, f.people, f.person)
 order by 1 limit %s
"""
_INSERT_FACTS = """
insert into ledger_fact (id, indicator_id, occurred_on, region_id, district_id, area_class, organisation_id, audience,
                         audience_tag, quantity, people, person, method, source_kind, source_ref, note,
                         recorded_by_id, recorded_at, reverses, is_demonstration)
select key, indicator_id, occurred_on, region_id, district_id, area_class, organisation_id, audience, audience_tag,
       quantity, people, person, method, %s, source_ref, note, %s, %s, null, %s
  from ledger_staging"""
_ONLY_FRESH = " join ledger_fresh using (key)"
_BY_DAY = " order by occurred_on"
_TOUCHED = "select distinct date_trunc('month', occurred_on)::date, indicator_id from ledger_staging"


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What a load did.

    Attributes:
        rows: rows read.
        added: facts recorded.
        present: rows whose fact was there already under the same key.
        digest: SHA-256 over the rows, as it stands in the audit trail.
    """

    rows: int
    added: int
    present: int
    digest: str
    first_on: date | None = None
    last_on: date | None = None


def load_facts(
    rows: Iterable[FactDraft],
    *,
    actor: Person | None,
    source: str,
    source_kind: str = SourceKind.BULK,
    progress: Progress | None = None,
    is_demonstration: bool = False,
) -> LoadResult:
    """Record many facts, all or nothing; the same rows from the same source again add nothing.

    Rows are checked and staged before the transaction, so that progress can be seen by others and cancelling works;
    everything that stays is written in one transaction.

    Args:
        rows: drafts, each with a `key` that is its own within the source (a row without one gets its place).
        actor: on whose behalf; None for the machine itself.
        source: the namespace of the keys, e.g. the import's name.
        source_kind: by which door they came.
        progress: called every 20,000 rows with the number of rows read; what it raises stops the load.
        is_demonstration: all rows are made up for a demonstration.

    Raises:
        LoadRefused: rows break rules; `data["errors"]` holds up to 200 sentences, `data["count"]` how many there are.
    """
    checker = FactChecker(actor=actor, everything=True)
    with connection.cursor() as cursor:
        _drop_staging(cursor)
        try:
            cursor.execute(_STAGING)
            staged = _Staged(rows, checker, source)
            while not staged.is_over:
                block = staged.next_block()  # before COPY opens: a check may still ask the same connection
                with cursor.copy(_COPY) as copy:
                    copy.write(block)
                if progress is not None:
                    progress(staged.count)
            if staged.errors:
                raise _refused(staged.errors, staged.wrong_rows)
            digest = staged.digest.hexdigest()
            with transaction.atomic():
                added = _store(
                    cursor, source_kind, actor, is_demonstration=is_demonstration, has_stock=staged.has_stock
                )
                record_bulk(
                    "ledger.facts.loaded",
                    Fact._meta.label,
                    digest,
                    added,
                    actor,
                    source=source,
                    rows=staged.count,
                )
                if added:
                    codes = checker.indicator_codes()
                    cursor.execute(_TOUCHED)
                    touched = cursor.fetchall()
                    publish(
                        FactsLoaded(
                            frozenset(codes[pk] for _month, pk in touched), frozenset(m for m, _pk in touched), added
                        )
                    )
        finally:
            _drop_staging(cursor)
    transaction.on_commit(_fold)
    return LoadResult(staged.count, added, staged.count - added, digest, staged.first_on, staged.last_on)


def _fold() -> None:
    fold_deltas()


class _Staged:
    """Turns drafts into lines for COPY while checking them; stops writing at the first error, goes on looking."""

    def __init__(self, rows: Iterable[FactDraft], checker: FactChecker, source: str) -> None:
        self._rows = iter(rows)
        self._checker = checker
        self._stocks = checker.stock_ids()
        self._hash = key_hash(source)
        self.has_stock = False
        self.count = 0
        self.wrong_rows = 0
        self.errors: list[FieldError] = []
        self.digest = hashlib.sha256()
        self.is_over = False
        self.first_on: date | None = None
        self.last_on: date | None = None

    def next_block(self) -> bytes:
        """COPY lines of the next piece of rows; empty from the first error on."""
        lines: list[str] = []
        check = self._checker.check
        end = self.count + PIECE
        for draft in self._rows:
            self.count += 1
            checked = check(draft)
            if isinstance(checked, list):
                self._refuse(checked)
            elif not self.errors:
                key = self._hash.copy()
                key.update((draft.key or str(self.count)).encode())
                lines.append(_line(key.hexdigest()[:32], draft, checked, self.count))
                if checked.indicator_id in self._stocks:
                    self.has_stock = True
                if self.first_on is None or draft.occurred_on < self.first_on:
                    self.first_on = draft.occurred_on
                if self.last_on is None or draft.occurred_on > self.last_on:
                    self.last_on = draft.occurred_on
            if self.count == end:
                break
        else:
            self.is_over = True
        block = "".join(lines).encode()
        self.digest.update(block)
        return block

    def _refuse(self, errors: list[FieldError]) -> None:
        self.wrong_rows += 1
        if len(self.errors) < MOST_ERRORS:
            self.errors += [error if error.row else error._replace(row=self.count) for error in errors]


def _line(key: str, draft: FactDraft, checked: Checked, number: int) -> str:
    place = checked.place
    people = "\\N" if draft.people is None else draft.people
    person = "\\N" if draft.person is None else f"\\\\x{draft.person.hex()}"
    method = "\\N" if draft.method is None else _text(json.dumps(draft.method, ensure_ascii=False, default=str))
    note = draft.note and _text(draft.note)
    source_ref = draft.source_ref and _text(draft.source_ref)
    return (
        f"{key}\t{draft.row or number}\t{checked.indicator_id}\t{draft.occurred_on.isoformat()}\t{place.id}"
        f"\t{place.district_id}\t{place.area_class}\t{checked.organisation_id}\t{checked.audience}\t{checked.audience_tag}"
        f"\t{draft.quantity!s}\t{people}\t{person}\t{method}\t{source_ref}\t{note}\n"
    )


def _text(value: str) -> str:
    """Escape for COPY; PostgreSQL holds no NUL."""
    value = value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return value.replace("\0", "")


def _store(
    cursor: Any,
    source_kind: str,
    actor: Person | None,
    *,
    is_demonstration: bool,
    has_stock: bool,
) -> int:
    cursor.execute("discard plans")  # the trigger's plans were made for single facts
    cursor.execute("set local work_mem = '128MB'")
    cursor.execute("select ledger_ensure_months(array(select distinct occurred_on from ledger_staging))")
    if has_stock:
        _check_stocks(cursor)
    facts = _INSERT_FACTS
    try:
        with transaction.atomic():
            cursor.execute(_INSERT_NEW_KEYS)
    except IntegrityError:  # some keys are there already, or twice in the load: look closely
        _insert_missing_keys(cursor)
        facts += _ONLY_FRESH
    cursor.execute(facts + _BY_DAY, [str(source_kind), None if actor is None else actor.pk, now(), is_demonstration])
    added = int(cursor.rowcount)
    cursor.execute("discard plans")
    return added


def _check_stocks(cursor: Any) -> None:
    cursor.execute(_STOCK_TWICE, [MOST_ERRORS])
    _refuse_rows(
        (row, _("与第 %(first)d 行是同一指标、地区、单位、人群在同一天的数，存量每天只留一个。") % {"first": first})
        for row, first in cursor.fetchall()
    )
    cursor.execute(_STOCK_THERE, [MOST_ERRORS])
    _refuse_rows((row, _("这个单位、地区和人群在这一天已有数值，请先冲正原来那条。")) for (row,) in cursor.fetchall())


def _insert_missing_keys(cursor: Any) -> None:
    cursor.execute("analyze ledger_staging")
    cursor.execute(_TWICE, [MOST_ERRORS])
    _refuse_rows(
        (last, _("与第 %(first)d 行的编号相同，同一张表里编号不能重复。") % {"first": first})
        for first, last in cursor.fetchall()
    )
    cursor.execute(_INSERT_MISSING_KEYS)
    cursor.execute("analyze ledger_fresh")
    cursor.execute(_CHANGED, [MOST_ERRORS])
    _refuse_rows(
        (row, _("这个编号已登记过内容不同的事实，请先冲正原来那条，再用新编号登记。")) for (row,) in cursor.fetchall()
    )


def _drop_staging(cursor: Any) -> None:
    cursor.execute("drop table if exists ledger_staging, ledger_fresh")


def _refuse_rows(found: Iterable[tuple[int, str]]) -> None:
    errors = [FieldError(row, "", what) for row, what in found]
    if errors:
        raise _refused(errors, len(errors))


def _refused(errors: list[FieldError], wrong_rows: int) -> LoadRefused:
    shown = sentences(errors[:MOST_ERRORS])
    said = {"count": wrong_rows, "lines": "\n".join(shown[:5])}
    return LoadRefused(
        _("有 %(count)d 行不对，一行也没有保存。请改正后重新载入。\n%(lines)s") % said,
        errors=shown,
        fields=[{"row": error.row, "field": error.field, "message": error.what} for error in errors[:MOST_ERRORS]],
        count=wrong_rows,
    )
