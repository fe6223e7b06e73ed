"""Coordinates that cannot be right, and the engine that knows."""

from types import ModuleType

from django.utils.translation import gettext as _

from kepu.foundation.codes.queries import values_in_force
from kepu.foundation.errors import SolversMissing
from kepu.outreach.venues.errors import VenueUnfit
from kepu.outreach.venues.models import PeoplePoint

CHINA = (73.0, 3.0, 136.0, 54.0)
"""West, south, east, north: generous, to tell numbers that were swapped from those that may be right."""


def engine() -> ModuleType:
    """The engine that computes coverage.

    Raises:
        SolversMissing: its packages are not installed.
    """
    try:
        from kepu.engines import coverage
    except ImportError:
        raise SolversMissing(
            _("这台机器没有装计算覆盖的软件包（numpy、scipy、highspy）。请管理员运行 pip install kepu[solvers]。")
        ) from None
    return coverage


def refuse_doubtful(longitude: float, latitude: float, *, is_checked: bool) -> None:
    """Refuse coordinates that are no place in the country, and ask again about those far from where people live.

    Args:
        longitude: degrees east.
        latitude: degrees north.
        is_checked: somebody looked again and says that they are right; what is no place at all is refused all the same.

    Raises:
        VenueUnfit: as said; `field` is `longitude`.
    """
    west, south, east, north = CHINA
    if west <= latitude <= east and south <= longitude <= north:
        raise VenueUnfit(_("经度和纬度填反了：经度是大的那个数。"), field="longitude")
    if not (west <= longitude <= east and south <= latitude <= north):
        raise VenueUnfit(_("坐标不在国内，请检查。经度在 73 到 136 之间，纬度在 3 到 54 之间。"), field="longitude")
    if is_checked:
        return
    far = far_from_people([(longitude, latitude)])
    if far:
        said = {"km": f"{far[0]:.0f}"}
        raise VenueUnfit(
            _("离最近的人口点有 %(km)s 公里，可能在海里或别的城市。请检查；没有错就勾“坐标核对过”。") % said,
            field="longitude",
        )


def far_from_people(points: list[tuple[float, float]]) -> dict[int, float]:
    """Which points lie farther than allowed from every people point, with kilometres; nothing where it cannot be said.

    It cannot be said where no people points are loaded, or the engine is not installed.
    """
    anchors = [(float(lon), float(lat)) for lon, lat in PeoplePoint.objects.values_list("longitude", "latitude")]
    farthest = values_in_force("venues.").get("farthest_km")
    if not anchors or farthest is None:
        return {}
    try:
        doubts = engine().check_coordinates(points, box=CHINA, anchors=anchors, farthest_km=float(farthest))
    except SolversMissing:
        return {}
    return {one.row: one.distance_km for one in doubts if one.reason == "far"}
