"""The third door: bring a plan, see its structure, nothing is stored."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from kepu.plan.tasks.errors import PlanUnreadable
from kepu.plan.tasks.forms import BringForm
from kepu.plan.tasks.permissions import may_import_plan
from kepu.plan.tasks.queries.checking import preview_page
from kepu.plan.tasks.queries.samples import sample_named, sample_plans
from kepu.plan.tasks.services import TextRead, read_pasted, read_upload
from kepu.web.http import PageRequest


@require_http_methods(["GET", "POST"])
def bring(request: PageRequest) -> HttpResponse:
    is_sent = request.method == "POST"
    form = BringForm(request.POST, request.FILES) if is_sent else BringForm()
    read = _read(form) if is_sent else _sample(request.GET.get("sample", ""))
    context = {
        "form": BringForm() if read else form,
        "read": read,
        "page": preview_page(read.text, read.content) if read else None,
        "samples": sample_plans(),
        "is_sample": bool(read) and not is_sent,
        "may_keep": request.user.is_authenticated and may_import_plan(request.user),
    }
    template = "plan/bring.html#bring" if request.htmx else "plan/bring.html"
    return render(request, template, context, status=422 if is_sent and read is None else 200)


def _read(form: BringForm) -> TextRead | None:
    """What the machine reads in what was sent, or nothing, and the form says why."""
    if not form.is_valid():
        return None
    source, name = form.source, form.source_name
    try:
        return read_pasted(source, name=name) if isinstance(source, str) else read_upload(source.read(), name=name)
    except PlanUnreadable as problem:
        form.add_error(form.source_field, str(problem))
        return None


def _sample(name: str) -> TextRead | None:
    sample = sample_named(name)
    return read_upload(sample.path.read_bytes(), name=sample.name) if sample else None


@require_GET
def sample(_request: HttpRequest, name: str) -> FileResponse:
    found = sample_named(name)
    if found is None:
        raise Http404
    return FileResponse(found.path.open("rb"), as_attachment=True, filename=found.name)
