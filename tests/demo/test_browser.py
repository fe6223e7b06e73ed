"""On the demonstration city: the siting page answers, and a resident who visited deletes the account."""

import re
import uuid
from datetime import date

import pytest
from django.conf import settings as site_settings
from django.db import connection
from django.db.models import Sum
from django.urls import reverse
from playwright.sync_api import Page, expect

from kepu.demo.services.city import load_city
from kepu.directory.register.choices import Participant, Role
from kepu.directory.register.models import Person
from kepu.directory.register.services.demonstration import demonstration_participant, demonstration_person
from kepu.foundation.clock import now
from kepu.ledger.models import Fact
from kepu.outreach.bookings.models import Arrival, Booking, Slot
from kepu.outreach.bookings.services import check_in_listed
from kepu.outreach.venues.models import SitingRun
from kepu.outreach.venues.services import record_visit, run_siting
from tests.browsing import check, quiet, sit_down

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DAY = date(2024, 9, 15)
NAME = "示例奶奶 907"


@pytest.fixture
def city(live_server, settings):
    settings.KEPU_IS_DEMONSTRATION = True
    settings.KEPU_DEMONSTRATION_DAY = DAY
    load_city(site_settings.KEPU_ROOT / "examples" / "qingdao")
    return live_server


def test_on_the_demonstration_city_places_are_chosen_and_a_visitor_is_forgotten(page: Page, city):
    with quiet(page):
        assert len(the_siting_page_answers(page, city)) == 3
        page.context.clear_cookies()
        a_visitor_comes(page, city)
        came = visits()
        assert came > 0
        assert tables_with(NAME)
        the_account_is_deleted(page, city)

    assert visits() == came
    assert tables_with(NAME) == []
    assert Arrival.objects.exists()


def the_siting_page_answers(page: Page, city) -> list[dict[str, object]]:
    """The places that the page names."""
    page.set_viewport_size({"width": 1280, "height": 900})
    sit_down(page.context, city.url, demonstration_person(Role.LEADING_OFFICE))
    page.goto(city.url + reverse("venues:siting"))
    page.get_by_label("选几处").fill("3")
    page.get_by_label("为谁选").select_option(label="农民")
    page.get_by_role("button", name="算一算").click()
    expect(page.get_by_role("heading", name="排队中")).to_be_visible()
    run = SitingRun.objects.get()
    run_siting(run.pk)
    run.refresh_from_db()

    expect(page.get_by_role("heading", name=f"新够得着 {run.result['reached']:,} 人")).to_be_visible()
    for place in run.result["places"]:
        expect(
            page.get_by_role("cell", name=place["name"]).or_(page.get_by_role("rowheader", name=place["name"])).first
        ).to_be_visible()
    check(page, "sited")
    return list(run.result["places"])


def a_visitor_comes(page: Page, city) -> None:
    """Books on the page and is let in; the visit is a fact."""
    visitor = demonstration_participant(Participant.RESIDENT, 1)
    Person.objects.filter(pk=visitor.pk).update(name=NAME)
    slot = Slot.objects.filter(mode="first_come", capacity__gt=40).order_by("starts_at").first()
    assert slot is not None
    page.set_viewport_size({"width": 390, "height": 844})
    sit_down(page.context, city.url, visitor)
    page.goto(city.url + reverse("bookings:slot", args=[slot.pk]))
    page.get_by_label("有什么需要照顾").fill(f"{NAME}用轮椅")
    page.get_by_role("button", name=re.compile("看过规则，就约这一场")).click()
    expect(page.get_by_role("heading", name="入场码")).to_be_visible()
    booking = Booking.objects.get(person=visitor, slot=slot)
    Slot.objects.filter(pk=slot.pk).update(starts_at=now(), opens_at=now().replace(year=2020))
    check_in_listed(slot.pk, booking.pk, actor=demonstration_person(Role.LEADING_OFFICE), key=uuid.uuid4())
    record_visit(Arrival.objects.get(booking=booking).pk)


def the_account_is_deleted(page: Page, city) -> None:
    page.goto(city.url + reverse("portal:me"))
    page.get_by_role("link", name="注销账号").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("注销账号")
    page.locator("[name=word]").fill("注销")
    page.get_by_role("button", name="注销账号").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("账号已注销")


def visits() -> int:
    return int(Fact.objects.filter(indicator__code="venue_visits").aggregate(total=Sum("quantity"))["total"] or 0)


def tables_with(words: str) -> list[str]:
    """Every table of the database with a row in which these words stand, in whatever column."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            name = connection.ops.quote_name(table)
            cursor.execute(f"select exists (select from {name} t where t::text like %s)", [f"%{words}%"])
            if cursor.fetchone()[0]:
                found.append(table)
    return found
