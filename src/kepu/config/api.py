"""The API root: one OpenAPI document, every room's router, errors as JSON sentences."""

from importlib import import_module
from importlib.util import find_spec

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from kepu.foundation.errors import DomainError

ROUTERS = {"/ledger": "kepu.ledger.api", "/plan": "kepu.plan.api"}

api = NinjaAPI(
    title="Kepu 科普",
    version="1",
    description="一座城市的全民科学素质行动：规划、台账与指标。",
    urls_namespace="api",
)


@api.exception_handler(DomainError)
def domain_error(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Show a broken rule as JSON with its code, sentence and data."""
    body = {"code": error.code, "message": str(error.message), "data": error.data}
    return api.create_response(request, body, status=error.status)


for prefix, module in ROUTERS.items():
    if find_spec(module):
        api.add_router(prefix, import_module(module).router)
