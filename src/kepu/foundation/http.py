"""What every request passes: typed requests, and one translation of domain errors to page, notice or JSON."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from kepu.foundation.errors import DomainError, InputTooLarge, InputUnreadable


class HtmxHttpRequest(HttpRequest):
    """A request with what django-htmx adds."""

    htmx: HtmxDetails


class DomainErrorMiddleware:
    """Show a DomainError where the user is: error page, HTMX notice or JSON."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > settings.KEPU_MOST_UPLOAD_BYTES:
            # Refused before a byte of it is read, so that nothing is spooled to the disk.
            most = settings.KEPU_MOST_UPLOAD_BYTES // 1024 // 1024
            message = _("送来的内容超过 %(most)d MB，没有接收。请拆小，或去掉图片和附件后再传。") % {"most": most}
            return told(request, InputTooLarge(message))
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return told(
                request, InputUnreadable(_("地址里有读不懂的字符。请去掉它，再试一次。"))
            )  # no text field holds it
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Translate a DomainError; every other exception is a bug and rises."""
        return told(request, error) if isinstance(error, DomainError) else None


def told(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Say an error where the user is: error page, HTMX notice or JSON."""
    if request.path.startswith("/api/"):
        body = {"code": error.code, "message": str(error.message), "data": error.data}
        return JsonResponse(body, status=error.status, json_dumps_params={"ensure_ascii": False, "default": str})
    if getattr(request, "htmx", False):
        response = render(request, "web/notice.html", {"message": error.message, "code": error.code})
        response["HX-Reswap"] = "none"  # only the out-of-band notice changes the page
        return response
    context = {"message": error.message, "code": error.code, "status": error.status}
    return render(request, "web/error.html", context, status=error.status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django itself refuses to read: a form that is too large, a spoilt request; nothing of the inside is said."""
    if isinstance(exception, RequestDataTooBig):
        most = (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) // 1024 // 1024
        message = _("填的或贴的文字超过 %(most)d MB，没有接收。请只留需要的部分，或改为上传文件。") % {"most": most}
        return told(request, InputTooLarge(message))
    return told(request, InputUnreadable(_("送来的内容不完整或格式不对，没有接收。请回到上一页再试一次。")))
