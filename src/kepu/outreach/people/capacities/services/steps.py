"""What every act on a capacity shares: it is locked, its state fits, the trail grows, the desk and the index follow."""

from typing import Any

from django.utils.translation import gettext as _

from kepu.directory.notices.services import notify
from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person
from kepu.directory.todos.services import close_todos, open_todo
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now
from kepu.foundation.language import city_words
from kepu.foundation.search.services import index, remove
from kepu.outreach.people.capacities.choices import CapacityState
from kepu.outreach.people.capacities.errors import CapacityNotOpen
from kepu.outreach.people.capacities.models import Capacity, CapacityStep
from kepu.outreach.people.capacities.queries.entries import ENTRY_KIND, entry_of


def locked(capacity_id: int, *wanted: str) -> Capacity:
    """Lock a capacity for an act that needs one of these states.

    Raises:
        CapacityNotOpen: it is in another state.
    """
    capacity = (
        Capacity.objects.select_for_update(of=("self",))
        .select_related("person", "organisation", "region")
        .get(pk=capacity_id)
    )
    if wanted and capacity.state not in wanted:
        said = {"state": str(capacity.get_state_display())}
        raise CapacityNotOpen(_("现在是“%(state)s”，不能这样做；页面可能旧了，请刷新再看。") % said)
    return capacity


def step(capacity: Capacity, kind: str, *, actor: Person | None, words: str = "") -> None:
    """Save the capacity's new state with its trail, and let desk and index follow."""
    capacity.save()
    CapacityStep.objects.create(capacity=capacity, kind=kind, actor=actor, words=words.strip()[:500], at=now())
    record(f"capacities.capacity.{kind}", capacity, actor=actor, kind=capacity.kind)
    hang_up(capacity)
    reindex(capacity)


def hang_up(capacity: Capacity) -> None:
    """One to-do for whoever acts next: those who check, then the office, or the person who must add something."""
    key = f"capacities.capacity:{capacity.pk}"
    close_todos(key)
    told = {"who": str(capacity.person), "kind": str(capacity.get_kind_display())}
    common: dict[str, Any] = {
        "url_name": "capacities:desk_capacity",
        "url_arguments": [capacity.pk],
        "subject": capacity,
    }
    with city_words():
        if capacity.state == CapacityState.APPLIED:
            title = _("初核：%(who)s申请%(kind)s") % told
            if capacity.organisation is not None:
                open_todo(key, title=title, role=Role.LIAISON, organisation=capacity.organisation, **common)
            else:
                open_todo(key, title=title, role=Role.DISTRICT_OFFICER, region=capacity.region, **common)
        elif capacity.state == CapacityState.CHECKED:
            open_todo(key, title=_("入库：%(who)s申请%(kind)s，已初核") % told, role=Role.LEADING_OFFICE, **common)


def tell(capacity: Capacity, cause: str, title: str, body: str = "") -> None:
    """Tell the person something about the own entry, once for each cause."""
    key = f"capacities.capacity:{capacity.pk}:{cause}"
    notify(capacity.person, key=key, kind="capacities", title=title, body=body, url=f"/me/capacities/{capacity.pk}/")


def reindex(capacity: Capacity) -> None:
    """Whoever is admitted can be found; nobody else."""
    if capacity.state == CapacityState.ADMITTED:
        index([entry_of(capacity)])
    else:
        remove(ENTRY_KIND, [str(capacity.pk)])
