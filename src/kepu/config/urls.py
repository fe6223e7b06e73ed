"""URL roots: every room brings its own paths."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from kepu.config.api import api

ROOMS = [
    ("", "kepu.outreach.bookings.urls"),  # first: in a rush every address before it is looked at for every booker
    ("", "kepu.portal.urls"),
    ("", "kepu.plan.monitoring.urls"),
    ("", "kepu.plan.matters.urls"),
    ("", "kepu.plan.evaluation.urls"),
    ("", "kepu.plan.closing.urls"),
    ("", "kepu.plan.supervision.urls"),
    ("", "kepu.plan.reports.urls"),
    ("", "kepu.plan.breakdown.urls"),
    ("", "kepu.plan.tasks.urls"),
    ("", "kepu.web.urls"),
    ("", "kepu.workbench.urls"),
    ("", "kepu.outreach.people.capacities.urls"),
    ("", "kepu.outreach.people.conflicts.urls"),
    ("", "kepu.outreach.tours.urls"),
    ("", "kepu.outreach.requests.urls"),
    ("", "kepu.outreach.enterprises.urls"),
    ("", "kepu.outreach.venues.urls"),
    ("", "kepu.outreach.library.urls"),
    ("", "kepu.outreach.people.volunteers.urls"),
    ("", "kepu.ledger.urls"),
    ("", "kepu.oversight.urls"),
    ("", "kepu.foundation.files.urls"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *(path(root, include(module)) for root, module in ROOMS),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/", api.urls),
    path("admin/", admin.site.urls),
]

handler400 = "kepu.foundation.http.bad_request"
handler404 = "django.views.defaults.page_not_found"
if settings.DEBUG:
    from django.contrib.staticfiles.urls import staticfiles_urlpatterns

    urlpatterns += staticfiles_urlpatterns()
