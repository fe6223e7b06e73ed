"""The Django app of this room."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "kepu.foundation.files"
    label = "files"
    verbose_name = "文件"
