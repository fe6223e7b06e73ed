"""Ask the graph: may these people decide about these? Matching, panels, funds and evaluations ask here and nowhere else."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation, Person
from kepu.foundation.clock import today
from kepu.foundation.codes.queries import values_in_force
from kepu.outreach.people.conflicts.choices import BOTH_WAYS, FADING, Ground, IdentityState, TieKind
from kepu.outreach.people.conflicts.models import SameIdentity, Tie
from kepu.outreach.people.conflicts.permissions import may_keep_conflicts
from kepu.outreach.people.conflicts.rules import (
    Found,
    Reason,
    Target,
    bearers_of,
    binds,
    classes_of,
    domain_of,
    is_one_house,
)

_MOST_MEANT = 5


@dataclass(frozen=True, slots=True)
class _Human:
    """One human being with all entries, bodies and mail domains."""

    entries: frozenset[int]
    bodies: dict[int, str]
    """Body → its path."""
    domains: frozenset[str]


def classes_around(people: Iterable[int]) -> dict[int, frozenset[int]]:
    """The classes of entries that are one human being in which these people stand, in one look.

    Only the pairs that can be reached from these people are read, however many the site has.

    Returns:
        Entry → all entries of that human being; people who stand alone are left out.
    """
    seeds = sorted(set(people))
    if not seeds:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_REACHED, {"seeds": seeds, "same": IdentityState.SAME.value})
        return classes_of(cursor.fetchall())


_REACHED = """
    with recursive reached (entry) as (
        select unnest(%(seeds)s::bigint[])
        union
        select case when pair.first_id = reached.entry then pair.second_id else pair.first_id end
        from reached
        join conflicts_sameidentity pair
            on pair.state = %(same)s and (pair.first_id = reached.entry or pair.second_id = reached.entry)
    )
    select pair.first_id, pair.second_id
    from conflicts_sameidentity pair
    join reached on reached.entry = pair.first_id
    where pair.state = %(same)s
