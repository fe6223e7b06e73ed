"""The lists and pages of the register: one's own, the desk's, the public's."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from kepu.directory.privacy.choices import NumberKind
from kepu.directory.privacy.queries import MaskedNumber, numbers_of
from kepu.directory.register.choices import Audience, Role
from kepu.directory.register.models import Person, Region
from kepu.directory.register.queries import inside
from kepu.foundation.clock import today
from kepu.foundation.sheets import Column, ColumnKind, Sheet
from kepu.outreach.people.capacities.choices import WRITABLE, CapacityKind, CapacityState
from kepu.outreach.people.capacities.models import Capacity, CapacityStep, Team, TeamMember, TrackRecord, Visit
from kepu.outreach.people.capacities.permissions import may_admit, may_check, may_keep_teams, may_see_phone
from kepu.outreach.people.capacities.queries.entries import SHOWN_RECORDS
from kepu.outreach.people.capacities.queries.finding import choices_of, half_day_label

_SHOWN_VISITS = 100
_SEPARATOR = "、"


@dataclass(frozen=True, slots=True)
class RegisterFilter:
    """Which entries a desk sees; what is empty narrows nothing."""

    state: str = ""
    kind: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class CapacityPage:
    """One entry as it is shown, with what the reader may do."""

    capacity: Capacity
    steps: tuple[CapacityStep, ...]
    records: tuple[TrackRecord, ...]
    teams: tuple[Team, ...]
    subjects: tuple[str, ...]
    audiences: tuple[str, ...]
    forms: tuple[str, ...]
    languages: tuple[str, ...]
    times: tuple[str, ...]
    served: tuple[str, ...]
    acts: frozenset[str]

    @property
    def returned_words(self) -> str:
        """What must be added, where the entry was sent back."""
        said = [step.words for step in self.steps if step.kind == "returned"]
        return said[-1] if self.capacity.state == CapacityState.RETURNED and said else ""


def _all() -> QuerySet[Capacity]:
    return Capacity.objects.select_related("person", "organisation", "region")


def own_capacities(person: Person) -> QuerySet[Capacity]:
    """A person's own entries, newest first."""
    return _all().filter(person=person).order_by("-pk")


def capacities_visible_to(actor: Person, wanted: RegisterFilter | None = None) -> QuerySet[Capacity]:
    """What a desk sees: the office and the auditor everything, a liaison the own body's, an officer the district's.

    Drafts are the person's own business.
    """
    found = _all().exclude(state=CapacityState.DRAFT)
    if not actor.holds(Role.LEADING_OFFICE, Role.AUDITOR):
        bodies = actor.organisations(Role.LIAISON, Role.UNIT_HEAD)
        found = found.filter(Q(organisation__in=bodies) | inside(actor.regions(Role.DISTRICT_OFFICER), "region"))
    if wanted is None:
        return found.order_by("-pk")
    if wanted.state in CapacityState.values:
        found = found.filter(state=wanted.state)
    if wanted.kind in CapacityKind.values:
        found = found.filter(kind=wanted.kind)
    if words := wanted.words.strip():
        found = found.filter(Q(person__name__icontains=words) | Q(number__iexact=words) | Q(workplace__icontains=words))
    return found.order_by("-pk")


def _acts(actor: Person, capacity: Capacity) -> frozenset[str]:
    """What the reader may do now, by the names of the buttons."""
    acts: set[str] = set()
    state, is_own = capacity.state, actor.pk == capacity.person_id
    if state in WRITABLE and (is_own or actor.holds(Role.LEADING_OFFICE)):
        acts.add("change")
    if is_own:
        acts |= {"apply"} if state in {CapacityState.DRAFT, CapacityState.RETURNED} else set()
        acts |= {"withdraw"} if state in {CapacityState.APPLIED, CapacityState.CHECKED} else set()
        acts |= {"end"} if state == CapacityState.ADMITTED else set()
        return frozenset(acts)
    if state == CapacityState.APPLIED and may_check(actor, capacity):
        acts |= {"check", "return"}
    if state == CapacityState.CHECKED:
        acts |= {"return"} if may_check(actor, capacity) else set()
        acts |= {"admit"} if may_admit(actor, capacity) else set()
    if state == CapacityState.ADMITTED and may_admit(actor, capacity):
        acts |= {"renew", "end"}
    return frozenset(acts)


def _page(capacity: Capacity, actor: Person | None, *, is_public: bool) -> CapacityPage:
    day = today()
    teams = Team.objects.filter(members__person=capacity.person_id, members__until=None, ended_on=None)
    if is_public:
        teams = teams.filter(is_public=True)

    def named(name: str, codes: Iterable[str]) -> tuple[str, ...]:
        known = dict(choices_of(name))
        return tuple(known.get(code, code) for code in codes)

    return CapacityPage(
        capacity=capacity,
        steps=() if is_public else tuple(capacity.steps.select_related("actor")),
        records=tuple(capacity.person.track_records.filter(occurred_on__lte=day)[:SHOWN_RECORDS]),
        teams=tuple(teams.distinct()),
        subjects=named("subjects", capacity.subjects),
        audiences=tuple(str(Audience(code).label) for code in capacity.audiences if code in Audience.values),
        forms=named("forms", capacity.forms),
        languages=named("languages", capacity.languages),
        times=tuple(half_day_label(code) for code in capacity.times),
        served=tuple(capacity.served.order_by("code").values_list("name", flat=True)),
        acts=frozenset() if actor is None or is_public else _acts(actor, capacity),
    )


