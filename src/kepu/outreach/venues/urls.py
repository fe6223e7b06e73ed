"""Paths of the venues."""

from django.urls import path

from kepu.outreach.venues import views

app_name = "venues"

urlpatterns = [
    path("venues/", views.public.find, name="find"),
    path("venues/<int:pk>/", views.public.venue, name="public"),
    path("desk/venues/", views.desk.listing, name="desk"),
    path("desk/venues/list.<str:kind>", views.desk.export, name="export"),
    path("desk/venues/new/", views.desk.new, name="new"),
    path("desk/venues/rosters/", views.rosters.bring, name="rosters"),
    path("desk/venues/rosters/template.xlsx", views.rosters.template, name="roster_template"),
    path("desk/venues/rosters/<uuid:pk>/", views.rosters.roster, name="roster"),
    path("desk/venues/rosters/<uuid:pk>/register/", views.rosters.register, name="roster_register"),
    path("desk/venues/rosters/rows/<int:pk>/", views.rosters.decide, name="roster_decide"),
    path("desk/venues/coverage/", views.coverage.coverage, name="coverage"),
    path("desk/venues/points/", views.coverage.points, name="points"),
    path("desk/venues/travel/", views.coverage.travel, name="travel"),
    path("desk/venues/travel/template.xlsx", views.coverage.travel_template, name="travel_template"),
    path("desk/venues/travel/places.<str:kind>", views.coverage.travel_places, name="travel_places"),
    path("desk/venues/points/template.xlsx", views.coverage.points_template, name="points_template"),
    path("desk/venues/siting/", views.coverage.siting, name="siting"),
    path("desk/venues/siting/<uuid:pk>/", views.coverage.sited, name="sited"),
    path("desk/venues/siting/<uuid:pk>/cancel/", views.coverage.cancel, name="siting_cancel"),
    path("desk/venues/accreditations/<int:pk>/renew/", views.venue.renew, name="renew"),
    path("desk/venues/accreditations/<int:pk>/end/", views.venue.end, name="end"),
    path("desk/venues/<int:pk>/", views.venue.venue, name="venue"),
    path("desk/venues/<int:pk>/change/", views.desk.change, name="change"),
    path("desk/venues/<int:pk>/drop/<str:what>/<int:one>/", views.venue.drop, name="drop"),
    *(path(f"desk/venues/<int:pk>/{name}/", views.venue.act(name), name=name) for name in views.venue.ACTS),
]
