"""Questions at the desk: the office screens and routes, liaisons answer, district officers read."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kepu.foundation.errors import NotAllowed
from kepu.oversight import services
from kepu.oversight.choices import OWED_STATES, QuestionState
from kepu.oversight.forms import AnswerForm, FilterForm, ReferForm, RefuseForm, ReleaseForm, RequestForm, WordsForm
from kepu.oversight.models import AskerWords
from kepu.oversight.permissions import may_open_desk, may_screen_questions
from kepu.oversight.queries import DeskPage, desk_order, desk_page, questions_visible_to
from kepu.web.http import PageRequest, attempt, status_of

Service = Callable[[dict[str, Any]], object]


@require_GET
@login_required
def listing(request: PageRequest) -> HttpResponse:
    if not may_open_desk(request.user):
        raise Http404
    form = FilterForm(request.GET, states=tuple(QuestionState))
    found = desk_order(questions_visible_to(request.user, form.wanted))
    page = Paginator(found, 30).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "may_screen": may_screen_questions(request.user)}
    return render(request, "oversight/desk.html#rows" if request.htmx else "oversight/desk.html", context)


@require_GET
@login_required
def question(request: PageRequest, pk: int) -> HttpResponse:
    return _page(request, _found(request, pk))


@require_POST
@login_required
def release(request: PageRequest, pk: int) -> HttpResponse:
    def do(given: dict[str, Any]) -> object:
        owner = given.pop("owner")
        return services.release_question(pk, owner_id=owner, actor=request.user, **given)

    return _act(request, pk, "release", do, _("已公开，交给承办单位。"))


@require_POST
@login_required
def refuse(request: PageRequest, pk: int) -> HttpResponse:
    return _act(
        request,
        pk,
        "refuse",
        lambda given: services.refuse_question(pk, actor=request.user, **given),
        _("已告诉提问人。"),
    )


@require_POST
@login_required
def refer(request: PageRequest, pk: int) -> HttpResponse:
    def do(given: dict[str, Any]) -> object:
        owner = given.pop("owner")
        return services.refer_question(pk, owner_id=owner, actor=request.user, **given)

    return _act(request, pk, "refer", do, _("已转出，期限照旧计算。"))


@require_POST
@login_required
def ask_details(request: PageRequest, pk: int) -> HttpResponse:
    return _act(
        request, pk, "details", lambda given: services.request_details(pk, actor=request.user, **given), _("已请提问人补充，停止计时。")
    )  # fmt: skip


@require_POST
@login_required
def answer(request: PageRequest, pk: int) -> HttpResponse:
    return _act(
        request,
        pk,
        "answer",
        lambda given: services.answer_question(pk, actor=request.user, **given),
        _("答复已公开。"),
    )


@require_POST
@login_required
def words(request: PageRequest, pk: int) -> HttpResponse:
    """Screen what an asker said later; `pk` is of the words."""
    found = get_object_or_404(AskerWords, pk=pk)
    return _act(
        request,
        found.question_id,
        f"words{pk}",
        lambda given: services.screen_words(pk, actor=request.user, **given),
        _("审核记下了。"),
    )


def _found(request: PageRequest, pk: int) -> DeskPage:
    found = desk_page(request.user, pk) if may_open_desk(request.user) else None
    if found is None:
        raise Http404
    return found


def _forms(desk: DeskPage, bound: dict[str, Any] | None = None, only: str = "") -> dict[str, forms.Form]:
    """The forms that fit the question's state and the person; the one that was sent keeps what was typed."""
    question = desk.page.question
    offered: dict[str, tuple[type[forms.Form], dict[str, Any]]] = {}
    if desk.may_screen and question.state == QuestionState.RECEIVED:
        initial = {"title": desk.proposed_title, "text": desk.proposed_text, "owner": question.owner_id}
        offered |= {"release": (ReleaseForm, {"initial": initial}), "refuse": (RefuseForm, {})}
    if desk.may_handle and question.state in OWED_STATES:
        offered["answer"] = (AnswerForm, {})
        if question.state == QuestionState.IN_HAND:
            offered["details"] = (RequestForm, {})
        offered["refer"] = (ReferForm, {"may_choose_none": question.owner is not None})
    for one in desk.waiting:
        offered[f"words{one.words_id}"] = (WordsForm, {"initial": {"text": one.proposed}})
    return {
        name: kind(bound if name == only else None, auto_id=f"{name}_%s", **more)
        for name, (kind, more) in offered.items()
    }


_KINDS: dict[str, type[forms.Form]] = {
    "release": ReleaseForm, "refuse": RefuseForm, "refer": ReferForm, "details": RequestForm, "answer": AnswerForm,
}  # fmt: skip


def _act(request: PageRequest, pk: int, name: str, service: Service, said: str) -> HttpResponse:
    """Run one service for the form that was sent, and show the page again where a rule stood against it."""
    desk = _found(request, pk)
    form = _forms(desk, request.POST, name).get(name) or _KINDS.get(name, WordsForm)(request.POST)
    if form.is_valid() and attempt(form, lambda: service(dict(form.cleaned_data))) is not None:
        messages.success(request, said)
        is_still_there = questions_visible_to(request.user).filter(pk=pk).exists()
        return redirect("oversight:desk_question", pk) if is_still_there else redirect("oversight:desk")
    if not (desk.may_handle or desk.may_screen):
        raise NotAllowed
    return _page(request, _found(request, pk), name, form)


def _page(request: PageRequest, desk: DeskPage, name: str = "", form: forms.Form | None = None) -> HttpResponse:
    offered = _forms(desk)
    lost = form if form is not None and name not in offered else None
    if form is not None and name in offered:
        offered[name] = form
    waiting = [(one, offered.get(f"words{one.words_id}")) for one in desk.waiting]
    context = {"desk": desk, "page": desk.page, "forms": offered, "waiting": waiting, "lost": lost, "sent": name}
    return render(request, "oversight/desk_question.html", context, status=status_of(form) if form is not None else 200)
