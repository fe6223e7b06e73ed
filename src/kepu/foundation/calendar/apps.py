"""The calendar as a Django app."""

from django.apps import AppConfig


class CalendarConfig(AppConfig):
    name = "kepu.foundation.calendar"
    label = "calendar"
    verbose_name = "工作日历"
