"""Paths of the portal."""

from django.urls import path

from kepu.portal import views

app_name = "portal"

urlpatterns = [
    path("", views.home, name="home"),
    path("systems/", views.systems, name="systems"),
    path("verify/", views.verify_form, name="verify_form"),
    path("verify/<str:number>/<str:code>/", views.verify, name="verify"),
    path("about/", views.about, name="about"),
]
