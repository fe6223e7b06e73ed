"""Large spreadsheets: a job whose progress is seen, that can be stopped, and that survives a killed worker."""

import threading
import uuid
from datetime import date, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from kepu.directory.notices.models import Notice
from kepu.directory.register.choices import Role
from kepu.foundation import clock
from kepu.foundation.queue.choices import ProgressState
from kepu.foundation.queue.models import Progress
from kepu.foundation.queue.services import request_cancel
from kepu.ledger.models import Fact, SheetImport
from kepu.ledger.services import (
    check_rollups,
    importing,
    resume_imports,
    run_import,
    start_import,
)
from kepu.ledger.services.indicators import load_indicators
from tests.factories import PersonFactory
from tests.ledger.factories import csv_file, make_city
from tests.ledger.sheets import GOOD, bring, nothing_is_stored, table


@pytest.fixture(autouse=True)
def _a_day():
    with clock.fixed(date(2024, 9, 15)):
        yield


@pytest.fixture
def large(monkeypatch):
    """Let every file be a large one, and the reader report often."""
    monkeypatch.setattr(importing, "AT_ONCE_BYTES", 0)
    monkeypatch.setattr("kepu.foundation.sheets.reading._REPORT_EVERY", 10)


def many(count: int):
    day = date(2024, 1, 1)
    return csv_file(rows=[f"{day + timedelta(days=n % 200)},{n % 7}" for n in range(count)])


def test_a_large_file_waits_for_its_job(office, city, large):
    answer, found = bring(office, table(GOOD))

    assert found.progress.state == ProgressState.WAITING
    assert "排队中" in answer.content.decode()
    assert 'hx-trigger="every 1s"' in answer.content.decode()
    job = ProcrastinateJob.objects.get(task_name="ledger.run_import")
    assert job.args == {"import_id": str(found.pk)}
    assert nothing_is_stored()

    run_import(found.pk)

    fragment = office.get(reverse("ledger:import_result", args=[found.pk]), headers={"HX-Request": "true"})
    assert "都登记好了" in fragment.content.decode()
    assert "hx-trigger" not in fragment.content.decode()
    assert Notice.objects.get(person=city.officer).url == reverse("ledger:import_result", args=[found.pk])


def test_how_far_it_has_come_can_be_seen(office, city, large, monkeypatch):
    found = start_import(many(95), actor=city.officer)
    seen = []
    report = importing.report_progress

    def watched(progress_id, **values):
        report(progress_id, **values)
        progress = Progress.objects.get(pk=progress_id)
        seen.append((progress.done, progress.total, progress.percent))

    monkeypatch.setattr(importing, "report_progress", watched)
    run_import(found.pk)

    assert found.progress.total == 95
    assert [done for done, _total, _percent in seen] == [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95]
    assert seen[5] == (50, 95, 52)


def test_cancelling_stops_it_and_stores_nothing(office, city, large, monkeypatch):
    found = start_import(many(95), actor=city.officer)
    report = importing.report_progress

    def asked(progress_id, *, done, **values):
        if done == 50:
            request_cancel(progress_id, owner_id=city.officer.pk)
        report(progress_id, done=done, **values)

    monkeypatch.setattr(importing, "report_progress", asked)
    run_import(found.pk)

    found.refresh_from_db()
    assert found.progress.state == ProgressState.CANCELLED
    assert nothing_is_stored()
    page = office.get(reverse("ledger:import_result", args=[found.pk])).content.decode()
    assert "已停止" in page
    run_import(found.pk)  # over is over
    assert nothing_is_stored()


def test_the_owner_stops_it_by_the_button_and_nobody_else(client, city, large):
    liaison = PersonFactory(role=Role.LIAISON, organisation=city.bureau)
    found = start_import(csv_file(body="市教育局"), actor=liaison)
    stop = reverse("ledger:import_cancel", args=[found.pk])
    client.force_login(city.officer)
    assert client.post(stop).status_code == 403

    client.force_login(liaison)
    assert "停止导入" in client.get(reverse("ledger:import_result", args=[found.pk])).content.decode()
    answer = client.post(stop, follow=True)
    assert "已请求停止" in answer.content.decode()
    run_import(found.pk)

    assert nothing_is_stored()
    assert "停不下来了" in client.post(stop, follow=True).content.decode()


def test_a_bug_ends_the_waiting_and_rises(city, large, monkeypatch):
    found = start_import(csv_file(), actor=city.officer)
    monkeypatch.setattr(importing, "load_facts", lambda *_rows, **_options: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        run_import(found.pk)

    progress = Progress.objects.get(pk=found.progress_id)
    assert (progress.state, progress.message) == (ProgressState.FAILED, importing.broken())


def test_a_lost_file_is_told(city, large):
    found = start_import(csv_file(), actor=city.officer)
    SheetImport.objects.filter(pk=found.pk).update(file=None)

    run_import(found.pk)

    assert "请重新上传" in Progress.objects.get(pk=found.progress_id).message


def test_an_import_whose_worker_was_killed_is_asked_for_again_and_gives_up_at_last(city, large):
    found = start_import(csv_file(), actor=city.officer)
    ProcrastinateJob.objects.all().delete()
    assert resume_imports() == 0  # it waits, its job is in the queue
    Progress.objects.filter(pk=found.progress_id).update(state=ProgressState.RUNNING)
    assert resume_imports() == 0  # it was heard of lately

    def grow_old():
        with connection.cursor() as cursor:
            cursor.execute("update queue_progress set updated_at = now() - interval '1 hour'")

    grow_old()
    assert resume_imports() == 1
    assert resume_imports() == 0
    assert ProcrastinateJob.objects.filter(task_name="ledger.run_import").count() == 1
    SheetImport.objects.update(attempts=importing.MOST_ATTEMPTS)
    grow_old()
    assert resume_imports() == 0
    assert Progress.objects.get(pk=found.progress_id).state == ProgressState.FAILED


@pytest.mark.django_db(transaction=True)
def test_a_worker_loads_it_and_a_second_one_beside_it_does_nothing(large):
    load_indicators(actor=None)
    city = make_city()
    found = start_import(many(95), actor=city.officer)
    held, go_on = threading.Event(), threading.Event()

    def hold():
        with importing._alone_with(found.pk) as is_alone:
            assert is_alone
            held.set()
            go_on.wait(20)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    assert held.wait(20)
    run_import(found.pk)
    assert nothing_is_stored()
    go_on.set()
    other.join()

    with app.replace_connector(app.connector.get_worker_connector()) as working:
        working.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)

    found.refresh_from_db()
    assert (found.progress.state, found.added) == (ProgressState.DONE, 95)
    assert Fact.objects.count() == 95
    assert check_rollups().is_sound


def test_an_unknown_import_is_not_there(office):
    assert office.get(reverse("ledger:import_result", args=[uuid.uuid4()])).status_code == 404
