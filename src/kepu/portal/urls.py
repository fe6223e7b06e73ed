"""Paths of the portal."""

from django.urls import path

from kepu.portal import views

app_name = "portal"

urlpatterns = [
    path("", views.home, name="home"),
    path("systems/", views.systems, name="systems"),
    path("about/", views.about, name="about"),
]
