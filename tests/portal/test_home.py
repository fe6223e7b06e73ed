import pytest
from django.urls import reverse

from kepu.plan.models import NamedSystem
from kepu.plan.services import name_systems
from tests.plan.factories import small_plan

pytestmark = pytest.mark.django_db


def test_an_empty_site_says_what_to_do(client):
    page = client.get(reverse("portal:home")).content.decode()

    assert "还没有方案上线" in page
    assert reverse("plan:bring") in page


def test_the_front_page_shows_the_one_number_and_every_task(client):
    plan = small_plan()

    page = client.get(reverse("portal:home")).content.decode()

    assert "公民具备科学素质的比例" in page
    for slug in ("2-1", "2-2"):
        assert reverse("plan:task", args=[plan.slug, slug]) in page


def test_systems_are_linked_where_they_work_and_marked_where_they_do_not(client):
    plan = small_plan()
    name_systems(
        plan,
        [
            {"task": "二(一)", "name": "任务分解", "mechanism": "plan"},
            {"task": "二(二)", "name": "科普大篷车", "mechanism": "venues"},
        ],
        actor=None,
    )

    page = client.get(reverse("portal:systems")).content.decode()

    assert NamedSystem.objects.count() == 2
    assert page.count("去用") == 1
    assert page.count("待建") >= 1
