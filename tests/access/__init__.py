"""The expected table of every URL × every role; one module for each room, holding one dict `ACCESS`.

    ACCESS = {
        "plan:task": row(OPEN, args=lambda world: [TaskFactory().pk]),
        "plan:publish": row(seen(office=302), method="post", args=lambda world: [DraftFactory().pk]),
    }

The key is the name of the URL, the row says what each role gets: a status, or LOGIN for being sent to the sign-in page.
A key with a star covers a family that another test walks through; it says which one in `tested_by`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person, Region
from kepu.plan.tasks.models import Plan
from tests.factories import OrganisationFactory, PersonFactory, RegionFactory, city_region
from tests.plan.factories import small_plan

LOGIN = "login"
COLUMNS = ("visitor", "office", "liaison", "head", "district", "reviewer", "auditor", "administrator")
ROLES = {
    "office": Role.LEADING_OFFICE,
    "liaison": Role.LIAISON,
    "head": Role.UNIT_HEAD,
    "district": Role.DISTRICT_OFFICER,
    "reviewer": Role.REVIEWER,
    "auditor": Role.AUDITOR,
    "administrator": Role.ADMINISTRATOR,
}


class World:
    """What a row may need to name something; made when it is first asked for."""

    @cached_property
    def city(self) -> Region:
        return city_region()

    @cached_property
    def district(self) -> Region:
        return RegionFactory(code="370202", name="市南区", parent=self.city)

    @cached_property
    def body(self) -> Organisation:
        """The body of the liaison and of the head."""
        return OrganisationFactory(region=self.city)

    @cached_property
    def other_body(self) -> Organisation:
        return OrganisationFactory(region=self.city)

    @cached_property
    def district_body(self) -> Organisation:
        """A body in the district officer's district, for which the liaison speaks too."""
        return OrganisationFactory(region=self.district, parent=self.body)

    @cached_property
    def actors(self) -> dict[str, Person | None]:
        """One person for each column."""
        places: dict[str, dict[str, Any]] = {
            "liaison": {"organisation": self.body},
            "head": {"organisation": self.body},
            "reviewer": {"organisation": self.other_body},
            "district": {"region": self.district},
        }
        people = {name: PersonFactory(role=role, **places.get(name, {})) for name, role in ROLES.items()}
        return {"visitor": None, **people}

    @cached_property
    def plan(self) -> Plan:
        """A live plan with few tasks, which rows find again by `small_plan()`."""
        return small_plan()

    def made(self) -> "World":
        """Everything now, where one world serves many tests."""
        for name, part in vars(type(self)).items():
            if isinstance(part, cached_property):
                getattr(self, name)
        return self


@dataclass(frozen=True)
class Row:
    """What each role gets at one URL."""

    answers: dict[str, int | str]
    method: str = "get"
    args: Callable[[World], Sequence[Any]] = field(default=lambda _world: ())
    data: Callable[[World], dict[str, Any]] = field(default=lambda _world: {})
    path: str = ""
    tested_by: str = ""


def row(answers: dict[str, int | str], **more: Any) -> Row:
    """One line of a table."""
    assert set(answers) == set(COLUMNS)
    return Row(answers, **more)


def seen(*, visitor: int | str = LOGIN, others: int | str = 404, **by_column: int | str) -> dict[str, int | str]:
    """A page of the desk: visitors go to sign in, who is named gets the status, everyone else 404."""
    unknown = set(by_column) - set(COLUMNS)
    assert not unknown, unknown
    return {name: visitor if name == "visitor" else by_column.get(name, others) for name in COLUMNS}


OPEN: dict[str, int | str] = dict.fromkeys(COLUMNS, 200)
STAFF = seen(others=200)
NOBODY: dict[str, int | str] = dict.fromkeys(COLUMNS, 404)


def walked(tested_by: str) -> Row:
    """A family of URLs that another test walks through, by its name."""
    return Row({}, tested_by=tested_by)
