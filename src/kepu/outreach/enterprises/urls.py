"""Paths of this room."""

from django.urls import path

from kepu.outreach.enterprises.views import desk, own, proposals, public

app_name = "enterprises"

urlpatterns = [
    path("needs/", public.home, name="home"),
    path("needs/new/", own.post, name="post"),
    path("needs/mine/", own.mine, name="mine"),
    path("needs/mine/<int:pk>/", own.need, name="own"),
    path("needs/mine/<int:pk>/change/", own.change, name="own_change"),
    path("needs/mine/<int:pk>/withdraw/", own.withdraw, name="own_withdraw"),
    path("needs/proposals/", proposals.listing, name="proposals"),
    path("needs/proposals/new/", proposals.new, name="propose"),
    path("needs/proposals/<int:pk>/", proposals.proposal, name="proposal"),
    path("needs/proposals/<int:pk>/answer/", proposals.answer, name="proposal_answer"),
    path("needs/proposals/<int:pk>/result/", proposals.result, name="proposal_result"),
    path("desk/needs/", desk.desk, name="desk"),
    path("desk/needs/proposals/", desk.proposals, name="desk_proposals"),
    path("desk/needs/<int:pk>/", desk.need, name="desk_need"),
    path("desk/needs/<int:pk>/handle/", desk.handle, name="handle"),
    path("desk/needs/<int:pk>/order/<str:kind>/", desk.order, name="order"),
]
