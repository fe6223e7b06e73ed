"""Notices in the admin, for looking only."""

from django.contrib import admin
from django.http import HttpRequest

from kepu.directory.notices.models import Notice


@admin.register(Notice)
class NoticeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("kind", "state", "attempts", "not_before", "sent_at")
    list_filter = ("kind", "state")
    fields = readonly_fields = ("kind", "key", "state", "is_urgent", "attempts", "created_at", "not_before", "sent_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Notices are written by what happens."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Notice | None = None) -> bool:
        """What was sent is not rewritten."""
        return False
