"""The Django app of this room."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "kepu.foundation.search"
    label = "search"
    verbose_name = "检索"
