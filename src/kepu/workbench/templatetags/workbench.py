"""Who acted, in words."""

from collections.abc import Mapping

from django import template
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person

register = template.Library()


@register.simple_tag
def actor_name(actors: Mapping[int, Person], actor_id: int | None) -> str:
    """Name the person of an audit entry; the machine where nobody acted."""
    if actor_id is None:
        return _("系统")
    person = actors.get(actor_id)
    return str(person) if person else _("编号 %(id)d") % {"id": actor_id}
