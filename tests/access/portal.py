"""Who may open the portal's own pages: everyone; and the own page: whoever is signed in, each the own one."""

from itertools import count

from kepu.directory.privacy.models import PersonalNumber
from kepu.foundation.clock import now
from tests.access import LOGIN, NOBODY, OPEN, World, row, seen, walked
from tests.factories import PersonFactory

_numbers = count(1)
OWN = seen(others=200)
"""A page of the person who is signed in; visitors go to the residents' sign-in."""
OWN_POST = seen(others=302)


def _somebodys_number(_world: World) -> PersonalNumber:
    return PersonalNumber.objects.create(
        person=PersonFactory(), kind="phone", value="1", digest=f"{next(_numbers):032}".encode(), kept_at=now()
    )


ACCESS = {
    "portal:verify_form": row(OPEN),
    "portal:verify": row(OPEN, args=lambda _world: ["ZYFW-2026-000001", "2345-6789-ABC8"]),
    "portal:home": row(OPEN),
    "portal:systems": row(OPEN),
    "portal:about": row(OPEN),
    # who is signed in goes on; tests/portal/test_sign_in.py walks the rest of the way
    "portal:sign_in": row(seen(visitor=200, others=302)),
    "portal:sign_in_code": row(seen(visitor=LOGIN, others=LOGIN)),
    "portal:sign_in_again": row(seen(visitor=LOGIN, others=LOGIN), method="post"),
    "portal:register": row(seen(visitor=LOGIN, others=LOGIN)),
    # demonstrations only
    "portal:sandbox_message": row(NOBODY),
    "portal:sandbox_identity": row(NOBODY),
    "portal:sandbox_logout": row(NOBODY),
    # no identity service is set in tests; tests/directory/residents/test_tickets.py sets the sandbox
    "portal:identity": row(dict.fromkeys(OPEN, 403)),
    "portal:identity_back": row(NOBODY),
    "portal:identity_switch": row(OWN_POST, method="post"),
    "portal:sign_out": walked("tests/portal/test_sign_in.py"),  # it would end the session of the column
    "portal:gone": row(OPEN),
    "portal:me": row(OWN),
    "portal:me_correct": row(OWN),
    "portal:me_phone": row(OWN),
    "portal:me_phone_code": row(OWN_POST),
    "portal:me_export": row(OWN, method="post"),
    "portal:me_delete": row(OWN),
    "portal:me_consent": row(
        seen(others=409), method="post", args=lambda _world: ["booking"], data=lambda _world: {"text_digest": "old"}
    ),
    "portal:guardian_new": row(OWN),
    "portal:ward_new": row(OWN),
    # somebody else's number, child or invitation: nobody finds it
    "portal:me_number": row(seen(), method="post", args=lambda world: [_somebodys_number(world).pk]),
    "portal:guardianship_end": row(seen(), method="post", args=lambda _world: [1]),
    "portal:invitation": row(seen(), args=lambda _world: [1]),
    "portal:ward": row(seen(), args=lambda _world: [PersonFactory().pk]),
    "portal:ward_consent": row(seen(), method="post", args=lambda _world: [PersonFactory().pk, "account"]),
    "portal:ward_export": row(seen(), method="post", args=lambda _world: [PersonFactory().pk]),
    "portal:ward_delete": row(seen(), args=lambda _world: [PersonFactory().pk]),
}
