"""Codes on a phone: six digits, one browser, one use, few tries, few messages, nothing told of who is registered."""

import re
import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from kepu.directory.privacy.errors import NumberUnreadable
from kepu.directory.privacy.models import PersonalNumber
from kepu.directory.register import services
from kepu.directory.register.errors import CodeRefused, PhoneSignInClosed, TooManyCodes
from kepu.directory.register.models import PhoneCode
from kepu.foundation.gateways import GatewayFailed
from tests.residents import PHONE, newest_code, open_phones, proved, resident

pytestmark = pytest.mark.django_db
ADDRESS = "192.0.2.1"


def test_a_code_of_six_digits_reaches_the_phone_and_proves_it_once(phones):
    sent = services.send_code(" +86 139-0000-0001 ", address=ADDRESS)

    assert (sent.masked, sent.shown) == ("139****0001", "")
    assert len(phones.sent) == 1
    assert newest_code() in phones.sent[0].body
    assert services.check_code(sent.key, f" {newest_code()[:3]} {newest_code()[3:]} ").number == PHONE
    with pytest.raises(CodeRefused):
        services.check_code(sent.key, newest_code())


def test_neither_code_nor_number_nor_address_can_be_read_in_the_database(phones):
    services.send_code(PHONE, address=ADDRESS)

    with connection.cursor() as cursor:
        cursor.execute("select row_to_json(c)::text from directory_phonecode c")
        row = cursor.fetchone()[0]
    for secret in (PHONE, newest_code(), ADDRESS):
        assert secret not in row
        assert secret.encode().hex() not in row


def test_a_code_counts_only_in_the_browser_that_asked(phones):
    services.send_code(PHONE, address=ADDRESS)

    with pytest.raises(CodeRefused, match="同一个浏览器"):
        services.check_code("another session's secret", newest_code())


def test_wrong_tries_are_few_and_stay_counted(phones):
    sent = services.send_code(PHONE, address=ADDRESS)
    right = newest_code()
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"

    said = []
    for _try in range(5):
        with pytest.raises(CodeRefused) as problem:
            services.check_code(sent.key, wrong)
        said.append(str(problem.value))

    assert "还可以试 4 次" in said[0]
    assert "用完了" in said[4]
    with pytest.raises(CodeRefused, match="不能用了"):
        services.check_code(sent.key, right)


def test_a_code_ends_after_its_minutes(phones, wall):
    sent = services.send_code(PHONE, address=ADDRESS)
    wall.forward(10 * 60 + 1)

    with pytest.raises(CodeRefused, match="不能用了"):
        services.check_code(sent.key, newest_code())


def test_another_code_comes_after_a_minute_and_the_message_says_when(phones, wall):
    sent = services.send_code(PHONE, address=ADDRESS)
    wall.forward(30)
    with pytest.raises(TooManyCodes) as problem:
        services.send_code(PHONE, address=ADDRESS)

    assert problem.value.data["free_at"] == sent.resend_at
    assert f"{timezone.localtime(sent.resend_at):%H:%M:%S}" in str(problem.value)
    wall.forward(30)
    assert services.send_code(PHONE, address=ADDRESS).key != sent.key


def test_a_number_gets_five_codes_an_hour_and_ten_a_day(phones, wall):
    def tried() -> bool:
        wall.forward(61)
        try:
            services.send_code(PHONE, address=ADDRESS)
        except TooManyCodes:
            return False
        return True

    assert [tried() for _ in range(7)] == [True] * 5 + [False] * 2
    wall.forward(3600)
    assert [tried() for _ in range(6)] == [True] * 5 + [False]
    wall.forward(3600)
    assert tried() is False
    wall.forward(24 * 3600)
    assert tried() is True
    assert PhoneCode.objects.count() == 1  # what no limit asks for is gone


def test_an_address_gets_sixty_codes_an_hour(phones, wall):
    for number in range(60):
        services.send_code(f"139{number:08d}", address=ADDRESS)

    with pytest.raises(TooManyCodes):
        services.send_code("13800000000", address=ADDRESS)
    services.send_code("13800000000", address="192.0.2.2")


