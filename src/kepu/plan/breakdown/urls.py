"""Paths of this room."""

from django.urls import path

from kepu.plan.breakdown import views

app_name = "breakdown"

_TARGET = "desk/breakdown/<slug:slug>/targets/<int:pk>"

urlpatterns = [
    path("plan/<slug:slug>/targets/<int:pk>/breakdown/", views.public.target, name="target"),
    path("plan/<slug:slug>/targets/<int:pk>/breakdown.<str:kind>", views.public.export, name="export"),
    path("desk/breakdown/", views.desk.listing, name="desk"),
    path("desk/breakdown/children/", views.children.listing, name="children"),
    path("desk/breakdown/children/<int:pk>/", views.children.child, name="child"),
    path("desk/breakdown/children/<int:pk>/unlink/", views.children.unlink, name="unlink"),
    path(f"{_TARGET}/", views.editing.edit, name="edit"),
    path(f"{_TARGET}/start/", views.editing.start, name="start"),
    path(f"{_TARGET}/discard/", views.editing.discard, name="discard"),
    path(f"{_TARGET}/import/", views.editing.upload, name="import"),
    path(f"{_TARGET}/template.xlsx", views.editing.template, name="template"),
    path(f"{_TARGET}/draft.<str:kind>", views.editing.draft_table, name="draft_table"),
]
