"""Shifts that were planned before shifts were slots."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from kepu.foundation.clock import now
from kepu.outreach.people.volunteers.models import Shift, ShiftSeat
from tests.outreach.people.volunteers.worlds import World, volunteer

_BEFORE = [("volunteers", "0002_never_edited")]


@pytest.mark.django_db(transaction=True)
def test_planned_shifts_become_slots_with_their_seats():
    world = World()
    project, coming, left = world.project, volunteer(), volunteer()
    try:
        old = MigrationExecutor(connection)
        old.migrate(_BEFORE)
        models = old.loader.project_state(_BEFORE).apps
        times = {"starts_at": now() + timedelta(days=1), "ends_at": now() + timedelta(days=1, hours=2)}
        planned, called_off = (
            models.get_model("volunteers", "Shift").objects.create(
                project_id=project.pk, place="示例地点", capacity=3, secret=b"s" * 32, state=state, **times
            )
            for state in ("open", "cancelled")
        )
        for shift, who, state in ((planned, coming, "taken"), (planned, left, "left"), (called_off, coming, "taken")):
            models.get_model("volunteers", "ShiftSeat").objects.create(
                shift=shift, volunteer_id=who.pk, state=state, taken_at=now()
            )
    finally:
        new = MigrationExecutor(connection)
        new.migrate(new.loader.graph.leaf_nodes())  # rooms above the volunteers went back with them

    shift = Shift.objects.select_related("slot").get(pk=planned.pk)
    assert (shift.place, shift.capacity, shift.starts_at, shift.ends_at) == ("示例地点", 3, *times.values())
    assert shift.slot.quotas.get().taken == 1
    assert [seat.volunteer for seat in ShiftSeat.objects.taken()] == [coming]
    assert set(shift.slot.bookings.values_list("state", "cancelled_by")) == {("booked", ""), ("cancelled", "person")}
    gone = Shift.objects.select_related("slot").get(pk=called_off.pk)
    assert gone.is_cancelled
    assert gone.slot.bookings.get().cancelled_by == "slot"
