"""What waits for a second person: the list, one request, approve, refuse, withdraw."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.foundation.approvals import services
from kepu.web.http import PageRequest, attempt, status_of
from kepu.workbench.forms import DecideForm
from kepu.workbench.queries import approval_page, approvals_page


@require_GET
@login_required
def listing(request: PageRequest) -> HttpResponse:
    return render(request, "workbench/approvals.html", {"page": approvals_page(request.user)})


@require_http_methods(["GET", "POST"])
@login_required
def detail(request: PageRequest, pk: int) -> HttpResponse:
    page = approval_page(request.user, pk)
    if page is None:
        raise Http404
    form = DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = services.approve if form.cleaned_data["answer"] == "approve" else services.refuse
        if attempt(form, lambda: act(pk, actor=request.user, words=form.cleaned_data["words"])):
            messages.success(request, _("已记下。"))
            return redirect("workbench:approvals")
    return render(
        request, "workbench/approval.html", {"page": page, "form": form}, status=status_of(form) if form.errors else 200
    )


@require_POST
@login_required
def withdraw(request: PageRequest, pk: int) -> HttpResponse:
    if approval_page(request.user, pk) is None:
        raise Http404
    services.withdraw_request(pk, actor=request.user)
    messages.success(request, _("已撤回。"))
    return redirect("workbench:approvals")
