"""Who may open what on the workbench."""

from kepu.directory.register.models import ApiToken, OrganisationAlias
from tests.access import LOGIN, NOBODY, STAFF, World, row, seen
from tests.factories import OrganisationFactory, PersonFactory

KEEPERS = seen(office=200, administrator=200)
ADMINISTRATOR_POST = seen(administrator=302)
KEEPERS_POST = seen(office=302, administrator=302)


def _alias(world: World) -> OrganisationAlias:
    return OrganisationAlias.objects.create(organisation=world.body, name=f"别名{OrganisationAlias.objects.count()}")


def _token(_world: World) -> ApiToken:
    number = ApiToken.objects.count()
    return ApiToken.objects.create(
        name="x", owner=PersonFactory(), digest=f"{number:032}".encode(), scopes=[], expires_at="2100-01-01T00:00Z"
    )


ACCESS = {
    "workbench:home": row(STAFF),
    "workbench:notices": row(STAFF),
    "workbench:account": row(STAFF),
    "workbench:people": row(KEEPERS),
    "workbench:person_new": row(seen(administrator=200)),
    "workbench:person": row(KEEPERS, args=lambda world: [world.actors["liaison"].pk]),
    "workbench:role_grant": row(
        ADMINISTRATOR_POST,
        method="post",
        args=lambda _world: [PersonFactory().pk],
        data=lambda _world: {"role": "auditor"},
    ),
    "workbench:person_access": row(seen(administrator=200), method="post", args=lambda _world: [PersonFactory().pk]),
    "workbench:person_activity": row(ADMINISTRATOR_POST, method="post", args=lambda _world: [PersonFactory().pk]),
    "workbench:role_end": row(
        ADMINISTRATOR_POST,
        method="post",
        args=lambda _world: [PersonFactory(role="reviewer").role_assignments.get().pk],
    ),
    "workbench:organisations": row(KEEPERS),
    "workbench:organisation_new": row(KEEPERS),
    "workbench:organisation": row(KEEPERS, args=lambda world: [world.body.pk]),
    "workbench:organisation_delete": row(KEEPERS_POST, method="post", args=lambda _world: [OrganisationFactory().pk]),
    "workbench:alias_add": row(
        KEEPERS_POST,
        method="post",
        args=lambda _world: [OrganisationFactory().pk],
        data=lambda _world: {"alias": f"又名{OrganisationAlias.objects.count()}"},
    ),
    "workbench:alias_remove": row(KEEPERS_POST, method="post", args=lambda world: [_alias(world).pk]),
    "workbench:regions": row(KEEPERS),
    "workbench:region": row(KEEPERS, args=lambda world: [world.district.code]),
    "workbench:tokens": row(seen(office=200, liaison=200, district=200, administrator=200)),
    # somebody else's token: only an administrator finds it
    "workbench:token_revoke": row(ADMINISTRATOR_POST, method="post", args=lambda world: [_token(world).pk]),
    "workbench:approvals": row(STAFF),
    "workbench:approval": row(seen(), args=lambda _world: [0]),
    "workbench:approval_withdraw": row(seen(), method="post", args=lambda _world: [0]),
    "workbench:audit": row(seen(auditor=200, administrator=200)),
    "workbench:audit_verify": row(seen(auditor=200, administrator=200), method="post"),
    "workbench:acting": row(seen(office=200)),
    "workbench:acting_end": row(seen(office=302), method="post"),
    "workbench:minors": row(seen(office=200, auditor=200, administrator=200)),
    "workbench:minors_export": row(seen(office=200, auditor=200, administrator=200), args=lambda _world: ["csv"]),
    "workbench:consent_texts": row(seen(office=200, auditor=200, administrator=200)),
    # a real site has no demonstration; tests/workbench/test_desk.py opens the doors of a demonstration
    "workbench:doors": row(NOBODY),
    "workbench:door_enter": row(NOBODY, method="post", data=lambda _world: {"role": "administrator"}),
    "workbench:sign_in": row(seen(others=LOGIN)),
    "workbench:sign_in_page": row(seen(visitor=200, others=302)),
    "workbench:not_offered": row(NOBODY, path="/accounts/signup/"),
}
