"""The Django app of this room."""

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "kepu.foundation.certificates"
    label = "certificates"
    verbose_name = "证书"
