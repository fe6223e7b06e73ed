"""A resource as what a public question is about."""

from kepu.outreach.library.choices import ShownState
from kepu.outreach.library.models import Resource
from kepu.oversight.queries import Subject
from kepu.oversight.queries.subjects import numeric_id


def resource_as_subject(subject_id: str) -> Subject | None:
    """A resource that the public sees; whose it is answers."""
    pk = numeric_id(subject_id)
    resource = Resource.objects.filter(state=ShownState.SHOWN, pk=pk).first() if pk is not None else None
    if resource is None:
        return None
    return Subject(resource.title, resource.get_absolute_url(), resource.owner_id, resource.region_id)
