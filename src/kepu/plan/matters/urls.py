"""Paths of matters and meetings."""

from django.urls import path

from kepu.plan.matters import views

app_name = "matters"

urlpatterns = [
    path("desk/matters/", views.desk.listing, name="desk"),
    path("desk/matters/matters.<str:kind>", views.desk.export, name="export"),
    path("desk/matters/new/<slug:slug>/<int:body>/", views.writing.new, name="new"),
    path("desk/matters/obstacles/<int:entry>/", views.writing.from_own_report, name="from_own_report"),
    path("desk/matters/obstacles/<int:entry>/raise/", views.writing.from_report, name="from_report"),
    path("desk/matters/<int:pk>/", views.matter.matter, name="matter"),
    path("desk/matters/<int:pk>/amend/", views.writing.amend, name="amend"),
    path("desk/matters/<int:pk>/withdraw/", views.matter.withdraw, name="withdraw"),
    path("desk/matters/<int:pk>/list/", views.matter.take_up, name="list"),
    path("desk/matters/<int:pk>/answer/", views.matter.answer, name="answer"),
    path("desk/matters/<int:pk>/return/", views.matter.send_back, name="return"),
    path("desk/matters/<int:pk>/close/", views.matter.close, name="close"),
    path("desk/matters/meetings/", views.meetings.listing, name="meetings"),
    path("desk/matters/meetings/new/<slug:slug>/", views.meetings.call, name="call"),
    path("desk/matters/meetings/<int:pk>/", views.meetings.meeting, name="meeting"),
    path("desk/matters/meetings/<int:pk>/change/", views.meetings.change, name="change"),
    path("desk/matters/meetings/<int:pk>/papers/", views.meetings.remake, name="remake"),
    path("desk/matters/meetings/<int:pk>/papers/<str:kind>/", views.meetings.paper, name="paper"),
    path("desk/matters/meetings/<int:pk>/fix/", views.meetings.fix, name="fix"),
    path("desk/matters/meetings/<int:pk>/reopen/", views.meetings.reopen, name="reopen"),
    path("desk/matters/meetings/<int:pk>/cancel/", views.meetings.cancel, name="cancel"),
    path("desk/matters/meetings/<int:pk>/held/", views.meetings.hold, name="hold"),
    path("desk/matters/meetings/<int:pk>/issue/", views.meetings.issue, name="issue"),
    path("desk/matters/meetings/<int:pk>/items/<int:matter>/add/", views.agenda.add, name="add_item"),
    path("desk/matters/meetings/items/<int:item>/remove/", views.agenda.remove, name="remove_item"),
    path("desk/matters/meetings/items/<int:item>/<str:way>/", views.agenda.move, name="move_item"),
    path("desk/matters/meetings/items/<int:item>/", views.agenda.item, name="item"),
    path("desk/matters/meetings/items/<int:item>/duties/add/", views.agenda.add_duty, name="add_duty"),
    path("desk/matters/meetings/duties/<int:duty>/remove/", views.agenda.remove_duty, name="remove_duty"),
]
