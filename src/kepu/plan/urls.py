"""Paths of the plan room."""

from django.urls import path

from kepu.plan import views

app_name = "plan"

drafts_urls = [
    path("bring/", views.bring, name="bring"),
    path("bring/samples/<str:name>", views.sample, name="sample"),
    path("desk/plan/import/", views.drafts.listing, name="drafts"),
    path("desk/plan/import/<uuid:pk>/", views.checking.check, name="draft"),
    path("desk/plan/import/<uuid:pk>/news/", views.checking.news, name="draft_news"),
    path("desk/plan/import/<uuid:pk>/edit/<str:key>/", views.checking.edit, name="draft_edit"),
    path("desk/plan/import/<uuid:pk>/add/<str:thing>/", views.checking.add, name="draft_add"),
    path("desk/plan/import/<uuid:pk>/mark/", views.checking.mark, name="draft_mark"),
    path("desk/plan/import/<uuid:pk>/undo/", views.checking.undo, name="draft_undo"),
    path("desk/plan/import/<uuid:pk>/place/", views.checking.place, name="draft_place"),
    path("desk/plan/import/<uuid:pk>/bodies/", views.bodies.bodies, name="draft_bodies"),
    path("desk/plan/import/<uuid:pk>/bodies/choose/", views.bodies.choose_body, name="draft_body"),
    path("desk/plan/import/<uuid:pk>/compare/", views.comparing.compare, name="draft_compare"),
    path("desk/plan/import/<uuid:pk>/compare/accept/", views.comparing.accept_links, name="draft_accept_links"),
    path("desk/plan/import/<uuid:pk>/confirm/", views.confirming.confirm, name="draft_confirm"),
    path("desk/plan/import/<uuid:pk>/discard/", views.drafts.discard, name="draft_discard"),
    path("desk/plan/import/<uuid:pk>/resume/", views.drafts.resume, name="draft_resume"),
]

urlpatterns = [
    path("plan/", views.newest, name="overview"),
    path("plan/<slug:slug>/", views.overview, name="plan"),
    path("plan/<slug:slug>/tasks/<str:task_slug>/", views.task, name="task"),
    path("plan/<slug:slug>/bodies/<int:pk>/", views.body, name="body"),
    *drafts_urls,
]
