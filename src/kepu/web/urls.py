"""Addresses of the shared look."""

from django.urls import path
from django.views.i18n import set_language

from kepu.web import views

app_name = "web"

urlpatterns = [
    path("display/elder/", views.elder, name="elder"),
    path("display/theme/", views.theme, name="theme"),
    path("display/language/", set_language, name="language"),
    path("service-worker.js", views.service_worker, name="service_worker"),
    path("desk/look/", views.look, name="look"),
]
