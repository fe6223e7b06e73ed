"""One matter at the desk: its words, its trail, and the forms that fit its state and the person."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from kepu.foundation.errors import NotAllowed
from kepu.plan.matters import services
from kepu.plan.matters.forms import AnswerForm, ReasonForm, ReturnForm, WordsForm
from kepu.plan.matters.models import Matter
from kepu.plan.matters.permissions import may_open_matters
from kepu.plan.matters.queries import MatterPage, matter_page
from kepu.web.http import PageRequest, View, attempt, only, status_of

FORMS: dict[str, type[forms.Form]] = {
    "list": WordsForm,
    "answer": AnswerForm,
    "return": ReturnForm,
    "close": ReasonForm,
    "withdraw": ReasonForm,
}


@require_GET
@only(may_open_matters)
def matter(request: PageRequest, pk: int) -> HttpResponse:
    return _page(request, _found(request, pk))


def _act(name: str, service: Callable[..., Matter], said: Promise) -> View:
    """A view that runs one service for the form that was sent, and shows the page again where a rule stood against it."""

    @require_POST
    @only(may_open_matters)
    def view(request: PageRequest, pk: int) -> HttpResponse:
        page = _found(request, pk)
        form = FORMS[name](request.POST, auto_id=f"{name}_%s")
        if form.is_valid():
            if attempt(form, lambda: service(pk, actor=request.user, **form.cleaned_data)) is not None:
                messages.success(request, str(said))
                return redirect("matters:matter", pk)
        elif not page.acts:
            raise NotAllowed
        return _page(request, _found(request, pk), name, form)

    return view


take_up = _act("list", services.list_matter, _("已受理，等列入议程。"))
answer = _act("answer", services.answer_matter, _("已答复，事项了结。"))
send_back = _act("return", services.return_matter, _("已退回，等单位补充。"))
close = _act("close", services.close_matter, _("已结束。"))
withdraw = _act("withdraw", services.withdraw_matter, _("已撤回。"))


def _found(request: PageRequest, pk: int) -> MatterPage:
    found = matter_page(request.user, pk)
    if found is None:
        raise Http404
    return found


def _page(request: PageRequest, page: MatterPage, name: str = "", form: forms.Form | None = None) -> HttpResponse:
    """The page with the forms on offer; a refused one keeps what was typed, also where it is not on offer any more."""
    offered = {act: FORMS[act](auto_id=f"{act}_%s") for act in FORMS if act in page.acts}
    lost = form if form is not None and name not in offered else None
    if form is not None and name in offered:
        offered[name] = form
    context = {"page": page, "matter": page.matter, "forms": offered, "lost": lost, "sent": name}
    return render(request, "matters/matter.html", context, status=status_of(form) if form is not None else 200)
