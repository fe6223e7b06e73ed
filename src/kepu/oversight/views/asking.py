"""What an asker does. Number and code travel in forms only: never in an address, a cookie or a log."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from kepu.oversight import services
from kepu.oversight.choices import Closing, QuestionState, Verdict
from kepu.oversight.forms import AskForm, DetailsForm, LookupForm, ReopenForm, VerdictForm
from kepu.oversight.http import visitor_of
from kepu.oversight.models import Question
from kepu.oversight.queries import days_for, optional_days, own_page, split_about, subject_noun, subject_of
from kepu.oversight.rules import spaced_code
from kepu.oversight.views.public import subject_or_404
from kepu.web.http import attempt, status_of


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        about = request.GET.get("about", "")
        subject_or_404(about)
        return _ask_page(request, AskForm(initial={"form_key": uuid.uuid4(), "about": about}), about)
    form = AskForm(request.POST)
    if form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("kind", "title", "text", "form_key", "about")}
        receipt = attempt(form, lambda: services.ask_question(**given, visitor=visitor_of(request)))
        if receipt is not None:
            context = {"receipt": receipt, "code": spaced_code(receipt.code), "days": days_for(given["kind"])}
            return render(request, "oversight/receipt.html", context)
    form.renewed()
    return _ask_page(request, form, form.data.get("about", ""), status=status_of(form))


def _ask_page(request: HttpRequest, form: AskForm, about: str, status: int = 200) -> HttpResponse:
    subject_type, subject_id = split_about(about)
    context = {
        "form": form,
        "subject": subject_of(subject_type, subject_id),
        "noun": subject_noun(subject_type),
        "most": optional_days("oversight.most_characters"),
    }
    return render(request, "oversight/ask.html", context, status=status)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    form = LookupForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        number, code = form.cleaned_data["number"], form.cleaned_data["code"]
        question = attempt(form, lambda: services.open_own(number, code, visitor=visitor_of(request)))
        if question is not None:
            return _own(request, question, code)
    return render(request, "oversight/lookup.html", {"form": form}, status=status_of(form) if form.errors else 200)


@never_cache
@sensitive_post_parameters()
@require_POST
def details(request: HttpRequest) -> HttpResponse:
    said = _("补充收到，已交给承办单位，从明天起接着计时。")
    return _act(request, DetailsForm, lambda given: services.add_details(**given), said)


@never_cache
@sensitive_post_parameters()
@require_POST
def verdict(request: HttpRequest) -> HttpResponse:
    def judge(given: dict[str, Any]) -> Question:
        return services.judge_answer(is_settled=given.pop("verdict") == Verdict.SETTLED, **given)

    return _act(request, VerdictForm, judge, _("您的评判记下了。"))


@never_cache
@sensitive_post_parameters()
@require_POST
def reopen(request: HttpRequest) -> HttpResponse:
    said = _("已经重新交办，从今天起重新计时。")
    return _act(request, ReopenForm, lambda given: services.reopen_question(**given), said)


def _act(
    request: HttpRequest, form_class: type[forms.Form], service: Callable[[dict[str, Any]], Question], said: str
) -> HttpResponse:
    """Do one thing with number and code as proof; a wrong proof leads back to the lookup."""
    number, code, visitor = request.POST.get("number", ""), request.POST.get("code", ""), visitor_of(request)
    lookup = LookupForm({"number": number, "code": code})
    question = attempt(lookup, lambda: services.open_own(number, code, visitor=visitor)) if lookup.is_valid() else None
    if question is None:
        return render(request, "oversight/lookup.html", {"form": lookup}, status=status_of(lookup))
    form = form_class(request.POST)
    done = attempt(form, lambda: service({**form.cleaned_data, "visitor": visitor})) if form.is_valid() else None
    if done is not None:
        return _own(request, done, code, said=said)
    question.refresh_from_db()
    return _own(request, question, code, form=form)


def _own(
    request: HttpRequest, question: Question, code: str, *, said: str = "", form: forms.Form | None = None
) -> HttpResponse:
    """The asker's own page, with the forms that fit the state; a refused form keeps what was typed."""
    proof = {"number": question.public_number, "code": code}
    offered: dict[str, type[forms.Form]] = {}
    if question.state == QuestionState.CLARIFYING or question.closing == Closing.NO_DETAILS:
        offered["details"] = DetailsForm
    if question.state == QuestionState.ANSWERED or (question.closing == Closing.SILENCE and not question.verdict):
        offered["verdict"] = VerdictForm
    if question.verdict == Verdict.UNSETTLED:
        offered["reopen"] = ReopenForm
    built = {name: kind(initial=proof, auto_id=f"{name}_%s") for name, kind in offered.items()}
    if form is not None:
        built |= {name: form for name, kind in offered.items() if isinstance(form, kind)}
    lost = form if form is not None and form not in built.values() else None
    context = {"page": own_page(question), "forms": built, "said": said, "lost": lost}
    return render(request, "oversight/own.html", context, status=status_of(form) if form is not None else 200)
