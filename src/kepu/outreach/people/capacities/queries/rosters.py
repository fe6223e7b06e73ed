"""Rosters of people: the table to fill in, the rows that wait, and what lies beside them in the register."""

import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kepu.directory.privacy.choices import ConsentManner, NumberKind
from kepu.directory.privacy.queries import MaskedNumber, holders_of, number_in_form, numbers_of_people
from kepu.directory.register.choices import Audience
from kepu.directory.register.models import Organisation, Person, Region
from kepu.foundation.sheets import Column, ColumnKind, Sheet
from kepu.foundation.sheets.decisions import RowChoice
from kepu.outreach.people.capacities.choices import OPEN, CapacityKind, Engagement, Fee, Likeness
from kepu.outreach.people.capacities.models import Capacity, PersonRoster, PersonRosterRow
from kepu.outreach.people.capacities.permissions import may_bring_people
from kepu.outreach.people.capacities.queries.finding import choices_of
from kepu.outreach.people.capacities.rules import Human, Humans

SEPARATOR = "、"
LISTS = ("topics", "audiences", "forms", "languages", "subjects", "served")
"""What may be said several times: two lists can be brought together."""
COMPARED = ("house", "position", "region", *LISTS, "travels_km", "fee", "fee_note", "engagement", "introduction")
NUMBERS = (NumberKind.PHONE, NumberKind.IDENTITY)
_SHOWN_ROWS = 20


def person_roster_sheet() -> Sheet:
    """The columns of a roster of people."""

    def several(name: str, example: str) -> Column:
        labels = SEPARATOR.join(label for _code, label in list_choices(name))
        return Column(
            name, labels_of_fields()[name], help=_("几项用顿号隔开：%(labels)s") % {"labels": labels}, example=example
        )

    return Sheet(
        _("人员名册"),
        (
            Column("name", _("姓名"), is_required=True, longest=60, example=_("示例专家 01")),
            Column(
                "kind", _("身份"), ColumnKind.CHOICE, is_required=True, example=str(CapacityKind.EXPERT.label),
                choices=tuple((kind.value, str(kind.label)) for kind in CapacityKind),
            ),
            Column("phone", _("手机号"), longest=30, help=_("加密存放，同一个人按它认出来"), example="139 0000 0001"),
            Column("identity", _("身份证号"), longest=30, help=_("可空着；加密存放"), example="37020219900101001X"),
            Column("house", _("单位"), longest=120, help=_("全称；名录里没有的也可以写"), example=_("青岛市示例研究所")),
            Column("position", _("职称或职务"), longest=60, example=_("研究员")),
            Column("district", _("区市"), is_required=True, longest=40, help=_("常住地，名称或 6 位代码"), example=_("市南区")),
            Column("township", _("镇街"), longest=40, help=_("名称或代码，可空着")),
            several("subjects", _("地球科学、生物学")),
            Column(
                "topics", _("能讲的题目"), longest=2000, help=_("几个题目用顿号或换行隔开"), example=_("潮汐和赶海、蓝莓冻害怎么防")
            ),
            several("audiences", _("青少年、农民")),
            several("forms", _("讲座、动手实验")),
            several("languages", _("普通话")),
            Column("served", _("服务的地方"), longest=500, help=_("区市的名称或代码，几处用顿号隔开"), example=_("市南区、市北区")),
            Column("travels_km", _("愿意走多远"), ColumnKind.INTEGER, least=0, most=1000, unit=_("公里"), example="50"),
            Column(
                "fee", _("费用"), ColumnKind.CHOICE, choices=tuple((fee.value, str(fee.label)) for fee in Fee),
                example=str(Fee.FREE.label),
            ),
            Column("fee_note", _("费用说明"), longest=120),
            Column(
                "engagement", _("专职或兼职"), ColumnKind.CHOICE, help=_("只有科普岗位填"),
                choices=tuple((one.value, str(one.label)) for one in Engagement),
            ),
            Column("introduction", _("介绍"), longest=2000),
            Column(
                "consent_manner", _("同意怎样来的"), ColumnKind.CHOICE, help=_("本人看过现行的告知书并已同意的填；没有的空着"),
                choices=tuple(
                    (one.value, str(one.label)) for one in (ConsentManner.PAPER, ConsentManner.PHONE)
                ),
            ),
            Column("consent_evidence", _("同意的凭据"), longest=200, help=_("录音编号或纸质材料存放处"), example=_("档案柜 3 第 12 页")),
        ),
        notes=(_("请先告诉名册里的人要登记哪些信息。没有写明同意的，登记以后要本人登录同意，才会入库、才找得到。"),),
    )  # fmt: skip


