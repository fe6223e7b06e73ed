"""Bring a list of people as a spreadsheet; whoever may be there already is put before a person, never merged by itself."""

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import fields as fields_of
from dataclasses import replace
from datetime import date
from typing import Any

from django.core.files.base import File
from django.db import connection, transaction
from django.utils.translation import gettext as _

from kepu.directory.privacy.choices import NumberKind
from kepu.directory.privacy.queries import (
    consent_text,
    is_adult_by_identity,
    keyed_digests,
    number_in_form,
    numbers_of,
    person_id_with,
)
from kepu.directory.privacy.services import answer_consent, drop_number, keep_number
from kepu.directory.register.choices import RegionLevel
from kepu.directory.register.models import Organisation, Person
from kepu.directory.register.queries import RegionNames, city, match_organisations
from kepu.directory.register.services import enrol_person
from kepu.foundation.audit.services import record
from kepu.foundation.errors import DomainError, NotAllowed
from kepu.foundation.language import city_words
from kepu.foundation.sheets import Row, SheetReader
from kepu.foundation.sheets.columns import folded
from kepu.foundation.sheets.decisions import RowChoice
from kepu.foundation.sheets.rosters import MOST_ROWS, keep_roster, open_roster, refuse_decided, refuse_known
from kepu.outreach.people.capacities.choices import CapacityState, StepKind
from kepu.outreach.people.capacities.errors import CapacityUnfit, RosterStale
from kepu.outreach.people.capacities.models import Capacity, PersonRoster, PersonRosterRow
from kepu.outreach.people.capacities.permissions import may_bring_people
from kepu.outreach.people.capacities.queries.rosters import (
    COMPARED,
    LISTS,
    NUMBERS,
    differs,
    held_by,
    is_empty,
    labels_of_fields,
    list_choices,
    open_entries,
    person_roster_sheet,
    said_by,
    seen_of,
    twins_of,
    undecided,
    values_of,
)
from kepu.outreach.people.capacities.services.applying import (
    CONSENT,
    CapacityWords,
    apply_capacity,
    begin_capacity,
    change_capacity,
    check_topics,
)
from kepu.outreach.people.capacities.services.steps import step, tell

_USE = "capacities.roster"
_DECIDING = 0x6B707272
"""Key of the lock under which one decision comes after the other: each sees whom the one before registered."""
MOST_AT_ONCE = 300
_CUT = re.compile(r"[、；;，,\n]+")
HELD, SAID, BOTH = "held", "said", "both"


@transaction.atomic
def bring_people(upload: "File[bytes]", *, actor: Person) -> PersonRoster:
    """Read a roster of people, all rows or none, and keep it encrypted until somebody decides; nobody is registered yet.

    Raises:
        NotAllowed: the actor admits nobody.
        RosterSettled: the same rows were brought before; `roster` is its id.
        InputUnreadable: the file is no such table, or rows are wrong: each is named.
    """
    if not may_bring_people(actor):
        raise NotAllowed
    reader = open_roster(upload, person_roster_sheet())
    rows = list(reader.rows(most_rows=MOST_ROWS, with_unfit=True))
    read = _Reading(reader, rows).all()
    reader.errors.sort(key=lambda error: error.row)
    reader.raise_for_errors()
    # The fingerprint of few rows could be guessed at: it is a keyed one.
    fingerprints = [digest.hex() for digest in keyed_digests(_USE, reader.rows_fingerprint)]
    refuse_known(PersonRoster, fingerprints)
    roster = keep_roster(PersonRoster, upload, fingerprints[0], brought_by=actor.pk)
    PersonRosterRow.objects.bulk_create(
        PersonRosterRow(roster=roster, number=number, values=json.dumps(values, ensure_ascii=False))
        for number, values in read
    )
    record("capacities.roster.brought", roster, actor=actor, rows=len(read))
    return roster


