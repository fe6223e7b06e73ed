"""Paths of this room."""

from django.urls import URLPattern

app_name = "breakdown"

urlpatterns: list[URLPattern] = []
