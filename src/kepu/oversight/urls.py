"""Paths of public oversight."""

from django.urls import path

from kepu.oversight import views

app_name = "oversight"

urlpatterns = [
    path("ask/", views.public.questions, name="questions"),
    path("ask/new/", views.asking.ask, name="ask"),
    path("ask/mine/", views.asking.mine, name="mine"),
    path("ask/mine/details/", views.asking.details, name="mine_details"),
    path("ask/mine/verdict/", views.asking.verdict, name="mine_verdict"),
    path("ask/mine/reopen/", views.asking.reopen, name="mine_reopen"),
    path("ask/<str:public_number>/", views.public.question, name="question"),
    path("desk/oversight/", views.desk.listing, name="desk"),
    path("desk/oversight/<int:pk>/", views.desk.question, name="desk_question"),
    path("desk/oversight/<int:pk>/release/", views.desk.release, name="desk_release"),
    path("desk/oversight/<int:pk>/refuse/", views.desk.refuse, name="desk_refuse"),
    path("desk/oversight/<int:pk>/refer/", views.desk.refer, name="desk_refer"),
    path("desk/oversight/<int:pk>/details/", views.desk.ask_details, name="desk_details"),
    path("desk/oversight/<int:pk>/answer/", views.desk.answer, name="desk_answer"),
    path("desk/oversight/words/<int:pk>/", views.desk.words, name="desk_words"),
]
