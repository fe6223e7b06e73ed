"""Bring stock as a table: all rows or none, the same rows once."""

import re
from collections import defaultdict
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation, Person, Region
from kepu.directory.register.queries import RegionNames, city, match_organisations
from kepu.foundation.audit.services import record
from kepu.foundation.errors import DomainError, NotAllowed
from kepu.foundation.language import city_words
from kepu.foundation.sheets import Row, SheetReader
from kepu.foundation.sheets.rosters import keep_roster, open_roster, refuse_known
from kepu.outreach.library.choices import ShownState
from kepu.outreach.library.models import Holding, Resource, StockList
from kepu.outreach.library.permissions import may_keep, may_write_library
from kepu.outreach.library.queries.sheets import stock_sheet
from kepu.outreach.library.services.resources import ResourceWords, add_resource
from kepu.outreach.library.services.stock import Counts, HoldingPlace, count_stock, register_holding

MOST_ROWS = 2_000
_BETWEEN_TOPICS = re.compile(r"[;；\n]")


@transaction.atomic
def bring_stock(upload: "File[bytes]", *, actor: Person) -> StockList:
    """Read a table of stock: what is new is registered, what is there is counted; all rows or none.

    Args:
        upload: the table, .xlsx or .csv.
        actor: who keeps what stands in it.

    Raises:
        NotAllowed: the actor keeps nothing.
        RosterSettled: the same rows were brought before.
        InputUnreadable: the file is no such table, or rows are wrong: each is named.
    """
    if not may_write_library(actor):
        raise NotAllowed
    reader = open_roster(upload, stock_sheet())
    rows = list(reader.rows(most_rows=MOST_ROWS, with_unfit=True))
    refuse_known(StockList, [reader.rows_fingerprint])
    placed = _placed(reader, rows, actor)
    for row, keeper, region in placed:
        try:
            with transaction.atomic():
                _bring(row.values, keeper, region, actor)
        except DomainError as problem:
            field = str(problem.data.get("field", ""))
            reader.refuse(
                row, {"owner": "keeper", "region": "district", "resource": "title"}.get(field, field), str(problem)
            )
    reader.errors.sort(key=lambda error: error.row)
    reader.raise_for_errors()
    brought = keep_roster(StockList, upload, reader.rows_fingerprint, brought_by=actor.pk)
    record("library.stock.brought", brought, actor=actor, name=brought.name, rows=len(rows))
    return brought


def _placed(reader: SheetReader, rows: list[Row], actor: Person) -> list[tuple[Row, Organisation, Region]]:
    """Rows that are right so far, each once, with their body and region, where the actor keeps such things."""
    here = city()
    named = sorted({str(row.values["keeper"]) for row in rows if row.values.get("keeper")})
    bodies = {name: match.organisation for name, match in match_organisations(named, region=here).items()}
    regions = RegionNames(here)
    found, seen = [], defaultdict(list)
    for row in rows:
        keeper = bodies.get(row.values.get("keeper") or "")
        if row.values.get("keeper") and keeper is None:
            reader.refuse(row, "keeper", _("登记簿里没有这个单位，请写全称，或先请办公室登记它。"))
        said = row.values.get("district"), row.values.get("township")
        region = regions.find(*said) if any(said) else None
        if keeper is not None and not any(said):
            region = keeper.region
        if any(said) and region is None:
            reader.refuse(row, "township" if said[1] else "district", regions.words(*said))
        if keeper is None or region is None or not row.is_fit:
            continue
        if not may_keep(actor, keeper, region):
            reader.refuse(row, "", _("这个单位和地区不归您管。"))
            continue
        seen[row.values["title"], keeper.pk, region.pk, row.values["storage"]].append(row)
        if len(same := seen[row.values["title"], keeper.pk, region.pk, row.values["storage"]]) > 1:
            reader.refuse(row, "title", _("和第 %(row)d 行是同一处的同一件。") % {"row": same[0].number})
            continue
        found.append((row, keeper, region))
    return found


def _bring(values: dict[str, Any], keeper: Organisation, region: Region, actor: Person) -> None:
    counts = Counts(values["good"], values.get("damaged") or 0, values.get("lost") or 0)
    resource = _resource(values, keeper, region, actor)
    there = Holding.objects.filter(resource=resource, keeper=keeper, region=region, storage=values["storage"]).first()
    if there is None:
        place = HoldingPlace(keeper.pk, region.pk, values["storage"], values["contact"])
        register_holding(resource.pk, place, counts, actor=actor, counted_on=values["counted_on"])
    else:
        with city_words():
            reason = values.get("reason") or _("按馆藏表盘点")
        count_stock(there.pk, counts, reason=reason, actor=actor, counted_on=values["counted_on"])


def _resource(values: dict[str, Any], keeper: Organisation, region: Region, actor: Person) -> Resource:
    """The resource of that name: the keeper's own first, else the only one; a new one where there is none."""
    known = list(Resource.objects.filter(title=values["title"], state=ShownState.SHOWN)[:2])
    own = [one for one in known if one.owner_id == keeper.pk]
    if own:
        return own[0]
    if len(known) == 1:
        return known[0]
    words = ResourceWords(
        title=values["title"], kind=values.get("kind") or "", region_id=region.pk, source=values.get("source") or "",
        rights=values.get("rights") or "", topics=_BETWEEN_TOPICS.split(values.get("topics") or ""),
    )  # fmt: skip
    return add_resource(keeper.pk, words, actor=actor)
