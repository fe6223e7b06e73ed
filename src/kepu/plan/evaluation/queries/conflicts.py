"""Who judges never judges the own body: whether a person has, or had within the days judged, to do with a body.

The strict reading. Any role at the body, at one above or below it, at its predecessor or successor counts, whatever the
role is; so does belonging to it without a role, being the district officer over it, and sitting in the leading office
where the body is the one in which that office sits. What persons declared and what the register of people found (kin,
employment, interests, one human being under two entries) comes from its graph. This is the one place that is asked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person, RoleAssignment
from kepu.foundation.clock import today
from kepu.foundation.codes.queries import values_in_force
from kepu.outreach.people.conflicts.queries import conflicts_between
from kepu.outreach.people.conflicts.rules import Found, Target
from kepu.plan.evaluation.models import Evaluation

OFFICE_BODY = "office_body"


@dataclass(frozen=True, slots=True)
class Ties:
    """What some persons have, or had, to do with bodies."""

    roles: dict[int, list[RoleAssignment]]
    homes: dict[int, Organisation]
    office_paths: tuple[str, ...]
    """Of the bodies in which the leading office sits; empty where nobody knows."""
    kin: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """Paths of a body's predecessors and successors, by the body."""
    declared: Found = field(default_factory=dict)
    """What the graph of the register says, by person and body."""

    def with_body(self, person_id: int, body: Organisation) -> str:
        """Why a person does not judge a body, in words; empty where nothing stands against it."""
        paths = (body.path, *self.kin.get(body.pk, ()))
        home = self.homes.get(person_id)
        if home is not None and _touches(home.path, paths):
            return _("本人是%(body)s的人") % {"body": home.label}
        for role in self.roles.get(person_id, ()):
            said = {"role": role.get_role_display(), "since": role.starts_on.isoformat()}
            if role.organisation is not None and _touches(role.organisation.path, paths):
                said["body"] = role.organisation.label
                return _("%(since)s 起在%(body)s任%(role)s") % said
            is_over_it = role.region is not None and body.region.path.startswith(role.region.path)
            if role.role == Role.DISTRICT_OFFICER and is_over_it:
                said["body"] = role.region.label if role.region else ""
                return _("%(since)s 起任%(body)s的%(role)s，这个单位在那里") % said
            if role.role == Role.LEADING_OFFICE:
                if not self.office_paths:
                    return _("在领导小组办公室，而本站没有登记办公室设在哪个单位")
                if any(_touches(path, paths) for path in self.office_paths):
                    return _("在领导小组办公室，办公室就设在这个单位或它的上下级")
        return "；".join(str(reason) for reason in self.declared.get((person_id, Target(body=body.pk)), ()))


def _touches(own: str, paths: Iterable[str]) -> bool:
    """Whether a body is one of some bodies, above one or below one."""
    return bool(own) and any(path and (path.startswith(own) or own.startswith(path)) for path in paths)


def ties_of(people: Iterable[Person], evaluation: Evaluation, bodies: Sequence[Organisation]) -> Ties:
    """Look up what persons had to do with bodies from the first day that is judged until today.

    Args:
        people: who would judge.
        evaluation: whose days count.
        bodies: who would be judged, each with its region.
    """
    known = {person.pk: person for person in people}
    held = (
        RoleAssignment.objects.filter(Q(ends_on=None) | Q(ends_on__gte=evaluation.since), starts_on__lte=today())
        .select_related("organisation", "region")
        .order_by("starts_on", "pk")
    )
    roles: dict[int, list[RoleAssignment]] = {}
    for role in held.filter(person__in=known):
        roles.setdefault(role.person_id, []).append(role)
    homes = Organisation.objects.in_bulk([p.organisation_id for p in known.values() if p.organisation_id])
    is_office = any(role.role == Role.LEADING_OFFICE for found in roles.values() for role in found)
    return Ties(
        roles,
        {pk: homes[p.organisation_id] for pk, p in known.items() if p.organisation_id in homes},
        office_paths() if is_office else (),
        _kin(bodies),
        conflicts_between(known, [Target(body=body.pk) for body in bodies]),
    )


def _kin(bodies: Sequence[Organisation]) -> dict[int, tuple[str, ...]]:
    own = {body.pk for body in bodies}
    links = Organisation.objects.filter(successor__isnull=False).filter(Q(pk__in=own) | Q(successor__in=own))
    found: dict[int, list[str]] = {}
    for before in links.select_related("successor"):
        if before.successor is not None:
            found.setdefault(before.pk, []).append(before.successor.path)
            found.setdefault(before.successor.pk, []).append(before.path)
    return {pk: tuple(paths) for pk, paths in found.items()}


def office_paths() -> tuple[str, ...]:
    """Where the leading office sits: the body that the site named, and those to which its people belong."""
    named = str(values_in_force("evaluation.").get(OFFICE_BODY) or "")
    day = today()
    held = RoleAssignment.objects.filter(role=Role.LEADING_OFFICE, starts_on__lte=day)
    held = held.filter(Q(ends_on=None) | Q(ends_on__gte=day))
    bodies = Organisation.objects.filter(
        Q(name=named) | Q(pk__in=held.values("organisation")) | Q(pk__in=held.values("person__organisation"))
    )
    return tuple(path for path in bodies.order_by("pk").values_list("path", flat=True) if path)
