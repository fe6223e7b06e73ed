"""Load an example city: regions, bodies, the plan as the machine reads it, and its story."""

import csv
import tomllib
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.db import transaction

from kepu.demo.services.enterprises import load_enterprises
from kepu.demo.services.evaluation import load_evaluation
from kepu.demo.services.events import load_events
from kepu.demo.services.library import load_library
from kepu.demo.services.matters import load_matters
from kepu.demo.services.opening import keep_open
from kepu.demo.services.ordering import load_orders
from kepu.demo.services.people import load_people
from kepu.demo.services.reporting import load_reports
from kepu.demo.services.story import load_story
from kepu.demo.services.supervision import load_supervision
from kepu.demo.services.touring import load_tours
from kepu.demo.services.venues import load_venues
from kepu.demo.services.volunteering import load_volunteers
from kepu.directory.register.models import Organisation, Region
from kepu.directory.register.queries import city
from kepu.directory.register.services import create_organisation, import_regions, read_region_file
from kepu.foundation import clock
from kepu.foundation.codes.queries import codes_read_once
from kepu.plan.tasks.models import Plan
from kepu.plan.tasks.services import load_plan, name_systems


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a loading added."""

    regions: int
    organisations: int
    tasks: int
    decisions: int
    facts: int
    reports: int
    matters: int
    notices: int
    sheets: int
    venues: int
    people: int
    volunteers: int
    orders: int
    events: int
    needs: int
    resources: int
    wishes: int
    openings: int


@transaction.atomic
@codes_read_once()
def load_city(folder: Path) -> Loaded:
    """Load regions, townships, bodies, the plan and its story from an example folder.

    Args:
        folder: holds `regions.csv`, `townships.csv`, `organisations.csv`, `plan.txt`, `systems.toml`, `story.toml`,
            `venues.toml`, `people.toml`, `orders.toml`, `events.toml`,
            `enterprises.toml`, `library.toml` and `tours.toml`.
    """
    added = 0
    for name in ("regions.csv", "townships.csv"):
        added += import_regions(read_region_file((folder / name).read_bytes()), actor=None, source=name).created
    region = city()
    if region is None:
        raise LookupError(f"{folder}: regions.csv names no city")
    bodies = _load_organisations(folder, region)
    story = tomllib.loads((folder / "story.toml").read_text("utf-8"))
    with clock.fixed(story["confirmed_on"]):
        tasks = _load_plan(folder, region)
    plan = Plan.objects.select_related("region").get(slug=folder.name)
    told = load_story(plan, story)
    reports = load_reports(plan, story["reports"])
    matters = load_matters(plan, story.get("matters", {})) if settings.KEPU_IS_DEMONSTRATION else 0
    notices = load_supervision(plan, story) if settings.KEPU_IS_DEMONSTRATION else 0
    sheets = load_evaluation(plan, story["evaluation"]) if settings.KEPU_IS_DEMONSTRATION else 0
    venues = load_venues(region, tomllib.loads((folder / "venues.toml").read_text("utf-8")))
    given = tomllib.loads((folder / "people.toml").read_text("utf-8"))
    people = load_people(region, given)
    volunteers = load_volunteers(region, given["volunteers"])
    resources = load_library(tomllib.loads((folder / "library.toml").read_text("utf-8")))
    orders = load_orders(tomllib.loads((folder / "orders.toml").read_text("utf-8")))
    events = load_events(tomllib.loads((folder / "events.toml").read_text("utf-8")))
    needs = load_enterprises(tomllib.loads((folder / "enterprises.toml").read_text("utf-8")))
    wishes = load_tours(tomllib.loads((folder / "tours.toml").read_text("utf-8")))
    return Loaded(
        added, bodies, tasks, told.decisions, told.facts, reports, matters, notices, sheets, venues,
        people, volunteers, orders, events, needs, resources, wishes, keep_open(given),
    )  # fmt: skip


def _load_plan(folder: Path, region: Region) -> int:
    if Plan.objects.filter(slug=folder.name).exists():
        return 0
    file = folder / "plan.txt"
    data = file.read_bytes()
    plan = load_plan(
        data,
        file.name,
        actor=None,
        region=region,
        slug=folder.name,
        provenance=data.decode("utf-8").splitlines()[0],
        is_demonstration=True,
    )
    name_systems(plan, tomllib.loads((folder / "systems.toml").read_text("utf-8"))["system"], actor=None)
    return plan.tasks.count()


def _load_organisations(folder: Path, region: Region) -> int:
    rows = csv.DictReader(StringIO((folder / "organisations.csv").read_text("utf-8")))
    known = set(Organisation.objects.values_list("name", flat=True))
    added = 0
    for row in rows:
        if row["name"] in known:
            continue
        aliases = [alias for alias in row["aliases"].split("|") if alias]
        create_organisation(
            row["name"],
            region=region,
            actor=None,
            kind=row["kind"],
            short_name=row["short_name"] if row["short_name"] != row["name"] else "",
            aliases=aliases,
        )
        added += 1
    return added
