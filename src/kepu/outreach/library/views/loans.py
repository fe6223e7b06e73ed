"""Loans at the desk: what waits, what is out and until when, and one loan with its steps."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from kepu.outreach.library import services
from kepu.outreach.library.forms import LOAN_PARTS, AgreeForm, NoForm, ReasonForm, RefuseForm, ReturnForm
from kepu.outreach.library.permissions import may_open_loans
from kepu.outreach.library.queries.lists import loans_visible_to, narrowed_loans
from kepu.outreach.library.queries.pages import LoanPage, borrower_of, loan_page
from kepu.outreach.library.views.acts import Act, act_view, offered_forms
from kepu.web.http import PageRequest, View, only, status_of

ON_A_PAGE = 40

ACTS: dict[str, Act] = {
    "agree": Act(
        AgreeForm,
        lambda pk, form, actor: services.agree_loan(pk, actor=actor, **form.cleaned_data),
        gettext_lazy("同意了，已通知借用人。"),
    ),
    "refuse": Act(
        RefuseForm,
        lambda pk, form, actor: services.refuse_loan(pk, actor=actor, **form.cleaned_data),
        gettext_lazy("答复了，已通知借用人。"),
    ),
    "hand_out": Act(NoForm, lambda pk, _form, actor: services.hand_out_loan(pk, actor=actor), gettext_lazy("领走了。")),
    "return": Act(
        ReturnForm,
        lambda pk, form, actor: services.return_loan(pk, actor=actor, **form.cleaned_data),
        gettext_lazy("收回来了，馆藏数已改。"),
    ),
    "cancel": Act(
        ReasonForm,
        lambda pk, form, actor: services.cancel_loan(pk, actor=actor, **form.cleaned_data),
        gettext_lazy("取消了，已通知借用人。"),
    ),
}


@require_GET
@only(may_open_loans)
def listing(request: PageRequest) -> HttpResponse:
    part = request.GET.get("part", "asked")
    found = narrowed_loans(loans_visible_to(request.user), part)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [(loan, borrower_of(loan)) for loan in page.object_list]
    return render(request, "library/loans.html", {"page": page, "rows": rows, "parts": LOAN_PARTS, "part": part})


@require_GET
@only(may_open_loans)
def loan(request: PageRequest, pk: int) -> HttpResponse:
    return _show(request, pk)


def act(name: str) -> View:
    """A view for one act."""
    return act_view(
        name,
        ACTS[name],
        allowed=may_open_loans,
        offered=lambda request, pk: _on_offer(_found(request, pk)),
        show=_show,
        back="library:loan",
    )


def _found(request: PageRequest, pk: int) -> LoanPage:
    page = loan_page(request.user, pk)
    if page is None:
        raise Http404
    return page


def _on_offer(page: LoanPage) -> Mapping[str, Mapping[str, Any]]:
    return {name: {} for name in page.acts}


def _show(request: PageRequest, pk: int, sent: str = "", form: forms.Form | None = None) -> HttpResponse:
    page = _found(request, pk)
    on_offer = _on_offer(page)
    context = {"page": page, "loan": page.loan, "forms": offered_forms(ACTS, on_offer, sent, form)}
    context |= {"sent": sent, "lost": form if form is not None and sent not in on_offer else None}
    return render(request, "library/loan.html", context, status=status_of(form) if form is not None else 200)
