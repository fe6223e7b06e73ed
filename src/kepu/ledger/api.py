"""The ledger for other systems: indicators and series for everyone, facts with a token."""

import uuid
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema
from ninja.responses import Status
from pydantic import ConfigDict

from kepu.directory.register.choices import TokenScope
from kepu.directory.register.http import Refusal, TokenAuth
from kepu.directory.register.models import ApiToken, Person, Region
from kepu.directory.register.queries import regions_by_code
from kepu.ledger import queries, services
from kepu.ledger.choices import Audience, SourceKind
from kepu.ledger.errors import FactRefused
from kepu.ledger.models import Fact
from kepu.ledger.queries.catalogue import catalogue, catalogue_entry
from kepu.ledger.queries.open_data import indicator_document, open_data, series_documents
from kepu.ledger.rules import FactDraft

MOST_AT_ONCE = 1000
PAGE = 100
READ, WRITE = TokenAuth(TokenScope.LEDGER_READ.value), TokenAuth(TokenScope.LEDGER_WRITE.value)

router = Router(tags=["台账"])


class IndicatorOut(Schema):
    code: str
    version: int
    name: str
    name_en: str
    unit: str
    unit_en: str
    definition: str
    kind: Literal["flow", "stock"]
    aggregation: Literal["sum", "count", "distinct_persons", "last"]
    formula: str
    theme: str
    source: str
    valid_from: int
    valid_to: int | None
    facts: int
    first_month: str | None
    last_month: str | None
    bodies: int
    is_demonstration: bool


class PointOut(Schema):
    period: str = Field(description="2024 或 2024-03")
    value: str | None = Field(description="精确的十进制数，写成文字；没有人报是 null，不是 0")
    facts: int
    is_demonstration: bool


class SeriesOut(Schema):
    by: Literal["year", "month"]
    region_code: str | None
    region: str | None
    audience: str | None
    points: list[PointOut]


class SeriesDocument(Schema):
    indicator: IndicatorOut
    notice: str = Field(description="含演示数据时的说明，否则为空")
    series: list[SeriesOut]


class SeriesQuestion(Schema):
    by: Literal["year", "month"] = "year"
    region: str = Field("", description="行政区划代码；空为全市")
    audience: str = Field("", description="人群代码；空为全部")
    since: date | None = None


class FactIn(Schema):
    """One fact. `key` is the sender's own number: sending it again changes nothing."""

    model_config = ConfigDict(extra="forbid")

    key: Annotated[str, Field(min_length=1, max_length=100, description="你们自己的流水号；同一个号重发不会记两遍")]
    indicator: Annotated[str, Field(description="指标代码", examples=["lectures"])]
    occurred_on: date
    region: Annotated[str, Field(description="行政区划代码、全称或简称", examples=["370202"])]
    organisation: Annotated[str, Field(description="单位全称、简称、别名或统一社会信用代码")]
    quantity: Annotated[Decimal, Field(description="按指标的计量单位；不为负")]
    audience: Annotated[str, Field(description="人群代码或名称")] = Audience.PUBLIC.value
    audience_tag: str = ""
    people: Annotated[int | None, Field(description="人次；没有清点就不写")] = None
    method: Annotated[
        dict[str, Any] | None, Field(description="估计数的测法：instrument、version、n、standard_error")
    ] = None
    source_ref: Annotated[str, Field(max_length=200, description="你们那边的对象编号")] = ""
    note: Annotated[str, Field(max_length=500)] = ""


class FactOut(Schema):
    id: uuid.UUID
    indicator: str
    occurred_on: date
    region_code: str
    region: str
    organisation: str
    audience: str
    audience_tag: str
    quantity: str
    unit: str
    people: int | None
    method: dict[str, Any] | None
    source_kind: str
    source_ref: str
    note: str
    recorded_at: str
    reverses: uuid.UUID | None
    is_reversed: bool
    is_demonstration: bool


class FactPageOut(Schema):
    facts: list[FactOut]
    after: str = Field(description="下一页的 after；空表示没有更早的了")


class BatchIn(Schema):
    model_config = ConfigDict(extra="forbid")

    facts: Annotated[list[FactIn], Field(min_length=1, max_length=MOST_AT_ONCE)]


class BatchOut(Schema):
    rows: int
    added: int = Field(description="新登记")
    present: int = Field(description="原已登记，没有重复登记")


class ReversalIn(Schema):
    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(min_length=1, max_length=500)]


class FactsQuestion(Schema):
    indicator: str = ""
    since: date | None = None
    until: date | None = None
    after: str = Field("", description="上一页给的 after")


REFUSALS = {401: Refusal, 403: Refusal, 409: Refusal, 422: Refusal}


@router.get("/indicators", response=list[IndicatorOut], summary="指标目录")
def indicators(request: HttpRequest) -> list[dict[str, Any]]:
    return [indicator_document(entry) for entry in catalogue(None)]


@router.get("/indicators/{code}", response={200: IndicatorOut, 404: Refusal}, summary="一个指标")
def indicator(request: HttpRequest, code: str) -> dict[str, Any]:
    entry, _feeders = catalogue_entry(code, None)
    return indicator_document(entry)


