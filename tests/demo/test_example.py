from pathlib import Path

import pytest

from kepu.demo.services import load_city
from kepu.directory.register.models import Organisation, Region
from kepu.plan.tasks.models import Duty, Plan, Target

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "qingdao"


@pytest.mark.django_db
def test_the_example_city_loads_once_and_gives_the_plans_counts():
    first = load_city(EXAMPLE)
    second = load_city(EXAMPLE)

    assert (first.organisations, first.tasks) == (25, 32)
    assert (second.regions, second.organisations, second.tasks) == (0, 0, 0)
    assert Region.objects.filter(level=3).count() == 10
    assert Organisation.objects.count() == 25
    assert (Duty.objects.exclude(printed_name="").count(), Target.objects.count()) == (159, 6)
    plan = Plan.objects.get()
    assert plan.is_demonstration
    assert plan.provenance == "示例文本，据青政发〔2022〕6号所载事实改写，非原文"
    assert not plan.systems.filter(task=None, section=None).exists()
