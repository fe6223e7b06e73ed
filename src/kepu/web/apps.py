"""Puts the shared look into Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    """The app of the shared look."""

    name = "kepu.web"
    label = "web"
    verbose_name = _("界面")
