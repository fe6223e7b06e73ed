"""The end of an evaluation: its summary, what is public, closing, papers, publication."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kepu.foundation.errors import DomainError, NotAllowed
from kepu.plan.evaluation import services
from kepu.plan.evaluation.forms import CloseForm, SummaryForm, chosen_ids
from kepu.plan.evaluation.permissions import may_open_desk
from kepu.plan.evaluation.views.desk import again, page_of
from kepu.web.http import PageRequest, attempt, only


@require_POST
@only(may_open_desk)
def summary(request: PageRequest, pk: int) -> HttpResponse:
    page = page_of(request, pk, runs=True)
    form = SummaryForm(request.POST)
    if form.is_valid() and attempt(form, lambda: _write(form, pk, request)) is not None:
        messages.success(request, _("总体评价存好了。"))
        return redirect("evaluation:evaluation", pk)
    form.data = {**{key: form.data.get(key, "") for key in form.data}, "revision": str(page.evaluation.revision)}
    return again(request, pk, "summary", form)


def _write(form: SummaryForm, pk: int, request: PageRequest) -> object:
    said = form.cleaned_data
    return services.write_summary(pk, actor=request.user, **said)


@require_POST
@only(may_open_desk)
def close(request: PageRequest, pk: int) -> HttpResponse:
    page_of(request, pk, runs=True)
    form = CloseForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["unjudged_reason"]
        done = attempt(form, lambda: services.close_evaluation(pk, unjudged_reason=reason, actor=request.user))
        if done is not None:
            messages.success(request, _("已定稿，以后不再改动。报告正在制成。"))
            return redirect("evaluation:evaluation", pk)
    return again(request, pk, "close", form)


def _act(request: PageRequest, pk: int, act: Callable[[], object], said: str) -> HttpResponse:
    page_of(request, pk, runs=True)
    try:
        act()
    except NotAllowed:
        raise
    except DomainError as problem:
        messages.warning(request, str(problem.message))
    else:
        messages.success(request, said)
    return redirect("evaluation:evaluation", pk)


@require_POST
@only(may_open_desk)
def release(request: PageRequest, pk: int) -> HttpResponse:
    chosen = chosen_ids(request.POST.getlist("sheets"))
    said = _("公开哪些评语存好了；没有选的，公众只看到得分和等级。")
    return _act(request, pk, lambda: services.release_findings(pk, chosen, actor=request.user), said)


@require_POST
@only(may_open_desk)
def papers(request: PageRequest, pk: int) -> HttpResponse:
    return _act(request, pk, lambda: services.start_papers(pk, actor=request.user), _("开始制成文件。"))


@require_POST
@only(may_open_desk)
def publish(request: PageRequest, pk: int) -> HttpResponse:
    return _act(request, pk, lambda: services.publish_evaluation(pk, actor=request.user), _("已公布，公众看得到了。"))
