"""A child names its guardian by phone; the owner of that phone answers under the own sign-in."""

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.privacy.choices import AgeBand, NumberKind, Relation
from kepu.directory.privacy.errors import GuardianUnfit
from kepu.directory.privacy.models import GuardianInvitation, Guardianship
from kepu.directory.privacy.queries import age_band_of, invitations_to, person_id_with
from kepu.directory.privacy.rules import digests, normalised
from kepu.directory.privacy.services.consents import confirm_guardian, declare_guardian
from kepu.foundation.actors import Actor
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now
from kepu.foundation.errors import NotAllowed


@transaction.atomic
def invite_guardian(child_id: int, phone: str, relation: str, *, actor: Actor) -> GuardianInvitation:
    """Name the guardian of a child by phone. The answer is the same whether or not anybody here has that phone.

    Raises:
        NotAllowed: the actor is somebody else.
        NumberUnreadable: it is no phone number.
        GuardianUnfit: it is the child's own phone, or the child is of age.
    """
    if actor.pk != child_id:
        raise NotAllowed(_("监护人由孩子本人申报。"))
    text = normalised(NumberKind.PHONE, phone)
    if relation not in Relation.values:
        raise GuardianUnfit(_("请选监护人和孩子的关系。"), field="relation")
    if person_id_with(NumberKind.PHONE, text) == child_id:
        raise GuardianUnfit(_("监护人应是另一位成年人，请填监护人自己的手机号。"), field="guardian_phone")
    if age_band_of(child_id) == AgeBand.ADULT:
        raise GuardianUnfit(_("已成年的人自己答复，不需要监护人。"))
    found = GuardianInvitation.objects.filter(
        child_id=child_id, answered_at=None, digest__in=digests(NumberKind.PHONE, text)
    ).first()
    if found is None:
        found = GuardianInvitation.objects.create(
            child_id=child_id,
            number=text,
            digest=digests(NumberKind.PHONE, text)[0],
            relation=relation,
            invited_at=now(),
        )
        record("privacy.guardian.invited", found, actor=actor, relation=relation)
    return found


@transaction.atomic
def take_on_child(invitation_id: int, *, actor: Actor) -> Guardianship:
    """Confirm that one is the guardian whom a child named.

    Raises:
        GuardianInvitation.DoesNotExist: nobody named the actor, or it is answered.
        GuardianUnfit: the actor's own birthday does not show a grown-up.
    """
    found = _locked(invitation_id, actor)
    if age_band_of(actor.pk) != AgeBand.ADULT:
        raise GuardianUnfit(_("监护人应是成年人：请先在“我的信息”里登记自己的出生日期。"))
    guardianship = declare_guardian(found.child_id, actor.pk, found.relation, actor=actor)
    guardianship = confirm_guardian(guardianship.pk, actor=actor)
    found.answered_at = now()
    found.save(update_fields=["answered_at"])
    return guardianship


@transaction.atomic
def decline_invitation(invitation_id: int, *, actor: Actor) -> int:
    """Say that one is not the guardian, or does not agree.

    Returns:
        The child.

    Raises:
        GuardianInvitation.DoesNotExist: nobody named the actor, or it is answered.
    """
    found = _locked(invitation_id, actor)
    found.answered_at = now()
    found.save(update_fields=["answered_at"])
    record("privacy.guardian.declined", found, actor=actor)
    return found.child_id


def _locked(invitation_id: int, actor: Actor) -> GuardianInvitation:
    return invitations_to(actor.pk).select_for_update(of=("self",)).get(pk=invitation_id)
