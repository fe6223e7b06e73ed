"""What other apps put on the page of a task."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from kepu.plan.tasks.models import Task
from kepu.plan.tasks.queries import Panel, Place, panels, register_panel
from tests.plan.factories import small_plan


@pytest.fixture
def said() -> Iterator[list[tuple[str, date]]]:
    asked: list[tuple[str, date]] = []

    def provider(task: Task, day: date) -> Panel | None:
        asked.append((task.code, day))
        return Panel("plan/_made_up.html", None) if task.code == "二(一)" else None

    before = {place: list(known) for place, known in panels._providers.items()}
    register_panel(Place.PUBLIC_TASK, provider)
    yield asked
    panels._providers.clear()
    panels._providers.update(before)


@pytest.mark.django_db
def test_a_panel_is_asked_for_the_task_and_the_day_that_are_shown(said: list[tuple[str, date]], client: Client) -> None:
    plan = small_plan()
    for task in plan.tasks.all():
        answer = client.get(reverse("plan:task", args=[plan.slug, task.slug]), {"day": "2024-05-01"})
        assert answer.status_code == 200
        assert len(answer.context["page"].panels) == (1 if task.code == "二(一)" else 0)
    assert said == [(task.code, date(2024, 5, 1)) for task in plan.tasks.all()]
