"""Paths of the portal."""

from django.urls import path

from kepu.portal.views import family, identity, me, pages, sign_in

app_name = "portal"

urlpatterns = [
    path("", pages.home, name="home"),
    path("systems/", pages.systems, name="systems"),
    path("about/", pages.about, name="about"),
    path("verify/", pages.verify_form, name="verify_form"),
    path("verify/<str:number>/<str:code>/", pages.verify, name="verify"),
    path("me/sign-in/", sign_in.sign_in, name="sign_in"),
    path("me/sign-in/code/", sign_in.code, name="sign_in_code"),
    path("me/sign-in/again/", sign_in.again, name="sign_in_again"),
    path("me/sign-in/sandbox/", sign_in.sandbox_message, name="sandbox_message"),
    path("me/register/", sign_in.register, name="register"),
    path("me/identity/", identity.leave, name="identity"),
    path("me/identity/back/", identity.come_back, name="identity_back"),
    path("me/identity/switch/", identity.switch, name="identity_switch"),
    path("me/sign-out/", identity.sign_out, name="sign_out"),
    path("sandbox/identity/", identity.sandbox, name="sandbox_identity"),
    path("sandbox/identity/out/", identity.sandbox_logout, name="sandbox_logout"),
    path("me/", me.me, name="me"),
    path("me/correct/", me.correct, name="me_correct"),
    path("me/phone/", me.phone, name="me_phone"),
    path("me/phone/code/", me.phone_code, name="me_phone_code"),
    path("me/numbers/<int:pk>/show/", me.show_number, name="me_number"),
    path("me/consents/<str:purpose>/", me.consent, name="me_consent"),
    path("me/export/", me.export, name="me_export"),
    path("me/delete/", me.delete, name="me_delete"),
    path("me/gone/", me.gone, name="gone"),
    path("me/guardians/new/", family.guardian_new, name="guardian_new"),
    path("me/guardianships/<int:pk>/end/", family.guardianship_end, name="guardianship_end"),
    path("me/invitations/<int:pk>/", family.invitation, name="invitation"),
    path("me/wards/new/", family.ward_new, name="ward_new"),
    path("me/wards/<int:pk>/", family.ward, name="ward"),
    path("me/wards/<int:pk>/consents/<str:purpose>/", family.ward_consent, name="ward_consent"),
    path("me/wards/<int:pk>/export/", family.ward_export, name="ward_export"),
    path("me/wards/<int:pk>/delete/", family.ward_delete, name="ward_delete"),
]
