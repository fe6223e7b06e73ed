"""The example's venues: made up and marked, reproducible, and good enough for coverage and siting."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from kepu.demo.services.city import load_city
from kepu.directory.register.choices import Role
from kepu.directory.register.services.demonstration import demonstration_person
from kepu.directory.todos.models import Todo
from kepu.outreach.venues.models import PeoplePoint, Venue
from kepu.outreach.venues.services import SitingTerms, ask_siting, coverage_of, run_siting
from tests.demo.test_example import EXAMPLE

DAY = date(2024, 9, 15)


@pytest.mark.django_db
def test_venues_are_marked_cover_some_and_the_siting_answers():
    with override_settings(KEPU_IS_DEMONSTRATION=True, KEPU_DEMONSTRATION_DAY=DAY):
        assert load_city(EXAMPLE).venues == Venue.objects.count() == 64
        assert load_city(EXAMPLE).venues == 0
        assert not Venue.objects.filter(is_demonstration=False).exists()
        assert not Venue.objects.exclude(name__startswith="演示").exists()
        assert PeoplePoint.objects.count() == 420
        assert not PeoplePoint.objects.exclude(name__startswith="演示").exists()
        assert Todo.objects.filter(key__startswith="venues.content:", closed_on=None).count() > 5

        page = Client().get(reverse("venues:find")).content.decode()
        assert page.count("演示数据") > 30
        found = coverage_of()
        assert found is not None
        assert found.is_demonstration
        assert 0.3 < (found.groups[0].cell.share or 0) < 0.99
        candidates = [f"point:{code}" for code in PeoplePoint.objects.values_list("code", flat=True)]
        terms = SitingTerms(3, 30, "farmers", candidates, Decimal("1.3"), Decimal(25))
        run = ask_siting(terms, actor=demonstration_person(Role.LEADING_OFFICE))
        run_siting(run.pk)
        run.refresh_from_db()
        assert len(run.result["places"]) == 3
        assert run.result["gap"] <= 0.005
