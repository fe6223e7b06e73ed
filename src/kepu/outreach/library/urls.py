"""Paths of the library."""

from django.urls import path

from kepu.outreach.library import views

app_name = "library"

urlpatterns = [
    path("library/", views.public.find, name="find"),
    path("library/<int:pk>/", views.public.resource, name="resource"),
    path("library/<int:pk>/ask/", views.own.ask, name="ask"),
    path("library/packages/<int:pk>/", views.public.package, name="package"),
    path("me/loans/", views.own.listing, name="own_loans"),
    path("me/loans/<int:pk>/cancel/", views.own.cancel, name="own_cancel"),
    path("desk/library/", views.desk.listing, name="desk"),
    path("desk/library/new/", views.desk.new, name="new"),
    path("desk/library/<int:pk>/", views.desk.resource, name="desk_resource"),
    path("desk/library/<int:pk>/change/", views.desk.change, name="change"),
    *(path(f"desk/library/<int:pk>/{name}/", views.desk.act(name), name=name) for name in views.desk.ACTS),
    path("desk/library/packages/", views.packages.listing, name="desk_packages"),
    path("desk/library/packages/new/", views.packages.new, name="package_new"),
    path("desk/library/packages/<int:pk>/", views.packages.package, name="desk_package"),
    path("desk/library/packages/<int:pk>/change/", views.packages.change, name="package_change"),
    path("desk/library/packages/<int:pk>/withdraw/", views.packages.withdraw, name="package_withdraw"),
    path("desk/library/stock/", views.stock.listing, name="stock"),
    path("desk/library/stock/stock.<str:kind>", views.stock.export, name="stock_export"),
    path("desk/library/stock/bring/", views.stock.bring, name="bring"),
    path("desk/library/stock/template.xlsx", views.stock.template, name="stock_template"),
    path("desk/library/stock/<int:pk>/", views.stock.holding, name="holding"),
    *(path(f"desk/library/stock/<int:pk>/{name}/", views.stock.act(name), name=name) for name in views.stock.ACTS),
    path("desk/library/loans/", views.loans.listing, name="loans"),
    path("desk/library/loans/<int:pk>/", views.loans.loan, name="loan"),
    *(
        path(f"desk/library/loans/<int:pk>/{name}/", views.loans.act(name), name=f"loan_{name}")
        for name in views.loans.ACTS
    ),
]
