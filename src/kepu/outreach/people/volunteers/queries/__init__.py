"""Reads of volunteering."""

from kepu.outreach.people.volunteers.queries.desk import (
    Counters,
    DeskPage,
    anomalies,
    applications_for,
    counters,
    desk_page,
    members_of,
    objections_for,
    projects_kept_by,
    teams_kept_by,
    volunteer_page,
    volunteers_for,
)
from kepu.outreach.people.volunteers.queries.export import export_rows, export_sheet
from kepu.outreach.people.volunteers.queries.own import here_page, my_page
from kepu.outreach.people.volunteers.queries.public import open_projects, project_page, team_page
from kepu.outreach.people.volunteers.queries.shifts import lead_page, receive_page, shifts_to_come, waiting_for_receiver
from kepu.outreach.people.volunteers.queries.teams import AbleTeam, able_teams, projects_on

__all__ = [
    "AbleTeam",
    "Counters",
    "DeskPage",
    "able_teams",
    "anomalies",
    "applications_for",
    "counters",
    "desk_page",
    "export_rows",
    "export_sheet",
    "here_page",
    "lead_page",
    "members_of",
    "my_page",
    "objections_for",
    "open_projects",
    "project_page",
    "projects_kept_by",
    "projects_on",
    "receive_page",
    "shifts_to_come",
    "team_page",
    "teams_kept_by",
    "volunteer_page",
    "volunteers_for",
    "waiting_for_receiver",
]
