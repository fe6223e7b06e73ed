"""Paths of evaluation."""

from django.urls import path

from kepu.plan.evaluation import views

app_name = "evaluation"

urlpatterns = [
    path("desk/evaluation/", views.desk.desk, name="desk"),
    path("desk/evaluation/reports/", views.comparing.reports, name="compare_reports"),
    path("desk/evaluation/reports.<str:kind>", views.comparing.reports_export, name="export_reports"),
    path("desk/evaluation/plans/<slug:slug>/", views.desk.listing, name="plan"),
    path("desk/evaluation/plans/<slug:slug>/new/", views.desk.new, name="new"),
    path("desk/evaluation/plans/<slug:slug>/compare/", views.comparing.evaluations, name="compare"),
    path("desk/evaluation/plans/<slug:slug>/compare.<str:kind>", views.comparing.export, name="export"),
    path("desk/evaluation/<int:pk>/", views.desk.evaluation, name="evaluation"),
    path("desk/evaluation/<int:pk>/edit/", views.desk.edit, name="edit"),
    path("desk/evaluation/<int:pk>/rubric/", views.desk.rubric, name="rubric"),
    path("desk/evaluation/<int:pk>/open/", views.desk.open_judging, name="open"),
    path("desk/evaluation/<int:pk>/assign/", views.desk.assign, name="assign"),
    path("desk/evaluation/<int:pk>/distribute/", views.desk.distribute, name="distribute"),
    path("desk/evaluation/<int:pk>/summary/", views.ending.summary, name="summary"),
    path("desk/evaluation/<int:pk>/release/", views.ending.release, name="release"),
    path("desk/evaluation/<int:pk>/close/", views.ending.close, name="close"),
    path("desk/evaluation/<int:pk>/papers/", views.ending.papers, name="papers"),
    path("desk/evaluation/<int:pk>/publish/", views.ending.publish, name="publish"),
    path("desk/evaluation/sheets/<int:pk>/", views.sheet.sheet, name="sheet"),
    path("desk/evaluation/sheets/<int:pk>/return/", views.sheet.send_back, name="return"),
    path("desk/evaluation/sheets/<int:pk>/comment/", views.sheet.comment, name="comment"),
    path("desk/evaluation/sheets/<int:pk>/agree/", views.sheet.agree, name="agree"),
    path("desk/evaluation/sheets/<int:pk>/reply/", views.sheet.reply, name="reply"),
    path("plan/<slug:slug>/evaluation/", views.public.listing, name="public"),
    path("plan/<slug:slug>/evaluation/<int:pk>/", views.public.evaluation, name="public_evaluation"),
]
