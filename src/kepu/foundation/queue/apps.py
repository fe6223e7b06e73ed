"""The queue as a Django app, and the discovery of every room's jobs and subscribers."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class QueueConfig(AppConfig):
    name = "kepu.foundation.queue"
    label = "queue"
    verbose_name = "后台任务"

    def ready(self) -> None:
        autodiscover_modules("jobs", "subscribers")
