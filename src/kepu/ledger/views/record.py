"""Record one fact by hand."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kepu.ledger import queries, services
from kepu.ledger.choices import SourceKind
from kepu.ledger.errors import FactKeyTaken, FactRefused, StockAlreadyRecorded
from kepu.ledger.forms import RecordForm
from kepu.ledger.models import Fact
from kepu.ledger.permissions import may_write_facts
from kepu.web.http import PageRequest, only

KEPT = ("indicator", "occurred_on", "region", "organisation", "audience", "audience_tag")


@require_http_methods(["GET", "POST"])
@only(may_write_facts)
def record(request: PageRequest) -> HttpResponse:
    options = queries.recording_options(request.user)
    form = RecordForm(request.POST or None, initial=request.GET.dict(), options=options)
    if request.method == "POST" and form.is_valid():
        fact = _recorded(request, form)
        if fact is not None:
            again = reverse("ledger:record", query={name: form.cleaned_data[name] for name in KEPT})
            said = format_html('{}<a href="{}">{}</a>', _("已记入台账。"), again, _("再记一条"))
            messages.success(request, said)
            return redirect(reverse("ledger:fact", args=[fact.pk], query={"new": 1}))
    template = "ledger/record.html#measure" if request.htmx else "ledger/record.html"
    return render(request, template, {"form": form}, status=422 if form.errors else 200)


def _recorded(request: PageRequest, form: RecordForm) -> Fact | None:
    """The fact, or None after telling the form what is wrong."""
    try:
        return services.record_fact(
            form.draft(),
            actor=request.user,
            source_kind=SourceKind.FORM,
            is_demonstration=services.is_made_up(request.user),
        )
    except FactRefused as problem:
        form.tell(problem.data["errors"])
    except StockAlreadyRecorded as problem:
        form.add_error("quantity", str(problem))
    except FactKeyTaken:
        form.use_new_key()
        form.add_error(
            None,
            _("这张表刚才已经提交过，那一条已经登记。如果这是另一条，请再按一次“记入台账”；要更正那一条，请先冲正它。"),
        )
    return None
