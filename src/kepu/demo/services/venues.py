"""Tell the example's venues: made-up points of people round rough centres of the districts, and places that serve some."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.conf import settings
from django.db import transaction

from kepu.demo.rules import Place, shared_out
from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person, Region
from kepu.directory.register.queries import match_organisations, population_of, regions_by_code
from kepu.directory.register.services.demonstration import demonstration_person
from kepu.foundation import clock
from kepu.outreach.venues.models import PeoplePoint, Venue
from kepu.outreach.venues.queries import kinds
from kepu.outreach.venues.rules import Hours
from kepu.outreach.venues.services import (
    AccreditationTerms,
    VenueWords,
    accredit_venue,
    add_free_days,
    change_content,
    keep_contents,
    place_stay,
    publish_venue,
    register_venue,
    set_opening,
)

_SIX_PLACES = Decimal("0.000001")


@transaction.atomic
def load_venues(region: Region, given: Mapping[str, Any]) -> int:
    """Load the made-up points and venues of an example; a site that has any is left as it is.

    Args:
        region: the city.
        given: the file `venues.toml`.

    Returns:
        How many venues were registered.
    """
    if not settings.KEPU_IS_DEMONSTRATION or Venue.objects.exists() or PeoplePoint.objects.exists():
        return 0
    return _Teller(region, given).tell()


class _Teller:
    """Draws everything from one seed."""

    def __init__(self, region: Region, given: Mapping[str, Any]) -> None:
        self._given = given
        self._chance = Random(given["seed"])  # noqa: S311 a demonstration is not a secret
        self._office: Person = demonstration_person(Role.LEADING_OFFICE)
        self._centres = {row["district"]: row for row in given["centre"]}
        self._regions = regions_by_code(self._centres)
        named = [row["keeper"] for row in given["kind"]]
        self._bodies = match_organisations(named, region=region)
        day = given["counted_on"]
        counted = {code: population_of(one, on=day) for code, one in self._regions.items()}
        self._places = [Place(code, found.people if found else 1) for code, found in sorted(counted.items())]

    def tell(self) -> int:
        self._people()
        count = 0
        with clock.fixed(self._given["registered_on"]):
            for row in self._given["kind"]:
                for number, code in enumerate(self._spread(row["count"]), start=1):
                    self._venue(row, number, self._regions[code])
                    count += 1
        keep_contents()
        return count

    def _people(self) -> None:
        counts = shared_out(self._given["points"], [Place(one.code, one.weight) for one in self._places])
        made = []
        for place, count in zip(self._places, counts, strict=True):
            sizes = [self._chance.lognormvariate(0, 0.7) for _one in range(count)]
            whole = sum(sizes) or 1.0
            for number, size in enumerate(sizes, start=1):
                longitude, latitude = self._point(place.code)
                people = max(50, round(place.weight * size / whole))
                made.append(
                    PeoplePoint(
                        code=f"demo-{place.code}-{number:03d}",
                        name=f"演示村社 {self._regions[place.code].label} {number:03d}",
                        region=self._regions[place.code],
                        longitude=longitude,
                        latitude=latitude,
                        people=people,
                        groups={
                            code: round(people * self._chance.uniform(*span))
                            for code, span in self._given["groups"].items()
                        },
                        source=self._given["mark"],
                        counted_on=self._given["counted_on"],
                        is_demonstration=True,
                    )
                )
        PeoplePoint.objects.bulk_create(made)

    def _point(self, code: str) -> tuple[Decimal, Decimal]:
        row = self._centres[code]
        lon, lat = (self._chance.gauss(middle, row["scatter"]) for middle in row["at"])
        return Decimal(lon).quantize(_SIX_PLACES), Decimal(lat).quantize(_SIX_PLACES)

    def _spread(self, count: int) -> list[str]:
        """Districts for so many venues: those with more people come up more often."""
        weights = [place.weight for place in self._places]
        return self._chance.choices([place.code for place in self._places], weights, k=count)

    def _venue(self, row: Mapping[str, Any], number: int, region: Region) -> None:
        kind, keeper = kinds()[row["kind"]], self._body(row["keeper"])
        longitude, latitude = self._point(region.code)
        is_paid = bool(row.get("paid"))
        words = VenueWords(
            name=f"演示{kind.label.partition('、')[0]} {number:02d}",
            region_id=region.pk,
            address="" if kind.moves else f"{region.label}演示路 {self._chance.randrange(1, 200)} 号",
            longitude=None if kind.moves else longitude,
            latitude=None if kind.moves else latitude,
            coordinate_source="" if kind.moves else "made_up",
            summary="演示数据：这里写有什么可看。",
            capacity=self._chance.randint(*row["capacity"]),
            is_lent=bool(row.get("lent")),
            access=tuple(code for code in ("step_free", "lift", "seats") if self._chance.random() < 0.6),  # noqa: PLR2004
            is_free=not is_paid,
            fee_note="演示：20 元，学生半价" if is_paid else "",
        )
        made = register_venue(row["kind"], keeper.pk, words, actor=self._office, is_checked=True, is_demonstration=True)
        publish_venue(made.pk, actor=self._office)
        self._keep(made, row, region, moves=kind.moves, has_cycle=kind.cycle_days is not None, is_paid=is_paid)

    def _keep(
        self, venue: Venue, row: Mapping[str, Any], region: Region, *, moves: bool, has_cycle: bool, is_paid: bool
    ) -> None:
        begun: date = self._given["registered_on"]
        if row["kind"] == "van":
            return  # goes on tours from its home
        if moves:
            where: dict[str, Any] = {"region_id": region.pk, "address": "演示文化站", "actor": self._office}
            place_stay(venue.pk, since=date(2024, 9, 2), until=date(2024, 10, 31), **where)
            return
        week = {"museum": range(1, 7), "science_centre": range(1, 7), "gallery": range(7)}
        days = week.get(row["kind"], range(5))
        hours = [Hours(day, time(9), time(16, 30)) for day in days]
        set_opening(venue.pk, valid_from=begun, hours=hours, note="", actor=self._office)
        if is_paid:
            add_free_days(venue.pk, since=date(2024, 9, 15), until=date(2024, 9, 21), note="演示", actor=self._office)
        if "level" in row:
            terms = AccreditationTerms(row["level"], "演示命名：市级科普教育基地", begun, date(2028, 8, 31))
            accredit_venue(venue.pk, terms, actor=self._office)
        if has_cycle:
            changed = date(2024, 9, 14) - timedelta(days=self._chance.randrange(110))
            with clock.fixed(changed):
                themes = dict(enumerate(self._chance.sample(self._given["themes"], 3), start=1))
                change_content(venue.pk, themes, changed_on=changed, actor=self._office)

    def _body(self, name: str) -> Organisation:
        body = self._bodies[name].organisation
        if body is None:
            raise LookupError(f"venues: no body is called {name}")
        return body
