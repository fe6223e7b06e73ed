"""Paths of monitoring reports."""

from django.urls import path

from kepu.plan.monitoring import views

app_name = "monitoring"

urlpatterns = [
    path("desk/monitoring/", views.desk, name="desk"),
    path("desk/monitoring/plans/<slug:slug>/", views.listing, name="plan"),
    path("desk/monitoring/<int:pk>/", views.report, name="report"),
    path("desk/monitoring/<int:pk>/texts/<str:place>/", views.text, name="text"),
    path("desk/monitoring/<int:pk>/refresh/", views.refresh, name="refresh"),
    path("desk/monitoring/<int:pk>/papers/", views.papers, name="papers"),
    path("desk/monitoring/<int:pk>/publish/", views.publish, name="publish"),
    path("desk/monitoring/<int:pk>/number/", views.number, name="number"),
    path("monitoring/<int:pk>/charts/<int:number>.svg", views.chart, name="chart"),
    path("plan/<slug:slug>/monitoring/", views.public_list, name="public"),
    path("plan/<slug:slug>/monitoring/<int:pk>/", views.public_report, name="public_report"),
]
