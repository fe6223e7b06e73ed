"""One sheet: the reviewer judges, the office sends back, the body comments, either answers."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from kepu.plan.evaluation import services
from kepu.plan.evaluation.forms import ReasonForm, SheetForm, WordsForm
from kepu.plan.evaluation.permissions import may_open_desk
from kepu.plan.evaluation.queries import SheetPage, sheet_page
from kepu.web.http import PageRequest, View, attempt, only, status_of

FORMS: dict[str, Callable[[Any], forms.Form]] = {
    "return": ReasonForm,
    "comment": WordsForm.comment,
    "reply": WordsForm.reply,
    "agree": forms.Form,
}


def _found(request: PageRequest, pk: int) -> SheetPage:
    page = sheet_page(request.user, pk)
    if page is None:
        raise Http404
    return page


@require_http_methods(["GET", "POST"])
@only(may_open_desk)
def sheet(request: PageRequest, pk: int) -> HttpResponse:
    page = _found(request, pk)
    if request.method != "POST":
        return _page(request, page)
    form = SheetForm(page.sheet, page.lines, request.POST)
    if form.is_valid() and attempt(form, lambda: _keep(form, pk, request)) is not None:
        is_sent = "submit" in request.POST
        messages.success(request, _now("已提交，事实和评分随表保存。") if is_sent else _now("草稿存好了。"))
        return redirect("evaluation:sheet", page.next.pk if is_sent and page.next is not None else pk)
    return _page(request, _found(request, pk), "judge", form)


def _keep(form: SheetForm, pk: int, request: PageRequest) -> object:
    wanted, said = form.wanted, form.cleaned_data
    if "submit" in request.POST:
        given = {"revision": said["revision"], "is_checked": said["is_checked"], "actor": request.user}
        return services.submit_sheet(pk, wanted, **given)
    return services.save_sheet(pk, wanted, revision=said["revision"], actor=request.user)


def _act(name: str, service: Callable[..., object], said: Promise) -> View:
    """A view that runs one service for the form that was sent, and shows the page again where a rule stood against it."""

    @require_POST
    @only(may_open_desk)
    def view(request: PageRequest, pk: int) -> HttpResponse:
        _found(request, pk)
        form = FORMS[name](request.POST)
        if form.is_valid() and attempt(form, lambda: service(pk, actor=request.user, **form.cleaned_data)) is not None:
            messages.success(request, str(said))
            return redirect("evaluation:sheet", pk)
        return _page(request, _found(request, pk), name, form)

    return view


send_back = _act("return", services.return_sheet, _("已退回评估员重评。"))
comment = _act("comment", services.comment_on_sheet, _("意见记下了，办公室和评估员会回应。"))
agree = _act("agree", services.agree_to_sheet, _("记下了：没有意见。"))
reply = _act("reply", services.reply_to_comment, _("回应记下了，单位看得到。"))


def _page(request: PageRequest, page: SheetPage, name: str = "", form: forms.Form | None = None) -> HttpResponse:
    """The sheet with the forms on offer; a refused one keeps what was typed, also where it is not on offer any more."""
    offers = {"return": page.may_return, "comment": page.may_comment, "reply": page.may_reply}
    offered: dict[str, forms.Form] = {act: FORMS[act](None) for act, is_offered in offers.items() if is_offered}
    if page.may_write:
        offered["judge"] = SheetForm(page.sheet, page.lines)
    is_lost = form is not None and name not in offered
    if form is not None and not is_lost:
        form.data = {**{key: form.data.get(key, "") for key in form.data}, "revision": str(page.sheet.revision)}
        offered[name] = form
    context = {
        "page": page,
        "sheet": page.sheet,
        "evaluation": page.sheet.evaluation,
        "plan": page.sheet.evaluation.plan,
    }
    context |= {"forms": offered, "sent": name, "lost": form if is_lost else None}
    status = status_of(form) if form is not None else 200
    return render(request, "evaluation/sheet.html", context, status=status)
