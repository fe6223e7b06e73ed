"""The closed lists of the breakdown room."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class BreakdownState(TextChoices):
    DRAFT = "draft", _("草稿")
    ISSUED = "issued", _("已下达")


class Among(TextChoices):
    """Among whom a target is apportioned."""

    REGIONS = "regions", _("各区市")
    BODIES = "bodies", _("各单位")


class Way(TextChoices):
    """How shares are proposed."""

    EVEN = "even", _("平均分")
    PEOPLE = "people", _("按常住人口分")


def breakdown_states() -> list[tuple[str, Any]]:
    return BreakdownState.choices