"""


class _Graph:
    """What must be known of a set of people, read in a fixed number of queries."""

    def __init__(self, people: Iterable[int], on: date) -> None:
        self.on = on
        settings = values_in_force("conflicts.", on=on)
        self.years = int(settings.get("years", 0))
        self.counts_kin_body = bool(settings.get("counts_kin_body", True))
        self._public = tuple(settings.get("public_mail", ()))
        judged = list(people)
        self._same = classes_around(judged)
        self.entries = {entry for person in judged for entry in self.entries_of(person)}
        self.ties: dict[int, list[Tie]] = defaultdict(list)
        """Entry → the ties of it, each seen from its own side."""
        self.kin: dict[int, set[int]] = defaultdict(set)
        self._read_ties()
        if relatives := set().union(*self.kin.values()) - self.entries:
            self._same |= classes_around(relatives)
        everybody = self.entries.union(*(self.entries_of(one) for group in self.kin.values() for one in group))
        self._people = {one.pk: one for one in Person.objects.filter(pk__in=everybody).select_related("organisation")}

    def entries_of(self, person: int) -> frozenset[int]:
        return self._same.get(person, frozenset({person}))

    def _read_ties(self) -> None:
        concerned = Q(person__in=self.entries) | Q(other__in=self.entries)
        for tie in Tie.objects.filter(concerned, taken_back_at=None).select_related("body").order_by("pk"):
            if not binds(tie.until, self.on, self.years if tie.kind in FADING else 0):
                continue
            self.ties[tie.person_id].append(tie)
            if tie.other_id is not None:
                self.ties[tie.other_id].append(tie)
                if tie.kind == TieKind.KIN:
                    self.kin[tie.person_id].add(tie.other_id)
                    self.kin[tie.other_id].add(tie.person_id)

    def human(self, person: int) -> _Human:
        entries = self.entries_of(person)
        known = [self._people[entry] for entry in sorted(entries) if entry in self._people]
        return _Human(
            entries=entries,
            bodies={one.organisation.pk: one.organisation.path for one in known if one.organisation is not None},
            domains=frozenset(domain for one in known if (domain := domain_of(one.email, self._public))),
        )

    def name(self, entry: int) -> str:
        return str(self._people[entry]) if entry in self._people else ""


def conflicts_between(people: Iterable[int], targets: Iterable[Target], *, on: date | None = None) -> Found:
    """Why who of these must not decide about which of those; pairs without a reason are left out.

    One human being under several entries counts as one, on both sides. A body counts with those above and below it.

    Args:
        people: ids of those who would judge or serve.
        targets: persons, bodies, or a body's persons.
        on: the day (today, if none is given); ties that ended bind for the years of `conflicts.years`.

    Returns:
        (person, target) → reasons, in a fixed order. Queries do not grow with the number of pairs.
    """
    judges, wanted = sorted(set(people)), list(dict.fromkeys(targets))
    graph = _Graph([*judges, *(target.person for target in wanted if target.person is not None)], on or today())
    paths = dict(
        Organisation.objects.filter(pk__in={target.body for target in wanted if target.body}).values_list("pk", "path")
    )
    found: dict[tuple[int, Target], tuple[Reason, ...]] = {}
    for judge in judges:
        human = graph.human(judge)
        for target in wanted:
            if reasons := _reasons(graph, human, target, paths):
                found[judge, target] = reasons
    return found


def _reasons(graph: _Graph, human: _Human, target: Target, paths: dict[int, str]) -> tuple[Reason, ...]:
    other = graph.human(target.person) if target.person is not None else None
    bodies = dict(other.bodies) if other else {}
    if target.body is not None:
        bodies[target.body] = paths.get(target.body, "")
    if other is not None and human.entries & other.entries:
        return (Reason(Ground.SELF),)
    reasons: list[Reason] = [Reason(Ground.BODY)] if _meet(human.bodies, bodies) else []
    for entry in sorted(human.entries):
        reasons += [said for tie in graph.ties[entry] if (said := _tie_reason(tie, entry, other, bodies))]
        reasons += _kin_reasons(graph, entry, other, bodies)
    if other is not None and (shared := human.domains & other.domains):
        reasons.append(Reason(Ground.MAIL, "、".join(sorted(shared))))
    return tuple(dict.fromkeys(reasons))


def _kin_reasons(graph: _Graph, entry: int, other: _Human | None, bodies: dict[int, str]) -> list[Reason]:
    """The bodies of relatives; a relative who is the other side is a reason of another kind already."""
    relatives = [(kin, graph.human(kin)) for kin in sorted(graph.kin[entry])] if graph.counts_kin_body else []
    return [
        Reason(Ground.KIN_BODY, graph.name(kin))
        for kin, relative in relatives
        if not (other and relative.entries & other.entries) and _meet(relative.bodies, bodies)
    ]


def _tie_reason(tie: Tie, entry: int, other: _Human | None, bodies: dict[int, str]) -> Reason | None:
    """What one tie of an entry says about the other side."""
    if tie.body is not None:
        return Reason(Ground(tie.kind), tie.body.label) if _meet({tie.body.pk: tie.body.path}, bodies) else None
    far = tie.other_id if tie.person_id == entry else tie.person_id
    if other is None or far not in other.entries:
        return None
    if tie.person_id != entry and tie.kind not in BOTH_WAYS | {TieKind.AVOIDS, TieKind.INTEREST}:
        return None
    return Reason(Ground(tie.kind))


def _meet(ours: dict[int, str], theirs: dict[int, str]) -> bool:
    return any(one == other or is_one_house(path, far) for one, path in ours.items() for other, far in theirs.items())


def conflict_of(person: int, target: Target, *, on: date | None = None) -> tuple[Reason, ...]:
    """Why one person must not decide about one target; empty where nothing stands against it."""
    return conflicts_between([person], [target], on=on).get((person, target), ())


def ties_of(person_id: int) -> QuerySet[Tie]:
    """The ties that somebody has and that stand, both ends, for the person's own page and the office."""
    standing = Tie.objects.filter(Q(person=person_id) | Q(other=person_id), taken_back_at=None)
    return standing.select_related("person", "other", "body")