def capacity_page(actor: Person, pk: int) -> CapacityPage | None:
    """One entry for the person it is about, or for a desk that sees it; None for everybody else."""
    capacity = own_capacities(actor).filter(pk=pk).first() or capacities_visible_to(actor).filter(pk=pk).first()
    return None if capacity is None else _page(capacity, actor, is_public=False)


def phones_seen_by(actor: Person, capacity: Capacity) -> list[MaskedNumber]:
    """The phones of somebody, masked, for those who arrange lectures; none for everybody else."""
    if not may_see_phone(actor, capacity):
        return []
    return [number for number in numbers_of(capacity.person_id) if number.kind == NumberKind.PHONE]


def public_capacity(number: str) -> CapacityPage | None:
    """The public page of somebody who is in the register and agreed to be shown."""
    found = _all().filter(number=number, state=CapacityState.ADMITTED, is_public=True).first()
    return None if found is None else _page(found, None, is_public=True)


# --- the commissioner's log ---


def places_of(capacity: Capacity) -> list[tuple[int, str]]:
    """The places where a commissioner may log a visit: those of the posting and what lies inside them."""
    posted = inside(list(capacity.served.all()))
    return list(Region.objects.filter(posted, valid_to=None).order_by("code").values_list("pk", "name"))


def visits_of(capacity: Capacity) -> list[Visit]:
    """The newest visits of a commissioner, those that were taken back too."""
    return list(capacity.visits.select_related("region")[:_SHOWN_VISITS])


def own_visit(person: Person, pk: int) -> Visit | None:
    """A visit that somebody logged as a commissioner."""
    return Visit.objects.filter(pk=pk, capacity__person=person).first()


# --- teams ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TeamPerson:
    """One member as shown: the number of a public page where there is one."""

    name: str
    number: str
    leads: bool


@dataclass(frozen=True, slots=True)
class TeamPage:
    """One team with the people in it today who are public, and what it did."""

    team: Team
    kind: str
    people: tuple[TeamPerson, ...]
    hidden: int
    """How many members are not shown to this reader."""
    records: tuple[TrackRecord, ...]


def public_teams() -> QuerySet[Team]:
    """Teams that are public and not dissolved."""
    return Team.objects.filter(is_public=True, ended_on=None).select_related("leader", "organisation")


def team_page(pk: int, *, actor: Person | None = None) -> TeamPage | None:
    """A team's page; those that are not public only for the office."""
    teams = Team.objects.select_related("leader", "organisation")
    is_office = actor is not None and actor.holds(Role.LEADING_OFFICE)
    if not is_office:
        teams = teams.filter(is_public=True)
    team = (
        teams.prefetch_related(Prefetch("members", TeamMember.objects.filter(until=None).select_related("person")))
        .filter(pk=pk)
        .first()
    )
    if team is None:
        return None
    members = list(team.members.all())
    public = Capacity.objects.filter(
        person__in=[member.person_id for member in members], state=CapacityState.ADMITTED, is_public=True
    )
    numbers = dict(public.values_list("person", "number"))
    shown = [one for one in members if is_office or one.person_id in numbers or one.person_id == team.leader_id]
    return TeamPage(
        team=team,
        kind=dict(choices_of("team_kinds")).get(team.kind, team.kind),
        people=tuple(
            TeamPerson(str(one.person), numbers.get(one.person_id, ""), one.person_id == team.leader_id)
            for one in shown
        ),
        hidden=len(members) - len(shown),
        records=tuple(team.track_records.filter(occurred_on__lte=today())[:SHOWN_RECORDS]),
    )


@dataclass(frozen=True, slots=True)
class TeamFilter:
    """Which teams the desk sees; what is empty narrows nothing."""

    state: str = ""
    kind: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class DeskTeam:
    """One team at the desk, with everybody in it and everything it did."""

    team: Team
    kind: str
    members: tuple[TeamMember, ...]
    past: tuple[TeamMember, ...]
    outputs: tuple[TrackRecord, ...]


