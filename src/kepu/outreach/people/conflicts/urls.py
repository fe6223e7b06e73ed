"""Paths of the conflicts of interest."""

from django.urls import path

from kepu.outreach.people.conflicts import views

app_name = "conflicts"

urlpatterns = [
    path("me/ties/", views.own.ties, name="own"),
    path("me/ties/<int:pk>/end/", views.own.end, name="own_end"),
    path("desk/conflicts/", views.desk.listing, name="desk"),
    path("desk/conflicts/new/", views.desk.new, name="new"),
    path("desk/conflicts/check/", views.desk.check, name="check"),
    path("desk/conflicts/<int:pk>/end/", views.desk.end, name="end"),
    path("desk/conflicts/identities/", views.desk.identities, name="identities"),
    path("desk/conflicts/identities/<int:pk>/", views.desk.decide, name="decide"),
    path("desk/conflicts/identities/<int:pk>/undo/", views.desk.undo, name="undo"),
]
