"""Orders for other systems: a school platform or a county's own desk asks here, and asks how far its order is."""

import uuid
from datetime import date
from typing import Annotated, Any, Literal, cast

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema
from ninja.responses import Status
from pydantic import ConfigDict

from kepu.directory.register.choices import Audience, TokenScope
from kepu.directory.register.http import Refusal, TokenAuth
from kepu.directory.register.models import ApiToken, Person
from kepu.directory.register.queries import city, match_organisations, regions_by_code
from kepu.outreach.requests import services
from kepu.outreach.requests.choices import OrderChannel, Repeat
from kepu.outreach.requests.errors import OrderUnfit
from kepu.outreach.requests.models import Order
from kepu.outreach.requests.queries.orders import order_by_key
from kepu.outreach.requests.queries.standing import standing_named

WRITE, READ = TokenAuth(TokenScope.REQUESTS_WRITE.value), TokenAuth(TokenScope.REQUESTS_READ.value)
_KEYS = uuid.UUID("0f5a2c7e-36d3-4f0e-8a52-0b4f0f6c9e11")  # any name space of our own

router = Router(tags=["点单"])


class OrderIn(Schema):
    """One order. `key` is the sender's own number: sending it again asks for nothing more."""

    model_config = ConfigDict(extra="forbid")

    key: Annotated[str, Field(min_length=1, max_length=100, description="你们自己的单号；同一个号重发不会多点一单")]
    topic: Annotated[str, Field(min_length=1, max_length=120)]
    form: Annotated[
        str, Field(description="形式代码，码表 capacities.forms；点常设项目的可以空着，别的要写", examples=["lecture"])
    ] = ""
    audience: Annotated[str, Field(description="人群代码")] = Audience.PUBLIC.value
    region: Annotated[str, Field(description="行政区划代码", examples=["370202"])]
    people: Annotated[int, Field(ge=1)]
    accompanying: Annotated[int, Field(ge=0)] = 0
    earliest: date
    latest: date
    half_days: Annotated[list[str], Field(description="方便的半天：1a 是周一上午，7e 是周日晚上；空为白天都行")] = (
        Field(default_factory=list)
    )
    is_online: bool = False
    place: Annotated[str, Field(max_length=160)] = ""
    needs_room: Annotated[bool, Field(description="没有地方，请帮着找；这时 place 空着")] = False
    visits: Annotated[int, Field(ge=1)] = 1
    repeat: Literal["any", "same", "different"] = "any"
    body: Annotated[
        str, Field(max_length=120, description="单位全称、简称或统一社会信用代码；名录里没有的照原样留下")
    ] = ""
    contact_name: Annotated[str, Field(max_length=40)] = ""
    contact_phone: Annotated[str, Field(max_length=20)]
    level: Annotated[str, Field(max_length=40)] = ""
    subject: str = ""
    language: str = ""
    needs: Annotated[str, Field(max_length=200)] = ""
    helpers: Annotated[int, Field(ge=0, description="要几名志愿者帮忙，0 到 20；请得到就来，请不到也照样讲")] = 0
    helper_skill: Annotated[
        str, Field(description="志愿者要会什么，码表 volunteers.skills；空为不限", examples=["sign"])
    ] = ""
    partner: Annotated[str, Field(max_length=80)] = ""
    standing: Annotated[
        str,
        Field(
            max_length=120, description="点的常设项目：它的编号，或一字不差的名称；空为不点常设项目", examples=["12"]
        ),
    ] = ""
    standing_class: Annotated[str, Field(max_length=40, description="馆校合作的班级，一字不差；别的空着")] = ""


class SessionOut(Schema):
    starts_at: str
    ends_at: str
    place: str
    state: str
    people: int | None


class OrderOut(Schema):
    """How far an order is; without names and phones."""

    number: str
    state: str = Field(description="asked、returned、open、offered、planned、done、rated、unmet、cancelled")
    unmet_rule: str
    sessions: list[SessionOut]


REFUSALS = {401: Refusal, 403: Refusal, 404: Refusal, 409: Refusal, 422: Refusal}


@router.post("/orders", response={200: OrderOut, 201: OrderOut, **REFUSALS}, auth=WRITE, summary="点一单")
def order_ask(request: HttpRequest, payload: OrderIn) -> Status[Any]:
    """Answers 201 for a new order, 200 where the same key asked before."""
    owner = _owner(request)
    key = _key(owner, payload.key)
    known = order_by_key(key)
    order = known or services.ask_order(_words(payload), actor=owner, channel=OrderChannel.API, key=key)
    return Status(200 if known else 201, _out(order))


@router.get("/orders/{key}", response={200: OrderOut, **REFUSALS}, auth=READ, summary="一单办到哪一步")
def order_progress(request: HttpRequest, key: str) -> Any:
    order = order_by_key(_key(_owner(request), key))
    if order is None:
        return Status(404, {"code": "not_found", "message": _("没有这个单号的单。"), "data": {}})
    return _out(order)


def _owner(request: HttpRequest) -> Person:
    return cast("ApiToken", request.auth).owner  # type: ignore[attr-defined]


def _key(owner: Person, key: str) -> uuid.UUID:
    """Numbers of one owner never meet those of another."""
    return uuid.uuid5(_KEYS, f"{owner.pk}:{key}")


def _words(payload: OrderIn) -> services.OrderWords:
    region = regions_by_code([payload.region]).get(payload.region)
    if region is None:
        raise OrderUnfit(_("没有代码为“%(code)s”的地区。") % {"code": payload.region[:30]}, field="region")
    if payload.audience not in Audience.values:
        raise OrderUnfit(_("没有代码为“%(code)s”的人群。") % {"code": payload.audience[:30]}, field="audience")
    body = match_organisations([payload.body], region=city())[payload.body].organisation if payload.body else None
    given = payload.dict(exclude={"key", "region", "body", "half_days"})
    typed = payload.standing.strip()
    offer, one = services.chosen_standing(
        standing_named([typed]).get(typed, []), typed, class_name=payload.standing_class.strip(), form=payload.form
    )
    given |= {"standing": offer, "standing_class": one, "form": payload.form if offer is None else offer.form}
    return services.OrderWords(
        **(given | {"repeat": Repeat(payload.repeat)}), region=region, half_days=tuple(payload.half_days), body=body,
        body_name="" if body else payload.body,
    )  # fmt: skip


def _out(order: Order) -> dict[str, Any]:
    return {
        "number": order.number,
        "state": order.state,
        "unmet_rule": order.unmet_rule,
        "sessions": [
            {
                "starts_at": one.starts_at.isoformat(),
                "ends_at": one.ends_at.isoformat(),
                "place": one.place,
                "state": one.state,
                "people": one.came,
            }
            for one in order.sessions.all()
        ],
    }
