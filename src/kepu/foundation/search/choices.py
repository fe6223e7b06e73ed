"""Who finds a thing, and why it was found."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Audience(TextChoices):
    PUBLIC = "public", _("公开")
    STAFF = "staff", _("工作人员")


class ReasonCode(TextChoices):
    """Why something is among the hits, best first."""

    TITLE = "title", _("标题中有“%(word)s”")
    BODY = "body", _("正文中有“%(word)s”")
    SYNONYM = "synonym", _("“%(word)s”与“%(asked)s”意思相近")
    PINYIN = "pinyin", _("标题读音相同")
    INITIALS = "initials", _("标题的拼音首字母相同")
    SPELLING = "spelling", _("标题与所查的字相近")
    MEANING = "meaning", _("与“%(word)s”意思相近")


def audiences() -> list[tuple[str, Any]]:
    return Audience.choices