@transaction.atomic
def register_clear_people(roster_id: uuid.UUID, *, actor: Person) -> int:
    """Register rows that are like nobody of the register and no other row; the others wait for a decision each.

    At most `MOST_AT_ONCE`, so that a page answers in seconds: what is left waits for the next time.

    Returns:
        How many were registered.

    Raises:
        NotAllowed: the actor admits nobody.
    """
    roster = _begin_deciding(roster_id, actor)
    rows = {row.number: row for row in undecided(roster)}
    values = {number: values_of(row) for number, row in rows.items()}
    doubtful = twins_of(values.items())
    clear = [number for number in rows if number not in doubtful][:MOST_AT_ONCE]
    for number in clear:
        _settle(rows[number], RowChoice.NEW, _registered(values[number], actor))
    record("capacities.roster.registered", roster, actor=actor, rows=len(clear))
    return len(clear)


@transaction.atomic
def decide_person(
    row_id: int,
    choice: str,
    *,
    seen: str,
    actor: Person,
    person_id: int | None = None,
    picks: Mapping[str, str] | None = None,
) -> PersonRosterRow:
    """Say what becomes of one row: somebody new, somebody who is there, or nothing.

    Args:
        row_id: the row.
        choice: `new`, `merged` or `skipped`.
        seen: the fingerprint of what lay beside the row when the person decided.
        actor: who decides.
        person_id: with whom it is merged. What the register does not know yet is filled in.
        picks: for every field that both know and that differs: `held`, `said`, or for lists and phones `both`.

    Raises:
        NotAllowed: the actor admits nobody.
        RosterSettled: somebody decided before.
        RosterStale: something else lies beside the row by now.
        CapacityUnfit: a choice is missing; `field` names it.
        NumberTaken: a number belongs to a third person.
        CapacityNotOpen: the entry is being checked and stands still.
    """
    row = PersonRosterRow.objects.get(pk=row_id)
    roster = _begin_deciding(row.roster_id, actor)
    row = PersonRosterRow.objects.select_for_update().get(pk=row_id)
    refuse_decided(row.choice)
    values = values_of(row)
    twins = twins_of((one.number, values_of(one)) for one in undecided(roster)).get(row.number, [])
    known = [key for key, _why in twins if key > 0]
    entries = {key: entry for (key, _kind), entry in open_entries(known, [values["kind"]]).items()}
    if choice != RowChoice.SKIPPED and seen != seen_of(twins, entries):
        raise RosterStale(_("这一行旁边的人刚有变化，可能别人刚登记或改过。请看过新的再定。"))
    if choice == RowChoice.NEW:
        _settle(row, choice, _registered(values, actor))
    elif choice == RowChoice.MERGED:
        if person_id not in known:
            raise CapacityUnfit(_("请选和谁是同一个人。"), field="person")
        person = Person.objects.select_for_update().get(pk=person_id)
        _merge(person, entries.get(person.pk), values, picks or {}, actor)
        _settle(row, choice, person)
    elif choice == RowChoice.SKIPPED:
        _settle(row, choice, None)
    else:
        raise CapacityUnfit(_("请选这一行怎么办。"), field="choice")
    record("capacities.roster.row_decided", roster, actor=actor, row=row.number, choice=choice, person=row.person_id)
    return row


def let_go_of_rosters(before: date) -> int:
    """Forget rosters with all their rows, decided or not; who was registered stays."""
    return PersonRoster.objects.filter(brought_at__date__lt=before).delete()[0]


# --- decisions --------------------------------------------------------------------------------------------------


def _begin_deciding(roster_id: uuid.UUID, actor: Person) -> PersonRoster:
    if not may_bring_people(actor):
        raise NotAllowed
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_DECIDING])
    return PersonRoster.objects.get(pk=roster_id)


def _settle(row: PersonRosterRow, choice: str, person: Person | None) -> None:
    """What the row said is not needed any more, and goes."""
    row.choice, row.person, row.values = choice, person, None
    row.save(update_fields=["choice", "person", "values"])


