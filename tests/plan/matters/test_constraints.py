"""What the database refuses."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, connection, transaction

from kepu.foundation.clock import fixed
from kepu.plan.matters.models import AgendaItem, AgreedDuty, Matter, MatterFile, MatterStep, Meeting, MeetingPaper
from kepu.plan.matters.services import attach_file
from tests.kept import kept
from tests.plan.matters.scenes import MONDAY, Scene
from tests.plan.matters.test_pages import entry_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday():
    with fixed(MONDAY):
        yield


_built, scene = kept(Scene, on=MONDAY)


@pytest.mark.parametrize(
    ("name", "model", "values"),
    [
        ("matter_state_known", Matter, {"state": "praised"}),
        ("matter_says_what", Matter, {"difficulty": ""}),
        ("matter_ended_has_day", Matter, {"state": "closed"}),
        ("matter_ended_has_day", Matter, {"closed_on": MONDAY}),
        ("meeting_state_known", Meeting, {"state": "merry", "issued_on": None}),
        ("meeting_issued_on_a_day", Meeting, {"issued_on": None}),
        ("agenda_outcome_says_how", AgendaItem, {"decision": ""}),
        ("agenda_outcome_says_how", AgendaItem, {"outcome": "merry"}),
        ("agenda_public_is_decided", AgendaItem, {"outcome": "deferred", "is_public": True}),
        ("agreed_duty_says_what", AgreedDuty, {"text": ""}),
        ("meeting_paper_kind_known", MeetingPaper, {"kind": "poem"}),
        ("meeting_paper_once", MeetingPaper, {"kind": "agenda"}),
    ],
)
def test_what_cannot_be_is_refused(scene, name, model, values):
    scene.issued()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        model.objects.update(**values)


def test_a_matter_is_on_one_agenda_at_a_time(scene):
    item = scene.item()
    other = scene.called()
    with pytest.raises(IntegrityError, match="agenda_matter_on_one_at_a_time"), transaction.atomic():
        AgendaItem.objects.create(meeting=other, matter=item.matter, position=1)
    AgendaItem.objects.update(outcome="deferred", decision="下次")
    with pytest.raises(IntegrityError, match="agenda_item_once"), transaction.atomic():
        AgendaItem.objects.create(meeting=item.meeting, matter=item.matter, position=2)


def test_an_obstacle_is_one_matter_and_a_step_one_duty(scene):
    entry = entry_of(scene)
    first, second = scene.raised(), scene.raised(title="又一件")
    Matter.objects.filter(pk=first.pk).update(source=entry)
    with pytest.raises(IntegrityError, match="matter_obstacle_once"), transaction.atomic():
        Matter.objects.filter(pk=second.pk).update(source=entry)
    duty = scene.issued()
    again = {"item": duty.item, "task": duty.task, "body": duty.body, "text": "乙", "due_on": duty.due_on}
    with pytest.raises(IntegrityError, match="agreed_duty_one_step_each"), transaction.atomic():
        AgreedDuty.objects.create(milestone=duty.milestone, **again)


def test_a_file_is_attached_once(scene):
    matter = scene.raised()
    first = attach_file(matter.pk, SimpleUploadedFile("a.txt", "甲".encode()), actor=scene.liaison)
    with pytest.raises(IntegrityError, match="matter_file_once"), transaction.atomic():
        MatterFile.objects.create(matter=matter, file=first.file)


def test_the_trail_is_never_changed(scene):
    step = scene.raised().steps.get()
    for change in (
        lambda: MatterStep.objects.filter(pk=step.pk).update(text="别的"),
        lambda: MatterStep.objects.filter(pk=step.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("truncate matter_step")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("matter_step_kind_known", {"kind": "praised"}),
        ("matter_step_who_known", {"who": "ghost"}),
        ("matter_step_person_named", {"who": "person"}),
    ],
)
def test_a_step_is_whole(scene, name, values):
    matter = scene.raised()
    given = {"matter": matter, "at": matter.steps.get().at, "day": MONDAY, "kind": "raised", "who": "system"} | values
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        MatterStep.objects.create(**given)
