"""Packages at the desk."""

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
from kepu.outreach.library.forms import PackageForm, ReasonForm
from kepu.outreach.library.permissions import may_keep_package, may_open_library, may_write_library
from kepu.outreach.library.queries.lists import packages_visible_to
from kepu.outreach.library.queries.pages import PackagePage, package_page
from kepu.outreach.library.views.acts import Act, act_view, offered_forms
from kepu.web.http import PageRequest, attempt, only, status_of

ON_A_PAGE = 40

ACTS: dict[str, Act] = {
    "withdraw": Act(
        ReasonForm,
        lambda pk, form, actor: services.withdraw_package(pk, actor=actor, **form.cleaned_data),
        gettext_lazy("已下架，公众查不到了。"),
    ),
}


@require_GET
@only(may_open_library)
def listing(request: PageRequest) -> HttpResponse:
    page = Paginator(packages_visible_to(request.user), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "may_write": may_write_library(request.user)}
    return render(request, "library/desk_packages.html", context)


@require_http_methods(["GET", "POST"])
@only(may_write_library)
def new(request: PageRequest) -> HttpResponse:
    form = PackageForm(request.POST if request.method == "POST" else None, actor=request.user)
    if request.method == "POST" and form.is_valid():
        owner = form.cleaned_data["owner"]
        made = attempt(form, lambda: services.make_package(owner, form.words, actor=request.user))
        if made is not None:
            messages.success(request, _("资源包做好了，公众查得到。"))
            return redirect("library:desk_package", made.pk)
    context = {"form": form}
    return render(request, "library/write_package.html", context, status=status_of(form) if form.errors else 200)


@require_http_methods(["GET", "POST"])
@only(may_write_library)
def change(request: PageRequest, pk: int) -> HttpResponse:
    package = get_object_or_404(packages_visible_to(request.user), pk=pk)
    if not may_keep_package(request.user, package):
        raise NotAllowed if request.method == "POST" else Http404
    form = PackageForm(request.POST if request.method == "POST" else None, actor=request.user, package=package)
    done = None
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: services.change_package(pk, form.words, actor=request.user))
    if done is not None:
        messages.success(request, _("改好了。"))
        return redirect("library:desk_package", pk)
    context = {"form": form, "package": package}
    return render(request, "library/write_package.html", context, status=status_of(form) if form.errors else 200)


@require_GET
@only(may_open_library)
def package(request: PageRequest, pk: int) -> HttpResponse:
    return _show(request, pk)


def _found(request: PageRequest, pk: int) -> PackagePage:
    page = package_page(pk, actor=request.user, is_desk=True)
    if page is None:
        raise Http404
    return page


def _on_offer(page: PackagePage) -> Mapping[str, Mapping[str, Any]]:
    return {"withdraw": {}} if page.may_keep and page.package.is_shown else {}


def _show(request: PageRequest, pk: int, sent: str = "", form: forms.Form | None = None) -> HttpResponse:
    page = _found(request, pk)
    on_offer = _on_offer(page)
    context = {"page": page, "package": page.package, "forms": offered_forms(ACTS, on_offer, sent, form)}
    context |= {"sent": sent, "lost": form if form is not None and sent not in on_offer else None}
    status = status_of(form) if form is not None else 200
    return render(request, "library/desk_package.html", context, status=status)


withdraw = act_view(
    "withdraw",
    ACTS["withdraw"],
    allowed=may_open_library,
    offered=lambda request, pk: _on_offer(_found(request, pk)),
    show=_show,
    back="library:desk_package",
)
