"""Find who can give what: by words with the reason for each hit, by group, form, place and time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kepu.directory.register.choices import Audience
from kepu.directory.register.models import Person, Region
from kepu.foundation.codes.queries import labels_to_read
from kepu.foundation.search.choices import ReasonCode
from kepu.foundation.search.queries import Hit, Hits, lacks_numpy, provider_of_meanings, search
from kepu.outreach.people.capacities.choices import HALF_DAYS, CapacityKind, CapacityState
from kepu.outreach.people.capacities.models import Capacity
from kepu.outreach.people.capacities.queries.entries import ENTRY_KIND, labels_of

_MOST_HITS = 400


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom somebody looks for; what is empty narrows nothing."""

    words: str = ""
    kind: str = ""
    audience: str = ""
    form: str = ""
    language: str = ""
    half_day: str = ""
    region: Region | None = None
    """Where the service is wanted."""

    @property
    def is_anything(self) -> bool:
        """Whether anything was asked for."""
        return any((self.words.strip(), self.kind, self.audience, self.form, self.language, self.half_day, self.region))


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody who fits, and why."""

    capacity: Capacity
    reasons: tuple[str, ...]
    topic_pieces: tuple[tuple[tuple[str, bool], ...], ...]
    """Each topic in pieces, for marking what was asked for."""


def choices_of(name: str) -> list[tuple[str, str]]:
    """Codes and labels of a list of the register in the reader's language."""
    return list(labels_to_read(f"capacities.{name}").items())


def half_day_label(code: str) -> str:
    """A half day in words.

    Examples:
        >>> half_day_label("3p")
        '周三下午'
    """
    days = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
    parts = {"a": _("%(day)s上午"), "p": _("%(day)s下午"), "e": _("%(day)s晚上")}
    return parts[code[1]] % {"day": days[int(code[0]) - 1]}


def half_days() -> list[tuple[str, str]]:
    """All half days of a week with their words."""
    return [(code, half_day_label(code)) for code, _day, _part in HALF_DAYS]


def admitted_visible_to(actor: Person | None) -> QuerySet[Capacity]:
    """Who is in the register: everybody for a desk, for the public those who agreed to be shown."""
    admitted = Capacity.objects.filter(state=CapacityState.ADMITTED).select_related("person", "organisation", "region")
    is_staff = actor is not None and actor.has_desk
    return admitted if is_staff else admitted.filter(is_public=True)


def _fitting(found: QuerySet[Capacity], wanted: Wanted) -> QuerySet[Capacity]:
    if wanted.kind in CapacityKind.values:
        found = found.filter(kind=wanted.kind)
    if wanted.audience in Audience.values:
        found = found.filter(audiences__contains=[wanted.audience])
    for name, value in (("forms", wanted.form), ("languages", wanted.language), ("times", wanted.half_day)):
        if value:
            found = found.filter(**{f"{name}__contains": [value]})
    if wanted.region is not None:
        # Who serves a place above or below it, or lives there.
        above = [
            wanted.region.path[:end]
            for end in range(1, len(wanted.region.path) + 1)
            if wanted.region.path[end - 1] == "/"
        ]
        near = Q(served__path__in=above) | Q(served__path__startswith=wanted.region.path)
        near |= Q(region__path__startswith=wanted.region.path)
        found = found.filter(pk__in=Capacity.objects.filter(near).values("pk"))
    return found


def find_capacities(wanted: Wanted, *, actor: Person | None) -> Sequence[Found] | QuerySet[Capacity]:
    """Find who fits, best first.

    Args:
        wanted: words and conditions.
        actor: who asks; the public finds only those who agreed to be shown.

    Returns:
        With words: hits with the reason for each, at most 400, read by slices. Without: everybody who fits, in the register's order.
    """
    fitting = _fitting(admitted_visible_to(actor), wanted)
    if not wanted.words.strip():
        return fitting.order_by("kind", "number")
    among = None
    if wanted != Wanted(words=wanted.words):
        among = [str(pk) for pk in fitting.values_list("pk", flat=True)]
    hits = search(wanted.words, actor=actor, kinds=[ENTRY_KIND], among=among, limit=_MOST_HITS, by_meaning=True)
    return FoundPeople(hits, fitting)


@dataclass(frozen=True, slots=True)
class MeaningSearch:
    """What a page says of the search by meaning: who makes the vectors, or to a desk that it cannot run."""

    provider: str
    lacks_numpy: bool


def meaning_search(*, actor: Person | None) -> MeaningSearch:
    """Whether people are also found by meaning, and through whom."""
    return MeaningSearch(provider_of_meanings(), lacks_numpy() and actor is not None and actor.has_desk)


class FoundPeople(Sequence[Found]):
    """Who fits, best first; only the part that is looked at is read and explained."""

    def __init__(self, hits: Hits, fitting: QuerySet[Capacity]) -> None:
        self._hits, self._fitting = hits, fitting

    def __len__(self) -> int:
        return len(self._hits)

    @overload
    def __getitem__(self, place: int) -> Found: ...
    @overload
    def __getitem__(self, place: slice) -> list[Found]: ...

    def __getitem__(self, place: int | slice) -> Found | list[Found]:
        if isinstance(place, int):
            return self._explained([self._hits[place]])[0]
        return self._explained(self._hits[place])

    def __iter__(self) -> Iterator[Found]:
        return iter(self._explained(list(self._hits)))

    def _explained(self, hits: Sequence[Hit]) -> list[Found]:
        people = self._fitting.prefetch_related("person__track_records").in_bulk([int(hit.subject_id) for hit in hits])
        subjects = labels_of("subjects")
        return [_found(people[int(hit.subject_id)], hit, subjects) for hit in hits if int(hit.subject_id) in people]


def _found(capacity: Capacity, hit: Hit, subjects: dict[str, str]) -> Found:
    return Found(
        capacity=capacity,
        reasons=tuple(dict.fromkeys(_why(capacity, hit, subjects))),
        topic_pieces=tuple(hit.marked(topic) for topic in capacity.topics),
    )


def _why(capacity: Capacity, hit: Hit, subjects: dict[str, str]) -> list[str]:
    """Say where a word stands in the words of the register; how it was found otherwise, the index says."""
    places = [
        (_("姓名"), [str(capacity.person)]),
        (_("题目"), capacity.topics),
        (_("学科"), [subjects.get(code, "") for code in capacity.subjects]),
        (_("单位"), [capacity.house, capacity.position]),
        (_("常住地"), [capacity.region.name]),
        (_("介绍"), [capacity.introduction]),
        (_("做过"), [record.title for record in capacity.person.track_records.all()]),
    ]
    said = []
    for reason in hit.reasons:
        word = reason.word
        place = next(
            (label for label, texts in places if word and any(word.lower() in text.lower() for text in texts)), ""
        )
        if place and reason.code == ReasonCode.MEANING:
            said.append(_("意思相近：%(place)s里的“%(word)s”") % {"place": place, "word": word})
        elif not place:
            said.append(str(reason))
        elif reason.code == ReasonCode.SYNONYM:
            said.append(
                _("%(place)s里有“%(word)s”，与“%(asked)s”意思相近")
                % {"place": place, "word": word, "asked": reason.asked}
            )
        else:
            said.append(_("%(place)s里有“%(word)s”") % {"place": place, "word": word})
    return said
