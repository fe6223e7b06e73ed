"""The tree of regions: any city's list, all or nothing, and heads that must add up."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from kepu.directory.register import queries, services
from kepu.directory.register.choices import RegionLevel, Role
from kepu.directory.register.errors import RegionFileInvalid, StillInUse
from kepu.directory.register.models import Organisation, Region, RegionPopulation
from kepu.directory.register.rules import share_percent, shares_add_up
from kepu.foundation.errors import NotAllowed
from tests.factories import OrganisationFactory, PersonFactory, RegionFactory

EXAMPLE = Path(__file__).parents[2] / "examples" / "qingdao"
CENSUS_DAY = date(2020, 11, 1)
SMALL_CITY = [
    {"code": "5101", "name": "示例市", "people": "300", "counted_on": "2020-11-01"},
    {"code": "510102", "name": "东区", "people": "100", "counted_on": "2020-11-01"},
    {"code": "510103", "name": "西区", "people": "200", "counted_on": "2020-11-01"},
]

pytestmark = pytest.mark.django_db


def rows_of(name: str) -> list[dict[str, str]]:
    return services.read_region_file((EXAMPLE / name).read_bytes())


def changed(rows: list[dict[str, str]], position: int, **values: str) -> list[dict[str, Any]]:
    return [{**row, **(values if n == position else {})} for n, row in enumerate(rows)]


def test_the_example_city_is_its_file_and_the_file_twice_adds_nothing():
    first = services.import_regions(rows_of("regions.csv"), actor=None)
    again = services.import_regions(rows_of("regions.csv"), actor=None)

    assert (first.created, again.created, again.changed, again.unchanged) == (11, 0, 0, 11)
    city = queries.city()
    assert city is not None
    assert (city.name, queries.districts().count()) == ("青岛市", 10)
    assert RegionPopulation.objects.count() == 11
    assert Region.objects.get(code="370211").aliases == ["西海岸新区", "青岛西海岸新区"]
    assert Region.objects.get(code="370202").path == "3702/370202/"


def test_townships_hang_under_the_district_their_list_names():
    services.import_regions(rows_of("regions.csv"), actor=None)

    result = services.import_regions(rows_of("townships.csv"), actor=None)

    assert result.created == 142
    park = Region.objects.get(code="370271400")
    assert (park.level, park.parent.code) == (RegionLevel.TOWNSHIP, "370214")
    assert "名录" in park.source


def test_villages_come_with_twelve_digits_and_without_the_rest_of_the_tree():
    services.import_regions(SMALL_CITY, actor=None)
    services.import_regions([{"code": "510102001", "name": "河东街道"}], actor=None)

    services.import_regions([{"code": "510102001003", "name": "柳树村", "area_class": "rural"}], actor=None)

    village = Region.objects.get(code="510102001003")
    assert (village.level, village.path) == (RegionLevel.COMMUNITY, "5101/510102/510102001/510102001003/")
    assert village in queries.regions_under(Region.objects.get(code="510102"))


def test_the_ten_printed_shares_add_to_more_than_a_hundred_and_that_is_rounding():
    shares = [Decimal(row["share_percent"]) for row in rows_of("regions.csv") if row["share_percent"]]

    assert sum(shares) == Decimal("100.01")
    assert shares_add_up(shares)
    assert share_percent(1336077, 10071722) == Decimal("13.27")


def test_a_misprinted_share_is_caught_and_named():
    rows = rows_of("regions.csv")
    position = next(n for n, row in enumerate(rows) if row["code"] == "370215")

    with pytest.raises(RegionFileInvalid) as caught:
        services.import_regions(changed(rows, position, share_percent="3.27"), actor=None)

    assert "90.01" in str(caught.value)
    assert "即墨区 印的占比是 3.27%，按人数算是 13.27%" in str(caught.value)
    assert not Region.objects.exists()


def test_people_that_do_not_add_up_to_the_whole_are_caught():
    with pytest.raises(RegionFileInvalid, match="相差 10"):
        services.import_regions(changed(SMALL_CITY, 2, people="210"), actor=None)
    assert not Region.objects.exists()


def test_parts_are_compared_with_the_whole_that_is_already_stored():
    services.import_regions(SMALL_CITY, actor=None)

    with pytest.raises(RegionFileInvalid, match="相差 -1"):
        services.import_regions(changed(SMALL_CITY[1:], 0, people="99"), actor=None)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"code": "51010"}, "2、4、6、9 或 12 位"),
        ({"code": "５１０１０２"}, "2、4、6、9 或 12 位"),
        ({"name": ""}, "名称不能为空"),
        ({"people": "-3"}, "不小于 0"),
        ({"people": "=1+1"}, "不小于 0"),
        ({"counted_on": ""}, "counted_on"),
        ({"counted_on": "2020/11/1"}, "2020-11-01"),
        ({"parent": "5199"}, "找不到 510102 的上级 5199"),
        ({"parent": "510103001"}, "应比 510102 短"),
        ({"area_class": "city"}, "城乡分类只认"),
        ({"tile_row": "上"}, "tile_row"),
        ({"share_percent": "一半"}, "share_percent"),
        ({"code": "510103"}, "与第 3 行重复"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_stored(values, words):
    with pytest.raises(RegionFileInvalid) as caught:
        services.import_regions(changed(SMALL_CITY, 1, **values), actor=None)

    assert words in str(caught.value)
    assert "行" in str(caught.value)
    assert not Region.objects.exists()


@pytest.mark.parametrize(
    "data", [b"", b"\x89PNG\r\n\x1a\n\0\0", "名称,代码\n".encode(), b"code,name\n", b"\xff\xfe\x00\x01" * 9]
)
def test_a_file_that_is_no_list_gets_a_sentence(data):
    with pytest.raises(RegionFileInvalid) as caught:
        services.import_regions(services.read_region_file(data), actor=None)

    assert "重" in str(caught.value)


def test_a_list_in_gb18030_reads_as_well():
    assert services.read_region_file("code,name\n5101,示例市\n".encode("gb18030"))[0]["name"] == "示例市"


def test_a_list_changes_only_what_it_says():
    services.import_regions(rows_of("regions.csv"), actor=None)

    result = services.import_regions([{"code": "370211", "name": "黄岛区", "tile_row": "5"}], actor=None)

    region = Region.objects.get(code="370211")
    assert result.changed == 1
    assert (region.tile_row, region.tile_column, region.short_name) == (5, 1, "西海岸")


def test_a_second_city_stands_beside_the_first():
    services.import_regions(rows_of("regions.csv"), actor=None)

    assert services.import_regions(SMALL_CITY, actor=None).created == 3


def test_only_keepers_of_the_register_import():
    with pytest.raises(NotAllowed):
        services.import_regions(SMALL_CITY, actor=PersonFactory(role=Role.AUDITOR))
    assert services.import_regions(SMALL_CITY, actor=PersonFactory(role=Role.LEADING_OFFICE)).created == 3


def test_the_command_imports_a_file_and_says_what_it_did(capsys, tmp_path):
    call_command("regions_import", str(EXAMPLE / "regions.csv"))
    assert "新增 11" in capsys.readouterr().out
    with pytest.raises(CommandError, match="找不到文件"):
        call_command("regions_import", str(tmp_path / "none.csv"))


def test_the_newest_head_count_not_after_a_day_counts():
    services.import_regions(rows_of("regions.csv"), actor=None)
    city = Region.objects.get(code="3702")
    RegionPopulation.objects.create(region=city, counted_on=date(2021, 12, 31), people=10_256_700, source="公报")

    assert queries.population_of(city, on=date(2021, 6, 1)).people == 10_071_722
    assert queries.population_of(city, on=date(2022, 1, 1)).people == 10_256_700
    assert queries.population_of(city, on=date(2020, 1, 1)) is None


def test_a_region_in_use_is_not_deleted(monkeypatch):
    keeper = PersonFactory(role=Role.ADMINISTRATOR)
    services.import_regions(SMALL_CITY, actor=None)
    city, east, west = (Region.objects.get(code=row["code"]) for row in SMALL_CITY)
    OrganisationFactory(region=east)
    monkeypatch.setattr(queries, "_use_checks", [lambda thing: "台账" if thing == west else ""])

    for used, words in ((city, "行政区划"), (east, "单位"), (west, "台账")):
        with pytest.raises(StillInUse, match=words):
            services.delete_region(used.pk, actor=keeper)
    Organisation.objects.all().delete()
    services.delete_region(east.pk, actor=keeper)
    assert not Region.objects.filter(code="510102").exists()


def test_the_database_knows_levels_and_order_of_days():
    for wrong in ({"level": 9}, {"area_class": "x"}, {"valid_from": date(2024, 1, 2), "valid_to": date(2024, 1, 1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RegionFactory(code="99", **wrong)
    region = RegionFactory()
    RegionPopulation.objects.create(region=region, counted_on=CENSUS_DAY, people=1, source="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        RegionPopulation.objects.create(region=region, counted_on=CENSUS_DAY, people=2, source="y")


def test_the_examples_tiles_do_not_overlap():
    with (EXAMPLE / "regions.csv").open(encoding="utf-8") as file:
        tiles = [(row["tile_row"], row["tile_column"]) for row in csv.DictReader(file) if row["tile_row"]]
    assert len(tiles) == len(set(tiles)) == 10
