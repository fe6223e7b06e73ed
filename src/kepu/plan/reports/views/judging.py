"""What those above do with a report, each with one button."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kepu.plan.reports import services
from kepu.plan.reports.forms import ExtendForm, PassForm, ReturnForm
from kepu.plan.reports.permissions import may_open_reports
from kepu.plan.reports.views.writing import judge_forms, page_for
from kepu.web.http import PageRequest, attempt, only, status_of


def _revision(request: PageRequest) -> int:
    seen = request.POST.get("revision", "")
    return int(seen) if seen.isdecimal() and len(seen) < 9 else -1  # noqa: PLR2004 no report is saved so often


def _act(request: PageRequest, pk: int, form: forms.Form, act: Callable[..., object], said: str) -> HttpResponse:
    """Run one service for a form; where a rule stands against it, show the page again with what was typed."""
    page_for(request, pk)

    def service() -> object:
        given: dict[str, Any] = dict(form.cleaned_data)
        return act(pk, actor=request.user, **given)

    if form.is_valid() and attempt(form, service) is not None:
        messages.success(request, said)
        return redirect("reports:report", pk)
    page = page_for(request, pk)
    name = {ReturnForm: "return", ExtendForm: "extend", PassForm: "pass"}.get(type(form), "accept")
    offered = judge_forms(page)
    context: dict[str, Any] = {"page": page, "entries": [], "revision": page.report.revision, "sent": name}
    if name in offered or (name == "accept" and page.may_accept):
        context["forms"] = offered | {name: form}
    else:  # somebody was quicker: what was typed has no place any more, and is shown
        typed = [str(form.data.get(field, "")).strip() for field in ("reason", "words")]
        context |= {"forms": offered, "problem": getattr(form, "refusal", None), "lost": list(filter(None, typed))}
    return render(request, "reports/report.html", context, status=status_of(form))


@require_POST
@only(may_open_reports)
def pass_on(request: PageRequest, pk: int) -> HttpResponse:
    def act(pk: int, **given: Any) -> object:
        return services.pass_report(pk, revision=_revision(request), **given)

    return _act(request, pk, PassForm(request.POST, auto_id="pass_%s"), act, _("已审核通过，转到市里。"))


@require_POST
@only(may_open_reports)
def give_back(request: PageRequest, pk: int) -> HttpResponse:
    def act(pk: int, **given: Any) -> object:
        return services.return_report(pk, revision=_revision(request), **given)

    return _act(request, pk, ReturnForm(request.POST, auto_id="return_%s"), act, _("已退回，单位的待办里已经有了。"))


@require_POST
@only(may_open_reports)
def accept(request: PageRequest, pk: int) -> HttpResponse:
    def act(pk: int, **given: Any) -> object:
        return services.accept_report(pk, revision=_revision(request), **given)

    return _act(request, pk, forms.Form(request.POST), act, _("已采纳并锁定，补报的数记入了台账。"))


@require_POST
@only(may_open_reports)
def extend(request: PageRequest, pk: int) -> HttpResponse:
    return _act(request, pk, ExtendForm(request.POST), services.extend_report, _("延期了，单位可以继续填报。"))
