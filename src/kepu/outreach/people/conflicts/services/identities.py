"""Find entries that look like one human being, and keep what somebody decided about them."""

from itertools import combinations

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now
from kepu.foundation.errors import NotAllowed
from kepu.outreach.people.conflicts.choices import IdentityState
from kepu.outreach.people.conflicts.models import SameIdentity
from kepu.outreach.people.conflicts.permissions import may_decide_identity

_MOST_ALIKE = 20
"""A name that more people bear than this says nothing."""


@transaction.atomic
def note_double(one: int, other: int, ground: str) -> bool:
    """Note that two entries look like one human being; what was decided already stays decided.

    Returns:
        Whether it was new.
    """
    if one == other:
        return False
    first, second = sorted((one, other))
    _pair, is_new = SameIdentity.objects.get_or_create(
        first_id=first, second_id=second, defaults={"ground": ground[:200], "found_at": now()}
    )
    return is_new


def find_doubles() -> int:
    """Look for entries with the same mail address, or the same name in one body; a person decides about each.

    Returns:
        How many pairs are new.
    """
    living = Person.objects.filter(is_active=True).exclude(name="")
    found = 0
    for fields, said in ((("email",), _("邮箱相同")), (("name", "organisation"), _("同一单位、同名"))):
        several = living.exclude(**{fields[-1]: "" if fields[-1] == "email" else None})
        groups = several.values(*fields).annotate(many=Count("pk")).filter(many__gt=1, many__lte=_MOST_ALIKE)
        for group in groups.order_by(*fields):
            alike = several.filter(**{name: group[name] for name in fields}).order_by("pk").values_list("pk", flat=True)
            found += sum(note_double(one, other, said) for one, other in combinations(alike, 2))
    return found


@transaction.atomic
def decide_identity(pair_id: int, *, is_same: bool, actor: Person) -> SameIdentity:
    """Say whether two entries are one human being; from then on the graph takes them as one, or not. May be changed.

    Raises:
        NotAllowed: the actor is not of the leading office, or is one of the two.
    """
    pair = SameIdentity.objects.select_for_update().get(pk=pair_id)
    if not may_decide_identity(actor) or actor.pk in {pair.first_id, pair.second_id}:
        raise NotAllowed(_("是否同一人由办公室的其他人认定。"))
    pair.state = IdentityState.SAME if is_same else IdentityState.DIFFERENT
    pair.decided_by, pair.decided_at = actor, now()
    pair.save(update_fields=["state", "decided_by", "decided_at"])
    record("conflicts.identity.decided", pair, actor=actor, state=pair.state)
    return pair
