"""The demonstration as a Django app; it has commands and no tables."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "kepu.demo"
    label = "demo"
    verbose_name = "演示"
