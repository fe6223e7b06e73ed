"""Background work: by name, inside the transaction, given to another worker when its own died; progress and cancel."""

import uuid

import pytest
from django.db import connection, transaction
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from kepu.foundation.queue.choices import ProgressState
from kepu.foundation.queue.errors import JobUnknown, WorkCancelled
from kepu.foundation.queue.services import (
    care_round,
    enqueue,
    finish_progress,
    report_progress,
    request_cancel,
    retry_stalled_jobs,
    start_progress,
)

JOB = "audit.seal_entries"


def execute(sql, values=None):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone() if cursor.description else None


@pytest.mark.django_db
def test_a_job_is_asked_for_by_name():
    enqueue(JOB, lock="one", timestamp=7)

    job = ProcrastinateJob.objects.get()
    assert (job.task_name, job.args, job.lock, job.status) == (JOB, {"timestamp": 7}, "one", "todo")


@pytest.mark.django_db
def test_a_name_that_no_room_registers_is_a_bug():
    with pytest.raises(JobUnknown):
        enqueue("audit.fly")


@pytest.mark.django_db
def test_a_job_goes_with_the_work_that_is_undone():
    with transaction.atomic():
        enqueue(JOB)
        transaction.set_rollback(True)

    assert not ProcrastinateJob.objects.exists()


@pytest.mark.django_db
def test_inside_a_worker_too():
    """There procrastinate has connections of its own, which know nothing of our transaction."""
    with app.replace_connector(PsycopgConnector(conninfo="host=/nowhere")):
        with transaction.atomic():
            enqueue(JOB)
            transaction.set_rollback(True)
        assert not ProcrastinateJob.objects.exists()
        enqueue(JOB)

    assert ProcrastinateJob.objects.get().task_name == JOB


def worker(silent_seconds):
    sql = "insert into procrastinate_workers (last_heartbeat) values (now() - %s * interval '1 second') returning id"
    return execute(sql, [silent_seconds])[0]


def running_job(worker_id, tries=0):
    enqueue(JOB)
    job = ProcrastinateJob.objects.latest("id")
    sql = "update procrastinate_jobs set status = 'doing', worker_id = %s, attempts = %s where id = %s"
    execute(sql, [worker_id, tries, job.pk])
    return job


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("silent_seconds", "tries", "status"),
    [(5, 0, "doing"), (300, 0, "todo"), (300, 1, "todo"), (300, 2, "failed")],
    ids=["its worker lives", "once", "twice", "three times"],
)
def test_a_job_whose_worker_died_runs_again_but_not_for_ever(silent_seconds, tries, status):
    job = running_job(worker(silent_seconds), tries)

    assert retry_stalled_jobs() == (status == "todo")

    job.refresh_from_db()
    assert (job.status, job.attempts) == (status, tries + (status != "doing"))


@pytest.mark.django_db
def test_progress_is_told_and_its_owner_can_stop_it():
    work = start_progress("导入台账", owner_id=7, total=200)
    report_progress(work.pk, done=50, message="第 50 行")
    work.refresh_from_db()
    assert (work.percent, work.state, work.message, work.is_over) == (25, ProgressState.RUNNING, "第 50 行", False)

    assert not request_cancel(work.pk, owner_id=8), "somebody else's work"
    assert request_cancel(work.pk, owner_id=7)
    with pytest.raises(WorkCancelled, match="已按您的要求停止"):
        report_progress(work.pk, done=60)

    finish_progress(work.pk, state=ProgressState.CANCELLED)
    work.refresh_from_db()
    assert work.is_over
    assert not request_cancel(work.pk, owner_id=7), "nothing left to stop"
    assert not request_cancel(uuid.uuid4(), owner_id=7)


@pytest.mark.django_db
def test_progress_of_an_unknown_total_has_no_percent():
    assert start_progress("导入", owner_id=None).percent is None


@pytest.mark.django_db
def test_what_fails_in_a_round_is_undone_and_told_and_the_rest_is_done():
    def note(name: str) -> str:
        execute("insert into kepu_noted values (%s)", [name])
        if name == "b":
            raise ValueError(name)
        return name.upper()

    execute("create temporary table kepu_noted (name text)")
    with pytest.raises(ExceptionGroup) as told, care_round() as care:
        done = care.each(note, ["a", "b", "c"])

    assert done == ["A", "C"]
    assert execute("select string_agg(name, '' order by name) from kepu_noted") == ("ac",)
    assert [str(one) for one in told.value.exceptions] == ["b"]


def test_a_round_in_which_nothing_fails_says_nothing():
    with care_round() as care:
        assert care.each(str, ()) == []
