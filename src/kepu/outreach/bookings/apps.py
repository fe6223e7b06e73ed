"""The Django app of this room."""

from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "kepu.outreach.bookings"
    label = "bookings"
    verbose_name = "预约"
