"""The third door: bring a plan, see its structure, nothing is stored."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from kepu.plan.errors import PlanUnreadable
from kepu.plan.forms import MOST_MEGABYTES, BringForm
from kepu.plan.permissions import may_import_plan
from kepu.plan.queries.drafts import preview_page
from kepu.plan.queries.samples import sample_named, sample_plans
from kepu.plan.services import TextRead, read_pasted, read_upload


@require_http_methods(["GET", "POST"])
def bring(request: HttpRequest) -> HttpResponse:
    sample = sample_named(request.GET.get("sample", ""))
    if request.method == "GET":
        read = read_upload(sample.path.read_bytes(), name=sample.name) if sample else None
        return _page(request, BringForm(), read)
    form = BringForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, None)
    source, name = form.source()
    try:
        read = read_upload(source, name=name) if isinstance(source, bytes) else read_pasted(source, name=name)
    except PlanUnreadable as problem:
        form.add_error("file" if form.came_as_file else "text", str(problem))
        return _page(request, form, None)
    return _page(request, BringForm(), read)


def _page(request: HttpRequest, form: BringForm, read: TextRead | None) -> HttpResponse:
    user = request.user
    context = {
        "form": form,
        "read": read,
        "page": preview_page(read.text, read.content) if read else None,
        "samples": sample_plans(),
        "most_bytes": MOST_MEGABYTES * 1024 * 1024,
        "may_keep": user.is_authenticated and may_import_plan(user),
    }
    return render(request, "plan/bring.html", context, status=422 if form.errors else 200)


@require_GET
def sample(_request: HttpRequest, name: str) -> FileResponse:
    found = sample_named(name)
    if found is None:
        raise Http404
    return FileResponse(found.path.open("rb"), as_attachment=True, filename=found.name)