def own_ties(person: Person) -> QuerySet[Tie]:
    """What somebody declared, and what the office recorded of them. What others said about somebody stays theirs."""
    return Tie.objects.filter(person=person, taken_back_at=None).select_related("person", "other", "body")


def ties_kept_by(actor: Person, words: str = "") -> QuerySet[Tie]:
    """All ties that stand, for the office; none for others."""
    if not may_keep_conflicts(actor):
        return Tie.objects.none()
    found = Tie.objects.filter(taken_back_at=None).select_related("person", "other__organisation", "body")
    if words := words.strip():
        named = Q(person__name__icontains=words) | Q(other__name__icontains=words) | Q(body__name__icontains=words)
        found = found.filter(named | Q(other__organisation__name__icontains=words))
    return found.order_by("person__name", "pk")


@dataclass(frozen=True, slots=True)
class Line:
    """One tie with the way that a conflict takes: nodes and, between them, what binds them."""

    tie: Tie
    path: tuple[str, ...]


def paths_of(ties: Iterable[Tie]) -> list[Line]:
    """How far every tie reaches: kin carry the bodies where they work, where the site counts them."""
    settings = values_in_force("conflicts.")
    counts_kin_body = bool(settings.get("counts_kin_body", True))
    lines = []
    for tie in ties:
        path = [str(tie.person), str(tie.get_kind_display()), str(tie.other or (tie.body and tie.body.name) or "")]
        if tie.kind == TieKind.KIN and counts_kin_body and tie.other is not None and tie.other.organisation is not None:
            path += [_("任职于"), tie.other.organisation.name]
        lines.append(Line(tie, tuple(path)))
    return lines


@dataclass(frozen=True, slots=True)
class Explained:
    """Why somebody must not decide about a person or a body: a path for each reason; none where nothing stands against it."""

    person: Person
    other: Person | Organisation
    paths: tuple[tuple[str, ...], ...]


def explained(person: Person, target: Target, other: Person | Organisation) -> Explained:
    """The answer of the graph about one pair, as paths from the person to the other side."""
    there = other.name if isinstance(other, Organisation) else str(other)
    reasons = conflict_of(person.pk, target)
    return Explained(person, other, tuple(_path(str(person), reason, there) for reason in reasons))


def _path(person: str, reason: Reason, there: str) -> tuple[str, ...]:
    if reason.ground == Ground.KIN_BODY:
        return (person, str(Ground.KIN.label), reason.through, _("任职于"), there)
    if reason.through and reason.through != there:
        return (person, str(reason.ground.label), reason.through, _("关系到"), there)
    return (person, str(reason.ground.label), there)


def people_meant(text: str) -> list[Person]:
    """Whom the office may mean by a full name, a login or a number of a register; at most a few."""
    text = text.strip()
    meant = Q(login=text) | Q(name=text) | Q(pk__in=bearers_of(text, is_public=False))
    return list(Person.objects.filter(meant).exclude(name="").order_by("pk")[:_MOST_MEANT])


def public_person(number: str) -> Person | None:
    """The person whose public page bears a number."""
    return Person.objects.filter(pk__in=bearers_of(number.strip(), is_public=True)).first()


def identities_decided() -> QuerySet[SameIdentity]:
    """What somebody decided, the newest first."""
    decided = SameIdentity.objects.exclude(state=IdentityState.SUSPECTED).select_related(
        "first", "second", "decided_by"
    )
    return decided.order_by("-decided_at")


def identities_to_decide() -> QuerySet[SameIdentity]:
    """Pairs of entries that look like one human being and about which nobody decided yet."""
    return SameIdentity.objects.filter(state=IdentityState.SUSPECTED).select_related(
        "first__organisation", "second__organisation"
    )


def is_same_human(one: int, other: int) -> bool:
    """Whether two entries are one human being, as far as somebody decided."""
    return one == other or other in classes_around([one]).get(one, frozenset())


def same_humans(person_id: int) -> frozenset[int]:
    """All entries of one human being, as far as somebody decided; at least the one that is asked about."""
    return classes_around([person_id]).get(person_id, frozenset()) | {person_id}
