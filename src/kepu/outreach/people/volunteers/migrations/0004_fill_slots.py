"""Shifts that were planned before become slots with the same times and places, their seats bookings."""

import secrets
from typing import Any

from django.db import migrations
from django.utils import timezone

_SUBJECT = "volunteers.project"


def _slot_of(apps: Any, shift: Any) -> Any:
    at = timezone.now()
    is_over, seats = shift.ends_at <= at, shift.seats.filter(state="taken").count()
    slot = apps.get_model("bookings", "Slot").objects.create(
        subject_type=_SUBJECT, subject_id=str(shift.project_id), title=shift.project.title, place=shift.place,
        address=f"/volunteer/projects/{shift.project_id}/", starts_at=shift.starts_at, ends_at=shift.ends_at,
        opens_at=min(at, shift.starts_at), closes_at=shift.ends_at, capacity=max(shift.capacity, seats),
        state="cancelled" if shift.state == "cancelled" else "closed" if is_over else "open", rules={},
        rules_version="", is_demonstration=shift.project.is_demonstration,
    )  # fmt: skip
    apps.get_model("bookings", "ChannelQuota").objects.create(
        slot=slot, channel="shared", position=4, seats=slot.capacity, taken=0 if shift.state == "cancelled" else seats
    )
    return slot


def _booking_of(apps: Any, seat: Any) -> Any:
    came = seat.shift.hours.filter(volunteer=seat.volunteer).exclude(state="void").exists()
    state = "cancelled" if seat.state == "left" or seat.shift.state == "cancelled" else "attended" if came else "booked"
    is_held = state != "cancelled"
    return apps.get_model("bookings", "Booking").objects.create(
        slot=seat.shift.slot, person_id=seat.volunteer.person_id, party_size=1, channel="online",
        seated_in="shared" if is_held else "", state=state, secret=secrets.token_bytes(20), rules_version="",
        cancelled_by="" if is_held else "slot" if seat.shift.state == "cancelled" else "person",
        made_at=seat.taken_at, changed_at=seat.taken_at,
    )  # fmt: skip


def fill(apps: Any, _editor: Any) -> None:
    for shift in apps.get_model("volunteers", "Shift").objects.filter(slot=None).select_related("project"):
        shift.slot = _slot_of(apps, shift)
        shift.save(update_fields=["slot"])
    seats = apps.get_model("volunteers", "ShiftSeat").objects.filter(booking=None)
    for seat in seats.select_related("shift__slot", "volunteer"):
        seat.booking = _booking_of(apps, seat)
        seat.save(update_fields=["booking"])


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0003_slots")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
