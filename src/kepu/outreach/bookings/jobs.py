"""Care for slots every minute, telling many people, and erasing what was kept long enough."""

from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from kepu.directory.notices.queries import declare_kind
from kepu.outreach.bookings import services

declare_kind("bookings.booking", _("预约有变动"))


@app.periodic(cron="* * * * *")
@app.task(name="bookings.keep_slots", queueing_lock="bookings.keep_slots")
def keep_slots(timestamp: int = 0) -> None:  # noqa: ARG001 procrastinate names the second it was due
    services.keep_slots()


@app.periodic(cron="31 19 * * *")
@app.task(name="bookings.erase_said", queueing_lock="bookings.erase_said")
def erase_said(timestamp: int = 0) -> None:  # noqa: ARG001 procrastinate names the second it was due
    services.erase_said()


@app.task(name="bookings.tell_cancelled", retry=3)
def tell_cancelled(slot_id: int) -> None:
    services.tell_cancelled(slot_id)


@app.task(name="bookings.tell_moved", retry=3)
def tell_moved(slot_id: int, turn: int) -> None:
    services.tell_moved(slot_id, turn)


@app.task(name="bookings.tell_answers", retry=3)
def tell_answers(slot_id: int) -> None:
    services.tell_answers(slot_id)
