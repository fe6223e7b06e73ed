"""Keys of other systems: shown once, bounded by scope, time and their owner."""

from datetime import timedelta

import pytest

from kepu.directory.register import queries, services
from kepu.directory.register.choices import Role, TokenScope
from kepu.directory.register.errors import TokenUnusable
from kepu.directory.register.http import TokenAuth
from kepu.directory.register.models import ApiToken
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.clock import now, today
from kepu.foundation.errors import InputUnreadable, NotAllowed
from tests.factories import OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db
WRITE = TokenScope.LEDGER_WRITE


@pytest.fixture
def liaison():
    return PersonFactory(role=Role.LIAISON, organisation=OrganisationFactory())


def issue(owner, **values):
    return services.issue_token(owner, **{"name": "示例平台", "scopes": [WRITE], "actor": owner, **values})


def test_the_secret_is_shown_once_and_never_stored(liaison):
    token, secret = issue(liaison)

    assert secret.startswith("kepu_")
    assert secret not in str(ApiToken.objects.values().get())
    assert secret not in str(list(AuditEntry.objects.values()))
    assert queries.token_for(secret, scope=WRITE) == token


def test_a_token_ends_with_its_scope_time_revocation_and_owner(liaison):
    token, secret = issue(liaison)
    for secret_, scope in (("kepu_other", WRITE), (secret, TokenScope.LEDGER_READ)):
        with pytest.raises(TokenUnusable):
            queries.token_for(secret_, scope=scope)
    for change in ({"expires_at": now()}, {"revoked_at": now()}):
        before = {key: getattr(token, key) for key in change}
        ApiToken.objects.update(**change)
        with pytest.raises(TokenUnusable):
            queries.token_for(secret, scope=WRITE)
        ApiToken.objects.update(**before)
    liaison.is_active = False
    liaison.save()
    with pytest.raises(TokenUnusable):
        queries.token_for(secret, scope=WRITE)


@pytest.mark.parametrize(
    "values",
    [
        {"name": " "},
        {"scopes": []},
        {"scopes": ["everything"]},
        {"expires_at": now() - timedelta(days=1)},
        {"expires_at": now() + timedelta(days=400)},
    ],
)
def test_a_token_needs_a_purpose_a_scope_and_an_end(liaison, values):
    with pytest.raises(InputUnreadable):
        issue(liaison, **values)


def test_tokens_are_for_oneself_or_from_an_administrator(liaison):
    other = PersonFactory(role=Role.LIAISON, organisation=OrganisationFactory())
    token, _secret = issue(liaison)

    with pytest.raises(NotAllowed):
        issue(liaison, actor=other)
    with pytest.raises(NotAllowed):
        issue(PersonFactory(role=Role.AUDITOR))
    with pytest.raises(NotAllowed):
        services.revoke_token(token.pk, actor=other)
    assert services.revoke_token(token.pk, actor=PersonFactory(role=Role.ADMINISTRATOR)).revoked_at


def test_the_api_knows_the_owner_and_remembers_the_day(liaison, rf):
    token, secret = issue(liaison)
    request = rf.get("/api/", headers={"authorization": f"Bearer {secret}"})

    assert TokenAuth(WRITE)(request) == token
    assert request.user == liaison
    assert ApiToken.objects.get().last_used_on == today()


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer "}, {"authorization": "Basic abc"}])
def test_the_api_says_in_words_that_a_token_is_missing(rf, headers):
    with pytest.raises(TokenUnusable, match="令牌"):
        TokenAuth(WRITE)(rf.get("/api/", headers=headers))
