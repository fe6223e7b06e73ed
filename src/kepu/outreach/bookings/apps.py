"""The Django app of this room."""

from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "kepu.outreach.bookings"
    label = "bookings"
    verbose_name = "预约"

    def ready(self) -> None:
        from kepu.outreach.bookings import subscribers  # noqa: F401 (listens from now on)
