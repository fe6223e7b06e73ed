"""The desk's pages on personal data: the yearly audit of minors, the texts and their standing."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from kepu.directory.privacy import services as privacy
from kepu.directory.privacy.queries import consent_text
from kepu.foundation import clock
from kepu.foundation.clock import today
from kepu.foundation.codes.services import confirm_list, override_parameter
from tests.factories import PersonFactory, city_region

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client):
    city_region()
    office = PersonFactory(role="leading_office")
    client.force_login(office)
    return office


@pytest.fixture
def teen():
    teen = PersonFactory()
    privacy.set_birthday(teen.pk, today().replace(year=today().year - 15, day=1), actor=teen)
    text = consent_text("account").digest
    privacy.answer_consent(teen.pk, "account", is_given=True, text_digest=text, actor=teen)
    return teen


def test_the_audit_counts_without_names(client, office, teen):
    page = client.get(reverse("workbench:minors"), {"year": today().year})

    rows = {(row["what"], row["detail"]): row["count"] for row in page.context["rows"]}
    assert rows["14 至 17 周岁", ""] == 1
    assert rows["居民账号", "同意"] == 1
    assert teen.name not in page.content.decode()


def test_january_asks_for_the_year_before(client, office):
    assert client.get(reverse("workbench:minors")).context["audit"].year == today().year - 1
    for asked in ("2999", "abc", "²", "1"):
        assert client.get(reverse("workbench:minors"), {"year": asked}).context["audit"].year == today().year - 1


def test_the_audit_is_a_spreadsheet(client, office, teen):
    answer = client.get(reverse("workbench:minors_export", args=["xlsx"]), {"year": today().year})

    cells = [[cell.value for cell in row] for row in load_workbook(BytesIO(answer.content)).active.iter_rows()]
    assert ["一年里对告知书的答复", "居民账号", "同意", 1] in cells
    assert client.get(reverse("workbench:minors_export", args=["csv"])).status_code == 200
    assert client.get(reverse("workbench:minors_export", args=["pdf"])).status_code == 404


def test_the_texts_say_that_nobody_confirmed_them_and_nobody_answers_for_them(client, office):
    page = client.get(reverse("workbench:consent_texts")).content.decode()
    assert "默认未确认" in page
    assert "还没有指定儿童个人信息保护负责人" in page

    confirm_list("privacy.purposes", actor=office)
    override_parameter("privacy.officer", value="办公室主任，电话见关于本站", reason="指定", actor=office)

    page = client.get(reverse("workbench:consent_texts")).content.decode()
    assert "默认未确认" not in page
    assert "办公室主任" in page


def test_the_pages_cost_few_queries(client, office, django_assert_max_num_queries):
    for page in ("minors", "consent_texts", "acting"):
        with django_assert_max_num_queries(22):
            assert client.get(reverse(f"workbench:{page}")).status_code == 200
    assert clock.today()
