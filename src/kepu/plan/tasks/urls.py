"""Paths of the plan room."""

from django.urls import path

from kepu.plan.tasks import views

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

desk_urls = [
    path("desk/plan/", views.tasks.desk, name="desk"),
    path("desk/plan/<slug:slug>/", views.tasks.desk, name="desk_plan"),
    path("desk/plan/<slug:slug>/tasks.<str:kind>", views.tasks.export, name="desk_export"),
    path("desk/plan/<slug:slug>/make/", views.decisions.make, name="make_task"),
    path("desk/plan/<slug:slug>/tasks/<str:task_slug>/", views.tasks.task, name="desk_task"),
    path("desk/plan/<slug:slug>/tasks/<str:task_slug>/lead/", views.decisions.lead, name="decide_lead"),
    path("desk/plan/<slug:slug>/tasks/<str:task_slug>/evidence/", views.decisions.evidence, name="choose_evidence"),
    path("desk/plan/<slug:slug>/tasks/<str:task_slug>/milestones/", views.decisions.milestones, name="set_milestones"),
    path("desk/plan/<slug:slug>/milestones/<int:pk>/done/", views.decisions.done, name="complete_milestone"),
    path("desk/plan/<slug:slug>/milestones/<int:pk>/reopen/", views.decisions.reopen, name="reopen_milestone"),
    path("desk/plan/<slug:slug>/targets/<int:pk>/", views.tasks.target, name="desk_target"),
    path("desk/plan/<slug:slug>/targets/<int:pk>/meaning/", views.decisions.meaning, name="decide_meaning"),
    path("desk/plan/<slug:slug>/targets/<int:pk>/evidence/", views.decisions.target_evidence, name="target_evidence"),
    path("desk/plan/<slug:slug>/evidence/<int:pk>/drop/", views.decisions.drop, name="drop_evidence"),
]

urlpatterns = [
    path("plan/", views.public.newest, name="overview"),
    path("plan/<slug:slug>/", views.public.overview, name="plan"),
    path("plan/<slug:slug>/tasks/<str:task_slug>/", views.public.task, name="task"),
    path("plan/<slug:slug>/tasks.csv", views.public.export, name="export"),
    path("plan/<slug:slug>/bodies/", views.public.bodies, name="bodies"),
    path("plan/<slug:slug>/bodies/<int:pk>/", views.public.body, name="body"),
    path("plan/<slug:slug>/districts/", views.public.districts, name="districts"),
    path("plan/<slug:slug>/districts/<str:code>/", views.public.district, name="district"),
    *drafts_urls,
    *desk_urls,
]