@router.get(
    "/indicators/{code}/series", response={200: SeriesDocument, 404: Refusal, 422: Refusal}, summary="指标的年、月数列"
)
def series(request: HttpRequest, code: str, question: Query[SeriesQuestion]) -> dict[str, Any]:
    region = _region(question.region) if question.region else None
    if question.audience and question.audience not in Audience.values:
        raise FactRefused(_("没有代码为“%(code)s”的人群。") % {"code": question.audience[:30]})
    data = open_data(code, by=question.by, places=[region], audience=question.audience, since=question.since)
    document = {"indicator": indicator_document(data.entry), "notice": data.mark}
    return document | {"series": list(series_documents(data))}


def _region(code: str) -> Region:
    found = regions_by_code([code]).get(code)
    if found is None:
        raise FactRefused(_("没有代码为“%(code)s”的地区。") % {"code": code[:30]})
    return found


@router.get("/facts", response={200: FactPageOut, **REFUSALS}, auth=READ, summary="令牌所有人看得到的事实")
def facts(request: HttpRequest, question: Query[FactsQuestion]) -> dict[str, Any]:
    wanted = queries.FactFilter(question.indicator, since=question.since, until=question.until)
    page = queries.facts(queries.facts_visible_to(_owner(request)), wanted, after=question.after, size=PAGE)
    return {"facts": [_out(fact, is_reversed=fact.pk in page.reversed_ids) for fact in page.rows], "after": page.after}


@router.post("/facts/batch", response={200: BatchOut, **REFUSALS}, auth=WRITE, summary="一次记多条，要么全记要么不记")
def record_batch(request: HttpRequest, payload: BatchIn) -> dict[str, int]:
    owner = _owner(request)
    drafts = (_draft(one)._replace(row=place) for place, one in enumerate(payload.facts, start=1))
    loaded = services.load_facts(
        drafts,
        actor=owner,
        source=_namespace(owner),
        source_kind=SourceKind.API,
        is_demonstration=services.is_made_up(owner),
    )
    return {"rows": loaded.rows, "added": loaded.added, "present": loaded.present}


@router.get("/facts/{fact_id}", response={200: FactOut, 404: Refusal, **REFUSALS}, auth=READ, summary="一条事实")
def fact(request: HttpRequest, fact_id: uuid.UUID) -> dict[str, Any]:
    found = queries.fact_visible_to(_owner(request), fact_id)
    return _out(found, is_reversed=queries.reversal_of(found) is not None)


@router.post("/facts", response={200: FactOut, 201: FactOut, **REFUSALS}, auth=WRITE, summary="记一条事实")
def record(request: HttpRequest, payload: FactIn) -> Status[Any]:
    """Answers 201 for a new fact, 200 where the same key brought the same fact before."""
    owner = _owner(request)
    was_there = queries.is_recorded(_namespace(owner), payload.key)
    recorded = services.record_fact(
        _draft(payload),
        actor=owner,
        source=_namespace(owner),
        source_kind=SourceKind.API,
        is_demonstration=services.is_made_up(owner),
    )
    return Status(200 if was_there else 201, _out(recorded, is_reversed=queries.reversal_of(recorded) is not None))


@router.post(
    "/facts/{fact_id}/reverse", response={201: FactOut, 404: Refusal, **REFUSALS}, auth=WRITE, summary="冲正一条事实"
)
def reverse(request: HttpRequest, fact_id: uuid.UUID, payload: ReversalIn) -> Status[Any]:
    owner = _owner(request)
    queries.fact_visible_to(owner, fact_id)
    reversal = services.reverse_fact(fact_id, reason=payload.reason, actor=owner, source_kind=SourceKind.API)
    return Status(201, _out(reversal, is_reversed=False))


def _owner(request: HttpRequest) -> Person:
    token: ApiToken = request.auth  # type: ignore[attr-defined]  # ninja puts there what TokenAuth gives
    return token.owner


def _namespace(owner: Person) -> str:
    """Keys belong to the token's owner, so they hold when a token is renewed."""
    return f"api:{owner.pk}"


def _draft(payload: FactIn) -> FactDraft:
    return FactDraft(**payload.dict())


def _out(fact: Fact, *, is_reversed: bool) -> dict[str, Any]:
    return {
        "id": fact.pk,
        "indicator": fact.indicator.code,
        "occurred_on": fact.occurred_on,
        "region_code": fact.region.code,
        "region": fact.region.name,
        "organisation": fact.organisation.name,
        "audience": fact.audience,
        "audience_tag": fact.audience_tag,
        "quantity": f"{fact.quantity.normalize():f}",
        "unit": fact.indicator.unit,
        "people": fact.people,
        "method": fact.method,
        "source_kind": fact.source_kind,
        "source_ref": fact.source_ref,
        "note": fact.note,
        "recorded_at": fact.recorded_at.isoformat(),
        "reverses": fact.reverses,
        "is_reversed": is_reversed,
        "is_demonstration": fact.is_demonstration,
    }
