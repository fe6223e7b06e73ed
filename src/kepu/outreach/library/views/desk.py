"""Resources at the desk."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from kepu.foundation.errors import NotAllowed
from kepu.outreach.library import services
from kepu.outreach.library.forms import DeskFindForm, FileForm, HoldingForm, NoForm, ReasonForm, ResourceForm
from kepu.outreach.library.permissions import may_keep_resource, may_open_library, may_write_library
from kepu.outreach.library.queries.lists import narrowed, resource_rows, resources_visible_to
from kepu.outreach.library.queries.pages import ResourcePage, resource_page
from kepu.outreach.library.views.acts import Act, act_view, offered_forms
from kepu.web.http import PageRequest, View, attempt, only, status_of

ON_A_PAGE = 40

ACTS: dict[str, Act] = {
    "withdraw": Act(
        ReasonForm,
        lambda pk, form, actor: services.withdraw_resource(pk, actor=actor, **form.cleaned_data),
        gettext_lazy("已下架，公众查不到了。"),
    ),
    "show": Act(NoForm, lambda pk, _form, actor: services.show_resource(pk, actor=actor), gettext_lazy("重新上架了。")),
    "put": Act(
        FileForm,
        lambda pk, form, actor: services.put_file(pk, form.cleaned_data["file"], actor=actor),
        gettext_lazy("文件放上了。"),
    ),
    "drop": Act(NoForm, lambda pk, _form, actor: services.drop_file(pk, actor=actor), gettext_lazy("文件撤下了。")),
    "hold": Act(
        HoldingForm,
        lambda pk, form, actor: services.register_holding(pk, form.place, form.counts, actor=actor),
        gettext_lazy("馆藏登记好了。"),
    ),
}


@require_GET
@only(may_open_library)
def listing(request: PageRequest) -> HttpResponse:
    form = DeskFindForm(request.GET)
    found = narrowed(resources_visible_to(request.user), form.wanted)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "rows": resource_rows(page.object_list)}
    context |= {"may_write": may_write_library(request.user)}
    return render(request, "library/desk.html#rows" if request.htmx else "library/desk.html", context)


@require_http_methods(["GET", "POST"])
@only(may_write_library)
def new(request: PageRequest) -> HttpResponse:
    form = ResourceForm(request.POST if request.method == "POST" else None, actor=request.user)
    if request.method == "POST" and form.is_valid():
        owner = form.cleaned_data["owner"]
        made = attempt(form, lambda: services.add_resource(owner, form.words, actor=request.user))
        if made is not None:
            messages.success(request, _("登记好了，公众查得到。再写明哪里有、有几件。"))
            return redirect("library:desk_resource", made.pk)
    return render(request, "library/write.html", {"form": form}, status=status_of(form) if form.errors else 200)


@require_http_methods(["GET", "POST"])
@only(may_write_library)
def change(request: PageRequest, pk: int) -> HttpResponse:
    resource = get_object_or_404(resources_visible_to(request.user), pk=pk)
    if not may_keep_resource(request.user, resource):
        raise NotAllowed if request.method == "POST" else Http404
    form = ResourceForm(request.POST if request.method == "POST" else None, actor=request.user, resource=resource)
    done = None
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: services.change_resource(pk, form.words, actor=request.user))
    if done is not None:
        messages.success(request, _("改好了。"))
        return redirect("library:desk_resource", pk)
    context = {"form": form, "resource": resource}
    return render(request, "library/write.html", context, status=status_of(form) if form.errors else 200)


@require_GET
@only(may_open_library)
def resource(request: PageRequest, pk: int) -> HttpResponse:
    return _show(request, pk)


def act(name: str) -> View:
    """A view for one act."""
    return act_view(
        name,
        ACTS[name],
        allowed=may_open_library,
        offered=lambda request, pk: _on_offer(request, _found(request, pk)),
        show=_show,
        back="library:desk_resource",
    )


def _found(request: PageRequest, pk: int) -> ResourcePage:
    page = resource_page(pk, actor=request.user, is_desk=True)
    if page is None:
        raise Http404
    return page


def _on_offer(request: PageRequest, page: ResourcePage) -> Mapping[str, Mapping[str, Any]]:
    on_offer: dict[str, Mapping[str, Any]] = {}
    if may_write_library(request.user):
        on_offer["hold"] = {"actor": request.user}
    if page.may_keep and page.resource.is_shown:
        on_offer |= {"withdraw": {}, "put": {}} | ({"drop": {}} if page.resource.file else {})
    elif page.may_keep:
        on_offer["show"] = {}
    return on_offer


def _show(request: PageRequest, pk: int, sent: str = "", form: forms.Form | None = None) -> HttpResponse:
    page = _found(request, pk)
    on_offer = _on_offer(request, page)
    context = {"page": page, "resource": page.resource, "forms": offered_forms(ACTS, on_offer, sent, form)}
    context |= {"sent": sent, "lost": form if form is not None and sent not in on_offer else None}
    status = status_of(form) if form is not None else 200
    return render(request, "library/desk_resource.html", context, status=status)
