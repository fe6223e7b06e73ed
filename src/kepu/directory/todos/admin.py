"""To-do items in the admin, for looking only."""

from django.contrib import admin
from django.http import HttpRequest

from kepu.directory.todos.models import Todo


@admin.register(Todo)
class TodoAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("title", "addressee", "due_on", "opened_on", "closed_on")
    list_filter = ("role", "closed_on")
    search_fields = ("title", "key")
    list_select_related = ("person", "organisation", "region")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Items are hung up by what happens, not by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Todo | None = None) -> bool:
        """Items close by themselves."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Todo | None = None) -> bool:
        """What was asked of somebody stays known."""
        return False
