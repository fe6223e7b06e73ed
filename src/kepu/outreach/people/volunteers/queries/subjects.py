"""How bookings call what volunteers sign up for."""

from django.urls import reverse

from kepu.outreach.bookings.rules import Subject
from kepu.outreach.people.volunteers.models import Project


def project_as_booked(project_id: str) -> Subject | None:
    """A project whose shifts are slots; None for an unknown number."""
    project = Project.objects.filter(pk=project_id).first() if project_id.isdecimal() else None
    if project is None:
        return None
    address = reverse("volunteers:project", args=[project.pk])
    return Subject(project.title, address, is_demonstration=project.is_demonstration)
