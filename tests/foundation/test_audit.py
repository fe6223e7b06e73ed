"""The trail: recorded with the work, refused to change, sealed in order, proved."""

import multiprocessing
import os
import re
import time
from datetime import date
from io import StringIO

import psycopg
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, InternalError, connection, connections, transaction
from procrastinate.contrib.django import app

from kepu.foundation.audit.choices import Fault
from kepu.foundation.audit.models import AuditEntry, AuditSeal
from kepu.foundation.audit.queries import entries_about, prove_chain, trail
from kepu.foundation.audit.services import record, record_bulk, seal_entries
from kepu.foundation.queue.models import Progress
from tests.foundation.actors import someone

ME = someone()
THING = Progress(title="某项工作")


def execute(sql, values=None):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def tamper(sql):
    """What only a superuser can do: change the tables with their triggers asleep."""
    execute("set session_replication_role = replica")
    execute(sql)
    execute("set session_replication_role = default")


@pytest.fixture(autouse=True)
def _empty_trail(request):
    """Begin without what the rooms recorded when the database was made."""
    marker = request.node.get_closest_marker("django_db")
    if marker:
        request.getfixturevalue("transactional_db" if marker.kwargs.get("transaction") else "db")
        tamper("truncate audit_entry, audit_seal")


def sealed(wanted, **more):
    """Seal until so many more are sealed: an open transaction of any database of the server holds a seal back."""
    total, until = 0, time.monotonic() + 60
    while total < wanted and time.monotonic() < until:
        total += seal_entries(**more)
    return total


def record_some(count):
    for number in range(count):
        record("plan.task.noted", THING, actor=ME, number=number)


@pytest.mark.django_db
def test_an_entry_says_who_did_what_to_which_thing():
    record("plan.task.noted", THING, actor=ME, day=date(2024, 9, 15), text="牵头单位")
    entry = entries_about(THING).get()
    assert (entry.actor_id, entry.action, entry.thing_type) == (7, "plan.task.noted", "queue.progress")
    assert entry.data == {"day": "2024-09-15", "text": "牵头单位"}


@pytest.mark.django_db
def test_the_machine_acts_without_a_person():
    record("plan.task.noted", THING, actor=None)
    assert entries_about(THING).get().actor_id is None


@pytest.mark.django_db
def test_bulk_work_is_one_entry_with_a_digest():
    record_bulk("ledger.facts.imported", "ledger.Fact", "ab" * 32, 1_000_000, ME)
    entry = AuditEntry.objects.get()
    assert (entry.thing_type, entry.data) == ("ledger.fact", {"digest": "ab" * 32, "count": 1_000_000})


@pytest.mark.django_db
def test_an_entry_goes_with_the_work_that_is_undone():
    with transaction.atomic():
        record_some(1)
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db
def test_an_entry_needs_an_action():
    with pytest.raises(IntegrityError, match="audit_entry_action_given"):
        record("", THING, actor=ME)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["audit_entry", "audit_seal"])
@pytest.mark.parametrize("change", ["update {} set {} = {}", "delete from {}", "truncate {} cascade"])
def test_the_database_refuses_to_change_the_trail(table, change):
    record_some(2)
    sealed(2)
    column = "action" if table == "audit_entry" else "seq"
    sql = change.format(table, column, column)
    with pytest.raises((InternalError, IntegrityError), match="append-only"):
        execute(sql)
    assert AuditEntry.objects.count() == AuditSeal.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_sealed_trail_is_proved_and_the_tail_reported():
    record_some(5)
    assert prove_chain().tail == 5
    assert sealed(5, batch=2) == 5
    assert seal_entries() == 0
    record_some(1)
    proof = prove_chain()
    assert (proof.holds, proof.sealed, proof.tail) == (True, 5, 1)
    assert proof.tail_oldest is not None
    assert proof.tail_oldest.total_seconds() < 60


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("sql", "seq", "fault"),
    [
        ("update audit_entry set data = '{\"number\": 9}' where id = {id}", 3, Fault.ENTRY_CHANGED),
        ("update audit_entry set actor_id = 8 where id = {id}", 3, Fault.ENTRY_CHANGED),
        ("update audit_entry set recorded_at = recorded_at - interval '1 day' where id = {id}", 3, Fault.ENTRY_CHANGED),
        ("delete from audit_entry where id = {id}", 3, Fault.ENTRY_MISSING),
        ("delete from audit_seal where seq = 3", 3, Fault.LINK_MISSING),
        ("delete from audit_seal where seq = 3; update audit_seal set seq = seq - 1 where seq > 3", 3, Fault.LINK_CUT),
        ("update audit_seal set entry_id = -entry_id where seq = 3", 3, Fault.ENTRY_MISSING),
        ("update audit_seal set hash = sha256('x') where seq = 3", 3, Fault.ENTRY_CHANGED),
    ],
)
def test_tampering_is_found_at_its_first_place(sql, seq, fault):
    record_some(5)
    sealed(5)
    entry_id = AuditSeal.objects.get(seq=3).entry_id
    tamper(sql.replace("{id}", str(entry_id)))
    broken = prove_chain().broken
    assert broken is not None
    assert (broken.seq, broken.fault) == (seq, fault)


@pytest.mark.django_db(transaction=True)
def test_cutting_off_the_end_is_found_by_a_head_noted_earlier():
    record_some(5)
    sealed(5)
    head = prove_chain().head
    assert prove_chain(expected_head=head).holds
    tamper("delete from audit_entry where id = (select entry_id from audit_seal where seq = 5)")
    tamper("delete from audit_seal where seq = 5")
    assert prove_chain().holds
    broken = prove_chain(expected_head=head).broken
    assert broken is not None
    assert broken.fault == Fault.HEAD_UNKNOWN


