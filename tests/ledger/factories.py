"""A small city for facts: two districts with a township each, three bodies, and drafts that fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile

from kepu.directory.register.choices import RegionLevel, Role
from kepu.directory.register.models import Organisation, Person, Region
from kepu.ledger.rules import FactDraft
from tests.factories import OrganisationFactory, PersonFactory, RegionFactory, city_region


@dataclass(frozen=True)
class City:
    city: Region
    south: Region
    north: Region
    south_street: Region
    north_street: Region
    office: Organisation
    bureau: Organisation
    school: Organisation
    officer: Person

    @property
    def regions(self) -> list[Region]:
        return [self.city, self.south, self.north, self.south_street, self.north_street]

    @property
    def bodies(self) -> list[Organisation]:
        return [self.office, self.bureau, self.school]


def make_city() -> City:
    city = city_region()
    south = RegionFactory(parent=city, code="370202", name="市南区")
    north = RegionFactory(parent=city, code="370203", name="市北区")
    bureau = OrganisationFactory(name="青岛市教育局", short_name="市教育局")
    return City(
        city,
        south,
        north,
        RegionFactory(parent=south, code="370202001", name="香港中路街道", level=RegionLevel.TOWNSHIP),
        RegionFactory(parent=north, code="370203001", name="辽宁路街道", level=RegionLevel.TOWNSHIP),
        OrganisationFactory(name="青岛市科学技术协会", short_name="市科协"),
        bureau,
        OrganisationFactory(name="青岛示例中学", parent=bureau),
        PersonFactory(role=Role.LEADING_OFFICE),
    )


def draft(**values: Any) -> FactDraft:
    given: dict[str, Any] = {
        "indicator": "lectures",
        "occurred_on": date(2024, 3, 5),
        "region": "370202",
        "organisation": "市科协",
        "quantity": Decimal(1),
    }
    return FactDraft(**(given | values))


def csv_file(
    indicator: str = "lectures",
    *,
    body: str = "市科协",
    region: str = "370202",
    name: str = "登记表.csv",
    rows: Sequence[str] = ("2024-03-05,1",),
) -> "ContentFile[bytes]":
    """A filled-in table as a file; each row is the rest of its line after indicator, region and body."""
    lines = ["指标,地区,单位,发生日期,数量", *(f"{indicator},{region},{body},{row}" for row in rows)]
    return ContentFile("\n".join(lines).encode(), name=name)
