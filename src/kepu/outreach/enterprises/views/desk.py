"""The desk: needs to check, experts and classes to order, and what workers proposed."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.outreach.enterprises import services
from kepu.outreach.enterprises.choices import NeedOrderKind
from kepu.outreach.enterprises.forms import DeskFilterForm, OrderForm, WordsForm
from kepu.outreach.enterprises.permissions import may_open_desk
from kepu.outreach.enterprises.queries import NeedPage, desk_needs, desk_proposals, kinds, need_page
from kepu.web.http import PageRequest, attempt, only, status_of


@require_GET
@only(may_open_desk)
def desk(request: PageRequest) -> HttpResponse:
    form = DeskFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    page = Paginator(desk_needs(request.user, **wanted), 30).get_page(request.GET.get("page"))
    return render(request, "enterprises/desk.html", {"page": page, "form": form, "kinds": dict(kinds())})


@require_GET
@only(may_open_desk)
def proposals(request: PageRequest) -> HttpResponse:
    page = Paginator(desk_proposals(request.user), 30).get_page(request.GET.get("page"))
    return render(request, "enterprises/desk_proposals.html", {"page": page})


@require_GET
@only(may_open_desk)
def need(request: PageRequest, pk: int) -> HttpResponse:
    return _show(request, _found(request, pk))


def _found(request: PageRequest, pk: int) -> NeedPage:
    page = need_page(pk, request.user, at_desk=True) if pk < 1 << 63 else None
    if page is None:
        raise Http404
    return page


def _forms(what: str = "", data: Any = None) -> dict[str, WordsForm]:
    labels = {"return": _("还缺什么"), "unmet": _("为什么没有满足"), "close": _("办成了什么")}
    return {
        name: WordsForm(data if name == what else None, label=label, auto_id=f"{name}_%s")
        for name, label in labels.items()
    }


def _show(request: PageRequest, page: NeedPage, forms: dict[str, WordsForm] | None = None) -> HttpResponse:
    shown = forms or _forms()
    wrong = [form for form in shown.values() if form.errors]
    context = {"page": page, "need": page.need, **{f"{name}_form": form for name, form in shown.items()}}
    return render(request, "enterprises/desk_need.html", context, status=status_of(wrong[0]) if wrong else 200)


@require_POST
@only(may_open_desk)
def handle(request: PageRequest, pk: int) -> HttpResponse:
    """Check, send back, give up for now, close."""
    page, what = _found(request, pk), request.POST.get("do", "")
    forms = _forms(what, request.POST)
    form = forms.get(what, WordsForm(request.POST))
    words = form.cleaned_data["reason"] if form.is_valid() else ""
    steps = {
        "check": lambda: services.check_need(pk, actor=request.user),
        "return": lambda: services.return_need(pk, words, actor=request.user),
        "unmet": lambda: services.mark_need_unmet(pk, words, actor=request.user),
        "close": lambda: services.close_need(pk, words, actor=request.user),
    }
    if what not in steps:
        raise Http404
    if form.is_valid() and attempt(form, steps[what]) is not None:
        messages.success(request, _("办好了。"))
        return redirect("enterprises:desk_need", pk)
    return _show(request, page, forms | {what: form})


@require_http_methods(["GET", "POST"])
@only(may_open_desk)
def order(request: PageRequest, pk: int, kind: str) -> HttpResponse:
    page = _found(request, pk)
    if kind not in NeedOrderKind.values or not page.may_order:
        raise Http404
    form = OrderForm.of(page.need, kind, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {"actor": request.user, "key": form.cleaned_data["key"]}
        made = attempt(form, lambda: services.order_for_need(pk, kind, form.terms, **given))
        if made is not None:
            messages.success(request, _("点好了：%(number)s。现在就能派单。") % {"number": made.order.number})
            return redirect("enterprises:desk_need", pk)
    context = {"form": form, "page": page, "need": page.need, "label": NeedOrderKind(kind).label}
    return render(request, "enterprises/order.html", context, status=status_of(form) if form.errors else 200)