def test_known_and_unknown_numbers_get_the_same_answer_by_the_same_steps(phones, wall):
    resident(PHONE)
    wall.forward(100)
    steps = []

    def watch(run, sql, params, many, context):
        steps.append(re.sub(r"s\d+_x\d+", "", sql))
        return run(sql, params, many, context)

    for phone in (PHONE, "13800000000"):
        with connection.execute_wrapper(watch):
            sent = services.send_code(phone, address=ADDRESS)
        steps.append("end")
        assert (len(sent.masked), sent.shown) == (11, "")
    middle = steps.index("end")

    assert steps[:middle] == steps[middle + 1 : -1]
    assert not [sql for sql in steps if PersonalNumber._meta.db_table in sql]


def test_without_a_gateway_the_door_is_shut_and_says_so(settings):
    settings.KEPU_GATEWAYS = {}

    with pytest.raises(PhoneSignInClosed):
        services.send_code(PHONE, address=ADDRESS)
    assert not PhoneCode.objects.exists()


def test_a_gateway_that_fails_says_so_and_still_counts(phones):
    phones.unreachable.add(PHONE)

    with pytest.raises(GatewayFailed):
        services.send_code(PHONE, address=ADDRESS)
    assert PhoneCode.objects.count() == 1


@pytest.mark.parametrize("typed", ["", "12345", "a phone", "139000000012"])
def test_what_is_no_phone_number_is_refused_in_words(phones, typed):
    with pytest.raises(NumberUnreadable):
        services.send_code(typed, address=ADDRESS)


def test_the_code_is_shown_on_a_demonstration_with_the_sandbox_only(settings, phones):
    assert services.send_code(PHONE, address=ADDRESS).shown == newest_code()[:0]
    settings.KEPU_GATEWAYS = {}
    settings.KEPU_IS_DEMONSTRATION = True
    assert len(services.send_code("13800000000", address=ADDRESS).shown) == 6


def test_a_proof_is_used_up_once_and_lasts_two_hours(phones, wall):
    key = proved()
    with transaction.atomic():
        assert services.spend_proof(key).number == PHONE
    with pytest.raises(CodeRefused):
        services.spend_proof(key)
    wall.forward(100)
    late = proved()
    wall.forward(2 * 3600 + 1)
    assert services.proof_of(late) is None


def test_a_code_for_a_new_phone_does_not_sign_in(phones):
    sent = services.send_code(PHONE, address=ADDRESS, purpose="phone")

    with pytest.raises(CodeRefused):
        services.check_code(sent.key, newest_code())


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"purpose": "other"}, "phone_code_purpose_known"),
        ({"expires_at": timezone.now() - timedelta(days=2)}, "phone_code_ends_after_it_begins"),
        ({"spent_at": timezone.now()}, "phone_code_used_before_spent"),
    ],
)
def test_the_database_refuses_a_code_that_makes_no_sense(phones, values, name):
    services.send_code(PHONE, address=ADDRESS)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        PhoneCode.objects.update(**values)


@pytest.mark.django_db(transaction=True)
def test_many_requests_at_once_send_one_code(settings):
    """Ten windows ask for the same number in the same moment: the limit is held by the database, not by luck."""
    phones = open_phones(settings)
    answers: list[str] = []
    ready = threading.Barrier(10)

    def ask() -> None:
        ready.wait()
        try:
            services.send_code(PHONE, address=ADDRESS)
            answers.append("sent")
        except TooManyCodes:
            answers.append("refused")
        finally:
            connection.close()

    windows = [threading.Thread(target=ask) for _ in range(10)]
    for window in windows:
        window.start()
    for window in windows:
        window.join()

    assert sorted(answers) == ["refused"] * 9 + ["sent"]
    assert len(phones.sent) == 1


@pytest.mark.django_db(transaction=True)
def test_many_wrong_tries_at_once_are_all_counted(settings):
    open_phones(settings)
    sent = services.send_code(PHONE, address=ADDRESS)
    right = newest_code()
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    ready = threading.Barrier(8)

    def guess() -> None:
        ready.wait()
        try:
            services.check_code(sent.key, wrong)
        except CodeRefused:
            pass
        finally:
            connection.close()

    windows = [threading.Thread(target=guess) for _ in range(8)]
    for window in windows:
        window.start()
    for window in windows:
        window.join()

    assert PhoneCode.objects.get().tries == 5
    with pytest.raises(CodeRefused):
        services.check_code(sent.key, right)
