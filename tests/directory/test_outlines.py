"""A drawn outline of the districts: only from a map with its review number, whole or not at all."""

import json
from xml.etree import ElementTree as ET

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from kepu.directory.register import queries, services
from kepu.directory.register.choices import Role
from kepu.directory.register.errors import OutlineInvalid
from kepu.directory.register.models import Region, RegionOutline
from kepu.directory.register.rules import drawing_of
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.clock import today
from kepu.foundation.errors import NotAllowed
from tests.directory.test_regions import SMALL_CITY
from tests.factories import PersonFactory

NUMBER = "示SG(2024)001号"
pytestmark = pytest.mark.django_db


def square(west, south, size=0.5):
    return [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]


def feature(geometry_type="Polygon", coordinates=None, **properties):
    geometry = {"type": geometry_type, "coordinates": coordinates or [square(104.0, 30.0)]}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def file_of(*features):
    return json.dumps({"type": "FeatureCollection", "features": list(features)}, ensure_ascii=False).encode()


EAST = feature(code="510102", coordinates=[square(104.5, 30.0)])
WEST = feature("MultiPolygon", [[square(104.0, 30.0)], [square(103.5, 30.2, 0.1)]], name="西区")


@pytest.fixture
def city():
    services.import_regions(SMALL_CITY, actor=None)
    return Region.objects.get(code="5101")


def load(city, data, **values):
    return services.load_outline(data, region=city, **{"review_number": NUMBER, "actor": None, **values})


def test_districts_are_found_by_code_or_name_and_others_are_left_out(city):
    elsewhere = feature(gb="156510199", coordinates=[square(105.0, 30.0)])

    loaded = load(city, file_of(EAST, WEST, elsewhere), source="示例图")

    assert (loaded.districts, loaded.points, loaded.others) == (2, 15, 1)
    outline = queries.outline_of(city)
    assert outline is not None
    assert (outline.review_number, outline.source) == (NUMBER, "示例图")
    assert set(outline.drawing.paths) == {"510102", "510103"}
    assert AuditEntry.objects.get(action="directory.outline.loaded").data["review_number"] == NUMBER


def test_a_second_file_replaces_the_first_and_removing_brings_the_tiles_back(city):
    load(city, file_of(EAST, WEST))
    load(city, file_of(EAST, WEST), review_number="示SG(2025)002号")

    assert RegionOutline.objects.get().review_number == "示SG(2025)002号"
    assert services.remove_outline(city, actor=None)
    assert queries.outline_of(city) is None
    assert not services.remove_outline(city, actor=None)


@pytest.mark.parametrize("number", ["", "   ", "没有", "2024"])
def test_a_map_without_a_review_number_is_not_shown(city, number):
    with pytest.raises(OutlineInvalid, match="审图号"):
        load(city, file_of(EAST, WEST), review_number=number)

    assert not RegionOutline.objects.exists()


OPEN_RING = square(104.0, 30.0)[:-1]
METRES = square(500000.0, 4000000.0)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "GeoJSON"),
        (b"\x89PNG\r\n", "GeoJSON"),
        (b"[" * 100_000, "GeoJSON"),
        (b"[1, 2]", "FeatureCollection"),
        (b'{"features": [1]}', "FeatureCollection"),
        (file_of(EAST), "西区"),
        (file_of(EAST, feature("LineString", [[104, 30], [104, 31]], code="510103")), "不是面"),
        (file_of(EAST, feature(code="510103", coordinates=[OPEN_RING])), "不闭合"),
        (file_of(EAST, feature(code="510103", coordinates=[METRES])), "经纬度"),
        (file_of(EAST, feature(code="510103", coordinates=[[["a", "b"]] * 4])), "读不出来"),
        (file_of(EAST, feature(code="510103", coordinates=[[[104.0]] * 4])), "读不出来"),
        (b'{"features": []}' + b" " * (20 * 1024 * 1024), "20 MB"),
    ],
)
def test_a_file_that_is_no_map_of_the_districts_is_refused_in_words(city, data, said):
    with pytest.raises(OutlineInvalid, match=said):
        load(city, data)

    assert not RegionOutline.objects.exists()


def test_only_those_who_keep_the_register_load_a_map(city):
    liaison = PersonFactory(role=Role.REVIEWER)

    with pytest.raises(NotAllowed):
        load(city, file_of(EAST, WEST), actor=liaison)
    with pytest.raises(NotAllowed):
        services.remove_outline(city, actor=liaison)

    assert load(city, file_of(EAST, WEST), actor=PersonFactory(role=Role.LEADING_OFFICE)).districts == 2


def test_the_database_keeps_no_outline_without_a_number(city):
    with pytest.raises(IntegrityError, match="region_outline_reviewed"), transaction.atomic():
        RegionOutline.objects.create(region=city, shapes={}, review_number="", loaded_on=today())


def test_the_command_says_what_it_did(city, tmp_path, capsys):
    file = tmp_path / "map.geojson"
    file.write_bytes(file_of(EAST, WEST))

    call_command("regions_outline", file, review_number=NUMBER)
    call_command("regions_outline", remove=True)

    said = capsys.readouterr().out
    assert "2 个区市，15 个边界点" in said
    assert "改用格图" in said
    with pytest.raises(CommandError, match="找不到文件"):
        call_command("regions_outline", tmp_path / "none.geojson", review_number=NUMBER)


@given(st.lists(st.tuples(st.floats(73, 136), st.floats(3, 54)), min_size=3, max_size=30))
def test_every_drawing_is_a_path_inside_its_sheet(corners):
    ring = [[x, y] for x, y in [*corners, corners[0]]]

    drawing = drawing_of({"1": [[ring]]})

    ET.fromstring(f'<path d="{drawing.paths["1"]}"/>')  # noqa: S314 our own text
    for pair in drawing.paths["1"].strip("MZ").split("L"):
        x, y = (int(number) for number in pair.split())
        assert 0 <= x <= drawing.width + 1
        assert 0 <= y <= drawing.height + 1
