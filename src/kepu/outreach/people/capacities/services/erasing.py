"""What the register drops when a person is erased."""

from kepu.foundation.search.services import remove
from kepu.outreach.people.capacities.choices import OPEN, CapacityState
from kepu.outreach.people.capacities.models import Capacity
from kepu.outreach.people.capacities.queries.entries import ENTRY_KIND
from kepu.outreach.people.capacities.services.steps import hang_up


def forget_person(person_id: int) -> None:
    """End what is open and take the person out of the index; the words were emptied with the person."""
    for capacity in Capacity.objects.select_for_update().filter(person=person_id, state__in=sorted(OPEN)):
        capacity.state, capacity.is_public = CapacityState.ENDED, False
        capacity.save(update_fields=["state", "is_public"])
        hang_up(capacity)
    ids = Capacity.objects.filter(person=person_id).values_list("pk", flat=True)
    remove(ENTRY_KIND, map(str, ids))
