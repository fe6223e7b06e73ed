"""What every request passes: typed requests, and one translation of domain errors to page, notice or JSON."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django_htmx.middleware import HtmxDetails

from kepu.foundation.errors import DomainError


class HtmxHttpRequest(HttpRequest):
    """A request with what django-htmx adds."""

    htmx: HtmxDetails


class DomainErrorMiddleware:
    """Show a DomainError where the user is: error page, HTMX notice or JSON."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Translate a DomainError; every other exception is a bug and rises."""
        if not isinstance(error, DomainError):
            return None
        if request.path.startswith("/api/"):
            body = {"code": error.code, "message": str(error.message), "data": error.data}
            return JsonResponse(body, status=error.status, json_dumps_params={"ensure_ascii": False, "default": str})
        if getattr(request, "htmx", False):
            response = render(request, "web/notice.html", {"message": error.message, "code": error.code})
            response["HX-Reswap"] = "none"  # only the out-of-band notice changes the page
            return response
        context = {"message": error.message, "code": error.code, "status": error.status}
        return render(request, "web/error.html", context, status=error.status)