def teams_kept_by(actor: Person, wanted: TeamFilter | None = None) -> QuerySet[Team]:
    """All teams for the office, with the numbers of people and outputs; none for others."""
    if not may_keep_teams(actor):
        return Team.objects.none()
    found = Team.objects.select_related("leader", "organisation").annotate(
        people=Count("members", filter=Q(members__until=None), distinct=True),
        output=Count("track_records", distinct=True),
    )
    if wanted is not None:
        if wanted.state in {"standing", "ended"}:
            found = found.filter(ended_on__isnull=wanted.state == "standing")
        if wanted.kind:
            found = found.filter(kind=wanted.kind)
        if words := wanted.words.strip():
            of_member = TeamMember.objects.filter(person__name__icontains=words, until=None).values("team")
            said = Q(name__icontains=words) | Q(organisation__name__icontains=words) | Q(pk__in=of_member)
            found = found.filter(said)
    return found.order_by("name")


def desk_team(actor: Person, pk: int) -> DeskTeam | None:
    """One team for the office; None for everybody else."""
    team = teams_kept_by(actor).filter(pk=pk).first()
    if team is None:
        return None
    members = list(team.members.select_related("person"))
    return DeskTeam(
        team=team,
        kind=dict(choices_of("team_kinds")).get(team.kind, team.kind),
        members=tuple(one for one in members if one.until is None),
        past=tuple(one for one in members if one.until is not None),
        outputs=tuple(team.track_records.all()),
    )


def bearers_of_number(number: str, is_public: bool) -> Iterable[int]:  # noqa: FBT001 (a finder's signature)
    """Who bears a number of the register; where only public pages count, who has one today."""
    found = Capacity.objects.filter(number=number).exclude(number="")
    if is_public:
        found = found.filter(state=CapacityState.ADMITTED, is_public=True)
    return found.values_list("person", flat=True)


def people_to_choose() -> list[tuple[int, str]]:
    """Everybody who is in the register today, with number and house, to be chosen for a team."""
    found = _all().filter(state=CapacityState.ADMITTED).order_by("person__name", "number")
    chosen: dict[int, str] = {}
    for one in found:
        chosen.setdefault(one.person_id, f"{one.person}（{one.number}{'，' if one.house else ''}{one.house}）")
    return list(chosen.items())


def team_sheet() -> Sheet:
    """The columns of the list of teams."""
    return Sheet(
        _("团队名录"),
        (
            Column("name", _("名称")),
            Column("kind", _("类型")),
            Column("leader", _("负责人")),
            Column("house", _("依托单位")),
            Column("founded_on", _("成立"), ColumnKind.DAY),
            Column("ended_on", _("解散"), ColumnKind.DAY),
            Column("people", _("成员"), ColumnKind.INTEGER, unit=_("人")),
            Column("output", _("成果"), ColumnKind.INTEGER, unit=_("项")),
            Column("public", _("公开"), ColumnKind.BOOLEAN),
            Column("made_up", _("演示数据"), ColumnKind.BOOLEAN),
        ),
    )


def team_lines(rows: Iterable[Team]) -> Iterator[Mapping[str, Any]]:
    """One line for each team, as `teams_kept_by` gives them."""
    kinds = dict(choices_of("team_kinds"))
    for row in rows:
        yield {
            "name": row.name,
            "kind": kinds.get(row.kind, row.kind),
            "leader": str(row.leader or ""),
            "house": row.organisation.name if row.organisation else "",
            "founded_on": row.founded_on,
            "ended_on": row.ended_on,
            "people": getattr(row, "people", None),
            "output": getattr(row, "output", None),
            "public": row.is_public,
            "made_up": row.is_demonstration,
        }


# --- a table to take away ---------------------------------------------------------------------------------------


def register_sheet() -> Sheet:
    """The columns of the register; no phone and no birthday stands in it."""
    return Sheet(
        _("科普人才名录"),
        (
            Column("number", _("编号")),
            Column("name", _("姓名")),
            Column("kind", _("身份")),
            Column("state", _("状态")),
            Column("house", _("单位")),
            Column("position", _("职称或职务")),
            Column("region", _("常住地")),
            Column("topics", _("能讲的题目")),
            Column("audiences", _("适合的人群")),
            Column("valid_from", _("自"), ColumnKind.DAY),
            Column("valid_to", _("至"), ColumnKind.DAY),
            Column("made_up", _("演示数据"), ColumnKind.BOOLEAN),
        ),
    )


def register_lines(rows: Iterable[Capacity]) -> Iterator[Mapping[str, Any]]:
    """One line for each entry."""
    for row in rows:
        yield {
            "number": row.number,
            "name": str(row.person),
            "kind": str(row.get_kind_display()),
            "state": str(row.get_state_display()),
            "house": row.house,
            "position": row.position,
            "region": row.region.name,
            "topics": _SEPARATOR.join(row.topics),
            "audiences": _SEPARATOR.join(str(Audience(code).label) for code in row.audiences),
            "valid_from": row.valid_from,
            "valid_to": row.valid_to,
            "made_up": row.is_demonstration,
        }


def register_banner(rows: Iterable[Capacity | Team]) -> str:
    """What must stand above a table in which made-up people stand."""
    return _("含演示数据") if any(row.is_demonstration for row in rows) else ""
