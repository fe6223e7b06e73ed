"""Paths of supervision."""

from django.urls import path

from kepu.plan.supervision import views

app_name = "supervision"

urlpatterns = [
    path("desk/supervision/", views.desk.listing, name="desk"),
    path("desk/supervision/notices.<str:kind>", views.desk.export, name="export"),
    path("desk/supervision/issue/", views.desk.issue_several, name="issue_several"),
    path("desk/supervision/new/<slug:slug>/<str:task_slug>/", views.desk.by_hand, name="by_hand"),
    path("desk/supervision/<int:pk>/", views.notice.notice, name="notice"),
    path("desk/supervision/<int:pk>/issue/", views.notice.issue, name="issue"),
    path("desk/supervision/<int:pk>/sign/", views.notice.sign, name="sign"),
    path("desk/supervision/<int:pk>/answer/", views.notice.answer, name="answer"),
    path("desk/supervision/<int:pk>/strike/", views.notice.strike, name="strike"),
    path("desk/supervision/<int:pk>/return/", views.notice.send_back, name="return"),
    path("desk/supervision/<int:pk>/withdraw/", views.notice.withdraw, name="withdraw"),
    path("desk/supervision/<int:pk>/escalate/", views.notice.escalate, name="escalate"),
]
