"""Load and remove the drawn outline of the districts, which only a 标准地图 may give."""

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.errors import OutlineInvalid
from kepu.directory.register.models import Person, Region, RegionOutline
from kepu.directory.register.permissions import may_manage_organisations
from kepu.directory.register.queries import districts_of
from kepu.directory.register.rules import Ring, Shape
from kepu.foundation.audit.services import record
from kepu.foundation.clock import today
from kepu.foundation.errors import NotAllowed

MOST_BYTES = 20 * 1024 * 1024
MOST_POINTS = 500_000
FEWEST_POINTS = 4
"""A closed ring: three corners and the first again (RFC 7946, 3.1.6)."""
LONGITUDES, LATITUDES = (73.0, 136.0), (3.0, 54.0)
_REVIEW_NUMBER = re.compile(r"\S*S\S*[(（]\d{4}[)）]\S*\d+\S*")
_CODE_NAMES = ("code", "adcode", "gb", "XZQDM", "PAC")
_NAME_NAMES = ("name", "NAME", "XZQMC")


@dataclass(frozen=True, slots=True)
class OutlineLoaded:
    """What loading an outline did."""

    districts: int
    points: int
    others: int
    """Shapes of places that are not districts of the city; they were left out."""


@transaction.atomic
def load_outline(
    data: bytes, *, region: Region, review_number: str, actor: Person | None, source: str = ""
) -> OutlineLoaded:
    """Keep the outlines of a region's districts; a second file replaces the first.

    Args:
        data: GeoJSON (RFC 7946): a FeatureCollection of polygons that name a district by code or name.
        region: the city.
        review_number: the 审图号 printed on the map, shown wherever the outline is shown.
        actor: None only where the system itself acts (a command).
        source: where the file comes from.

    Raises:
        NotAllowed: the actor keeps no register.
        OutlineInvalid: the number or the file cannot be used; nothing is stored.
    """
    if actor is not None and not may_manage_organisations(actor):
        raise NotAllowed
    number = review_number.strip()
    if not _REVIEW_NUMBER.fullmatch(number):
        raise OutlineInvalid(_("请写明地图上的审图号，例如“鲁SG(2024)000号”。没有审图号的地图不能显示。"))
    shapes, others = _shapes(_features(data), list(districts_of(region)))
    outline, _created = RegionOutline.objects.update_or_create(
        region=region,
        defaults={"shapes": shapes, "review_number": number[:60], "source": source[:200], "loaded_on": today()},
    )
    points = sum(len(ring) for shape in shapes.values() for polygon in shape for ring in polygon)
    record("directory.outline.loaded", outline, actor=actor, review_number=number, source=source, points=points)
    return OutlineLoaded(len(shapes), points, others)


@transaction.atomic
def remove_outline(region: Region, *, actor: Person | None) -> bool:
    """Go back to the grid of tiles; says whether there was an outline.

    Raises:
        NotAllowed: the actor keeps no register.
    """
    if actor is not None and not may_manage_organisations(actor):
        raise NotAllowed
    outline = RegionOutline.objects.filter(region=region).first()
    if outline is None:
        return False
    record("directory.outline.removed", outline, actor=actor, review_number=outline.review_number)
    outline.delete()
    return True


def _features(data: bytes) -> list[Mapping[str, Any]]:
    if len(data) > MOST_BYTES:
        raise OutlineInvalid(_("文件超过 20 MB。请先在制图软件里简化边界，再载入。"))
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as problem:
        raise OutlineInvalid(_("这不是 GeoJSON 文件。请从标准地图导出 GeoJSON（UTF-8）后再载入。")) from problem
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not all(isinstance(one, dict) for one in features):
        raise OutlineInvalid(_("这个 JSON 里没有地图要素（FeatureCollection）。请导出各区市的面要素。"))
    return features


def _shapes(features: Iterable[Mapping[str, Any]], wanted: list[Region]) -> tuple[dict[str, Shape], int]:
    if not wanted:
        raise OutlineInvalid(_("还没有区市，无从对应。请先导入行政区划。"))
    found: dict[str, Shape] = {}
    others = points = 0
    for feature in features:
        district = _district_of(feature.get("properties") or {}, wanted)
        if district is None:
            others += 1
            continue
        polygons = _polygons(feature.get("geometry") or {}, district.name)
        points += sum(len(ring) for polygon in polygons for ring in polygon)
        if points > MOST_POINTS:
            raise OutlineInvalid(_("边界点太多（超过 50 万）。请先在制图软件里简化边界，再载入。"))
        found[district.code] = found.get(district.code, []) + polygons
    missing = [district.name for district in wanted if district.code not in found]
    if missing:
        raise OutlineInvalid(
            _("地图缺少这些区市：%(names)s。请用要素的 code 或 name 写明区划代码或名称，补齐后再载入。")
            % {"names": _("、").join(missing)}
        )
    return found, others


def _district_of(properties: Mapping[str, Any], wanted: Iterable[Region]) -> Region | None:
    codes = {str(properties[name]).strip() for name in _CODE_NAMES if name in properties}
    names = {str(properties[name]).strip() for name in _NAME_NAMES if name in properties}
    for district in wanted:
        # 天地图 writes 156 (China, ISO 3166) before the code.
        if codes & {district.code, f"156{district.code}"}:
            return district
        if not codes and names & {district.name, district.short_name, *district.aliases} - {""}:
            return district
    return None


def _polygons(geometry: Mapping[str, Any], name: str) -> Shape:
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in {"Polygon", "MultiPolygon"} or not isinstance(coordinates, list):
        raise OutlineInvalid(_("“%(name)s”的要素不是面（Polygon 或 MultiPolygon），请重新导出。") % {"name": name})
    try:
        polygons = [coordinates] if kind == "Polygon" else coordinates
        return [[_ring(ring, name) for ring in polygon] for polygon in polygons]
    except (TypeError, ValueError, IndexError) as problem:
        raise OutlineInvalid(_("“%(name)s”的边界坐标读不出来，请重新导出。") % {"name": name}) from problem


def _ring(ring: list[Any], name: str) -> Ring:
    points = [[round(float(point[0]), 6), round(float(point[1]), 6)] for point in ring]
    inside = all(
        math.isfinite(x) and LONGITUDES[0] <= x <= LONGITUDES[1] and LATITUDES[0] <= y <= LATITUDES[1]
        for x, y in points
    )
    if len(points) < FEWEST_POINTS or points[0] != points[-1] or not inside:
        raise OutlineInvalid(
            _("“%(name)s”的边界不闭合，或不是经纬度（经度在前）。请用经纬度坐标重新导出。") % {"name": name}
        )
    return points
