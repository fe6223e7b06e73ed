"""The register in the admin, for looking: accounts, bodies, regions and tokens change on the desk, by its rules."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from kepu.directory.register.models import (
    ApiToken,
    Organisation,
    OrganisationAlias,
    Person,
    Region,
    RegionPopulation,
    RoleAssignment,
)


class LookingAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Nothing is added, changed or deleted here: the desk does it, with its rules and its audit entry."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LookingInline(admin.TabularInline):  # type: ignore[type-arg]
    """Rows that are shown only."""

    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PopulationInline(LookingInline):
    model = RegionPopulation


@admin.register(Region)
class RegionAdmin(LookingAdmin):
    list_display = ("name", "code", "level", "area_class", "valid_to")
    list_filter = ("level", "area_class")
    search_fields = ("name", "code")
    inlines = (PopulationInline,)


class AliasInline(LookingInline):
    model = OrganisationAlias


@admin.register(Organisation)
class OrganisationAdmin(LookingAdmin):
    list_display = ("name", "short_name", "kind", "region", "valid_to")
    list_filter = ("kind", "level")
    list_select_related = ("region",)
    search_fields = ("name", "short_name", "aliases__name")
    inlines = (AliasInline,)


class RoleInline(LookingInline):
    model = RoleAssignment


@admin.register(Person)
class PersonAdmin(LookingAdmin):
    list_display = ("name", "login", "organisation", "is_active", "is_staff", "is_demonstration")
    list_filter = ("is_active", "is_staff", "is_demonstration")
    list_select_related = ("organisation",)
    search_fields = ("name", "login")
    exclude = ("password",)
    inlines = (RoleInline,)


@admin.register(ApiToken)
class ApiTokenAdmin(LookingAdmin):
    list_display = ("name", "owner", "prefix", "expires_at", "revoked_at", "last_used_on")
    list_select_related = ("owner",)
    exclude = ("digest",)
