"""What of a person can be found, and under which words."""

from collections.abc import Iterator

from django.urls import reverse

from kepu.foundation.clock import today
from kepu.foundation.codes.queries import code_list
from kepu.foundation.search.choices import Audience
from kepu.foundation.search.services import Entry
from kepu.outreach.people.capacities.choices import CapacityState
from kepu.outreach.people.capacities.models import Capacity

ENTRY_KIND = "capacities.capacity"
SHOWN_RECORDS = 20
"""So many of the newest works and sessions stand on a public page."""
_MOST_RECORDS = 50


def labels_of(name: str) -> dict[str, str]:
    """The labels of a list of the register, by code."""
    return {entry.code: entry.label for entry in code_list(f"capacities.{name}").entries}


def entry_of(capacity: Capacity, *, subjects: dict[str, str] | None = None) -> Entry:
    """The words under which somebody is found: name and topics first, then everything else that is known."""
    known = labels_of("subjects") if subjects is None else subjects
    records = [record.title for record in capacity.person.track_records.all()[:_MOST_RECORDS]]
    body = [
        capacity.house,
        capacity.position,
        capacity.region.name,
        "、".join(known.get(code, "") for code in capacity.subjects),
        capacity.introduction,
        *records,
    ]
    return Entry(
        kind=ENTRY_KIND,
        subject_id=str(capacity.pk),
        title="　".join([str(capacity.person), *capacity.topics])[:300],
        body="\n".join(part for part in body if part),
        url=reverse("capacities:expert", args=[capacity.number]),
        audience=Audience.PUBLIC if capacity.is_public else Audience.STAFF,
        meanings=_meanings(capacity, known) if capacity.is_public else (),
    )


def _meanings(capacity: Capacity, subjects: dict[str, str]) -> tuple[str, ...]:
    """What may be sent to the endpoint of the search by meaning, all of it on the public page.

    Topics, subjects, titles of works and sessions; never a name, a body, a place, a number or the introduction.
    """
    day = today()
    records = [one.title for one in capacity.person.track_records.all() if one.occurred_on <= day][:SHOWN_RECORDS]
    return (*capacity.topics, *(label for code in capacity.subjects if (label := subjects.get(code))), *records)


def all_entries() -> Iterator[Entry]:
    """Everybody who can be found, for the index to be built anew."""
    subjects = labels_of("subjects")
    admitted = Capacity.objects.filter(state=CapacityState.ADMITTED).select_related("person", "organisation", "region")
    for capacity in admitted.prefetch_related("person__track_records").iterator(chunk_size=500):
        yield entry_of(capacity, subjects=subjects)
