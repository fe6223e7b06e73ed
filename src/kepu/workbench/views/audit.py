"""The audit trail, and the proof that nobody changed it."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from kepu.directory.register.models import Person
from kepu.foundation.audit.permissions import may_read_trail
from kepu.foundation.audit.queries import prove_chain, trail
from kepu.web.http import PageRequest
from kepu.workbench.forms import TrailForm
from kepu.workbench.queries import actors_of, people_found
from kepu.workbench.views.access import only


def _may_read(actor: Person) -> bool:
    return may_read_trail(actor)


@require_GET
@only(_may_read)
def listing(request: PageRequest) -> HttpResponse:
    form = TrailForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    found = trail(actor=request.user, action=asked.get("action", ""), first=asked.get("first"), last=asked.get("last"))
    if name := asked.get("person"):
        found = found.filter(actor_id__in=people_found(name, with_closed=True).values("pk"))
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "actors": actors_of(page.object_list)}
    return render(request, "workbench/audit.html", context)


@require_POST
@only(_may_read)
def verify(request: PageRequest) -> HttpResponse:
    return render(request, "workbench/audit_proof.html", {"proof": prove_chain()})
