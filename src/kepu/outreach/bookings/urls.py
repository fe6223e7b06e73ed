"""Paths of bookings."""

from django.urls import path

from kepu.outreach.bookings import views

app_name = "bookings"

urlpatterns = [
    path("book/mine/", views.own.listing, name="mine"),
    path("book/mine/<int:pk>/", views.own.booking, name="own"),
    path("book/mine/<int:pk>/cancel/", views.own.cancel, name="own_cancel"),
    path("book/mine/<int:pk>/accept/", views.own.accept, name="own_accept"),
    path("book/of/<str:subject>/", views.public.slots, name="slots"),
    path("book/<int:pk>/", views.public.slot, name="slot"),
    path("desk/bookings/", views.desk.listing, name="desk"),
    path("desk/bookings/open/<str:subject>/", views.desk.open_slot, name="desk_open"),
    path("desk/bookings/series/<str:subject>/", views.desk.series, name="desk_series"),
    path("desk/bookings/<int:pk>/", views.desk.slot, name="desk_slot"),
    path("desk/bookings/<int:pk>/resize/", views.desk.resize, name="desk_resize"),
    path("desk/bookings/<int:pk>/cancel/", views.desk.cancel, name="desk_cancel"),
    path("desk/bookings/<int:pk>/book/", views.desk.book_for, name="desk_book"),
    path("desk/bookings/<int:pk>/drop/<int:booking>/", views.desk.drop, name="desk_drop"),
    path("desk/bookings/<int:pk>/gate/", views.gate.gate, name="gate"),
    path("desk/bookings/<int:pk>/gate/code/", views.gate.by_code, name="gate_code"),
    path("desk/bookings/<int:pk>/gate/admit/", views.gate.admit, name="gate_admit"),
    path("desk/bookings/<int:pk>/gate/arrive/<int:booking>/", views.gate.arrive, name="gate_arrive"),
    path("desk/bookings/<int:pk>/gate/arrivals/", views.gate.arrivals, name="gate_arrivals"),
    path("desk/bookings/<int:pk>/gate/list.<str:kind>", views.gate.download, name="gate_list"),
]
