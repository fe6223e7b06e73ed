"""The check page: source and findings side by side, and every correction of a finding."""

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.plan.tasks import services
from kepu.plan.tasks.choices import DraftState
from kepu.plan.tasks.forms import PlaceForm, finding_form, initial_of
from kepu.plan.tasks.models import PlanDraft
from kepu.plan.tasks.queries.checking import check_page, text_lines
from kepu.plan.tasks.queries.drafts import draft_content, meanwhile
from kepu.plan.tasks.rules.findings import FIELDS, thing_of
from kepu.plan.tasks.views.desk import (
    back_to_check,
    done_or_told,
    draft_for,
    kept_or_told,
    office,
    revision_for,
    seen_by,
    shown_by,
)
from kepu.web.http import PageRequest

ADDING = (("target", _lazy("目标")), ("task", _lazy("任务")), ("duty", _lazy("单位")), ("section", _lazy("章节")))
MOST_WORDS = 60
MOST_TITLE = 40


@require_GET
@office
def check(request: PageRequest, pk: uuid.UUID) -> HttpResponse:
    draft = draft_for(request, pk)
    context = {
        "draft": draft,
        "page": check_page(draft),
        "place_form": PlaceForm(initial={"region": draft.region, "predecessor": draft.predecessor}),
        "show": shown_by(request),
        "is_open": draft.state == DraftState.OPEN,
        "adding": ADDING,
        "operations": ("strike", "restore", "agree", "undo"),
        "at": request.GET.get("at", ""),
    }
    response = render(request, "plan/draft_check.html#board" if request.htmx else "plan/draft_check.html", context)
    if request.htmx:  # whatever was clicked, the whole board is new
        response["HX-Retarget"], response["HX-Reswap"] = "#check", "outerHTML"
    return response


@require_GET
@office
def news(request: PageRequest, pk: uuid.UUID) -> HttpResponse:
    """Whether somebody else went on with the draft since the page was opened."""
    draft = draft_for(request, pk)
    seen = request.GET.get("seen", "")
    words = meanwhile(draft, int(seen), None) if seen.isdecimal() else ""
    context = {"draft": draft, "words": words, "revision": seen, "show": shown_by(request)}
    return render(request, "plan/draft_check.html#saved", context)


@require_http_methods(["GET", "POST"])
@office
def edit(request: PageRequest, pk: uuid.UUID, key: str) -> HttpResponse:
    draft = draft_for(request, pk)
    content, seen = draft_content(draft), seen_by(request)
    finding, thing = content.finding(key), thing_of(key)
    if finding is None or thing not in FIELDS:
        raise Http404
    form = finding_form(thing, content, request.POST, initial_of(finding), key)
    told = meanwhile(draft, seen, key)

    def act() -> None:
        services.change_finding(pk, key, form.cleaned_data, actor=request.user, seen=seen)

    if request.method == "POST" and form.is_valid() and kept_or_told(form, act):
        if told:
            messages.info(request, _("您打开这一页以后，%(changes)s。两边的都存下了。") % {"changes": told})
        return back_to_check(request, pk, key.replace(".", "-"))
    return _form_page(request, draft, form, thing, key)


@require_http_methods(["GET", "POST"])
@office
def add(request: PageRequest, pk: uuid.UUID, thing: str) -> HttpResponse:
    draft = draft_for(request, pk)
    if thing not in FIELDS or thing == "document":
        raise Http404
    form = finding_form(thing, draft_content(draft), request.POST, _wanted(request.GET, draft, thing))
    made: list[str] = []

    def act() -> None:
        made.append(services.add_finding(pk, thing, form.cleaned_data, actor=request.user))

    if request.method == "POST" and form.is_valid() and kept_or_told(form, act):
        return back_to_check(request, pk, made[0].split(".d")[0])
    return _form_page(request, draft, form, thing, "")


def _wanted(asked: QueryDict, draft: PlanDraft, thing: str) -> Mapping[str, Any]:
    """What the address says about the new finding: place, task, and words taken from the text."""
    given: dict[str, Any] = {name: str(asked[name]) for name in (*FIELDS[thing], "task") if name in asked}
    start, end = _span(asked)
    if not end:
        return given
    words = " ".join(draft.text[start:end].split())[:MOST_WORDS]
    inside = [task for task in draft_content(draft).live_tasks if task.start <= start < task.end]
    if inside and thing in {"duty", "target"}:
        given = {"task": inside[-1].key, "at": inside[-1].key} | given
    field = {"target": "measure", "duty": "organisation"}.get(thing, "title")
    return {field: "" if thing == "task" and len(words) > MOST_TITLE else words} | given


def _span(asked: QueryDict) -> tuple[int, int]:
    """The words that the address names; nothing where it is spoilt."""
    start, end = asked.get("start", ""), asked.get("end", "")
    if not (start.isdecimal() and end.isdecimal()) or len(start) > 9 or len(end) > 9:  # noqa: PLR2004 no text is so long
        return 0, 0
    return (int(start), int(end)) if int(start) < int(end) else (0, 0)


def _form_page(request: PageRequest, draft: PlanDraft, form: forms.Form, thing: str, key: str) -> HttpResponse:
    finding = draft_content(draft).finding(key)
    start, end = (finding.start, finding.end) if finding else _span(request.GET)
    context = {
        "draft": draft,
        "form": form,
        "thing": thing,
        "finding": finding,
        "excerpt": draft.text[start:end],
        "lines": text_lines(draft.text),
        "show": shown_by(request),
        "seen": revision_for(request, form, draft),
    }
    template = "plan/draft_edit.html#form" if request.htmx else "plan/draft_edit.html"
    return render(request, template, context, status=422 if form.errors else 200)


@require_POST
@office
def mark(request: PageRequest, pk: uuid.UUID) -> HttpResponse:
    draft = draft_for(request, pk)
    key, op = request.POST.get("key", ""), request.POST.get("op", "")
    acts = {
        "strike": services.strike_finding,
        "restore": services.restore_finding,
        "agree": services.agree_with_finding,
    }
    if op not in acts:
        raise Http404
    made: list[str] = []
    done_or_told(request, lambda: made.append(acts[op](draft.pk, key, actor=request.user, seen=seen_by(request))))
    if made == [""]:
        told = meanwhile(draft, seen_by(request), key) or _("这一步已经做过")
        messages.info(request, _("%(changes)s，不必再做。") % {"changes": told})
    return back_to_check(request, pk, key.split(".d")[0])


@require_POST
@office
def undo(request: PageRequest, pk: uuid.UUID) -> HttpResponse:
    correction = request.POST.get("correction", "")
    draft = draft_for(request, pk)
    done_or_told(request, lambda: services.undo_correction(draft.pk, correction, actor=request.user))
    is_on_bodies = request.POST.get("back", "") == "bodies"
    return redirect("plan:draft_bodies", pk) if is_on_bodies else back_to_check(request, pk)


@require_POST
@office
def place(request: PageRequest, pk: uuid.UUID) -> HttpResponse:
    draft = draft_for(request, pk)
    form = PlaceForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请选一个地区。"))
    elif done_or_told(
        request,
        lambda: services.place_draft(draft.pk, actor=request.user, seen=seen_by(request), **form.cleaned_data),
    ):
        messages.success(request, _("地区和接续关系已存下。"))
    return back_to_check(request, pk, "document")
