"""Accounts and roles."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.directory.register import services
from kepu.directory.register.choices import Role
from kepu.directory.register.errors import LoginTaken, RoleIncomplete
from kepu.directory.register.models import Person, RoleAssignment
from kepu.directory.register.permissions import may_manage_roles
from kepu.directory.register.queries import has_second_factor, password_path
from kepu.foundation.clock import today
from kepu.foundation.errors import InputUnreadable
from kepu.web.http import PageRequest
from kepu.workbench.forms import PersonForm, RoleForm
from kepu.workbench.permissions import may_see_people
from kepu.workbench.queries import people_found
from kepu.workbench.views.access import only


@require_GET
@only(may_see_people)
def listing(request: PageRequest) -> HttpResponse:
    asked = {"text": request.GET.get("q", ""), "role": request.GET.get("role", "")}
    found = people_found(**asked, with_closed="closed" in request.GET)
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    context = {"page": page, "asked": asked, "roles": Role.choices, "today": today()}
    template = "workbench/people.html#rows" if request.htmx else "workbench/people.html"
    return render(request, template, context | {"may_manage": may_manage_roles(request.user)})


@require_http_methods(["GET", "POST"])
@only(may_manage_roles)
def create(request: PageRequest) -> HttpResponse:
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = services.create_person(**form.cleaned_data, actor=request.user)
        except (LoginTaken, InputUnreadable) as problem:
            form.add_error("login", str(problem))
        else:
            messages.success(request, _("账号已建好。再给一个角色，然后把设置密码的链接交给本人。"))
            return redirect("workbench:person", pk=person.pk)
    return render(request, "workbench/person_new.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@only(may_see_people)
def detail(request: PageRequest, pk: int) -> HttpResponse:
    return _page(request, get_object_or_404(Person.objects.select_related("organisation"), pk=pk), RoleForm())


def _page(request: PageRequest, person: Person, form: RoleForm, link: str = "") -> HttpResponse:
    context = {
        "person": person,
        "form": form,
        "link": link,
        "today": today(),
        "assignments": person.role_assignments.select_related("organisation", "region").order_by("-starts_on", "-pk"),
        "has_second_factor": has_second_factor(person),
        "may_manage": may_manage_roles(request.user),
    }
    return render(request, "workbench/person.html", context, status=422 if form.errors else 200)


@require_POST
@only(may_manage_roles)
def grant(request: PageRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Person, pk=pk)
    form = RoleForm(request.POST)
    if form.is_valid():
        try:
            role = services.grant_role(person, **form.cleaned_data, actor=request.user)
        except RoleIncomplete as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(
                request, _("已给“%(role)s”，自 %(day)s 起。") % {"role": role.get_role_display(), "day": role.starts_on}
            )
            return redirect("workbench:person", pk=pk)
    return _page(request, person, form)


@require_POST
@only(may_manage_roles)
def end(request: PageRequest, pk: int) -> HttpResponse:
    assignment = get_object_or_404(RoleAssignment, pk=pk)
    services.end_role(pk, actor=request.user)
    messages.success(request, _("角色已结束，从现在起不再有效。"))
    return redirect("workbench:person", pk=assignment.person_id)


@require_POST
@only(may_manage_roles)
def access(request: PageRequest, pk: int) -> HttpResponse:
    person = services.reset_access(get_object_or_404(Person, pk=pk, is_demonstration=False).pk, actor=request.user)
    return _page(request, person, RoleForm(), request.build_absolute_uri(password_path(person)))


@require_POST
@only(may_manage_roles)
def activity(request: PageRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Person, pk=pk)
    if person.is_active:
        services.deactivate_person(pk, actor=request.user)
        messages.success(request, _("账号已停用，马上生效；做过的事都还在。"))
    else:
        services.reactivate_person(pk, actor=request.user)
        messages.success(request, _("账号已恢复。"))
    return redirect("workbench:person", pk=pk)
