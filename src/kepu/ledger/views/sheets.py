"""The door for spreadsheets: template, upload, progress, outcome, list of errors."""

import io
import uuid

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.foundation.errors import DomainError, NotAllowed
from kepu.foundation.sheets import XLSX_TYPE, write_xlsx
from kepu.ledger import queries, services
from kepu.ledger.forms import SheetForm
from kepu.ledger.models import SheetImport
from kepu.ledger.permissions import may_read_facts, may_write_facts
from kepu.ledger.services.importing import MOST_BYTES
from kepu.web.http import PageRequest, only, template_download

LATEST = 20
SHOWN_ERRORS = 100


@require_http_methods(["GET", "POST"])
@only(may_write_facts)
def bring(request: PageRequest) -> HttpResponse:
    form = SheetForm(request.POST, request.FILES) if request.method == "POST" else SheetForm()
    if request.method == "POST" and form.is_valid():
        try:
            found = services.bring_sheet(form.cleaned_data["file"], actor=request.user)
        except NotAllowed:
            raise
        except DomainError as problem:
            form.add_error("file", str(problem))
        else:
            return redirect("ledger:import_result", found.pk)
    latest = queries.imports_visible_to(request.user)[:LATEST]
    context = {"form": form, "imports": latest, "columns": queries.import_sheet().columns, "most_bytes": MOST_BYTES}
    return render(request, "ledger/import.html", context, status=422 if form.errors else 200)


@require_GET
@only(may_write_facts)
def template(request: PageRequest) -> FileResponse:
    return template_download(queries.template_sheet(request.user), _("台账登记表模板.xlsx"))


def _import(request: PageRequest, pk: uuid.UUID) -> SheetImport:
    return get_object_or_404(queries.imports_visible_to(request.user), pk=pk)


@require_GET
@only(may_read_facts)
def result(request: PageRequest, pk: uuid.UUID) -> HttpResponse:
    found = _import(request, pk)
    context = {
        "found": found,
        "progress": found.progress,
        "errors": found.errors[:SHOWN_ERRORS],
        "is_own": found.started_by_id == request.user.pk,
        "form": SheetForm(),
        "most_bytes": MOST_BYTES,
    }
    return render(request, "ledger/import_result.html#state" if request.htmx else "ledger/import_result.html", context)


@require_POST
@only(may_write_facts)
def cancel(request: PageRequest, pk: uuid.UUID) -> HttpResponse:
    found = _import(request, pk)
    if services.cancel_import(found, actor=request.user):
        messages.info(request, _("已请求停止，停下时没有一行会登记。"))
    else:
        messages.info(request, _("已经结束，停不下来了；结果见下。"))
    return redirect("ledger:import_result", pk)


@require_GET
@only(may_read_facts)
def errors(request: PageRequest, pk: uuid.UUID) -> HttpResponseBase:
    found = _import(request, pk)
    if not found.errors:
        raise Http404
    file = io.BytesIO()
    write_xlsx(file, queries.error_sheet(), found.errors)
    file.seek(0)
    name = _("要改的地方-%(name)s.xlsx") % {"name": found.name.rpartition(".")[0] or found.name}
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX_TYPE)
