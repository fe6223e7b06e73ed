"""Stock at the desk: the list, the table in and out, one holding."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from kepu.foundation.clock import today
from kepu.outreach.library import services
from kepu.outreach.library.forms import CountForm, PlaceForm, StockFindForm, StockForm
from kepu.outreach.library.permissions import may_open_library, may_write_library
from kepu.outreach.library.queries.lists import brought_by, holding_rows, holdings_for_desk, narrowed_stock
from kepu.outreach.library.queries.pages import HoldingPage, holding_page
from kepu.outreach.library.queries.sheets import stock_lines, stock_sheet
from kepu.outreach.library.views.acts import Act, act_view, offered_forms
from kepu.web.http import (
    PageRequest,
    View,
    attempt,
    only,
    status_of,
    table_download,
    template_download,
    wrong_rows,
)

ON_A_PAGE = 40

ACTS: dict[str, Act] = {
    "count": Act(
        CountForm,
        lambda pk, form, actor: services.count_stock(
            pk,
            form.counts,
            reason=form.cleaned_data["reason"],
            counted_on=form.cleaned_data["counted_on"],
            actor=actor,
        ),
        gettext_lazy("盘点记下了。"),
    ),
    "place": Act(
        PlaceForm,
        lambda pk, form, actor: services.move_holding(pk, actor=actor, **form.cleaned_data),
        gettext_lazy("改好了。"),
    ),
}


@require_GET
@only(may_open_library)
def listing(request: PageRequest) -> HttpResponse:
    form = StockFindForm(request.GET)
    page = Paginator(narrowed_stock(holdings_for_desk(), form.wanted), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "rows": holding_rows(page.object_list)}
    context |= {"may_write": may_write_library(request.user)}
    return render(request, "library/stock.html#rows" if request.htmx else "library/stock.html", context)


@require_GET
@only(may_open_library)
def export(request: PageRequest, kind: str) -> HttpResponse:
    found = list(narrowed_stock(holdings_for_desk(), StockFindForm(request.GET).wanted))
    banner = _("含演示数据") if any(one.resource.is_demonstration for one in found) else ""
    name = f"stock-{today().isoformat()}"
    return table_download(stock_sheet(), stock_lines(found), kind=kind, name=name, banner=banner)


@require_http_methods(["GET", "POST"])
@only(may_write_library)
def bring(request: PageRequest) -> HttpResponse:
    form = StockForm(request.POST, request.FILES) if request.method == "POST" else StockForm()
    done = None
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: services.bring_stock(form.cleaned_data["file"], actor=request.user))
    if done is not None:
        messages.success(request, _("馆藏表读进来了。"))
        return redirect("library:stock")
    context = {"form": form, "wrong": wrong_rows(form), "brought": brought_by(request.user)[:20]}
    return render(request, "library/bring.html", context, status=status_of(form) if form.errors else 200)


@require_GET
@only(may_write_library)
def template(request: PageRequest) -> FileResponse:  # noqa: ARG001
    return template_download(stock_sheet(), _("馆藏表模板.xlsx"))


@require_GET
@only(may_open_library)
def holding(request: PageRequest, pk: int) -> HttpResponse:
    return _show(request, pk)


def act(name: str) -> View:
    """A view for one act."""
    return act_view(
        name,
        ACTS[name],
        allowed=may_open_library,
        offered=lambda request, pk: _on_offer(_found(request, pk)),
        show=_show,
        back="library:holding",
    )


def _found(request: PageRequest, pk: int) -> HoldingPage:
    page = holding_page(request.user, pk)
    if page is None:
        raise Http404
    return page


def _on_offer(page: HoldingPage) -> Mapping[str, Mapping[str, Any]]:
    given = {"holding": page.row.holding}
    return {"count": given, "place": given} if page.may_keep else {}


def _show(request: PageRequest, pk: int, sent: str = "", form: forms.Form | None = None) -> HttpResponse:
    page = _found(request, pk)
    on_offer = _on_offer(page)
    context = {"page": page, "holding": page.row.holding, "forms": offered_forms(ACTS, on_offer, sent, form)}
    context |= {"sent": sent, "lost": form if form is not None and sent not in on_offer else None, "today": today()}
    return render(request, "library/holding.html", context, status=status_of(form) if form is not None else 200)
