"""Who may open what of the venues."""

from tests.access import OPEN, World, row
from tests.outreach.venues.factories import venue


def _shown(world: World) -> list[object]:
    return [venue(keeper=world.district_body, actor=world.actors["office"], region=world.district).pk]


ACCESS = {
    "venues:find": row(OPEN),
    "venues:public": row(OPEN, args=_shown),
}
