"""Paths of the tours."""

from django.urls import path

from kepu.outreach.tours.views import desk, plans, public, vans

app_name = "tours"

urlpatterns = [
    path("vans/", public.month, name="public"),
    path("desk/tours/", desk.desk, name="desk"),
    path("desk/tours/new/", desk.new, name="new"),
    path("desk/tours/wishes/<int:pk>/withdraw/", desk.withdraw, name="withdraw"),
    path("desk/tours/plans/", plans.listing, name="plans"),
    path("desk/tours/plans/<int:pk>/", plans.plan, name="plan"),
    path("desk/tours/plans/<int:pk>/<str:what>/", plans.act, name="plan_act"),
    path("desk/tours/vans/", vans.listing, name="vans"),
    path("desk/tours/vans/<int:pk>/", vans.van, name="van"),
    path("desk/tours/vans/<int:pk>/trips/", vans.log, name="log"),
    path("desk/tours/trips/<int:pk>/strike/", vans.strike, name="strike"),
]
