"""The API root: one OpenAPI document, every room's router, errors as JSON sentences."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError

from kepu.foundation.errors import DomainError
from kepu.ledger.api import router as ledger
from kepu.outreach.requests.api import router as requests

ROUTERS: dict[str, Router] = {"/ledger": ledger, "/requests": requests}

api = NinjaAPI(
    title="Kepu 科普",
    version="1",
    description="一座城市的全民科学素质行动：规划、台账、指标与点单。读数列不需要令牌；记事实、点单用工作台发的令牌（Bearer kepu_…）。",
    urls_namespace="api",
)


@api.exception_handler(DomainError)
def domain_error(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Show a broken rule as JSON with its code, sentence and data."""
    body = {"code": error.code, "message": str(error.message), "data": error.data}
    return api.create_response(request, body, status=error.status)


@api.exception_handler(ValidationError)
def invalid_input(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Say which fields have the wrong shape."""
    fields = [{"field": _path(one["loc"]), "message": _sentence(one)} for one in error.errors]
    message = "".join(dict.fromkeys(one["message"] for one in fields[:5]))
    body = {"code": "input_invalid", "message": message, "data": {"fields": fields[:200], "count": len(fields)}}
    return api.create_response(request, body, status=422)


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Say that the body cannot be read at all."""
    message = _("请求正文读不了：应当是 UTF-8 编码的 JSON。")
    return api.create_response(
        request, {"code": "input_unreadable", "message": message, "data": {}}, status=error.status_code
    )


def _path(place: tuple[Any, ...]) -> str:
    """Where it stands: `facts[2].quantity`, without ninja's own names for the body or the query."""
    parts = place[2:] if place[0] == "body" else place[1:]
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).lstrip(".")


def _sentence(error: dict[str, Any]) -> str:
    kind, limits = error["type"], error.get("ctx", {})
    said = {
        "field": _path(error["loc"]) or _("正文"),
        "most": limits.get("max_length"),
        "values": limits.get("expected"),
    }
    for beginning, sentence in _sentences(said).items():
        if kind.startswith(beginning):
            return sentence
    return _("“%(field)s”不合要求，请对照接口说明。") % said


def _sentences(said: dict[str, Any]) -> dict[str, str]:
    """Beginnings of pydantic's kinds of error, the more special ones first."""
    number = _("“%(field)s”不是数，或位数太多。") % said
    return {
        "missing": _("缺少“%(field)s”。") % said,
        "extra_forbidden": _("不认识“%(field)s”，请检查拼写。") % said,
        "date": _("“%(field)s”不是日期，请写成 2024-05-01。") % said,
        "decimal": number,
        "int": number,
        "float": number,
        "uuid": _("“%(field)s”不是编号。") % said,
        "literal_error": _("“%(field)s”只能是 %(values)s。") % said,
        "string_too_short": _("“%(field)s”不能为空。") % said,
        "string_too_long": _("“%(field)s”最多 %(most)s 个字。") % said,
        "too_short": _("“%(field)s”至少要有一条。") % said,
        "too_long": _("“%(field)s”一次最多 %(most)s 条。") % said,
        "string": _("“%(field)s”应当是文字。") % said,
        "dict": _("“%(field)s”应当是一个对象。") % said,
        "list": _("“%(field)s”应当是一个列表。") % said,
        "model": _("“%(field)s”应当是一个对象。") % said,
    }


for prefix, router in ROUTERS.items():
    api.add_router(prefix, router)
