"""Keys for other systems."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.choices import TokenScope
from kepu.directory.register.models import ApiToken, Person
from kepu.directory.register.permissions import may_issue_token, may_manage_roles
from kepu.directory.register.queries import token_digest
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now, today
from kepu.foundation.errors import InputUnreadable, NotAllowed

LONGEST_LIFE = timedelta(days=365)


@transaction.atomic
def issue_token(
    owner: Person, *, name: str, scopes: Sequence[str], actor: Person, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make a token for another system; the secret is returned this once and never stored.

    Args:
        owner: in whose name the other system acts; it can never do more than the owner.
        name: what it is for.
        scopes: codes of `TokenScope`.
        actor: the owner, or who manages roles.
        expires_at: at most a year ahead; a year where none is named.

    Raises:
        NotAllowed: the actor may have no tokens, or makes one for somebody else without managing roles.
        InputUnreadable: no purpose, no or an unknown scope, or an expiry in the past or over a year ahead.
    """
    if not may_issue_token(actor) or (owner.pk != actor.pk and not may_manage_roles(actor)):
        raise NotAllowed
    if not name.strip():
        raise InputUnreadable(_("请写明令牌的用途，例如“教育局数据平台”。"))
    if not scopes or set(scopes) - set(TokenScope.values):
        raise InputUnreadable(_("请从列表里选令牌的范围。"))
    last = now() + LONGEST_LIFE
    expires_at = expires_at or last
    if not now() < expires_at <= last:
        raise InputUnreadable(_("到期日要在今天之后、一年之内。"))
    secret = f"kepu_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        name=name.strip(),
        owner=owner,
        prefix=secret[5:11],
        digest=token_digest(secret),
        scopes=list(scopes),
        expires_at=expires_at,
    )
    record("directory.token.issued", token, actor=actor, owner=owner.pk, scopes=list(scopes))
    return token, secret


@transaction.atomic
def revoke_token(token_id: int, *, actor: Person) -> ApiToken:
    """Stop a token for ever; its owner or an administrator.

    Raises:
        NotAllowed: it is somebody else's token.
    """
    token = ApiToken.objects.select_for_update().get(pk=token_id)
    if token.owner_id != actor.pk and not may_manage_roles(actor):
        raise NotAllowed
    if token.revoked_at is None:
        token.revoked_at = now()
        token.save(update_fields=["revoked_at"])
        record("directory.token.revoked", token, actor=actor)
    return token


def note_token_use(token: ApiToken) -> None:
    """Remember the day of the last use; at most one write a day."""
    if token.last_used_on != today():
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=today())
