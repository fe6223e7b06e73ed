"""The list of bodies."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.directory.register import services
from kepu.directory.register.choices import OrganisationKind
from kepu.directory.register.errors import OrganisationExists
from kepu.directory.register.models import Organisation, OrganisationAlias
from kepu.web.http import PageRequest
from kepu.workbench.forms import AliasForm, CorrectionForm, NewOrganisationForm
from kepu.workbench.permissions import may_see_organisations
from kepu.workbench.queries import organisations_listed
from kepu.workbench.views.access import only


@require_GET
@only(may_see_organisations)
def listing(request: PageRequest) -> HttpResponse:
    asked = {"text": request.GET.get("q", ""), "kind": request.GET.get("kind", "")}
    page = Paginator(organisations_listed(**asked), 50).get_page(request.GET.get("page"))
    template = "workbench/organisations.html#rows" if request.htmx else "workbench/organisations.html"
    return render(request, template, {"page": page, "asked": asked, "kinds": OrganisationKind.choices})


@require_http_methods(["GET", "POST"])
@only(may_see_organisations)
def create(request: PageRequest) -> HttpResponse:
    form = NewOrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            body = services.create_organisation(**form.cleaned_data, actor=request.user)
        except OrganisationExists as problem:
            form.add_error("name", str(problem))
        else:
            messages.success(request, _("“%(name)s”已建好。") % {"name": body.name})
            return redirect("workbench:organisation", pk=body.pk)
    return render(request, "workbench/organisation_new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@only(may_see_organisations)
def detail(request: PageRequest, pk: int) -> HttpResponse:
    body = get_object_or_404(Organisation.objects.select_related("region", "parent"), pk=pk)
    form = CorrectionForm(request.POST) if request.method == "POST" else CorrectionForm.of(body)
    if request.method == "POST" and form.is_valid():
        try:
            services.correct_organisation(pk, **form.cleaned_data, actor=request.user)
        except OrganisationExists as problem:
            form.add_error("name", str(problem))
        else:
            messages.success(request, _("改好了。"))
            return redirect("workbench:organisation", pk=pk)
    return _page(request, body, form, AliasForm())


def _page(request: PageRequest, body: Organisation, form: CorrectionForm, alias_form: AliasForm) -> HttpResponse:
    context = {
        "body": body,
        "form": form,
        "alias_form": alias_form,
        "aliases": body.aliases.all(),
        "people": body.people.filter(is_active=True).order_by("name"),
        "below": body.children.order_by("sort_key"),
    }
    status = 422 if form.errors or alias_form.errors else 200
    return render(request, "workbench/organisation.html", context, status=status)


@require_POST
@only(may_see_organisations)
def add_alias(request: PageRequest, pk: int) -> HttpResponse:
    body = get_object_or_404(Organisation.objects.select_related("region", "parent"), pk=pk)
    form = AliasForm(request.POST)
    if form.is_valid():
        try:
            services.add_alias(body, form.cleaned_data["alias"], actor=request.user, source=form.cleaned_data["source"])
        except OrganisationExists as problem:
            form.add_error("alias", str(problem))
        else:
            messages.success(request, _("以后文本里写“%(alias)s”也认得。") % form.cleaned_data)
            return redirect("workbench:organisation", pk=pk)
    return _page(request, body, CorrectionForm.of(body), form)


@require_POST
@only(may_see_organisations)
def remove_alias(request: PageRequest, pk: int) -> HttpResponse:
    alias = get_object_or_404(OrganisationAlias, pk=pk)
    services.remove_alias(pk, actor=request.user)
    messages.success(request, _("“%(alias)s”不再指这个单位。") % {"alias": alias.name})
    return redirect("workbench:organisation", pk=alias.organisation_id)


@require_POST
@only(may_see_organisations)
def delete(request: PageRequest, pk: int) -> HttpResponse:
    body = get_object_or_404(Organisation, pk=pk)
    services.delete_organisation(pk, actor=request.user)
    messages.success(request, _("“%(name)s”已删除。") % {"name": body.name})
    return redirect("workbench:organisations")
