import json
import re

import pytest
from django.urls import reverse

from kepu.directory.register.queries import city, districts
from kepu.directory.register.services import load_outline
from kepu.foundation import clock
from kepu.foundation.codes.models import Parameter
from kepu.foundation.codes.services import load_rooms
from kepu.plan.tasks.models import NamedSystem
from kepu.plan.tasks.services import name_systems
from tests.plan.factories import small_plan
from tests.plan.worlds import DAY, public_pages, seven_states

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
            {"task": "二(二)", "name": "应急科普协调联动", "mechanism": "emergency"},
            {"task": "二(二)", "name": "科普场馆", "mechanism": "venues"},
        ],
        actor=None,
    )

    page = client.get(reverse("portal:systems")).content.decode()

    assert NamedSystem.objects.count() == 3
    assert page.count("去用") == 2
    assert page.count("待建") >= 1


def test_a_real_site_with_real_facts_marks_nothing(client):
    with clock.fixed(DAY):
        world = seven_states(is_demonstration=False)
        pages = {path: client.get(path).content.decode() for path in public_pages(world)}

    for path, page in pages.items():
        assert 'class="made-up"' not in page, path
        assert "demo-banner" not in page, path


def test_the_page_about_the_site_says_who_runs_it_and_says_when_nobody_wrote_it_down(client):
    load_rooms()
    assert client.get(reverse("portal:about")).content.decode().count("还没有填写") == 2

    Parameter.objects.filter(name="site.operator").update(override="示例市科协", is_overridden=True)
    page = client.get(reverse("portal:about")).content.decode()

    assert "示例市科协" in page
    assert page.count("还没有填写") == 1
    for anchor in re.findall(r'href="#(\w+)"', page):
        assert f'id="{anchor}"' in page


def test_systems_stand_under_the_plans_own_headings(client):
    plan = small_plan()
    name_systems(plan, [{"task": "二(一)", "name": "甲", "mechanism": "x"}], actor=None)

    page = client.get(reverse("portal:systems")).content.decode()

    assert "重点任务" in page
    assert reverse("plan:task", args=[plan.slug, "2-1"]) in page


def test_districts_are_drawn_only_from_a_map_with_its_number_else_as_tiles(client):
    with clock.fixed(DAY):
        seven_states()
        before = client.get(reverse("portal:home")).content.decode()
        places = list(districts())
        features = [
            {"type": "Feature", "properties": {"code": place.code}, "geometry": {"type": "Polygon", "coordinates": [
                [[120 + n, 36], [121 + n, 36], [121 + n, 37], [120 + n, 36]]]}}
            for n, place in enumerate(places)
        ]  # fmt: skip
        load_outline(
            json.dumps({"features": features}).encode(), region=city(), review_number="示SG(2024)001号", actor=None
        )
        after = client.get(reverse("portal:home")).content.decode()

    assert "审图号" not in before
    assert "district-map" not in before
    drawn = after.split('class="district-map"', 1)[1].split("</svg>", 1)[0]
    assert drawn.count('<path d="M') == len(places) > 0
    assert "审图号：示SG(2024)001号" in after
    assert "place-map" not in after
