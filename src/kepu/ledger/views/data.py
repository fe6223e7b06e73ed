"""The public pages of data: the catalogue of indicators, one indicator, its series to take away."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kepu.directory.register.models import Person
from kepu.foundation.sheets import csv_lines
from kepu.ledger.queries.catalogue import by_theme, indicator_page
from kepu.ledger.queries.catalogue import catalogue as read_catalogue
from kepu.ledger.queries.levels import Bucket
from kepu.ledger.queries.open_data import document, open_data, series_rows, series_sheet


def _reader(request: HttpRequest) -> Person | None:
    return request.user if isinstance(request.user, Person) else None


def _by(request: HttpRequest) -> Bucket:
    return "month" if request.GET.get("by") == "month" else "year"


@require_GET
def catalogue(request: HttpRequest) -> HttpResponse:
    entries = read_catalogue(_reader(request))
    is_made_up = any(entry.is_demonstration for entry in entries)
    context = {"themes": by_theme(entries), "count": len(entries), "is_made_up": is_made_up}
    return render(request, "ledger/catalogue.html", context)


@require_GET
def indicator(request: HttpRequest, code: str) -> HttpResponse:
    year = request.GET.get("year", "")
    chosen = int(year) if year.isascii() and year.isdigit() else None
    page = indicator_page(code, actor=_reader(request), by=_by(request), year=chosen)
    return render(request, "ledger/indicator.html", {"page": page})


@require_GET
def download(request: HttpRequest, code: str, kind: str) -> HttpResponseBase:
    if kind not in {"csv", "json"}:
        raise Http404
    data = open_data(code, actor=_reader(request), by=_by(request))
    name = "-".join(filter(None, [code, _by(request), _("演示数据") if data.is_demonstration else ""])) + f".{kind}"
    answer: HttpResponseBase
    if kind == "json":
        answer = JsonResponse(document(data), json_dumps_params={"ensure_ascii": False})
    else:
        lines = csv_lines(series_sheet(data.entry.indicator), series_rows(data), banner=data.mark)
        answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return answer
