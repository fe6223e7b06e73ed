"""Paths of the plan room."""

from django.urls import path

from kepu.plan import views

app_name = "plan"

urlpatterns = [
    path("plan/", views.newest, name="overview"),
    path("plan/<slug:slug>/", views.overview, name="plan"),
    path("plan/<slug:slug>/tasks/<str:task_slug>/", views.task, name="task"),
    path("plan/<slug:slug>/bodies/<int:pk>/", views.body, name="body"),
    path("bring/", views.bring, name="bring"),
]
