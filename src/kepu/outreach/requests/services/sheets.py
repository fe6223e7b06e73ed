"""Bring a table of orders: all rows or none; the same rows again ask for nothing more."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation, Person, Region
from kepu.directory.register.queries import city, match_organisations, regions_by_code
from kepu.foundation.errors import DomainError, NotAllowed
from kepu.foundation.sheets import Row, SheetReader, open_sheet
from kepu.outreach.people.capacities.queries import half_days
from kepu.outreach.requests.choices import OrderChannel, Repeat
from kepu.outreach.requests.models import Order, StandingOffer
from kepu.outreach.requests.permissions import may_take_calls
from kepu.outreach.requests.queries.sheets import orders_sheet
from kepu.outreach.requests.queries.standing import standing_named
from kepu.outreach.requests.services.asking import OrderWords, ask_order
from kepu.outreach.requests.services.standing import chosen_standing

MOST_ROWS = 2_000
_ROWS = uuid.UUID("6a1b52e6-7f0e-4f7e-9a51-9a7c3e1d2b40")  # any name space of our own
_WORDS = ("place", "contact_name", "contact_phone", "level", "subject", "language", "needs", "helper_skill", "partner")


@transaction.atomic
def bring_orders(upload: "File[bytes]", *, actor: Person) -> tuple[int, int]:
    """Ask for what stands in a table.

    Returns:
        How many orders are new, and how many were there before.

    Raises:
        NotAllowed: neither the office nor a district officer.
        InputUnreadable: the file is no such table, or rows are wrong: each is named with its row and column.
    """
    if not may_take_calls(actor):
        raise NotAllowed
    reader = open_sheet(upload, orders_sheet())
    rows = list(reader.rows(most_rows=MOST_ROWS))
    regions = regions_by_code({str(row.values["region"]) for row in rows})
    bodies = match_organisations(sorted({str(row.values.get("body") or "") for row in rows} - {""}), region=city())
    offers = standing_named(_standing_of(row) for row in rows)
    before = Order.objects.count()
    for row in rows:
        name = str(row.values.get("body") or "")
        body = bodies[name].organisation if name else None
        _ask(reader, row, regions.get(row.values["region"]), body, offers.get(_standing_of(row), []), actor)
    reader.errors.sort(key=lambda error: error.row)
    reader.raise_for_errors()
    new = Order.objects.count() - before
    return new, len(rows) - new


def _standing_of(row: Row) -> str:
    return str(row.values.get("standing") or "").strip()


def _ask(
    reader: SheetReader, row: Row, region: Region | None, body: Organisation | None, offers: Sequence[StandingOffer],
    actor: Person,
) -> None:  # fmt: skip
    if region is None:
        reader.refuse(row, "region", _("没有这个代码的地区。"))
        return
    said = row.values
    halves = _halves(str(said.get("half_days") or ""))
    if halves is None:
        reader.refuse(row, "half_days", _("读不懂，请像“周一上午、周三下午”这样写。"))
        return
    words = OrderWords(
        topic=said["topic"], form=said.get("form") or "", region=region, people=said["people"], earliest=said["earliest"],
        latest=said["latest"], audience=said["audience"], accompanying=said.get("accompanying") or 0,
        is_online=bool(said.get("is_online")), needs_room=bool(said.get("needs_room")), visits=said.get("visits") or 1, repeat=said.get("repeat") or Repeat.ANY,
        helpers=said.get("helpers") or 0, half_days=halves, body=body, body_name="" if body else str(said.get("body") or ""),
    )  # fmt: skip
    plain: dict[str, Any] = {name: str(said.get(name) or "") for name in _WORDS}
    words = replace(words, **plain)
    try:
        offer, one = chosen_standing(
            offers, _standing_of(row), class_name=str(said.get("standing_class") or "").strip(), form=words.form
        )
        if offer is not None:
            words = replace(words, standing=offer, standing_class=one, form=offer.form)
        with transaction.atomic():
            ask_order(words, actor=actor, channel=OrderChannel.SHEET, key=_key(said))
    except DomainError as problem:
        reader.refuse(row, str(problem.data.get("field") or ""), str(problem.message))


def _halves(typed: str) -> tuple[str, ...] | None:
    """Codes of half-days from words; None where one is no half-day."""
    codes = {label: code for code, label in half_days()} | {code: code for code, _label in half_days()}
    words = [word for word in typed.replace("，", "、").replace(",", "、").replace(" ", "").split("、") if word]
    return tuple(codes[word] for word in words) if all(word in codes for word in words) else None


def _key(values: "dict[str, Any]") -> uuid.UUID:
    """The same words of a row give the same order."""
    return uuid.uuid5(_ROWS, repr(sorted((name, str(value)) for name, value in values.items() if value is not None)))
