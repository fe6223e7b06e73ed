"""Evaluations at the desk: the list, one of them, its terms, its rubric, and who judges what."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.foundation.clock import today
from kepu.foundation.errors import DomainError, NotAllowed
from kepu.plan.evaluation import services
from kepu.plan.evaluation.choices import EvaluationState
from kepu.plan.evaluation.forms import AssignForm, CloseForm, RubricForm, SummaryForm, TermsForm
from kepu.plan.evaluation.permissions import may_open_desk
from kepu.plan.evaluation.queries import EvaluationPage, evaluation_list, evaluation_page
from kepu.plan.tasks.models import Plan
from kepu.plan.tasks.queries import days_of, live_plan
from kepu.web.http import PageRequest, attempt, only, status_of


def plan_of(slug: str) -> Plan:
    """A plan by its address."""
    return get_object_or_404(Plan.objects.select_related("region"), slug=slug)


def page_of(request: PageRequest, pk: int, *, runs: bool = False) -> EvaluationPage:
    """An evaluation as the reader sees it; what only the office does is not there for others."""
    page = evaluation_page(request.user, pk)
    if page is None or (runs and not page.reads_all):
        raise Http404
    if runs and not page.may_run:
        raise NotAllowed
    return page


@require_GET
@only(may_open_desk)
def desk(request: PageRequest) -> HttpResponse:
    plan = live_plan()
    if plan is None:
        return render(request, "evaluation/desk.html", {})
    return redirect("evaluation:plan", plan.slug)


@require_GET
@only(may_open_desk)
def listing(request: PageRequest, slug: str) -> HttpResponse:
    plan = plan_of(slug)
    return render(request, "evaluation/desk.html", {"plan": plan, "page": evaluation_list(request.user, plan)})


@require_http_methods(["GET", "POST"])
@only(may_open_desk)
def new(request: PageRequest, slug: str) -> HttpResponse:
    plan = plan_of(slug)
    if not evaluation_list(request.user, plan).may_make:
        raise Http404
    form = TermsForm.of(None, days_of(plan, today()), request.POST or None)
    if form.is_valid():
        made = attempt(form, lambda: services.create_evaluation(plan, form.terms, actor=request.user))
        if made is not None:
            return redirect("evaluation:rubric", made.pk)
    context = {"plan": plan, "form": form, "here": _("新的评估")}
    return render(request, "evaluation/terms.html", context, status=status_of(form) if form.is_bound else 200)


@require_GET
@only(may_open_desk)
def evaluation(request: PageRequest, pk: int) -> HttpResponse:
    page = page_of(request, pk)
    template = "evaluation/_papers.html#papers" if request.htmx else "evaluation/evaluation.html"
    return render(request, template, context_of(page))


def context_of(page: EvaluationPage) -> dict[str, object]:
    """The page of an evaluation with the forms on offer."""
    one = page.evaluation
    offered: dict[str, object] = {"page": page, "plan": one.plan, "evaluation": one}
    if page.may_run and one.state == EvaluationState.JUDGING:
        offered["assign"] = AssignForm(sheets=page.sheets, reviewers=page.reviewers)
        offered["close"] = CloseForm()
    if page.may_run and not one.is_frozen:
        offered["summary"] = SummaryForm(initial={"words": one.summary, "revision": one.revision})
    return offered


def again(request: PageRequest, pk: int, name: str, form: AssignForm | CloseForm | SummaryForm) -> HttpResponse:
    """The page once more with the refused form; nothing that was typed is lost, also where it is not on offer any more."""
    context = context_of(page_of(request, pk, runs=True))
    lost = form if name not in context else None
    return render(request, "evaluation/evaluation.html", {**context, name: form, "lost": lost}, status=status_of(form))


@require_http_methods(["GET", "POST"])
@only(may_open_desk)
def edit(request: PageRequest, pk: int) -> HttpResponse:
    page = page_of(request, pk, runs=True)
    form = TermsForm.of(page.evaluation, days_of(page.evaluation.plan, today()), request.POST or None)
    if form.is_valid():
        revision = form.cleaned_data["revision"] or 0
        terms = form.terms
        done = attempt(form, lambda: services.edit_evaluation(pk, terms, revision=revision, actor=request.user))
        if done is not None:
            messages.success(request, _("改好了。"))
            return redirect("evaluation:evaluation", pk)
    one = page.evaluation
    context = {"plan": one.plan, "evaluation": one, "form": _fresh(form, page), "here": one.title}
    return render(request, "evaluation/terms.html", context, status=status_of(form) if form.is_bound else 200)


def _fresh(form: TermsForm | RubricForm, page: EvaluationPage) -> TermsForm | RubricForm:
    """After a refusal the page knows the newest wording, so that saving once more wins on purpose."""
    if form.is_bound:
        form.data = {**{key: form.data.get(key, "") for key in form.data}, "revision": str(page.evaluation.revision)}
    return form


@require_http_methods(["GET", "POST"])
@only(may_open_desk)
def rubric(request: PageRequest, pk: int) -> HttpResponse:
    page = page_of(request, pk, runs=True)
    form = RubricForm(page.evaluation, request.POST or None)
    if form.is_valid():
        wanted, revision = form.wanted, form.cleaned_data["revision"]
        done = attempt(form, lambda: services.set_rubric(pk, wanted, revision=revision, actor=request.user))
        if done is not None:
            messages.success(request, _("评分标准存好了，权重合计 100。"))
            return redirect("evaluation:evaluation", pk)
    context = {"plan": page.evaluation.plan, "evaluation": page.evaluation, "form": _fresh(form, page)}
    return render(request, "evaluation/rubric.html", context, status=status_of(form) if form.is_bound else 200)


@require_POST
@only(may_open_desk)
def open_judging(request: PageRequest, pk: int) -> HttpResponse:
    page_of(request, pk, runs=True)
    try:
        services.open_judging(pk, actor=request.user)
    except NotAllowed:
        raise
    except DomainError as problem:
        messages.warning(request, str(problem.message))
    else:
        messages.success(request, _("评估表已经按任务和责任单位排好，可以分给评估员了。"))
    return redirect("evaluation:evaluation", pk)


@require_POST
@only(may_open_desk)
def assign(request: PageRequest, pk: int) -> HttpResponse:
    page = page_of(request, pk, runs=True)
    form = AssignForm(request.POST, sheets=page.sheets, reviewers=page.reviewers)
    if form.is_valid():
        said = form.cleaned_data
        done = attempt(
            form, lambda: services.assign_sheets(pk, said["sheets"], int(said["reviewer"]), actor=request.user)
        )
        if done is not None:
            _say_given(request, done)
            return redirect("evaluation:evaluation", pk)
    return again(request, pk, "assign", form)


@require_POST
@only(may_open_desk)
def distribute(request: PageRequest, pk: int) -> HttpResponse:
    page_of(request, pk, runs=True)
    try:
        _say_given(request, services.distribute_sheets(pk, actor=request.user))
    except NotAllowed:
        raise
    except DomainError as problem:
        messages.warning(request, str(problem.message))
    return redirect("evaluation:evaluation", pk)


def _say_given(request: PageRequest, done: services.Distribution) -> None:
    said = ngettext("分派了 %(n)d 张评估表。", "分派了 %(n)d 张评估表。", done.given) % {"n": done.given}
    messages.success(request, said)
    if done.left:
        named = "、".join(str(sheet) for sheet in done.left[:5])
        words = _("还有 %(n)d 张没有分出去：每位评估员都与单位有关系（%(named)s）。") % {
            "n": len(done.left),
            "named": named,
        }
        messages.warning(request, words)
