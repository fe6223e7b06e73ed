"""Paths of closing a plan."""

from django.urls import path

from kepu.plan.closing import views

app_name = "closing"

urlpatterns = [
    path("desk/plan/<slug:slug>/close/", views.close, name="close"),
    path("plan/<slug:slug>/final/", views.final, name="final"),
]
