"""Paths of periods and reports."""

from django.urls import path

from kepu.plan.reports.views import desk, judging, public, writing

app_name = "reports"

urlpatterns = [
    path("desk/reports/", desk.desk, name="desk"),
    path("desk/reports/plans/<slug:slug>/", desk.overview, name="overview"),
    path("desk/reports/plans/<slug:slug>/calendar/", desk.calendar, name="calendar"),
    path("desk/reports/plans/<slug:slug>/open/", desk.open_period, name="open_period"),
    path("desk/reports/periods/<int:pk>/", desk.period, name="period"),
    path("desk/reports/<int:pk>/", writing.report, name="report"),
    path("desk/reports/<int:pk>/save/", writing.save, name="save"),
    path("desk/reports/<int:pk>/submit/", writing.submit, name="submit"),
    path("desk/reports/<int:pk>/pass/", judging.pass_on, name="pass"),
    path("desk/reports/<int:pk>/return/", judging.give_back, name="return"),
    path("desk/reports/<int:pk>/accept/", judging.accept, name="accept"),
    path("desk/reports/<int:pk>/extend/", judging.extend, name="extend"),
    path("plan/<slug:slug>/reports/", public.listing, name="public"),
    path("plan/<slug:slug>/reports/<int:pk>/", public.report, name="public_report"),
]
