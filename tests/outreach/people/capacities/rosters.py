"""Rosters of people as somebody would bring them."""

import csv
import io

from django.core.files.uploadedfile import SimpleUploadedFile

from kepu.outreach.people.capacities.models import PersonRosterRow
from kepu.outreach.people.capacities.queries.rosters import person_roster_page, person_roster_sheet
from kepu.outreach.people.capacities.services import decide_person
from tests.factories import RegionFactory, city_region


def district(name: str = "市南区", code: str = "370202"):
    return RegionFactory(code=code, name=name, parent=city_region())


def table(*rows: dict[str, object], name: str = "名册.csv") -> SimpleUploadedFile:
    sheet = person_roster_sheet()
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([column.header for column in sheet.columns])
    for given in rows:
        row = {"kind": "科普专家", "district": "市南区", **given}
        writer.writerow([row.get(column.name, "") for column in sheet.columns])
    return SimpleUploadedFile(name, text.getvalue().encode("utf-8-sig"))


def waiting(roster, actor):
    """Number → the doubtful row as the page shows it."""
    page = person_roster_page(actor, roster.pk)
    assert page is not None
    return {one.row.number: one for one in page.waiting}


def decide(roster, number: int, choice: str, actor, **more) -> PersonRosterRow:
    """Decide as somebody does who looks at the page now."""
    one = waiting(roster, actor)[number]
    return decide_person(one.row.pk, choice, seen=more.pop("seen", one.seen), actor=actor, **more)