@pytest.mark.django_db(transaction=True)
def test_an_entry_that_commits_late_is_neither_skipped_nor_out_of_order():
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("insert into audit_entry (action) values ('plan.task.late')")
        record_some(1)
        assert seal_entries() == 0
        assert prove_chain().tail == 1
        other.commit()
    finally:
        other.close()
    assert sealed(2) == 2
    order = list(AuditSeal.objects.order_by("seq").values_list("entry__action", flat=True))
    assert order == ["plan.task.late", "plan.task.noted"]


@pytest.fixture
def other_database():
    """A second database on the same server, with a transaction that has written and stays open."""
    address = connection.get_connection_params()
    keys = {name: address[name] for name in ("host", "port", "user", "password") if address.get(name)}
    name = f"{connection.settings_dict['NAME']}_other"
    with psycopg.connect(**keys, dbname="postgres", autocommit=True) as server:
        server.execute(f"drop database if exists {name}")
        server.execute(f"create database {name}")
        other = psycopg.connect(**keys, dbname=name)
        try:
            other.execute("create table note (text text)")
            yield other
        finally:
            other.close()
            server.execute(f"drop database {name} with (force)")


@pytest.mark.django_db(transaction=True)
def test_an_open_transaction_of_another_database_does_not_hold_the_seal_back(other_database):
    record_some(2)

    assert seal_entries() == 2

    other_database.commit()
    assert other_database.execute("select count(*) from note").fetchone() == (0,)


def _in_a_process(target, *values):
    connections.close_all()
    context = multiprocessing.get_context("fork")
    process = context.Process(target=target, args=values)
    process.start()
    return process


def _write_many(count):
    for number in range(count):
        with transaction.atomic():
            record("plan.task.noted", THING, actor=None, pid=os.getpid(), number=number)
            if number % 3 == 0:
                record("plan.task.again", THING, actor=None, pid=os.getpid(), number=number)


def _seal_many(count):
    for _ in range(count):
        seal_entries(batch=7)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("other_database")
def test_four_writers_and_two_sealers_leave_one_unbroken_chain():
    processes = [_in_a_process(_write_many, 60) for _ in range(4)] + [_in_a_process(_seal_many, 40) for _ in range(2)]
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 6
    sealed(4 * 80 - AuditSeal.objects.count())
    proof = prove_chain()
    assert (proof.holds, proof.sealed, proof.tail) == (True, 4 * 80, 0)
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from (select lag((e.transaction_id, e.id)) over (order by s.seq) > (e.transaction_id, e.id)"
            " as is_wrong from audit_seal s join audit_entry e on e.id = s.entry_id) as o where is_wrong"
        )
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db(transaction=True)
def test_a_restored_database_goes_on_sealing():
    """Transaction numbers of a new server begin again; entries of before and after must all be sealed."""
    record_some(2)
    sealed(2)
    tamper("update audit_entry set transaction_id = (transaction_id::text::bigint + 1000000)::text::xid8")
    tamper("delete from audit_seal")
    sealed(2)
    tamper("insert into audit_entry (action, transaction_id) values ('plan.task.tail', '99000000'::xid8)")
    record_some(2)
    assert sealed(3) == 3
    record_some(1)
    assert sealed(1) == 1
    proof = prove_chain()
    assert (proof.holds, proof.sealed, proof.tail) == (True, 6, 0)


@pytest.mark.django_db(transaction=True)
def test_the_command_tells_the_proof_and_the_tail():
    record_some(3)
    sealed(3)
    record_some(1)
    out = StringIO()
    call_command("audit_verify", stdout=out)
    assert "审计链完好：3 条" in out.getvalue()
    assert "尚未封存 1 条" in out.getvalue()
    head = re.search(r"链头 (\w{64})", out.getvalue())
    assert head
    call_command("audit_verify", head=head[1], stdout=StringIO())


@pytest.mark.django_db(transaction=True)
def test_the_command_fails_on_a_broken_chain():
    record_some(3)
    sealed(3)
    tamper("update audit_entry set action = 'plan.task.other'")
    said = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("audit_verify", stdout=StringIO(), stderr=said)
    assert stopped.value.code == 1
    assert "第 1 环断裂" in said.getvalue()


@pytest.mark.django_db
def test_the_command_refuses_a_head_that_is_none():
    with pytest.raises(CommandError, match="十六进制"):
        call_command("audit_verify", head="xyz")


@pytest.mark.django_db
def test_only_auditors_and_administrators_read_the_trail():
    record_some(1)
    assert trail(actor=someone("auditor"), action="plan.", by=7).count() == 1
    assert trail(actor=someone("administrator"), thing_type="queue.progress").count() == 1
    assert trail(actor=someone("auditor"), first=date(2000, 1, 1), last=date(2000, 1, 2)).count() == 0
    assert not trail(actor=someone("leading_office", "liaison")).exists()


def test_sealing_runs_every_five_seconds():
    assert app.tasks["audit.seal_entries"].queueing_lock == "audit.seal_entries"
    periodic = [p for p in app.periodic_registry.periodic_tasks.values() if p.task.name == "audit.seal_entries"]
    instants = [periodic[0].croniter.get_next(start_time=1_700_000_000.5)]
    instants.append(periodic[0].croniter.get_next())
    assert [instant - 1_700_000_000 for instant in instants] == [5, 10]
