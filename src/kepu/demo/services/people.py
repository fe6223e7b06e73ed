"""Tell the example's people: experts of every subject, other capacities with terms and visits, and teams with what they did."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from django.conf import settings
from django.db import transaction

from kepu.directory.privacy.queries import consent_text
from kepu.directory.register.choices import Participant, RegionLevel, Role
from kepu.directory.register.models import Organisation, Person, Region
from kepu.directory.register.queries import match_organisations
from kepu.directory.register.services.demonstration import demonstration_participant, demonstration_person
from kepu.foundation import clock
from kepu.foundation.codes.queries import code_list
from kepu.outreach.people.capacities.choices import HALF_DAYS, CapacityKind, Engagement, Fee, RecordKind
from kepu.outreach.people.capacities.models import Capacity
from kepu.outreach.people.capacities.services import (
    CapacityWords,
    admit_capacity,
    apply_capacity,
    begin_capacity,
    check_capacity,
    found_team,
    join_team,
    keep_terms,
    log_visit,
    note_record,
    return_capacity,
)

_WAITING = {"checked": 4, "applied": 4, "returned": 1}
_ENDED, _TEAM_SIZE = 5, 6
_SESSIONS_SINCE, _VISITS_SINCE = date(2024, 3, 1), date(2024, 7, 8)


@transaction.atomic
def load_people(region: Region, given: Mapping[str, Any]) -> int:
    """Load the made-up people of an example; a site that has any is left as it is.

    Args:
        region: the city.
        given: the file `people.toml`.

    Returns:
        How many capacities were registered.
    """
    if not settings.KEPU_IS_DEMONSTRATION or Capacity.objects.exists():
        return 0
    return _Teller(region, given).tell()


class _Teller:
    """Draws everything from one seed."""

    def __init__(self, region: Region, given: Mapping[str, Any]) -> None:
        self._given = given
        self._chance = Random(given["seed"])  # noqa: S311 a demonstration is not a secret
        self._office: Person = demonstration_person(Role.LEADING_OFFICE)
        named = [row["body"] for row in (*given["field"], *given["other"]) if "body" in row]
        found = match_organisations(named, region=region)
        self._bodies = {name: match.organisation for name, match in found.items()}
        inside = Region.objects.filter(path__startswith=region.path, valid_to=None)
        self._districts = list(inside.filter(level=RegionLevel.DISTRICT).order_by("code"))
        self._towns = list(inside.filter(level=RegionLevel.TOWNSHIP).order_by("code"))
        self._checkers: dict[str, Person] = {}
        self._subjects = code_list("capacities.subjects").labels
        self._agreed = consent_text("expert").digest
        self._days = (clock.today() - given["begun_on"]).days

    def tell(self) -> int:
        experts, current = self._experts()
        others = [self._other(row, number) for row in self._given["other"] for number in range(1, row["count"] + 1)]
        keep_terms()
        self._sessions(current)
        for row in self._given["team"]:
            self._team(row, current)
        return len(experts) + len(others)

    # --- one capacity ---------------------------------------------------------------------------------------------

    def _experts(self) -> tuple[list[Capacity], list[Capacity]]:
        """All of them, and those who are admitted today."""
        states = [state for state, count in _WAITING.items() for _one in range(count)]
        total, fields = self._given["experts"], self._given["field"]
        made, current = [], []
        for number in range(1, total + 1):
            row = fields[(number - 1) % len(fields)]
            stays = states[number - total - 1] if number > total - len(states) else "admitted"
            is_ended = 1 < number <= _ENDED + 1
            # Half of a field's experts are of its body, where the register knows one.
            body = self._body(row) if self._chance.random() < 0.5 else None  # noqa: PLR2004
            person = demonstration_participant(Participant.EXPERT, number, organisation=body)
            words = self._words(row, body)
            if number == 1:  # the one behind the door
                words = replace(words, is_public=True)
            begun = self._begun(is_long_ago=is_ended, is_new=stays != "admitted")
            made.append(self._admitted(CapacityKind.EXPERT, person, words, begun, stays=stays))
            if stays == "admitted" and not is_ended:
                current.append(made[-1])
        return made, current

    def _other(self, row: Mapping[str, Any], number: int) -> Capacity:
        kind, body = CapacityKind(row["kind"]), self._body(row)
        words = replace(self._words(row, body), position=self._chance.choice(row["positions"]))
        if kind == CapacityKind.POST:
            is_full = words.position == row["positions"][0]
            words = replace(words, engagement=Engagement.FULL if is_full else Engagement.PART)
        towns = self._chance.sample(self._towns, 2) if kind == CapacityKind.COMMISSIONER else []
        words = replace(words, served=[town.pk for town in towns], is_public=kind != CapacityKind.INFORMATION_OFFICER)
        person = demonstration_participant(row["kind"], number, organisation=body)
        capacity = self._admitted(kind, person, words, self._begun(is_long_ago=False, is_new=False), stays="admitted")
        for town in towns:
            self._visit(capacity, town, row["visits"])
        return capacity

    def _admitted(self, kind: str, person: Person, words: CapacityWords, begun: date, *, stays: str) -> Capacity:
        with clock.fixed(begun):
            capacity = begin_capacity(person, kind, words, actor=person)
            apply_capacity(capacity.pk, actor=person, agreed_text=self._agreed)
        if stays == "applied":
            return capacity
        checker = self._checker(words.organisation_id, capacity.region)
        with clock.fixed(begun + timedelta(days=3)):
            if stays == "returned":
                said = "演示：请补充能讲的题目适合哪些人，再写一个联系的时间。"
                return return_capacity(capacity.pk, said, actor=checker)
            check_capacity(capacity.pk, actor=checker)
        if stays == "checked":
            return capacity
        with clock.fixed(begun + timedelta(days=8)):
            return admit_capacity(capacity.pk, actor=self._office)

    def _begun(self, *, is_long_ago: bool, is_new: bool) -> date:
        start: date = self._given["begun_on"]
        if is_long_ago:
            return start + timedelta(days=self._chance.randrange(30))
        if is_new:
            return clock.today() - timedelta(days=self._chance.randrange(4, 12))
        return start + timedelta(days=self._chance.randrange(self._days - 900, self._days - 100))

    def _words(self, row: Mapping[str, Any], body: Organisation | None) -> CapacityWords:
        chance, subject = self._chance, row.get("subject")
        home = chance.choice(self._districts)
        served = {home.pk, *(one.pk for one in chance.sample(self._districts, chance.randint(0, 3)))}
        also = chance.sample(sorted(self._subjects), 1) if subject and chance.random() < 0.2 else []  # noqa: PLR2004
        fee = chance.choice((Fee.FREE, Fee.FREE, Fee.TRAVEL, Fee.BY_RULE))
        label = self._subjects.get(subject or "", "科普")
        return CapacityWords(
            region_id=home.pk,
            organisation_id=body.pk if body else None,
            workplace="" if body else row.get("workplace", ""),
            position=chance.choice(row["positions"]),
            subjects=[subject, *also] if subject else [],
            topics=chance.sample(row["topics"], min(len(row["topics"]), chance.randint(3, 4))),
            audiences=row["audiences"],
            forms=self._some(row["forms"], 2),
            languages=["putonghua", *self._some(self._given["languages"][1:], 0)],
            times=self._some([code for code, _day, _part in HALF_DAYS], 4, most=8),
            introduction=self._given["introduction"].format(subject=label),
            travels_km=chance.choice((10, 20, 30, 60, 100)),
            served=sorted(served),
            fee=fee,
            fee_note="演示：往返交通由邀请方安排" if fee == Fee.TRAVEL else "",
            is_public=chance.random() < 0.92,  # noqa: PLR2004
        )

    def _some(self, known: Sequence[str], least: int, *, most: int | None = None) -> list[str]:
        return self._chance.sample(known, self._chance.randint(min(least, len(known)), min(most or 99, len(known))))

    def _checker(self, body_id: int | None, region: Region) -> Person:
        key = f"{body_id}" if body_id is not None else region.code
        if key not in self._checkers:
            body = Organisation.objects.get(pk=body_id) if body_id is not None else None
            role, place = (Role.LIAISON, None) if body else (Role.DISTRICT_OFFICER, region)
            self._checkers[key] = demonstration_person(role, organisation=body, region=place)
        return self._checkers[key]

    def _body(self, row: Mapping[str, Any]) -> Organisation | None:
        if "body" not in row:
            return None
        body = self._bodies[row["body"]]
        if body is None:
            raise LookupError(f"people: no body is called {row['body']}")
        return body

    # --- what they did --------------------------------------------------------------------------------------------

    def _visit(self, capacity: Capacity, town: Region, matters: Sequence[str]) -> None:
        day = _VISITS_SINCE + timedelta(days=self._chance.randrange(60))
        with clock.fixed(day):
            people = self._chance.randint(5, 40)
            log_visit(capacity.pk, town, day, self._chance.choice(matters), people=people, actor=capacity.person)

    def _sessions(self, experts: Sequence[Capacity]) -> None:
        days = (clock.today() - _SESSIONS_SINCE).days
        for number, capacity in enumerate(experts, start=1):
            if self._chance.random() < 0.4:  # noqa: PLR2004
                continue
            kind = RecordKind.WORK if number % 9 == 0 else RecordKind.SESSION
            said = f"演示短片《{capacity.topics[0]}》" if kind == RecordKind.WORK else f"演示讲座：{capacity.topics[0]}"
            day = _SESSIONS_SINCE + timedelta(days=self._chance.randrange(days))
            note_record(
                f"demo.session:{number}",
                kind=kind,
                title=said,
                occurred_on=day,
                person=capacity.person,
                is_demonstration=True,
            )

    def _team(self, row: Mapping[str, Any], experts: Sequence[Capacity]) -> None:
        among = [one for one in experts if one.subjects[0] in row["subjects"]]
        leader, *members = (one.person for one in self._chance.sample(among, min(_TEAM_SIZE, len(among))))
        with clock.fixed(date(2024, 4, 10)):
            said = {"introduction": row["introduction"], "founded_on": date(2024, 4, 8)}
            team = found_team(row["name"], row["kind"], leader, actor=self._office, **said)
            for person in members:
                join_team(team.pk, person, actor=leader)
        note_record(
            f"demo.team:{team.pk}",
            kind=RecordKind.SESSION,
            title="演示活动：全国科普日的一场开放课",
            occurred_on=date(2024, 9, 8),
            team=team,
            is_demonstration=True,
        )
