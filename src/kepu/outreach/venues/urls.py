"""Paths of the venues."""

from django.urls import path

from kepu.outreach.venues import views

app_name = "venues"

urlpatterns = [
    path("venues/", views.public.find, name="find"),
    path("venues/<int:pk>/", views.public.venue, name="public"),
]