def _registered(values: Mapping[str, Any], actor: Person) -> Person:
    body = Organisation.objects.filter(pk=values.get("organisation_id") or 0).first()
    person = enrol_person(values["name"], organisation=body, actor=actor)
    for kind in NUMBERS:
        if values.get(kind):
            keep_number(person.pk, kind, values[kind], actor=actor)
    _begin(person, values, actor)
    return person


def _begin(person: Person, values: Mapping[str, Any], actor: Person) -> None:
    """A new entry: handed in where the person's consent lies with the office, else waiting for the person."""
    capacity = begin_capacity(person, values["kind"], _words(values), actor=actor)
    missing = _("办公室按名册登记，等本人看过、同意后再交。")
    if values.get("consent_evidence"):
        answer_consent(
            person.pk, CONSENT, is_given=True, text_digest=consent_text(CONSENT).digest, actor=actor,
            answered_by=person.pk, manner=values["consent_manner"], evidence=values["consent_evidence"],
        )  # fmt: skip
        try:
            with transaction.atomic():
                apply_capacity(capacity.pk, actor=actor)
        except CapacityUnfit as problem:
            missing = str(problem.message)
        else:
            return
    capacity.state = CapacityState.RETURNED
    step(capacity, StepKind.RETURNED, actor=actor, words=missing)
    with city_words():
        tell(
            capacity,
            "roster",
            _("办公室按名册给您登记了“%(kind)s”，请看过再交") % {"kind": capacity.get_kind_display()},
            missing,
        )


def _words(values: Mapping[str, Any]) -> CapacityWords:
    names = {field.name for field in fields_of(CapacityWords)}
    return CapacityWords(**{name: value for name, value in values.items() if name in names and not is_empty(value)})


