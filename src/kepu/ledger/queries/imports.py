"""Spreadsheets that were brought in, and how far they have come."""

import uuid

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person
from kepu.foundation.sheets import Column, ColumnKind, Sheet
from kepu.ledger.models import Fact, SheetImport


def imports_visible_to(actor: Person) -> QuerySet[SheetImport]:
    """One's own imports; every import for the leading office and auditors."""
    found = SheetImport.objects.select_related("progress", "started_by")
    return found if actor.holds(Role.LEADING_OFFICE, Role.AUDITOR) else found.filter(started_by=actor)


def sheet_of(fact: Fact, *, actor: Person) -> tuple[SheetImport, str] | None:
    """The spreadsheet and the row that a fact came from, where the actor may see it."""
    number, _mark, place = fact.source_ref.partition("#")
    try:
        found = imports_visible_to(actor).filter(pk=uuid.UUID(number)).first()
    except ValueError:
        return None
    return (found, place) if found else None


def error_sheet() -> Sheet:
    """What is wrong in an import, to be worked through beside the table."""
    return Sheet(
        _("要改的地方"),
        (
            Column("row", _("行"), ColumnKind.INTEGER),
            Column("column", _("列")),
            Column("what", _("怎么改")),
        ),
    )
