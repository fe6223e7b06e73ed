"""Residents for tests: a phone that keeps its messages, a code out of it, somebody registered."""

import re
from datetime import date
from typing import Any

from django.test import Client

from kepu.directory.privacy.queries import consent_text
from kepu.directory.register import services
from kepu.directory.register.models import Person
from kepu.foundation.gateways import SandboxGateway

PHONE = "13900000001"
GUARDIANS_PHONE = "13900000002"
GROWN_UP = date(1950, 5, 1)
PHONES = SandboxGateway("test-sms")


def gateway() -> SandboxGateway:
    """What `KEPU_GATEWAYS` names in tests: every phone of the town in one place."""
    return PHONES


def open_phones(settings: Any) -> SandboxGateway:
    """Set the gateway of this test, with no message yet."""
    settings.KEPU_GATEWAYS = {"sms": "tests.residents.gateway"}
    PHONES.clear()
    return PHONES


def newest_code(phone: str = PHONE) -> str:
    """The code in the newest message to a phone."""
    bodies = [message.body for message in PHONES.sent if message.to == phone and "验证码" in message.body]
    found = re.search(r"\d{6}", bodies[-1])
    assert found is not None
    return found.group()


def proved(phone: str = PHONE, *, address: str = "192.0.2.1", purpose: str = "sign_in") -> str:
    """The key of a session that proved a phone."""
    sent = services.send_code(phone, address=address, purpose=purpose)
    services.check_code(sent.key, newest_code(phone), purpose=purpose)
    return sent.key


def resident(phone: str = PHONE, *, name: str = "示例居民 001", birthday: date = GROWN_UP, **values: Any) -> Person:
    """Somebody who registered by phone; needs `open_phones`."""
    digest = consent_text("account").digest
    return services.register_resident(proved(phone), name=name, birthday=birthday, text_digest=digest, **values)


def sign_in(client: Client, phone: str = PHONE, **more: str) -> Any:
    """Go through the pages of signing in, up to the answer to the code."""
    client.post("/me/sign-in/", {"phone": phone})
    return client.post("/me/sign-in/code/", {"code": newest_code(phone), **more})
