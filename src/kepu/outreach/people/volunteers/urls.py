"""Paths of volunteering."""

from django.urls import path

from kepu.outreach.people.volunteers.views import desk, own, public, shifts, teams

app_name = "volunteers"

urlpatterns = [
    path("volunteer/", public.projects, name="projects"),
    path("volunteer/projects/<int:pk>/", public.project, name="project"),
    path("volunteer/teams/<int:pk>/", public.team, name="team"),
    path("volunteer/teams/<int:pk>/keep/", teams.keep, name="keep"),
    path("volunteer/teams/<int:pk>/change/", teams.change, name="team_change"),
    path("volunteer/teams/<int:pk>/add/", teams.add, name="team_add"),
    path("volunteer/teams/<int:pk>/members/<int:member>/", teams.member, name="team_member"),
    path("volunteer/teams/<int:pk>/move/", teams.move, name="team_move"),
    path("volunteer/teams/<int:pk>/close/", teams.close, name="team_close"),
    path("volunteer/teams/<int:pk>/reopen/", teams.reopen, name="team_reopen"),
    path("volunteer/me/", own.me, name="me"),
    path("volunteer/me/register/", own.register, name="register"),
    path("volunteer/me/settings/", own.settings, name="settings"),
    path("volunteer/me/apply/", own.apply, name="apply"),
    path("volunteer/me/certificates/<int:pk>/paper/", own.paper, name="paper"),
    path("volunteer/publicity/", own.publicity, name="publicity"),
    path("volunteer/publicity/<int:pk>/object/", own.publicity, name="object"),
    path("volunteer/shifts/<int:pk>/join/", own.join, name="join"),
    path("volunteer/shifts/<int:pk>/leave/", own.leave, name="leave"),
    path("volunteer/shifts/<int:pk>/here/", own.here, name="here"),
    path("volunteer/shifts/<int:pk>/lead/", shifts.lead, name="lead"),
    path("volunteer/shifts/<int:pk>/lead/<int:hours>/", shifts.lead_confirm, name="lead_confirm"),
    path("volunteer/shifts/<int:pk>/assign/", shifts.assign, name="assign"),
    path("volunteer/shifts/<int:pk>/cancel/", shifts.cancel, name="shift_cancel"),
    path("volunteer/receive/", shifts.receive, name="receive"),
    path("volunteer/receive/<int:pk>/", shifts.receive_confirm, name="receive_confirm"),
    path("desk/volunteers/", desk.desk, name="desk"),
    path("desk/volunteers/export/<str:kind>/", desk.export, name="export"),
    path("desk/volunteers/teams/new/", desk.team_new, name="team_new"),
    path("desk/volunteers/projects/new/", desk.project_new, name="project_new"),
    path("desk/volunteers/shifts/new/", desk.shift_new, name="shift_new"),
    path("desk/volunteers/late/", desk.late, name="late"),
    path("desk/volunteers/anomalies/", desk.strange, name="anomalies"),
    path("desk/volunteers/applications/", desk.applications, name="applications"),
    path("desk/volunteers/applications/<int:pk>/", desk.application, name="application"),
    path("desk/volunteers/objections/<int:pk>/", desk.objection, name="objection"),
    path("desk/volunteers/hours/<int:pk>/reverse/", desk.reverse, name="reverse"),
    path("desk/volunteers/<str:number>/", desk.volunteer, name="volunteer"),
]
