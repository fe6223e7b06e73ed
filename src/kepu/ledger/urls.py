"""Paths of the ledger."""

from django.urls import path

from kepu.ledger.views import data, desk, record, sheets

app_name = "ledger"

urlpatterns = [
    path("data/", data.catalogue, name="data"),
    path("data/<slug:code>/", data.indicator, name="indicator"),
    path("data/<slug:code>.<str:kind>", data.download, name="series"),
    path("desk/ledger/", desk.listing, name="desk"),
    path("desk/ledger/facts.<str:kind>", desk.export, name="export"),
    path("desk/ledger/facts/<uuid:pk>/", desk.fact, name="fact"),
    path("desk/ledger/facts/<uuid:pk>/reverse/", desk.take_back, name="reverse"),
    path("desk/ledger/record/", record.record, name="record"),
    path("desk/ledger/import/", sheets.bring, name="import"),
    path("desk/ledger/import/template.xlsx", sheets.template, name="template"),
    path("desk/ledger/import/<uuid:pk>/", sheets.result, name="import_result"),
    path("desk/ledger/import/<uuid:pk>/cancel/", sheets.cancel, name="import_cancel"),
    path("desk/ledger/import/<uuid:pk>/errors.xlsx", sheets.errors, name="import_errors"),
]
