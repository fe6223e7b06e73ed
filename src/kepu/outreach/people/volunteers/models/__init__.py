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
    TAKEN_STATES,
    CertificateApplication,
    Project,
    ServiceHours,
    Shift,
    ShiftQuerySet,
    ShiftSeat,
)

__all__ = [
    "TAKEN_STATES",
    "CertificateApplication",
    "Commendation",
    "OfferedTime",
    "Project",
    "ServiceHours",
    "Shift",
    "ShiftQuerySet",
    "ShiftSeat",
    "Team",
    "TeamMember",
    "Training",
    "Volunteer",
    "VolunteerCounter",
]
