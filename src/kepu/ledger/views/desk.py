"""The desk of the ledger: the list of facts, its export, one fact and its reversal."""

import uuid
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kepu.foundation.clock import today
from kepu.foundation.sheets import XLSX_TYPE, csv_lines, write_xlsx
from kepu.ledger import queries, services
from kepu.ledger.errors import FactRefused
from kepu.ledger.forms import FilterForm, ReversalForm
from kepu.ledger.permissions import may_read_facts, may_write_facts
from kepu.ledger.queries.pages import FactPageOfOne, body_names, fact_page
from kepu.web.http import PageRequest, only

MOST_XLSX = 50_000
MOST_CSV = 1_000_000


@require_GET
@only(may_read_facts)
def listing(request: PageRequest) -> HttpResponse:
    form = _filter(request)
    wanted = form.wanted()
    found = queries.facts_visible_to(request.user)
    page = queries.facts(found, wanted, after=request.GET.get("after", "")) if wanted else None
    context = {
        "form": form,
        "page": page,
        "is_first": not request.GET.get("after"),
        "bodies": body_names(),
        "may_write": may_write_facts(request.user),
        "question": _without(request, "after"),
    }
    return render(request, "ledger/desk.html#rows" if request.htmx else "ledger/desk.html", context)


def _filter(request: PageRequest) -> FilterForm:
    return FilterForm(request.GET, indicators=queries.indicators_visible_to(request.user))


def _without(request: PageRequest, name: str) -> str:
    query = request.GET.copy()
    query.pop(name, None)
    return query.urlencode()


@require_GET
@only(may_read_facts)
def export(request: PageRequest, kind: str) -> HttpResponseBase:
    wanted = _filter(request).wanted()
    if wanted is None or kind not in {"xlsx", "csv"}:
        raise Http404
    found, most = queries.facts_visible_to(request.user), {"xlsx": MOST_XLSX, "csv": MOST_CSV}[kind]
    if queries.exceeds(found, wanted, most):
        advice = _("超过 %(most)s 条，请用日期或指标缩小范围，或改导 CSV。") % {"most": f"{most:,}"}
        messages.error(request, advice)
        return redirect(f"{reverse('ledger:desk')}?{_without(request, 'after')}")
    mark = _("演示数据：含虚构的事实，不代表实际进展。") if queries.has_demonstration(found, wanted) else ""
    rows = queries.export_rows(queries.iterate_facts(found, wanted, most=most))
    return _given(kind, rows, mark)


def _given(kind: str, rows: Iterable[dict[str, Any]], mark: str) -> HttpResponseBase:
    sheet = queries.export_sheet()
    name = "-".join(filter(None, ["台账事实", today().isoformat(), _("演示数据") if mark else ""])) + f".{kind}"
    if kind == "csv":
        lines: Iterator[str] = csv_lines(sheet, rows, banner=mark)
        answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
        return answer
    file = TemporaryFile()  # noqa: SIM115 the response closes it
    write_xlsx(file, sheet, rows, banner=mark)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX_TYPE)


@require_GET
@only(may_read_facts)
def fact(request: PageRequest, pk: uuid.UUID) -> HttpResponse:
    return _fact(request, fact_page(request.user, pk), ReversalForm())


def _fact(request: PageRequest, page: FactPageOfOne, form: ReversalForm) -> HttpResponse:
    context = {"page": page, "form": form, "may_write": may_write_facts(request.user)}
    return render(request, "ledger/fact.html", context, status=422 if form.errors else 200)


@require_POST
@only(may_read_facts)
def take_back(request: PageRequest, pk: uuid.UUID) -> HttpResponse:
    page, form = fact_page(request.user, pk), ReversalForm(request.POST)
    if form.is_valid():
        try:
            services.reverse_fact(pk, reason=form.cleaned_data["reason"], actor=request.user)
        except FactRefused as problem:
            form.add_error("reason", str(problem))
        else:
            messages.success(request, _("已冲正。原来那条仍然查得到，数里不再算它。"))
            return redirect("ledger:fact", pk)
    return _fact(request, page, form)
