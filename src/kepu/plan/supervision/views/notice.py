"""One notice at the desk: its trail, and the forms that fit its state and the person."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from kepu.foundation.errors import NotAllowed
from kepu.plan.supervision import services
from kepu.plan.supervision.choices import SupervisionState
from kepu.plan.supervision.forms import (
    EscalateForm,
    FeedbackForm,
    IssueForm,
    ReturnForm,
    SignForm,
    StrikeForm,
    WithdrawForm,
)
from kepu.plan.supervision.models import SupervisionNotice
from kepu.plan.supervision.permissions import may_open_desk
from kepu.plan.supervision.queries import NoticePage, colour_names, notice_page
from kepu.web.http import PageRequest, View, attempt, only, status_of

Service = Callable[..., SupervisionNotice]

FORMS: dict[str, type[forms.Form]] = {
    "issue": IssueForm,
    "sign": SignForm,
    "answer": FeedbackForm,
    "strike": StrikeForm,
    "return": ReturnForm,
    "withdraw": WithdrawForm,
    "escalate": EscalateForm,
}


@require_GET
@only(may_open_desk)
def notice(request: PageRequest, pk: int) -> HttpResponse:
    return _page(request, _found(request, pk))


def _act(name: str, service: Service, said: Promise) -> View:
    """A view that runs one service for the form that was sent, and shows the page again where a rule stood against it."""

    @require_POST
    @only(may_open_desk)
    def view(request: PageRequest, pk: int) -> HttpResponse:
        page = _found(request, pk)
        form = FORMS[name](request.POST, auto_id=f"{name}_%s")
        if form.is_valid():
            if attempt(form, lambda: service(pk, actor=request.user, **form.cleaned_data)) is not None:
                messages.success(request, str(said))
                return redirect("supervision:notice", pk)
        elif not page.acts:
            raise NotAllowed
        return _page(request, _found(request, pk), name, form)

    return view


issue = _act("issue", services.issue_notice, _("已下发，等被督办单位签收。"))
sign = _act("sign", services.sign_notice, _("已签收。请在期限以前反馈。"))
answer = _act("answer", services.give_feedback, _("已反馈，等办公室复核。"))
strike = _act("strike", services.strike_notice, _("已销号，反馈随之公开。"))
send_back = _act("return", services.return_notice, _("已退回，期限从今天重新计算。"))
withdraw = _act("withdraw", services.withdraw_notice, _("已撤回。"))
escalate = _act("escalate", services.escalate_notice, _("已升级。"))


def _found(request: PageRequest, pk: int) -> NoticePage:
    found = notice_page(request.user, pk)
    if found is None:
        raise Http404
    return found


def _page(request: PageRequest, page: NoticePage, name: str = "", form: forms.Form | None = None) -> HttpResponse:
    """The page with the forms on offer; a refused one keeps what was typed, also where it is not on offer any more."""
    initial: dict[str, Any] = {"colour": page.notice.colour, "demand": page.notice.demand}
    offered = {act: FORMS[act](initial=initial, auto_id=f"{act}_%s") for act in FORMS if act in page.acts}
    lost = form if form is not None and name not in offered else None
    if form is not None and name in offered:
        offered[name] = form
    context = {
        "page": page,
        "notice": page.notice,
        "forms": offered,
        "colours": colour_names(),
        "lost": lost,
        "sent": name,
        "is_draft": page.notice.state == SupervisionState.DRAFTED,
    }
    return render(request, "supervision/notice.html", context, status=status_of(form) if form is not None else 200)
