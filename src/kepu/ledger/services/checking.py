"""The rules that every fact passes, by whichever door it comes."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _

from kepu.directory.register.choices import RegionLevel
from kepu.directory.register.models import Organisation, OrganisationAlias, Person, Region
from kepu.foundation.clock import today
from kepu.ledger.choices import AUDIENCE_OF_TAG, Audience, AudienceTag
from kepu.ledger.models import AcceptedPeriod, Indicator
from kepu.ledger.permissions import may_record_fact
from kepu.ledger.rules import EARLIEST, LATEST, MOST, FactDraft

SMALLEST_STEP = Decimal("0.0001")
LONGEST_REF = 200
LONGEST_NOTE = 500
MOST_PEOPLE = 10**12
PERSON_BYTES = (16, 32)


class FieldError(NamedTuple):
    """What is wrong with one field of a draft."""

    row: int
    field: str
    what: str


class Place(NamedTuple):
    """A region as a fact keeps it."""

    id: int
    district_id: int
    area_class: str


class Checked(NamedTuple):
    """A draft whose names were found and whose values fit."""

    indicator_id: int
    place: Place
    organisation_id: int
    audience: str
    audience_tag: str


@dataclass(frozen=True, slots=True)
class _Measure:
    """What the rules need of one version of an indicator."""

    id: int
    code: str
    name: str
    is_integer: bool
    is_derived: bool
    is_stock: bool
    requires_method: bool
    first_year: int
    last_year: int


def folded(text: str) -> str:
    """Names are compared without regard to width and spaces.

    Examples:
        >>> folded(" 市　科协（机关）")
        '市科协(机关)'
    """
    return "".join(unicodedata.normalize("NFKC", text).split())


_AUDIENCES = {key: code for code, label in Audience.choices for key in (code, folded(str(label)))}
_TAGS = {key: code for code, label in AudienceTag.choices for key in (code, folded(str(label)))}


class FactChecker:
    """Finds what drafts name and checks what they say; remembers what it found.

    Args:
        actor: on whose behalf facts are recorded; None for the machine itself, which may record anything.
        everything: read regions and bodies at once (for many drafts), not one by one.
    """

    def __init__(self, *, actor: Person | None, everything: bool = False) -> None:
        self.actor = actor
        self.today = today()
        self._periods = list(AcceptedPeriod.objects.values_list("title", "since", "until"))
        self._indicators: dict[str, list[_Measure]] = {}
        self._units: dict[int, str] = {}
        self._known: dict[tuple[str, int, str | int, str | int, str, str], tuple[Checked, _Measure]] = {}
        self._everything = everything
        self._regions: dict[str | int, Place | str] = {}
        self._bodies: dict[str | int, int | str] = {}
        self._allowed: dict[tuple[int, int], bool] = {}
        self._region_rows: dict[int, Region] = {}
        self._body_rows: dict[int, Organisation] = {}
        if everything:
            self._keep_indicators(Indicator.objects.all())
            self._keep_regions(Region.objects.all())
            self._keep_bodies(Organisation.objects.all())

    def check(self, draft: FactDraft) -> Checked | list[FieldError]:
        """Find what a draft names and check its values; the errors in words where it does not fit."""
        day = draft.occurred_on
        names = (draft.indicator, day.year, draft.region, draft.organisation, draft.audience, draft.audience_tag)
        wrong: list[tuple[str, str]] = []
        known = self._known.get(names)
        if known is None:
            known = self._find(draft, wrong)
            if known is not None:
                self._known[names] = known
        if day > self.today or self._periods or day < EARLIEST:
            self._check_day(day, wrong)
        self._check_numbers(draft, known[1] if known else None, wrong)
        if len(draft.source_ref) > LONGEST_REF or len(draft.note) > LONGEST_NOTE:
            wrong.append(("note", _("说明最多 500 字，来源编号最多 200 字。")))
        if wrong or known is None:
            return [FieldError(draft.row, field, what) for field, what in wrong]
        return known[0]

    def _find(self, draft: FactDraft, wrong: list[tuple[str, str]]) -> tuple[Checked, _Measure] | None:
        measure = self._measure(draft, wrong)
        place = self._place(draft.region, wrong)
        organisation_id = self._body(draft.organisation, wrong)
        audience, tag = self._audience(draft, wrong)
        if place is not None and organisation_id is not None and not self._may(organisation_id, place.id):
            wrong.append(("organisation", _("您不能替这个单位在这个地区登记，请联系办公室。")))
        if wrong or measure is None or place is None or organisation_id is None:
            return None
        return Checked(measure.id, place, organisation_id, audience, tag), measure

    def unit_of(self, checked: Checked) -> str:
        """The unit of a checked draft's indicator."""
        return self._units[checked.indicator_id]

    def stock_ids(self) -> frozenset[int]:
        """Ids of the indicators whose value on a day stands alone."""
        return frozenset(measure.id for found in self._indicators.values() for measure in found if measure.is_stock)

    def indicator_codes(self) -> dict[int, str]:
        """Codes by id."""
        return {measure.id: measure.code for found in self._indicators.values() for measure in found}

    # --- names ---------------------------------------------------------------------------------------------------

    def _keep_indicators(self, found: Iterable[Indicator]) -> None:
        for one in sorted(found, key=lambda indicator: -indicator.version):
            measure = _Measure(
                one.pk, one.code, one.name, one.is_integer, one.is_derived, one.is_stock, one.requires_method,
                one.valid_from, one.valid_to or LATEST.year,
            )  # fmt: skip
            self._units[one.pk] = one.unit
            for key in {one.code, folded(one.name)}:
                self._indicators.setdefault(key, []).append(measure)

    def _measure(self, draft: FactDraft, wrong: list[tuple[str, str]]) -> _Measure | None:
        if not self._everything and draft.indicator not in self._indicators:
            self._keep_indicators(Indicator.objects.filter(_any_of(("code", "name"), draft.indicator)))
        versions = self._indicators.get(draft.indicator) or self._indicators.get(folded(draft.indicator))
        if not versions:
            sentence = _("指标“%(value)s”不在指标目录里，请从模板的下拉框中选。")
            wrong.append(("indicator", sentence % {"value": draft.indicator[:60]}))
            return None
        year = draft.occurred_on.year
        for measure in versions:
            if measure.first_year <= year <= measure.last_year:
                if measure.is_derived:
                    wrong.append(("indicator", _("“%(name)s”由其他指标算出，不单独填报。") % {"name": measure.name}))
                return measure
        newest = versions[0]
        said: dict[str, Any] = {"name": newest.name, "first": newest.first_year, "last": newest.last_year, "year": year}
        wrong.append(("occurred_on", _("指标“%(name)s”只用于 %(first)d 至 %(last)d 年，不收 %(year)d 年的数。") % said))
        return None

    def _place(self, region: str | int, wrong: list[tuple[str, str]]) -> Place | None:
        found = self._regions.get(region)
        if found is None and isinstance(region, str):
            found = self._regions.get(folded(region))
        if found is None and not self._everything:
            by_name = _any_of(("code", "name", "short_name"), region) | Q(aliases__contains=[str(region)])
            self._keep_regions(
                Region.objects.filter(pk=region) if isinstance(region, int) else Region.objects.filter(by_name)
            )
            found = self._regions.get(region if isinstance(region, int) else folded(region))
        if isinstance(found, Place):
            return found
        said = {"value": str(region)[:60]}
        if not str(region).strip():
            wrong.append(("region", _("没有写地区。")))
        elif found is None:
            wrong.append(("region", _("没有“%(value)s”这个地区，请填行政区划代码或全称。") % said))
        else:
            wrong.append(("region", _("叫“%(value)s”的地区不止一个，请填行政区划代码。") % said))
        return None

    def _keep_regions(self, found: Iterable[Region]) -> None:
        regions = list(found)
        codes = {code for region in regions for code in region.path.split("/") if code}
        above = Region.objects.filter(level__lte=RegionLevel.DISTRICT, code__in=codes)
        districts = dict(above.values_list("code", "pk"))
        for region in regions:
            self._region_rows[region.pk] = region
            way_up = reversed(region.path.split("/"))
            district = next((districts[code] for code in way_up if code in districts), region.pk)
            place = Place(region.pk, district, region.area_class)
            self._regions[region.pk] = self._regions[region.code] = place
            for name in {folded(name) for name in (region.name, region.short_name, *region.aliases) if name}:
                other = self._regions.setdefault(name, place)
                if other != place:
                    self._regions[name] = "ambiguous"

    def _body(self, organisation: str | int, wrong: list[tuple[str, str]]) -> int | None:
        found = self._bodies.get(organisation)
        if found is None and isinstance(organisation, str):
            found = self._bodies.get(folded(organisation))
        if found is None and not self._everything:
            by_name = _any_of(("name", "short_name", "aliases__name", "credit_code"), organisation)
            bodies = (
                Organisation.objects.filter(pk=organisation)
                if isinstance(organisation, int)
                else Organisation.objects.filter(by_name).distinct()
            )
            self._keep_bodies(bodies if organisation != "" else [])
            found = self._bodies.get(organisation if isinstance(organisation, int) else folded(organisation))
        if isinstance(found, int):
            return found
        said = {"value": str(organisation)[:60]}
        if not str(organisation).strip():
            wrong.append(("organisation", _("没有写单位。")))
        elif found is None:
            wrong.append(("organisation", _("没有“%(value)s”这个单位，请用登记的全称、简称或别名。") % said))
        else:
            wrong.append(("organisation", _("叫“%(value)s”的单位不止一个，请写全称。") % said))
        return None

    def _keep_bodies(self, found: Iterable[Organisation]) -> None:
        bodies = list(found)
        names: list[tuple[str, int]] = []
        for body in bodies:
            self._body_rows[body.pk] = body
            self._bodies[body.pk] = self._bodies[folded(body.name)] = body.pk
            names += [(name, body.pk) for name in (body.short_name, body.credit_code) if name]
        aliases = OrganisationAlias.objects.filter(organisation__in=[body.pk for body in bodies])
        names += aliases.values_list("name", "organisation_id")
        exact = {folded(body.name) for body in bodies}
        for name, pk in ((folded(name), pk) for name, pk in names):
            if name not in exact and self._bodies.setdefault(name, pk) != pk:
                self._bodies[name] = "ambiguous"

    def _audience(self, draft: FactDraft, wrong: list[tuple[str, str]]) -> tuple[str, str]:
        audience = _AUDIENCES.get(draft.audience) or _AUDIENCES.get(folded(draft.audience))
        if audience is None:
            said = {"value": draft.audience[:30], "labels": "、".join(str(label) for label in Audience.labels)}
            wrong.append(("audience", _("没有“%(value)s”这一人群，可填：%(labels)s。") % said))
            return "", ""
        if not draft.audience_tag:
            return audience, ""
        tag = _TAGS.get(draft.audience_tag) or _TAGS.get(folded(draft.audience_tag))
        if tag is None:
            labels = "、".join(str(label) for label in AudienceTag.labels)
            sentence = _("没有“%(value)s”这一细分人群，可填：%(labels)s。")
            wrong.append(("audience_tag", sentence % {"value": draft.audience_tag[:30], "labels": labels}))
            return audience, ""
        if audience not in AUDIENCE_OF_TAG[tag]:
            names = {"tag": str(AudienceTag(tag).label), "audience": str(Audience(audience).label)}
            wrong.append(("audience_tag", _("“%(tag)s”不属于“%(audience)s”。") % names))
        return audience, tag

    # --- values --------------------------------------------------------------------------------------------------

    def _check_day(self, day: date, wrong: list[tuple[str, str]]) -> None:
        if day < EARLIEST:
            wrong.append(("occurred_on", _("%(day)s 早于 2000 年，请检查年份。") % {"day": day.isoformat()}))
        elif day > self.today:
            said = {"day": day.isoformat(), "today": self.today.isoformat()}
            wrong.append(("occurred_on", _("%(day)s 还没到（今天是 %(today)s），事实只记已经发生的事。") % said))
        elif self._periods and not any(since <= day <= until for _title, since, until in self._periods):
            periods = "；".join(f"{title} {since}—{until}" for title, since, until in self._periods)
            said = {"day": day.isoformat(), "periods": periods}
            wrong.append(("occurred_on", _("%(day)s 不在规划的时段内（%(periods)s）。") % said))

    def _check_numbers(self, draft: FactDraft, measure: _Measure | None, wrong: list[tuple[str, str]]) -> None:
        quantity, people = draft.quantity, draft.people
        if not quantity.is_finite() or quantity >= MOST:
            wrong.append(("quantity", _("数量太大，请检查单位。")))
        elif quantity < 0:
            wrong.append(("quantity", _("数量是负数；要更正已登记的数，请用冲正。")))
        elif measure is not None and measure.is_integer and quantity % 1:
            wrong.append(("quantity", _("“%(name)s”只收整数。") % {"name": measure.name}))
        elif measure is not None and not measure.is_integer and quantity != quantity.quantize(SMALLEST_STEP):
            wrong.append(("quantity", _("最多四位小数。")))
        if people is not None and not 0 <= people <= MOST_PEOPLE:
            wrong.append(("people", _("人次是负数，请填 0 或正整数。") if people < 0 else _("人次太大，请检查。")))
        if draft.person is not None and not PERSON_BYTES[0] <= len(draft.person) <= PERSON_BYTES[1]:
            wrong.append(("person", _("人员摘要应为 16 至 32 字节。")))
        if measure is not None and measure.requires_method and not draft.method:
            said = {"name": measure.name}
            wrong.append(("method", _("“%(name)s”须注明测量方法（工具、版本、样本量或去重办法）。") % said))

    def _may(self, organisation_id: int, region_id: int) -> bool:
        if self.actor is None:
            return True
        pair = (organisation_id, region_id)
        if pair not in self._allowed:
            self._allowed[pair] = may_record_fact(
                self.actor, self._body_rows[organisation_id], self._region_rows[region_id]
            )
        return self._allowed[pair]


def _any_of(fields: tuple[str, ...], name: str | int) -> Q:
    """Rows that have the name, as written or folded, in one of the fields."""
    found = Q()
    for field in fields:
        found |= Q(**{f"{field}__in": [str(name), folded(str(name))]})
    return found


def sentences(errors: Sequence[FieldError]) -> list[str]:
    """Errors as lines for people."""
    return [_("第 %(row)d 行：%(what)s") % {"row": e.row, "what": e.what} if e.row else e.what for e in errors]
