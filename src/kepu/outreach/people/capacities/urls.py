"""Paths of the register of people."""

from django.urls import path

from kepu.outreach.people.capacities import views

app_name = "capacities"

urlpatterns = [
    path("experts/", views.public.experts, name="experts"),
    path("experts/<str:number>/", views.public.expert, name="expert"),
    path("teams/", views.public.teams, name="teams"),
    path("teams/<int:pk>/", views.public.team, name="team"),
    path("me/capacities/", views.own.listing, name="own_list"),
    path("me/capacities/new/<str:kind>/", views.own.new, name="new"),
    path("me/capacities/<int:pk>/", views.own.capacity, name="own"),
    path("me/capacities/<int:pk>/change/", views.own.change, name="change"),
    path("me/capacities/<int:pk>/apply/", views.own.apply, name="apply"),
    path("me/capacities/<int:pk>/withdraw/", views.own.withdraw, name="withdraw"),
    path("me/capacities/<int:pk>/leave/", views.own.leave, name="leave"),
    path("me/capacities/<int:pk>/visits/", views.own.visit, name="visit"),
    path("me/capacities/visits/<int:pk>/strike/", views.own.strike, name="strike"),
    path("desk/register/", views.desk.listing, name="desk"),
    path("desk/register/register.<str:kind>", views.desk.export, name="export"),
    path("desk/register/teams/", views.teams.listing, name="desk_teams"),
    path("desk/register/teams/teams.<str:kind>", views.teams.export, name="team_export"),
    path("desk/register/teams/new/", views.teams.new, name="team_new"),
    path("desk/register/teams/<int:pk>/", views.teams.team, name="desk_team"),
    path("desk/register/teams/<int:pk>/change/", views.teams.change, name="team_change"),
    path("desk/register/teams/<int:pk>/join/", views.teams.join, name="team_join"),
    path("desk/register/teams/<int:pk>/lead/", views.teams.lead, name="team_lead"),
    path("desk/register/teams/<int:pk>/output/", views.teams.output, name="team_output"),
    path("desk/register/teams/<int:pk>/dissolve/", views.teams.dissolve, name="team_dissolve"),
    path("desk/register/teams/members/<int:pk>/leave/", views.teams.leave, name="team_leave"),
    path("desk/register/teams/outputs/<int:pk>/strike/", views.teams.strike, name="team_strike"),
    path("desk/register/rosters/", views.rosters.bring, name="rosters"),
    path("desk/register/rosters/template.xlsx", views.rosters.template, name="roster_template"),
    path("desk/register/rosters/<uuid:pk>/", views.rosters.roster, name="roster"),
    path("desk/register/rosters/<uuid:pk>/register/", views.rosters.register, name="roster_register"),
    path("desk/register/rosters/rows/<int:pk>/", views.rosters.decide, name="roster_decide"),
    path("desk/register/<int:pk>/", views.desk.capacity, name="desk_capacity"),
    path("desk/register/<int:pk>/phones/<int:number>/", views.desk.show_phone, name="show_phone"),
    path("desk/register/<int:pk>/check/", views.desk.check, name="check"),
    path("desk/register/<int:pk>/return/", views.desk.send_back, name="return"),
    path("desk/register/<int:pk>/admit/", views.desk.admit, name="admit"),
    path("desk/register/<int:pk>/renew/", views.desk.renew, name="renew"),
    path("desk/register/<int:pk>/end/", views.desk.end, name="end"),
]
