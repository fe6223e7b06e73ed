"""The pages of ties, doubles and teams as they look: on a phone, on a laptop and in elder mode, for axe and the console."""

import os
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from kepu.directory.register.choices import Role
from kepu.outreach.people.capacities.services import found_team, join_team, note_output
from kepu.outreach.people.conflicts.models import SameIdentity
from kepu.outreach.people.conflicts.services import declare_tie, note_double
from tests.browsing import DAY, check, quiet, sit_down, visit
from tests.factories import OrganisationFactory, PersonFactory
from tests.outreach.people.factories import admitted

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = {"390": {"width": 390, "height": 844}, "1280": {"width": 1280, "height": 900}}


@pytest.fixture
def site(live_server, settings):
    settings.KEPU_DEMONSTRATION_DAY = DAY
    settings.KEPU_IS_DEMONSTRATION = True
    return live_server


def look(page: Page, name: str) -> None:
    """Keep a picture where one is wanted, and let axe look."""
    if folder := os.environ.get("KEPU_LOOK"):
        page.screenshot(path=Path(folder) / f"people-{name}.png", full_page=True)
    check(page, name)


def test_the_office_decides_about_two_entries_and_sees_why_somebody_must_avoid(page: Page, site):
    office = PersonFactory(role=Role.LEADING_OFFICE)
    body = OrganisationFactory(name="青岛市示例企业")
    judge, kin = PersonFactory(name="示例评委 1"), PersonFactory(name="示例专家 04", organisation=body)
    declare_tie(judge, "kin", other=kin, actor=judge)
    double = PersonFactory(name="示例专家 04", organisation=body)
    note_double(kin.pk, double.pk, "同一单位、同名")
    member = admitted(office=office)
    team = found_team("示例老科学家报告团", "veterans", member.person, actor=office, introduction="讲给孩子听")
    join_team(team.pk, PersonFactory(name="示例专家 05"), actor=office)
    note_output(team.pk, kind="work", title="台风来了怎么办", occurred_on=team.founded_on, actor=office)
    sit_down(page.context, site.url, office)
    addresses = {
        "ties-desk": reverse("conflicts:desk"),
        "ties-new": reverse("conflicts:new"),
        "ties-identities": reverse("conflicts:identities"),
        "ties-own": reverse("conflicts:own"),
        "teams": reverse("capacities:desk_teams"),
        "team": reverse("capacities:desk_team", args=[team.pk]),
        "team-new": reverse("capacities:team_new"),
    }
    with quiet(page):
        for size, viewport in SIZES.items():
            page.set_viewport_size(viewport)
            for name, address in addresses.items():
                page.goto(site.url + address)
                look(page, f"{name}-{size}")
        for name in ("ties-identities", "ties-own", "team"):
            visit(page, site.url + addresses[name], kepu_elder="22")
            look(page, f"{name}-elder")
        page.goto(site.url + reverse("conflicts:check"))
        page.get_by_label("谁", exact=False).first.fill("示例评委 1")
        page.get_by_label("或者，评哪个单位").select_option(label="青岛市示例企业")
        page.get_by_role("button", name="查", exact=True).press("Enter")
        expect(page.get_by_role("heading", name="示例评委 1要回避")).to_be_visible()
        look(page, "ties-check")
        page.goto(site.url + reverse("conflicts:identities"))
        page.get_by_label("依据").fill("看过证件")
        page.get_by_role("button", name="是同一人", exact=True).press("Enter")
        expect(page.get_by_text("认定了：同一人。")).to_be_visible()
    assert SameIdentity.objects.get().state == "same"
