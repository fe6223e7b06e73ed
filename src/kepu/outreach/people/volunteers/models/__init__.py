"""Volunteers, their teams, projects and shifts, and the hours that they served."""

from kepu.outreach.people.volunteers.models.register import (
    Commendation,
    OfferedTime,
    Team,
    TeamMember,
    Training,
    Volunteer,
    VolunteerCounter,
)
from kepu.outreach.people.volunteers.models.service import (
    CertificateApplication,
    Project,
    ServiceHours,
    Shift,
    ShiftSeat,
)

__all__ = [
    "CertificateApplication",
    "Commendation",
    "OfferedTime",
    "Project",
    "ServiceHours",
    "Shift",
    "ShiftSeat",
    "Team",
    "TeamMember",
    "Training",
    "Volunteer",
    "VolunteerCounter",
]
