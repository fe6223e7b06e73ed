"""States of long work."""

from django.db.models import TextChoices


class ProgressState(TextChoices):
    WAITING = "waiting", "等待中"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "未完成"
    CANCELLED = "cancelled", "已取消"


def progress_states() -> list[tuple[str, str]]:
    return ProgressState.choices
