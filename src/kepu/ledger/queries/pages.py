"""What the desk's pages show: one fact with its origin and its reversal."""

import uuid
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation, Person
from kepu.ledger.models import Fact, SheetImport
from kepu.ledger.permissions import may_record_fact
from kepu.ledger.queries.imports import sheet_of
from kepu.ledger.queries.listing import fact_numbered, fact_visible_to, reversal_of

_BODIES = 500


@dataclass(frozen=True, slots=True)
class FactPageOfOne:
    """One fact as its page shows it.

    Attributes:
        reversal: the fact that takes it back, if any.
        original: the fact that it takes back, if it is a reversal.
        sheet: the spreadsheet it came from, where the reader may see that.
        sheet_row: the row there.
        method: how an estimate was made, in words.
        may_reverse: whether the reader may take it back now.
    """

    fact: Fact
    reversal: Fact | None
    original: Fact | None
    sheet: SheetImport | None
    sheet_row: str
    method: tuple[tuple[str, str], ...]
    may_reverse: bool


def fact_page(actor: Person, number: uuid.UUID) -> FactPageOfOne:
    """One fact with where it came from.

    Raises:
        FactUnknown: there is none, or none that the actor may see.
    """
    fact = fact_visible_to(actor, number)
    reversal = reversal_of(fact)
    origin = sheet_of(fact, actor=actor)
    return FactPageOfOne(
        fact=fact,
        reversal=reversal,
        original=fact_numbered(fact.reverses) if fact.reverses else None,
        sheet=origin[0] if origin else None,
        sheet_row=origin[1] if origin else "",
        method=method_in_words(fact),
        may_reverse=fact.reverses is None
        and reversal is None
        and may_record_fact(actor, fact.organisation, fact.region),
    )


def method_in_words(fact: Fact) -> tuple[tuple[str, str], ...]:
    """How an estimate was made: (what, how)."""
    names = {
        "instrument": _("测量工具或去重办法"),
        "version": _("工具版本"),
        "cut": _("划界分数"),
        "n": _("样本量"),
        "standard_error": _("标准误"),
    }
    method = fact.method or {}
    known = [(names[name], str(method[name])) for name in names if method.get(name) not in {None, ""}]
    return (*known, *((name, str(value)) for name, value in method.items() if name not in names))


def body_names() -> list[str]:
    """Full names to pick from while typing."""
    return list(Organisation.objects.order_by("sort_key", "name").values_list("name", flat=True)[:_BODIES])
