"""The desk of a live plan: tasks with what is open, the table to take away, one task, one target."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from kepu.directory.register.queries import districts
from kepu.foundation.clock import today
from kepu.plan.tasks.choices import Status
from kepu.plan.tasks.models import Plan
from kepu.plan.tasks.queries import live_plan
from kepu.plan.tasks.queries.desk import (
    WANTS,
    DeskFilter,
    desk_list,
    desk_target,
    desk_task,
    may_read_desk,
    own_district,
)
from kepu.plan.tasks.queries.desk_table import desk_banner, desk_lines, desk_sheet
from kepu.web.http import PageRequest, only, table_download

WANTED = (
    ("", _("全部任务")),
    ("open", _("有待定的")),
    ("lead", _("牵头未定")),
    ("made", _("由人设立的")),
    ("quiet", _("所选区市近 92 天没有材料")),
)


reader = only(may_read_desk)
"""Everyone with a role in the programme finds these pages."""


def plan_named(slug: str) -> Plan:
    """A plan with its region, or 404."""
    return get_object_or_404(Plan.objects.select_related("region"), slug=slug)


@require_GET
@reader
def desk(request: PageRequest, slug: str = "") -> HttpResponse:
    plan = plan_named(slug) if slug else live_plan()
    if plan is None:
        return render(request, "plan/desk_list.html", {})
    found = desk_list(request.user, plan, today(), _wanted(request))
    context = {
        "found": found,
        "plans": Plan.objects.only("slug", "title", "short_title"),
        "districts": districts(),
        "wanted": [choice for choice in WANTED if choice[0] != "quiet" or found.filter.district],
        "states": Status.choices,
    }
    return render(request, "plan/desk_list.html#rows" if request.htmx else "plan/desk_list.html", context)


def _wanted(request: PageRequest) -> DeskFilter:
    asked = request.GET
    state, wants, body = asked.get("state", ""), asked.get("wants", ""), asked.get("body", "")
    code = asked.get("district", "")
    district = next((one for one in districts() if one.code == code), None)
    if "district" not in asked:
        district = own_district(request.user)
    return DeskFilter(
        state=state if state in Status.values else "",
        organisation=int(body) if body.isascii() and body.isdigit() and len(body) < 12 else None,  # noqa: PLR2004
        district=district,
        wants=wants if wants in WANTS and (wants != "quiet" or district) else "",
    )


@require_GET
@reader
def export(request: PageRequest, slug: str, kind: str) -> HttpResponse:
    found = desk_list(request.user, plan_named(slug), today(), _wanted(request))
    name = f"{slug}-{found.day.isoformat()}"
    return table_download(desk_sheet(found), desk_lines(found), kind=kind, name=name, banner=desk_banner(found))


@require_GET
@reader
def task(request: PageRequest, slug: str, task_slug: str) -> HttpResponse:
    page = desk_task(request.user, plan_named(slug), task_slug, today())
    if page is None:
        raise Http404
    return render(request, "plan/desk_task.html", {"plan": page.plan, "page": page})


@require_GET
@reader
def target(request: PageRequest, slug: str, pk: int) -> HttpResponse:
    page = desk_target(request.user, plan_named(slug), pk, today())
    if page is None:
        raise Http404
    return render(request, "plan/desk_target.html", {"plan": page.plan, "page": page})
