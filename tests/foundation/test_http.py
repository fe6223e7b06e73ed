import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_a_body_over_the_limit_is_refused_in_words_before_it_is_read(settings):
    settings.KEPU_MOST_UPLOAD_BYTES = 1024 * 1024

    answer = Client().post(reverse("plan:bring"), {"text": "字" * 400_000})

    assert answer.status_code == 413
    assert "超过 1 MB" in answer.content.decode()


def test_the_api_says_it_as_json(settings):
    settings.KEPU_MOST_UPLOAD_BYTES = 1024 * 1024

    answer = Client().post("/api/ledger/facts", data=b"0" * 1_100_000, content_type="application/json")

    assert answer.status_code == 413
    assert answer.json()["code"] == "input_too_large"


@pytest.mark.parametrize("address", ["/volunteer/?field=%00", "/experts/%00/"])
def test_a_sign_that_no_text_can_hold_is_refused_in_words(address):
    answer = Client().get(address)

    assert answer.status_code == 400
    assert "读不懂的字符" in answer.content.decode()


def test_what_django_refuses_to_read_is_said_in_chinese(settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 5

    answer = Client().post(reverse("plan:bring"), {f"field{n}": "x" for n in range(9)})

    assert answer.status_code == 400
    assert "格式不对" in answer.content.decode()
    assert "TooManyFields" not in answer.content.decode()
