"""Needs of enterprises: everybody reads counts, signed-in people post, the office and the district's officer handle."""

from itertools import count
from typing import Any

from kepu.outreach.enterprises.models import Need, Proposal
from kepu.outreach.enterprises.services import answer_proposal
from tests.access import OPEN, World, row, seen
from tests.factories import PersonFactory
from tests.outreach.enterprises.worlds import Works
from tests.outreach.requests.worlds import day

READERS = seen(office=200, district=200, auditor=200)
SPEAKERS = seen(liaison=200)
KEEPERS = seen(office=200, liaison=200, district=200, auditor=200)
_numbers = count(1)


def _works(world: World) -> Works:
    """A factory in the district of the table's officer, for which the table's liaison speaks."""
    works = Works()
    works.district, works.factory = world.district, world.district_body
    return works


def _posted(world: World) -> Need:
    return _works(world).post(PersonFactory(), title=f"第 {next(_numbers)} 道难题")


def _checked(world: World) -> Need:
    return _works(world).checked(PersonFactory(), title=f"第 {next(_numbers)} 道难题")


def _proposal(world: World) -> Proposal:
    liaison = world.actors["liaison"]
    assert liaison is not None
    return _works(world).proposal(liaison)


def _adopted(world: World) -> Proposal:
    liaison = world.actors["liaison"]
    assert liaison is not None
    return answer_proposal(_proposal(world).pk, is_adopted=True, words="", actor=liaison)


def _visit(_world: World) -> dict[str, Any]:
    return {
        "topic": f"第 {next(_numbers)} 道难题", "form": "advice", "people": 9, "place": "三车间", "visits": 1,
        "earliest": f"{day(1):%Y-%m-%d}", "latest": f"{day(9):%Y-%m-%d}",
    }  # fmt: skip


ACCESS = {
    "enterprises:home": row(OPEN),
    "enterprises:post": row(seen(others=200)),
    "enterprises:mine": row(seen(others=200)),
    "enterprises:own": row(SPEAKERS, args=lambda world: [_checked(world).pk]),
    "enterprises:own_change": row(SPEAKERS, args=lambda world: [_posted(world).pk]),
    "enterprises:own_withdraw": row(
        seen(liaison=302),
        args=lambda world: [_checked(world).pk],
        method="post",
        data=lambda _world: {"reason": "自己解决了"},
    ),
    "enterprises:proposals": row(seen(others=200)),
    "enterprises:propose": row(seen(others=200)),
    "enterprises:proposal": row(KEEPERS, args=lambda world: [_proposal(world).pk]),
    "enterprises:proposal_answer": row(
        seen(liaison=302, office=403, district=403, auditor=403),
        args=lambda world: [_proposal(world).pk],
        method="post",
        data=lambda _world: {"do": "adopt"},
    ),
    "enterprises:proposal_result": row(
        seen(liaison=302, office=403, district=403, auditor=403),
        args=lambda world: [_adopted(world).pk],
        method="post",
        data=lambda _world: {"result": "返修少了", "result_on": f"{day(0):%Y-%m-%d}"},
    ),
    "enterprises:desk": row(READERS),
    "enterprises:desk_proposals": row(READERS),
    "enterprises:desk_need": row(READERS, args=lambda world: [_checked(world).pk]),
    "enterprises:handle": row(
        seen(office=302, district=302, auditor=403),
        args=lambda world: [_posted(world).pk],
        method="post",
        data=lambda _world: {"do": "check"},
    ),
    "enterprises:order": row(
        seen(office=302, district=302), args=lambda world: [_checked(world).pk, "visit"], method="post", data=_visit
    ),
}