def list_choices(name: str) -> Sequence[tuple[str, str]]:
    """Code and label of what may stand in a list of the register."""
    if name == "audiences":
        return [(one.value, str(one.label)) for one in Audience]
    return choices_of(name)


def labels_of_fields() -> dict[str, str]:
    """What the fields that are compared are called."""
    return {
        "phone": _("手机号"),
        "identity": _("身份证号"),
        "house": _("单位"),
        "position": _("职称或职务"),
        "region": _("常住地"),
        "topics": _("能讲的题目"),
        "audiences": _("适合的人群"),
        "forms": _("服务形式"),
        "languages": _("语言"),
        "subjects": _("学科"),
        "served": _("服务的地方"),
        "travels_km": _("愿意走多远"),
        "fee": _("费用"),
        "fee_note": _("费用说明"),
        "engagement": _("专职或兼职"),
        "introduction": _("介绍"),
    }


# --- what is compared -------------------------------------------------------------------------------------------


def values_of(row: PersonRosterRow) -> dict[str, Any]:
    """What an undecided row says."""
    return dict(json.loads(str(row.values))) if row.values else {}


def said_by(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a row says, by the names that are compared."""
    said: dict[str, Any] = {name: values.get(name) for name in COMPARED}
    said["house"] = (values.get("organisation_id"), values.get("workplace") or "")
    said["region"] = values.get("region_id")
    return said


def held_by(capacity: Capacity) -> dict[str, Any]:
    """What an entry of the register holds, by the same names."""
    held: dict[str, Any] = {
        name: getattr(capacity, name) for name in COMPARED if name not in {"house", "region", "served"}
    }
    held["house"] = (capacity.organisation_id, capacity.workplace)
    held["region"] = capacity.region_id
    held["served"] = [region.pk for region in capacity.served.all()]
    return held


def is_empty(value: Any) -> bool:
    """Whether nothing is said; 0 kilometres is something."""
    return value in (None, "", [], (None, ""))


def differs(name: str, held: Any, said: Any) -> bool:
    """Whether both sides say something and not the same; a list that adds nothing is the same."""
    if is_empty(held) or is_empty(said):
        return False
    return bool(set(said) - set(held)) if name in LISTS else bool(held != said)


# --- who may be whom --------------------------------------------------------------------------------------------


def undecided(roster: PersonRoster) -> list[PersonRosterRow]:
    """The rows that wait, in the order of the file."""
    return list(roster.rows.filter(choice=RowChoice.UNDECIDED))


def twins_of(rows: Iterable[tuple[int, Mapping[str, Any]]]) -> dict[int, list[tuple[int, Likeness]]]:
    """Which people of the register, and which other rows, every row may be; rows without any are left out.

    Args:
        rows: number and values of all rows that wait.

    Returns:
        Number of the row → (id of a person, or minus the number of another row; why), the surest first.
        The number of queries does not grow with the rows.
    """
    given = dict(rows)
    bodies = _names_of_bodies(given.values())
    humans = {
        number: Human.of(
            -number,
            one["name"],
            [bodies.get(one.get("organisation_id") or 0, ""), one.get("workplace") or ""],
            {str(kind): one[kind] for kind in NUMBERS if one.get(kind)},
        )
        for number, one in given.items()
    }
    holders = {kind: holders_of(kind, [one[kind] for one in given.values() if one.get(kind)]) for kind in NUMBERS}
    register, others = Humans(_register()), Humans(humans.values())
    found: dict[int, list[tuple[int, Likeness]]] = {}
    for number, human in humans.items():
        sure = {
            holders[kind][given[number][kind]]: Likeness(kind)
            for kind in reversed(NUMBERS)
            if given[number].get(kind) in holders[kind]
        }
        known = list(sure.items()) + [pair for pair in register.like(human) if pair[0] not in sure]
        if twins := known + others.like(human):
            found[number] = twins
    return found


def _names_of_bodies(rows: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    ids = {int(one["organisation_id"]) for one in rows if one.get("organisation_id")}
    return dict(Organisation.objects.filter(pk__in=ids).values_list("pk", "name"))


def _register() -> list[Human]:
    """Everybody who is or was in the register or works for a body, with the names of their bodies."""
    people = Person.objects.filter(is_active=True).exclude(name="")
    people = people.filter(Q(organisation__isnull=False) | Q(pk__in=Capacity.objects.values("person")))
    bodies: dict[int, set[str]] = {}
    for person, body, place in Capacity.objects.values_list("person", "organisation__name", "workplace"):
        bodies.setdefault(person, set()).update({body or "", place})
    return [
        Human.of(pk, name, {body or "", *bodies.get(pk, ())})
        for pk, name, body in people.values_list("pk", "name", "organisation__name")
    ]


# --- pages ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Compared:
    """One field on both sides, in words."""

    name: str
    label: str
    held: str
    said: str
    differs: bool
    both: bool
    """Whether the two can be brought together."""


@dataclass(frozen=True, slots=True)
class Twin:
    """Somebody of the register, or another row, laid beside a row."""

    why: str
    row: int = 0
    person: Person | None = None
    capacity: Capacity | None = None
    fields: tuple[Compared, ...] = ()

    @property
    def fills(self) -> list[Compared]:
        """What the row adds where the register holds nothing."""
        return [one for one in self.fields if not one.differs]

    @property
    def choices(self) -> list[Compared]:
        """What a person must choose."""
        return [one for one in self.fields if one.differs]


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A row that waits, in words, with what lies beside it."""

    row: PersonRosterRow
    name: str
    kind: str
    words: tuple[tuple[str, str], ...]
    twins: tuple[Twin, ...]
    seen: str


@dataclass(frozen=True, slots=True)
class PersonRosterPage:
    """One roster at the desk."""

    roster: PersonRoster
    clear: int
    waiting: tuple[WaitingRow, ...]
    more: int
    """Doubtful rows that are not on this page."""
    decided: dict[str, int]


def seen_of(twins: Iterable[tuple[int, Likeness]], capacities: Mapping[int, Capacity]) -> str:
    """The fingerprint of what lay beside a row: whom it may be, and how often their entries were changed."""
    lines = [
        f"{key}:{capacities[key].pk}:{capacities[key].revision}" if key in capacities else str(key)
        for key, _why in sorted(twins)
        if key > 0
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


def open_entries(people: Collection[int], kinds: Collection[str]) -> dict[tuple[int, str], Capacity]:
    """The entries of these people that are not over, by person and kind."""
    found = Capacity.objects.filter(person__in=people, kind__in=kinds, state__in=sorted(OPEN))
    found = found.select_related("person", "organisation", "region").prefetch_related("served")
    return {(one.person_id, one.kind): one for one in found}


def person_rosters_visible_to(actor: Person) -> QuerySet[PersonRoster]:
    """All for those who admit people, none for others."""
    return PersonRoster.objects.all() if may_bring_people(actor) else PersonRoster.objects.none()


def person_roster_page(actor: Person, pk: uuid.UUID) -> PersonRosterPage | None:
    """A roster with the doubtful rows that wait, or None where the actor sees none such."""
    roster = person_rosters_visible_to(actor).filter(pk=pk).first()
    if roster is None:
        return None
    rows = {row.number: row for row in undecided(roster)}
    values = {number: values_of(row) for number, row in rows.items()}
    twins = twins_of(values.items())
    shown = [number for number in rows if number in twins][:_SHOWN_ROWS]
    words = _Words(
        [values[number] for number in shown], {key for number in shown for key, _why in twins[number] if key > 0}
    )
    counts = Counter(roster.rows.exclude(choice=RowChoice.UNDECIDED).values_list("choice", flat=True))
    return PersonRosterPage(
        roster=roster,
        clear=len(rows) - len(twins),
        waiting=tuple(words.waiting(rows[number], values[number], twins[number]) for number in shown),
        more=len(twins) - len(shown),
        decided={str(choice.label): counts[choice] for choice in RowChoice if counts[choice]},
    )


class _Words:
    """Everything that is read to say rows and entries in words: a fixed number of queries."""

    def __init__(self, rows: Sequence[Mapping[str, Any]], people: Collection[int]) -> None:
        self._people = Person.objects.select_related("organisation").in_bulk(people)
        self._entries = open_entries(people, {row["kind"] for row in rows})
        self._numbers = numbers_of_people(people)
        self._holders = {kind: holders_of(kind, [row[kind] for row in rows if row.get(kind)]) for kind in NUMBERS}
        places = {pk for row in rows for pk in (row["region_id"], *row["served"])}
        self._regions = dict(Region.objects.filter(pk__in=places).values_list("pk", "name"))
        self._bodies = _names_of_bodies(rows)
        self._lists = {name: dict(list_choices(name)) for name in ("audiences", "forms", "languages", "subjects")}
        self._labels = labels_of_fields()

    def waiting(
        self, row: PersonRosterRow, values: Mapping[str, Any], twins: Sequence[tuple[int, Likeness]]
    ) -> WaitingRow:
        said = said_by(values)
        words = [(self._labels[kind], number_in_form(kind, values[kind])[1]) for kind in NUMBERS if values.get(kind)]
        words += [(self._labels[name], self._said(name, said[name])) for name in COMPARED if not is_empty(said[name])]
        beside = {key: entry for (key, kind), entry in self._entries.items() if kind == values["kind"]}
        return WaitingRow(
            row=row,
            name=values["name"],
            kind=str(CapacityKind(values["kind"]).label),
            words=tuple(words),
            twins=tuple(self._twin(key, why, values, said, beside.get(key)) for key, why in twins),
            seen=seen_of(twins, beside),
        )

    def _twin(
        self, key: int, why: Likeness, values: Mapping[str, Any], said: Mapping[str, Any], entry: Capacity | None
    ) -> Twin:
        if key < 0:
            return Twin(str(why.label), row=-key)
        fields = self._compared_numbers(key, values)
        if entry is not None:
            held = held_by(entry)
            fields += [
                Compared(
                    name, self._labels[name], self._held(entry, name, held[name]), self._said(name, said[name]),
                    differs(name, held[name], said[name]), name in LISTS,
                )
                for name in COMPARED
                if not is_empty(said[name]) and (is_empty(held[name]) or differs(name, held[name], said[name]))
            ]  # fmt: skip
        return Twin(str(why.label), person=self._people[key], capacity=entry, fields=tuple(fields))

    def _compared_numbers(self, person: int, values: Mapping[str, Any]) -> list[Compared]:
        found = []
        for kind in NUMBERS:
            value = values.get(kind)
            if not value or self._holders[kind].get(value) == person:
                continue
            held = [one for one in self._numbers.get(person, []) if one.kind == kind]
            shown = number_in_form(kind, value)[1]
            found.append(
                Compared(str(kind), self._labels[kind], masks(held), shown, bool(held), kind == NumberKind.PHONE)
            )
        return found

    def _said(self, name: str, value: Any) -> str:
        if name == "house":
            return self._bodies.get(value[0], "") or str(value[1])
        if name in {"region", "served"}:
            return SEPARATOR.join(self._regions.get(pk, "") for pk in (value if name == "served" else [value]))
        return self._plain(name, value)

    def _held(self, entry: Capacity, name: str, value: Any) -> str:
        if name == "house":
            return entry.organisation.name if entry.organisation else entry.workplace
        if name == "region":
            return entry.region.name
        if name == "served":
            return SEPARATOR.join(region.name for region in entry.served.all())
        return self._plain(name, value)

    def _plain(self, name: str, value: Any) -> str:
        if is_empty(value):
            return ""
        if name in LISTS:
            return SEPARATOR.join(self._lists.get(name, {}).get(one, one) for one in value)
        if name == "fee":
            return str(Fee(value).label)
        if name == "engagement":
            return str(Engagement(value).label)
        return _("%(km)d 公里") % {"km": value} if name == "travels_km" else str(value)


def masks(numbers: Iterable[MaskedNumber]) -> str:
    """Masked numbers in one line."""
    return SEPARATOR.join(one.masked for one in numbers)
