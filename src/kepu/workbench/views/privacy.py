"""Personal data at the desk: the yearly audit of minors' data, and the texts to which people agree."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kepu.directory.privacy.permissions import may_see_minors_audit
from kepu.directory.privacy.queries import minors_audit
from kepu.foundation.clock import today
from kepu.web.http import PageRequest, table_download
from kepu.workbench.queries import audit_rows, audit_sheet, texts_page
from kepu.workbench.views.access import only


def _year(request: PageRequest) -> int:
    """The year that is asked for; the audit of January is about the year before."""
    asked = request.GET.get("year", "")
    this = today().year
    return int(asked) if asked.isascii() and asked.isdigit() and 2000 <= int(asked) <= this else this - 1  # noqa: PLR2004


@require_GET
@only(may_see_minors_audit)
def minors(request: PageRequest) -> HttpResponse:
    audit = minors_audit(_year(request))
    years = range(today().year, today().year - 5, -1)
    return render(request, "workbench/minors.html", {"audit": audit, "rows": audit_rows(audit), "years": years})


@require_GET
@only(may_see_minors_audit)
def minors_export(request: PageRequest, kind: str) -> HttpResponse:
    audit = minors_audit(_year(request))
    name = _("未成年人个人信息年度审计 %(year)d") % {"year": audit.year}
    return table_download(audit_sheet(audit.year), audit_rows(audit), kind=kind, name=name)


@require_GET
@only(may_see_minors_audit)
def texts(request: PageRequest) -> HttpResponse:
    return render(request, "workbench/consent_texts.html", {"page": texts_page()})
