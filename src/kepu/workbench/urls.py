"""Addresses of the workbench, and of the login pages that this site does not offer."""

from django.urls import path, re_path

from kepu.workbench.views import (
    account,
    acting,
    approvals,
    audit,
    doors,
    home,
    organisations,
    people,
    privacy,
    regions,
    tokens,
)

app_name = "workbench"

urlpatterns = [
    path("desk/", home.home, name="home"),
    path("desk/notices/", home.notices, name="notices"),
    path("desk/account/", account.detail, name="account"),
    path("desk/people/", people.listing, name="people"),
    path("desk/people/new/", people.create, name="person_new"),
    path("desk/people/<int:pk>/", people.detail, name="person"),
    path("desk/people/<int:pk>/roles/", people.grant, name="role_grant"),
    path("desk/people/<int:pk>/access/", people.access, name="person_access"),
    path("desk/people/<int:pk>/activity/", people.activity, name="person_activity"),
    path("desk/people/roles/<int:pk>/end/", people.end, name="role_end"),
    path("desk/organisations/", organisations.listing, name="organisations"),
    path("desk/organisations/new/", organisations.create, name="organisation_new"),
    path("desk/organisations/<int:pk>/", organisations.detail, name="organisation"),
    path("desk/organisations/<int:pk>/aliases/", organisations.add_alias, name="alias_add"),
    path("desk/organisations/<int:pk>/delete/", organisations.delete, name="organisation_delete"),
    path("desk/organisations/aliases/<int:pk>/remove/", organisations.remove_alias, name="alias_remove"),
    path("desk/regions/", regions.listing, name="regions"),
    path("desk/regions/<str:code>/", regions.detail, name="region"),
    path("desk/tokens/", tokens.listing, name="tokens"),
    path("desk/tokens/<int:pk>/revoke/", tokens.revoke, name="token_revoke"),
    path("desk/audit/", audit.listing, name="audit"),
    path("desk/audit/verify/", audit.verify, name="audit_verify"),
    path("desk/approvals/", approvals.listing, name="approvals"),
    path("desk/approvals/<int:pk>/", approvals.detail, name="approval"),
    path("desk/approvals/<int:pk>/withdraw/", approvals.withdraw, name="approval_withdraw"),
    path("desk/acting/", acting.begin, name="acting"),
    path("desk/acting/end/", acting.end, name="acting_end"),
    path("desk/minors/", privacy.minors, name="minors"),
    path("desk/minors/<str:kind>/", privacy.minors_export, name="minors_export"),
    path("desk/consent-texts/", privacy.texts, name="consent_texts"),
    path("doors/", doors.doors, name="doors"),
    path("doors/enter/", doors.enter, name="door_enter"),
    path("login/", home.sign_in, name="sign_in"),
    path("accounts/login/", home.SignInPage.as_view(), name="sign_in_page"),
    # An administrator gives accounts and new passwords, so these doors of the login package stay shut.
    re_path(
        r"^accounts/(?:signup|email|confirm-email|password/reset(?!/key)|3rdparty/$|3rdparty/signup|social).*$",
        home.not_here,
        name="not_offered",
    ),
]
