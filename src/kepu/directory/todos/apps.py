"""The Django app of this room."""

from django.apps import AppConfig


class TodosConfig(AppConfig):
    name = "kepu.directory.todos"
    label = "todos"
    verbose_name = "待办"
