"""Asking for copies, and one's own loans."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.foundation.language import city_words
from kepu.outreach.library import services
from kepu.outreach.library.forms import AskForm, ReasonForm
from kepu.outreach.library.queries.lists import loans_of
from kepu.outreach.library.queries.pages import resource_page
from kepu.web.http import PageRequest, attempt, status_of

ON_A_PAGE = 30


@require_http_methods(["GET", "POST"])
@login_required
def ask(request: PageRequest, pk: int) -> HttpResponse:
    page = resource_page(pk)
    if page is None or not page.may_be_asked:
        raise Http404
    form = AskForm(request.POST if request.method == "POST" else None, actor=request.user, rows=page.holdings)
    asked = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        body = said.get("organisation")
        asked = attempt(
            form, lambda: services.ask_loan(said["holding"], form.terms, actor=request.user, organisation_id=body)
        )
    if asked is not None:
        messages.success(request, _("申请交上去了，等保管单位答复。答复了会通知您。"))
        return redirect("library:own_loans")
    context = {"form": form, "page": page, "resource": page.resource}
    return render(request, "library/ask.html", context, status=status_of(form) if form.errors else 200)


@require_GET
@login_required
def listing(request: PageRequest) -> HttpResponse:
    page = Paginator(loans_of(request.user), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "library/own_loans.html", {"page": page})


@require_POST
@login_required
def cancel(request: PageRequest, pk: int) -> HttpResponse:
    loan = get_object_or_404(loans_of(request.user), pk=pk)
    with city_words():
        form = ReasonForm({"reason": request.POST.get("reason") or _("不借了")})
    done = None
    if form.is_valid():
        done = attempt(form, lambda: services.cancel_loan(loan.pk, actor=request.user, **form.cleaned_data))
    if done is not None:
        messages.success(request, _("取消了。"))
    for errors in form.errors.values():
        messages.warning(request, " ".join(map(str, errors)))
    return redirect("library:own_loans")
