"""Doors to the outside: stand-ins that keep what they got, and mail."""

import pytest

from kepu.foundation.gateways import (
    GatewayFailed,
    MailGateway,
    Message,
    NoScanner,
    ScanState,
    message_gateway,
    sandbox,
    scanner,
)

MESSAGE = Message("13900000000", "", "您有一项待办。", key="todo-1")


@pytest.fixture(autouse=True)
def _empty_sandboxes():
    for kind in ("mail", "sms"):
        sandbox(kind).clear()  # of what tests of other rooms sent
    yield
    for kind in ("mail", "sms"):
        sandbox(kind).clear()


def test_without_a_setting_nothing_leaves_the_house():
    assert message_gateway("sms") is sandbox("sms")
    receipt = message_gateway("sms").send(MESSAGE)
    assert (receipt.gateway, receipt.reference) == ("sandbox-sms", "todo-1")
    assert sandbox("sms").sent == (MESSAGE,)
    assert MESSAGE not in sandbox("mail").sent


def test_the_same_key_is_delivered_once():
    for _ in range(3):
        message_gateway("sms").send(MESSAGE)
    assert len(sandbox("sms").sent) == 1


def test_an_address_can_be_made_unreachable():
    sandbox("sms").unreachable.add(MESSAGE.to)
    with pytest.raises(GatewayFailed, match="送不到"):
        message_gateway("sms").send(MESSAGE)
    assert not sandbox("sms").sent


def test_mail_is_sent_with_its_key(settings, mailoutbox):
    settings.KEPU_GATEWAYS = {"mail": "kepu.foundation.gateways.MailGateway"}
    gateway = message_gateway("mail")
    assert isinstance(gateway, MailGateway)
    gateway.send(Message("a@example.org", "待办", "您有一项待办。", key="todo-1"))
    assert mailoutbox[0].to == ["a@example.org"]
    assert mailoutbox[0].extra_headers["Message-ID"].startswith("<todo-1@")


def test_mail_that_cannot_go_may_be_tried_again(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    with pytest.raises(GatewayFailed, match="稍后会再试"):
        MailGateway().send(Message("a@example.org", "待办", "您有一项待办。", key="todo-1"))


def test_without_a_scanner_nothing_is_known():
    assert isinstance(scanner(), NoScanner)
    assert ScanState.NO_SCANNER.label == "未设扫描器"
