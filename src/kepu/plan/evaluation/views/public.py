"""Evaluations that everybody reads."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kepu.plan.evaluation.queries import published_evaluation, published_evaluations
from kepu.plan.evaluation.views.desk import plan_of


@require_GET
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    plan = plan_of(slug)
    context = {"plan": plan, "evaluations": published_evaluations(plan)}
    return render(request, "evaluation/public_list.html", context)


@require_GET
def evaluation(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    plan = plan_of(slug)
    found = published_evaluation(plan, pk)
    if found is None:
        raise Http404
    shown, laid = found
    return render(request, "evaluation/public_evaluation.html", {"plan": plan, "evaluation": shown, "laid": laid})
