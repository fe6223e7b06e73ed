"""The tree of regions."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kepu.directory.register import services
from kepu.directory.register.errors import RegionFileInvalid
from kepu.directory.register.models import Region
from kepu.web.http import PageRequest
from kepu.workbench.forms import RegionListForm
from kepu.workbench.permissions import may_see_regions
from kepu.workbench.queries import region_page, top_regions
from kepu.workbench.views.access import only


@require_http_methods(["GET", "POST"])
@only(may_see_regions)
def listing(request: PageRequest) -> HttpResponse:
    form = RegionListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            rows = services.read_region_file(form.cleaned_data["file"].read())
            result = services.import_regions(rows, actor=request.user, source=form.cleaned_data["source"])
        except RegionFileInvalid as problem:
            form.add_error("file", str(problem))
        else:
            told = _("新增 %(created)d 个，更新 %(changed)d 个，%(unchanged)d 个没有变化。")
            counts = {"created": result.created, "changed": result.changed, "unchanged": result.unchanged}
            messages.success(request, told % counts)
            return redirect("workbench:regions")
    context = {"tops": [region_page(region) for region in top_regions()], "form": form}
    return render(request, "workbench/regions.html", context, status=422 if form.errors else 200)


@require_GET
@only(may_see_regions)
def detail(request: PageRequest, code: str) -> HttpResponse:
    page = region_page(get_object_or_404(Region, code=code))
    return render(request, "workbench/region.html", {"page": page, "region": page.region})
