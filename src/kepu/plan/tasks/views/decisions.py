"""Forms by which a role-holder decides about a live plan; each shows beforehand how the state would be."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kepu.directory.register.models import Person
from kepu.foundation.clock import today
from kepu.foundation.errors import DomainError
from kepu.plan.tasks import services
from kepu.plan.tasks.choices import PlanState
from kepu.plan.tasks.errors import DecisionInvalid, MilestoneDone
from kepu.plan.tasks.forms import (
    DoneForm,
    EvidenceForm,
    LeadForm,
    MakeForm,
    MeaningForm,
    MilestonesForm,
    ReasonForm,
    meaning_of,
)
from kepu.plan.tasks.models import Evidence, Milestone, Plan, Target, Task
from kepu.plan.tasks.permissions import may_complete_milestone, may_decide_plan
from kepu.plan.tasks.queries.desk import tasks_on_desk
from kepu.plan.tasks.queries.making import places_of
from kepu.plan.tasks.queries.wording import scope_words
from kepu.plan.tasks.views.tasks import plan_named, reader
from kepu.web.http import PageRequest, View

REFUSALS = (DecisionInvalid, MilestoneDone)
TRYING = "…"
SHORT_TITLE = 40


def decider(view: Callable[..., HttpResponse]) -> View:
    """Only the leading office of an open plan finds these pages; the plan takes the place of its slug."""

    @require_http_methods(["GET", "POST"])
    @reader
    @wraps(view)
    def answer(request: PageRequest, slug: str, **kwargs: Any) -> HttpResponse:
        plan = plan_named(slug)
        if not may_decide_plan(request.user, plan) or plan.state == PlanState.CLOSED:
            raise Http404
        return view(request, plan, **kwargs)

    return answer


def _task(plan: Plan, slug: str) -> Task:
    return get_object_or_404(plan.tasks.filter(is_struck=False).select_related("section"), slug=slug)


def _target(plan: Plan, pk: int) -> Target:
    return get_object_or_404(plan.targets.filter(is_struck=False).select_related("task", "section"), pk=pk)


def _task_address(plan: Plan, task: Task) -> str:
    return reverse("plan:desk_task", args=[plan.slug, task.slug])


def _target_address(plan: Plan, target: Target) -> str:
    return reverse("plan:desk_target", args=[plan.slug, target.pk])


def _decide(
    request: PageRequest,
    form: forms.Form,
    act: Callable[[], object],
    page: dict[str, Any],
    *,
    look: Callable[[], services.Outlook] | None = None,
) -> HttpResponse:
    """Show a form, tell how the state would be, or decide and go back to the thing."""
    page |= {"form": form, "has_outlook": look is not None}
    if request.method == "POST" and "preview" in request.POST and look is not None:
        form.fields["reason"].required = False
        outlook, problem = _outlook(form, look)
        page |= {"outlook": outlook, "problem": problem}
        return render(request, f"{page['template']}#outlook" if request.htmx else page["template"], page)
    if request.method == "POST" and form.is_valid() and _kept(form, act):
        messages.success(request, page["said"])
        return redirect(page["back"])
    return render(request, page["template"], page, status=422 if form.errors else 200)


def _outlook(form: forms.Form, look: Callable[[], services.Outlook]) -> tuple[services.Outlook | None, str]:
    if not form.is_valid():
        return None, ""
    try:
        return look(), ""
    except REFUSALS as problem:
        return None, str(problem)


def _kept(form: forms.Form, act: Callable[[], object]) -> bool:
    """Do the act; what stands in its way is said at its field, and what was typed stays."""
    try:
        act()
    except REFUSALS as problem:
        _tell(form, problem)
        return False
    return True


def _tell(form: forms.Form, problem: DomainError) -> None:
    field = problem.data.get("field")
    form.add_error(field if field in form.fields else None, str(problem))


def _page(plan: Plan, thing: Task | Target, back: str, **more: Any) -> dict[str, Any]:
    return {
        "template": "plan/desk_decide.html",
        "plan": plan,
        "thing": thing,
        "words": plan.text[thing.start : thing.end].strip(),
        "back": back,
        "said": _("已记下，公众页马上能看到。"),
        **more,
    }


@decider
def lead(request: PageRequest, plan: Plan, task_slug: str) -> HttpResponse:
    task = _task(plan, task_slug)
    duties = list(task.duties.select_related("organisation"))
    form = LeadForm(request.POST or None, duties=duties)
    page = _page(plan, task, _task_address(plan, task), title=_("定牵头单位"), button=_("定下牵头单位"))
    page["why"] = _("方案没有写谁牵头，就由您来定：事情才有人先动、先报。排在最前的单位不等于牵头。")

    def act() -> object:
        said = form.cleaned_data
        return services.decide_lead(task.pk, said["body"], actor=request.user, reason=said["reason"])

    return _decide(request, form, act, page)


@decider
def evidence(request: PageRequest, plan: Plan, task_slug: str) -> HttpResponse:
    task = _task(plan, task_slug)
    form = EvidenceForm(request.POST or None, plan=plan)
    page = _page(plan, task, _task_address(plan, task), title=_("选一个指标"), button=_("选定这个指标"))
    page["why"] = _("文中没有数字的任务，看台账里有没有按时来的材料。选哪个指标、多久该有一次，由您来定。")
    return _choose(request, form, page, task=task)


@decider
def target_evidence(request: PageRequest, plan: Plan, pk: int) -> HttpResponse:
    target = _target(plan, pk)
    form = EvidenceForm(request.POST or None, plan=plan, target=target)
    page = _page(plan, target, _target_address(plan, target), title=_("选目标的依据"), button=_("选定这个指标"))
    page["why"] = _("目标的进度由台账里的数算出来。选了几个指标，就把它们相加。")
    return _choose(request, form, page, target=target)


def _choose(
    request: PageRequest,
    form: EvidenceForm,
    page: dict[str, Any],
    *,
    task: Task | None = None,
    target: Target | None = None,
) -> HttpResponse:
    thing: dict[str, Any] = {"task_id": task.pk if task else None, "target_id": target.pk if target else None}

    def act() -> object:
        said = dict(form.cleaned_data)
        return services.choose_evidence(said.pop("indicator"), actor=request.user, **thing, **said)

    return _decide(request, form, act, page, look=lambda: services.outlook(page["plan"], act, **thing))


@decider
def drop(request: PageRequest, plan: Plan, pk: int) -> HttpResponse:
    of_plan = Evidence.objects.filter(task__plan=plan) | Evidence.objects.filter(target__plan=plan)
    row = get_object_or_404(of_plan.select_related("task", "target", "region", "organisation"), pk=pk)
    thing = row.target or row.task
    if thing is None:
        raise Http404
    back = _target_address(plan, row.target) if row.target else _task_address(plan, row.task or Task())
    form = ReasonForm(request.POST or None)
    page = _page(plan, thing, back, title=_("撤下依据"), button=_("撤下这个依据"))
    page["why"] = _("撤下“%(code)s”%(scope)s以后，它的数不再算进来；选它的那次决定仍然留着。") % {
        "code": services.indicator_name(row),
        "scope": scope_words(row),
    }
    of = {"task_id": row.task_id if row.target_id is None else None, "target_id": row.target_id}

    def act() -> object:
        return services.drop_evidence(row.pk, actor=request.user, reason=form.cleaned_data["reason"] or TRYING)

    return _decide(request, form, act, page, look=lambda: services.outlook(plan, act, **of))


@decider
def meaning(request: PageRequest, plan: Plan, pk: int) -> HttpResponse:
    target = _target(plan, pk)
    form = MeaningForm(request.POST or None, initial=meaning_of(target))
    page = _page(plan, target, _target_address(plan, target), title=_("定口径"), button=_("定下口径"))
    page["why"] = _("同一个数，按年算和累计算差得很远。方案没有写明的，由您来定；以前的决定都留着。")

    def act() -> object:
        said = form.meaning()
        return services.decide_meaning(
            target.pk, said, actor=request.user, reason=form.cleaned_data["reason"] or TRYING
        )

    return _decide(request, form, act, page, look=lambda: services.outlook(plan, act, target_id=target.pk))


@decider
def milestones(request: PageRequest, plan: Plan, task_slug: str) -> HttpResponse:
    task = _task(plan, task_slug)
    steps = list(task.milestones.filter(done_on=None))
    form = MilestonesForm(request.POST or None, open_steps=steps)
    page = _page(plan, task, _task_address(plan, task), title=_("定节点"), button=_("定下节点"))
    page |= {"template": "plan/desk_milestones.html", "done": task.milestones.exclude(done_on=None)}
    page["why"] = _("没有数字的任务，可以用几个有日期的节点来看它走到哪里。过了日期没有完成就显示“逾期”。")

    def act() -> object:
        reason = form.cleaned_data["reason"] or (TRYING if "preview" in request.POST else "")
        return services.set_milestones(task.pk, form.wanted(), actor=request.user, reason=reason)

    return _decide(request, form, act, page, look=lambda: services.outlook(plan, act, task_id=task.pk))


@require_http_methods(["GET", "POST"])
@reader
def done(request: PageRequest, slug: str, pk: int) -> HttpResponse:
    plan = plan_named(slug)
    step = get_object_or_404(Milestone.objects.select_related("task__plan__region"), pk=pk, task__plan=plan)
    task = step.task
    is_here = tasks_on_desk(request.user, plan).filter(pk=task.pk).exists()
    if not is_here or not may_complete_milestone(request.user, task) or plan.state == PlanState.CLOSED:
        raise Http404
    form = DoneForm(request.POST or None, initial={"done_on": today()})
    page = _page(plan, task, _task_address(plan, task), title=_("完成节点"), button=_("记为完成"))
    page["why"] = _("节点“%(title)s”，期限 %(day)s。完成以后由办公室才能撤回。") % {
        "title": step.title,
        "day": step.due_on.isoformat(),
    }

    def act() -> object:
        return services.complete_milestone(step.pk, actor=request.user, **form.cleaned_data)

    return _decide(request, form, act, page)


@decider
def reopen(request: PageRequest, plan: Plan, pk: int) -> HttpResponse:
    step = get_object_or_404(Milestone.objects.select_related("task"), pk=pk, task__plan=plan)
    form = ReasonForm(request.POST or None)
    page = _page(plan, step.task, _task_address(plan, step.task), title=_("撤回完成"), button=_("撤回完成"))
    page["why"] = _("节点“%(title)s”会重新变成没有完成；记它完成的那次决定仍然留着。") % {"title": step.title}

    def act() -> object:
        return services.reopen_milestone(step.pk, actor=request.user, reason=form.cleaned_data["reason"])

    return _decide(request, form, act, page)


@decider
def make(request: PageRequest, plan: Plan) -> HttpResponse:
    chosen = _chosen(request, plan)
    if chosen is None:
        return render(request, "plan/desk_make.html", {"plan": plan, "places": places_of(plan)})
    source, words, title = chosen
    form = MakeForm(request.POST or None, plan=plan, initial={"title": title})
    task = _made(request.user, plan, form, source) if request.method == "POST" and form.is_valid() else None
    if task is not None:
        messages.success(request, _("任务 %(code)s 已设立，接着定它的依据或节点。") % {"code": task.code})
        return redirect(_task_address(plan, task))
    context = {"plan": plan, "words": words, "form": form}
    return render(request, "plan/desk_make_form.html", context, status=422 if form.errors else 200)


def _made(actor: Person, plan: Plan, form: MakeForm, source: dict[str, Any]) -> Task | None:
    said = form.cleaned_data
    wanted = {"title": said["title"], "organisations": said["bodies"], "reason": said["reason"], **source}
    try:
        return services.make_task(plan.pk, actor=actor, **wanted)
    except DecisionInvalid as problem:
        _tell(form, problem)
        return None


def _chosen(request: PageRequest, plan: Plan) -> tuple[dict[str, Any], str, str] | None:
    """Which words are meant: the service's arguments, the words themselves, and a title to begin with."""
    asked = {name: request.GET.get(name, "") for name in ("section", "start", "end")}
    numbers = {name: int(value) for name, value in asked.items() if value.isascii() and value.isdigit()}
    if "section" in numbers:
        section = get_object_or_404(plan.sections.all(), pk=numbers["section"])
        return {"section_id": section.pk}, plan.text[section.start : section.end].strip(), section.title
    if {"start", "end"} <= set(numbers):
        words = plan.text[numbers["start"] : numbers["end"]].strip()
        if not words:
            raise Http404
        title = words.rstrip("。；;！？!?") if len(words) <= SHORT_TITLE else ""
        return {"span": (numbers["start"], numbers["end"])}, words, title
    return None