def _picked(picks: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    pick = picks.get(name, "")
    if pick not in allowed:
        said = {"field": labels_of_fields()[name]}
        raise CapacityUnfit(_("“%(field)s”两边不一样，请选用哪一个。") % said, field=name)
    return pick


def _merge(
    person: Person, entry: Capacity | None, values: Mapping[str, Any], picks: Mapping[str, str], actor: Person
) -> None:
    for kind in NUMBERS:
        if values.get(kind):
            _merge_number(person, kind, values[kind], picks, actor)
    if entry is None:
        _begin(person, values, actor)
        return
    held, said = held_by(entry), said_by(values)
    changed: dict[str, Any] = {}
    for name in COMPARED:
        if is_empty(said[name]):
            continue
        if is_empty(held[name]):
            changed[name] = said[name]
        elif differs(name, held[name], said[name]):
            pick = _picked(picks, name, (HELD, SAID, BOTH) if name in LISTS else (HELD, SAID))
            if pick != HELD:
                changed[name] = [*held[name], *said[name]] if pick == BOTH else said[name]
    if changed:
        change_capacity(entry.pk, _over(entry, held, changed), revision=entry.revision, actor=actor)


def _merge_number(person: Person, kind: str, value: str, picks: Mapping[str, str], actor: Person) -> None:
    if person_id_with(kind, value) == person.pk:
        return
    held = [one for one in numbers_of(person.pk) if one.kind == kind]
    if held and kind == NumberKind.PHONE:
        if _picked(picks, kind, (HELD, BOTH)) == HELD:
            return
    elif held:
        if _picked(picks, kind, (HELD, SAID)) == HELD:
            return
        for one in held:
            drop_number(one.id, actor=actor)
    keep_number(person.pk, kind, value, actor=actor)


def _over(entry: Capacity, held: Mapping[str, Any], changed: Mapping[str, Any]) -> CapacityWords:
    """The words of an entry with what was chosen laid over them."""
    same = {field.name for field in fields_of(CapacityWords)} - {"served"}
    words = CapacityWords(served=held["served"], **{name: getattr(entry, name) for name in same})
    chosen = dict(changed)
    if "house" in chosen:
        chosen["organisation_id"], chosen["workplace"] = chosen.pop("house")
    if "region" in chosen:
        chosen["region_id"] = chosen.pop("region")
    return replace(words, **chosen)


# --- reading ----------------------------------------------------------------------------------------------------


class _Reading:
    """The rows of a file, with everything that is wrong in them noted with the reader."""

    def __init__(self, reader: SheetReader, rows: list[Row]) -> None:
        here = city()
        self._reader, self._rows = reader, rows
        self._regions = RegionNames(here)
        self._bodies = match_organisations(
            sorted({str(row.values["house"]) for row in rows if row.values.get("house")}), region=here
        )
        self._lists = {
            name: {folded(text): code for code, label in list_choices(name) for text in (code, label)}
            for name in ("audiences", "forms", "languages", "subjects")
        }

    def all(self) -> list[tuple[int, dict[str, Any]]]:
        return [(row.number, self._row(row)) for row in self._rows]

    def _row(self, row: Row) -> dict[str, Any]:
        values = dict(row.values)
        for kind in NUMBERS:
            self._number(row, kind, values)
        region = self._regions.find(values.get("district"), values.get("township"))
        if values.get("district") and region is None:
            name = "township" if values.get("township") else "district"
            self._reader.refuse(row, name, self._regions.words(values["district"], values.get("township")))
        match = self._bodies.get(str(values.get("house") or ""))
        body = match.organisation if match is not None else None
        for name in ("audiences", "forms", "languages", "subjects"):
            values[name] = self._codes(row, name, values.get(name))
        values["topics"] = self._topics(row, values.get("topics"))
        values["served"] = self._places(row, values.get("served"))
        if values.get("consent_evidence") and not values.get("consent_manner"):
            self._reader.refuse(row, "consent_manner", _("写了凭据，就要选同意是怎样来的。"))
        if values.get("consent_manner") and not values.get("consent_evidence"):
            self._reader.refuse(row, "consent_evidence", _("选了同意，就要写明凭据。"))
        kept = {
            "organisation_id": body.pk if body else None,
            "workplace": "" if body else values.pop("house", None) or "",
            "region_id": region.pk if region else None,
        }
        for name in ("house", "district", "township"):
            values.pop(name, None)
        return values | kept

    def _number(self, row: Row, kind: str, values: dict[str, Any]) -> None:
        if not values.get(kind):
            return
        try:
            values[kind] = number_in_form(kind, values[kind])[0]
            if kind == NumberKind.IDENTITY and not is_adult_by_identity(values[kind]):
                self._reader.refuse(row, kind, _("未满 18 周岁的人由监护人登录后登记，不能用名册。"))
        except DomainError as problem:
            self._reader.refuse(row, kind, str(problem.message))

    def _pieces(self, cell: str | None) -> list[str]:
        return list(dict.fromkeys(piece for one in _CUT.split(cell or "") if (piece := " ".join(one.split()))))

    def _codes(self, row: Row, name: str, cell: str | None) -> list[str]:
        pieces = self._pieces(cell)
        if unknown := [piece for piece in pieces if folded(piece) not in self._lists[name]]:
            said = {"what": "、".join(unknown[:3]), "known": "、".join(label for _code, label in list_choices(name))}
            self._reader.refuse(row, name, _("没有“%(what)s”，可以写：%(known)s。") % said)
        return [self._lists[name][folded(piece)] for piece in pieces if folded(piece) in self._lists[name]]

    def _topics(self, row: Row, cell: str | None) -> list[str]:
        try:
            return check_topics(self._pieces(cell))
        except CapacityUnfit as problem:
            self._reader.refuse(row, "topics", str(problem.message))
            return []

    def _places(self, row: Row, cell: str | None) -> list[int]:
        found = []
        for piece in self._pieces(cell):
            region = self._regions.find(piece)
            if region is None or region.level != RegionLevel.DISTRICT:
                self._reader.refuse(row, "served", _("没有“%(what)s”这个区市。") % {"what": piece})
            else:
                found.append(region.pk)
        return found
