"""Rosters: the table to be filled in, and the rows that wait for a decision."""

import uuid
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kepu.directory.register.choices import RegionLevel
from kepu.directory.register.models import Person, Region
from kepu.foundation.sheets import Column, ColumnKind, Sheet
from kepu.foundation.sheets.decisions import RowChoice
from kepu.outreach.venues.choices import CoordinateSource, DoubtReason
from kepu.outreach.venues.models import Roster, RosterRow, Venue
from kepu.outreach.venues.queries.kinds import kind_of, kinds

_DEPTH_OF_DISTRICT = int(RegionLevel.DISTRICT)


def district_code(region: Region) -> str:
    """The code of the district that a region lies in, or is; of the city where it lies in none."""
    if region.level <= _DEPTH_OF_DISTRICT:
        return region.code
    codes = [part for part in region.path.split("/") if part]
    above = region.level - _DEPTH_OF_DISTRICT + 1
    return codes[-above] if len(codes) >= above else region.code


def roster_sheet() -> Sheet:
    """The columns of a roster."""
    sources = [(one.value, str(one.label)) for one in CoordinateSource if one != CoordinateSource.MADE_UP]
    return Sheet(
        _("场馆名册"),
        (
            Column("name", _("名称"), is_required=True, longest=80, example=_("示例社区科普馆")),
            Column(
                "kind", _("类型"), ColumnKind.CHOICE, is_required=True,
                choices=tuple((one.code, one.label) for one in kinds().values()),
            ),
            Column("keeper", _("管理单位"), is_required=True, longest=120, help=_("登记簿里的全称或简称")),
            Column("district", _("区市"), is_required=True, longest=40, help=_("名称或 6 位代码")),
            Column("township", _("镇街"), longest=40, help=_("名称或代码，可空着")),
            Column("address", _("地址"), longest=160),
            Column("longitude", _("经度"), ColumnKind.NUMBER, help=_("大的那个数，小数")),
            Column("latitude", _("纬度"), ColumnKind.NUMBER),
            Column("coordinate_source", _("坐标来源"), ColumnKind.CHOICE, choices=tuple(sources)),
            Column("is_checked", _("坐标核对过"), ColumnKind.BOOLEAN, help=_("离人口点很远而没有错的，填“是”")),
            Column("phone", _("咨询电话"), longest=40, help=_("公众打的，不填个人手机")),
            Column("capacity", _("同时容纳"), ColumnKind.INTEGER, least=1, most=10**9, unit=_("人")),
            Column("is_free", _("平时免费"), ColumnKind.BOOLEAN),
            Column("fee_note", _("收费说明"), longest=200),
            Column("summary", _("有什么可看"), longest=500),
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Doubt:
    """One venue, or other row, that a row may be."""

    reason: str
    venue: Venue | None
    row: int | None = None


@dataclass(frozen=True, slots=True)
class ReviewedRow:
    """A row with what it may be."""

    row: RosterRow
    kind: str
    doubts: tuple[Doubt, ...]

    @property
    def twins(self) -> list[Venue]:
        """The venues with which it may be merged."""
        return [doubt.venue for doubt in self.doubts if doubt.venue is not None]


@dataclass(frozen=True, slots=True)
class RosterPage:
    """One roster at the desk."""

    roster: Roster
    clear: int
    open_rows: tuple[ReviewedRow, ...]
    decided: dict[str, int]


def rosters_visible_to(actor: Person) -> QuerySet[Roster]:
    """All for the office; one's own for others."""
    return Roster.objects.all() if actor.is_office else Roster.objects.filter(brought_by=actor.pk)


def roster_page(actor: Person, pk: uuid.UUID, *, most: int = 50) -> RosterPage | None:
    """A roster with the doubtful rows that wait, or None where the actor sees none such."""
    roster = rosters_visible_to(actor).filter(pk=pk).first()
    if roster is None:
        return None
    rows = list(roster.rows.all())
    waiting = [row for row in rows if row.choice == RowChoice.UNDECIDED and row.doubts][:most]
    keys = {key for row in waiting for key, reason in row.doubts if reason != DoubtReason.IN_FILE}
    venues = Venue.objects.select_related("keeper", "region").in_bulk(keys)
    known = kinds()
    labels = {choice: sum(row.choice == choice for row in rows) for choice in RowChoice}
    return RosterPage(
        roster,
        clear=sum(row.choice == RowChoice.UNDECIDED and not row.doubts for row in rows),
        open_rows=tuple(
            ReviewedRow(row, kind_of(row.values["kind"], known).label, _doubts(row, venues)) for row in waiting
        ),
        decided={str(choice.label): n for choice, n in labels.items() if choice != RowChoice.UNDECIDED and n},
    )


def _doubts(row: RosterRow, venues: dict[int, Venue]) -> tuple[Doubt, ...]:
    found = []
    for key, reason in row.doubts:
        words = str(DoubtReason(reason).label)
        if reason == DoubtReason.IN_FILE:
            found.append(Doubt(words, None, key))
        elif key in venues:
            found.append(Doubt(words, venues[key]))
    return tuple(found)
