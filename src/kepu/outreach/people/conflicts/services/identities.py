"""Find entries that look like one human being, and keep what somebody decided about them."""

from itertools import combinations, groupby

from django.db import transaction
from django.db.models import Count, F, Window
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now
from kepu.foundation.errors import NotAllowed
from kepu.outreach.people.conflicts.choices import IdentityState
from kepu.outreach.people.conflicts.errors import IdentityUnfit
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


@transaction.atomic
def find_doubles() -> int:
    """Look for entries with the same mail address, or the same name in one body; a person decides about each.

    Two looks and one write for each, however many groups there are.

    Returns:
        How many pairs are new.
    """
    living = Person.objects.filter(is_active=True).exclude(name="")
    before = SameIdentity.objects.count()
    for several, fields, said in (
        (living.exclude(email=""), ("email",), _("邮箱相同")),
        (living.exclude(organisation=None), ("name", "organisation"), _("同一单位、同名")),
    ):
        many = Window(Count("pk"), partition_by=[F(name) for name in fields])
        grouped = several.annotate(many=many).filter(many__gt=1, many__lte=_MOST_ALIKE).order_by(*fields, "pk")
        groups = groupby(grouped.values_list(*fields, "pk"), key=lambda line: line[:-1])
        pairs = (pair for _key, lines in groups for pair in combinations([line[-1] for line in lines], 2))
        SameIdentity.objects.bulk_create(
            (SameIdentity(first_id=one, second_id=other, ground=said, found_at=now()) for one, other in pairs),
            batch_size=2_000,
            ignore_conflicts=True,
        )
    return SameIdentity.objects.count() - before


@transaction.atomic
def decide_identity(
    pair_id: int, *, is_same: bool, reason: str, actor: Person, expected: str | None = None
) -> SameIdentity:
    """Say whether two entries are one human being; from then on the graph takes them as one, or not. May be changed.

    Args:
        pair_id: the two.
        is_same: one human being, or two.
        reason: by what it was seen; kept beside the decision.
        actor: who decides.
        expected: the state that the page showed; None where none was shown.

    Raises:
        NotAllowed: the actor is not of the leading office, or is one of the two.
        IdentityUnfit: no reason, or somebody decided meanwhile.
    """
    pair = _locked(pair_id, actor, expected)
    if not reason.strip():
        raise IdentityUnfit(_("请写明依据什么认定。"), field="reason")
    pair.state = IdentityState.SAME if is_same else IdentityState.DIFFERENT
    pair.decided_by, pair.decided_at, pair.reason = actor, now(), reason.strip()[:200]
    pair.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    record("conflicts.identity.decided", pair, actor=actor, state=pair.state)
    return pair


@transaction.atomic
def undo_identity(pair_id: int, *, actor: Person, expected: str | None = None) -> SameIdentity:
    """Take a decision back: the two are suspected again, and wait for a decision.

    Raises:
        NotAllowed: the actor is not of the leading office, or is one of the two.
        IdentityUnfit: nothing was decided, or somebody decided otherwise meanwhile.
    """
    pair = _locked(pair_id, actor, expected)
    if pair.state == IdentityState.SUSPECTED:
        raise IdentityUnfit(_("还没有认定，没有可以撤回的。"))
    said = pair.state
    pair.state, pair.decided_by, pair.decided_at, pair.reason = IdentityState.SUSPECTED, None, None, ""
    pair.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    record("conflicts.identity.undone", pair, actor=actor, state=said)
    return pair


def _locked(pair_id: int, actor: Person, expected: str | None) -> SameIdentity:
    pair = SameIdentity.objects.select_for_update().get(pk=pair_id)
    if not may_decide_identity(actor) or actor.pk in {pair.first_id, pair.second_id}:
        raise NotAllowed(_("是否同一人由办公室的其他人认定。"))
    if expected is not None and pair.state != expected:
        raise IdentityUnfit(_("刚有人认定过，请看过新的再定。"))
    return pair
