"""A certificate says what was confirmed, is published first, and stands for the number when the person is gone."""

from datetime import timedelta
from decimal import Decimal

import pytest

from kepu.directory.privacy.services import erase_person, keep_number
from kepu.foundation.certificates.choices import Verdict
from kepu.foundation.certificates.models import Certificate
from kepu.foundation.certificates.services import check_certificate, end_publicity
from kepu.foundation.clock import fixed, today
from kepu.foundation.codes.services import load_operator_file
from kepu.foundation.errors import NotAllowed
from kepu.outreach.people.volunteers.errors import ApplicationUnfit
from kepu.outreach.people.volunteers.queries import export_rows, export_sheet
from kepu.outreach.people.volunteers.services import (
    accept_application,
    apply_for_certificate,
    note_training,
    print_certificate,
    refuse_application,
    reverse_hours,
)
from tests.factories import PersonFactory
from tests.outreach.people.volunteers.worlds import confirmed, volunteer

pytestmark = pytest.mark.django_db
PARTS = {"responsible": "负责人 001", "contact": "示例电话"}


def applied(world):
    hours = confirmed(world)
    return hours, apply_for_certificate(today() - timedelta(days=30), today(), actor=hours.person)


def test_apply_accept_publish_issue(world):
    hours, application = applied(world)
    keep_number(hours.person_id, "identity", "370202198005040011", actor=hours.person)

    certificate = accept_application(application.pk, issuer=world.host, **PARTS, actor=world.office)

    assert dict(certificate.content)["服务时间"] == "1.50 小时"
    assert dict(certificate.content)["服务内容"] == "教老人用手机"
    assert certificate.holder_number == hours.volunteer.number
    assert certificate.holder_document.startswith("身份证号 3****")
    assert "370202" not in certificate.holder_document
    assert certificate.issuer == "示例科协"
    assert check_certificate(certificate.number, certificate.code, visitor="x").verdict == Verdict.PUBLISHED
    with fixed(today() + timedelta(days=7)):
        end_publicity()
    assert check_certificate(certificate.number, certificate.code, visitor="x").verdict == Verdict.VALID


def test_nobody_applies_for_nothing_or_twice(world):
    who = volunteer()
    with pytest.raises(ApplicationUnfit, match="没有两方都确认"):
        apply_for_certificate(today(), today(), actor=who.person)
    with pytest.raises(NotAllowed):
        apply_for_certificate(today(), today(), actor=PersonFactory())
    hours, _application = applied(world)
    with pytest.raises(ApplicationUnfit, match="等受理"):
        apply_for_certificate(today(), today(), actor=hours.person)
    with pytest.raises(ApplicationUnfit, match="起止"):
        apply_for_certificate(today(), today() - timedelta(days=1), actor=hours.person)


def test_only_who_recorded_accepts_and_never_for_oneself(world):
    hours, application = applied(world)
    stranger = PersonFactory(role="liaison", organisation=world.receiver)
    for actor in (hours.person, stranger, PersonFactory()):
        with pytest.raises(NotAllowed):
            accept_application(application.pk, issuer=world.host, **PARTS, actor=actor)
    liaison = PersonFactory(role="liaison", organisation=world.host)
    assert accept_application(application.pk, issuer=world.host, **PARTS, actor=liaison)
    with pytest.raises(ApplicationUnfit, match="办过了"):
        refuse_application(application.pk, "晚了", host=world.host, actor=liaison)


def test_a_refusal_says_why(world):
    _hours, application = applied(world)
    with pytest.raises(ApplicationUnfit):
        refuse_application(application.pk, " ", host=world.host, actor=world.office)
    refuse_application(application.pk, "时间填反了", host=world.host, actor=world.office)
    application.refresh_from_db()
    assert (application.state, application.words) == ("refused", "时间填反了")


def test_reversed_hours_are_not_certified(world):
    hours, application = applied(world)
    reverse_hours(hours.pk, "人没来", actor=world.office)
    with pytest.raises(ApplicationUnfit, match="冲正"):
        accept_application(application.pk, issuer=world.host, **PARTS, actor=world.office)
    assert not Certificate.objects.exists()


def test_only_the_holder_prints(world):
    hours, application = applied(world)
    certificate = accept_application(application.pk, issuer=world.host, **PARTS, actor=world.office)
    with pytest.raises(NotAllowed):
        print_certificate(certificate.pk, site="https://example.org", actor=world.office)
    with fixed(today() + timedelta(days=7)):
        end_publicity()
    assert print_certificate(certificate.pk, site="https://example.org", actor=hours.person).progress


def test_a_certificate_outlives_the_person_without_the_name(world):
    hours, application = applied(world)
    certificate = accept_application(application.pk, issuer=world.host, **PARTS, actor=world.office)
    erase_person(hours.person_id, actor=hours.person)
    found = check_certificate(certificate.number, certificate.code, visitor="x")
    assert (found.holder_name, found.holder_number) == ("", hours.volunteer.number)


def test_the_export_says_that_the_ministrys_table_is_not_loaded_and_takes_it_when_it_is(world, tmp_path):
    hours = confirmed(world)
    note_training(
        hours.volunteer, title="急救", organiser="示例单位", held_on=today(), hours=Decimal(4), actor=world.office
    )
    (line,) = export_rows(world.office)
    assert "未加载" in export_sheet().notes[0]
    assert (line["number"], line["hours"], line["times"], line["ratings"]) == (
        hours.volunteer.number,
        "1.50",
        "1",
        "1/0/0",
    )
    assert str(hours.person) not in str(line)
    file = tmp_path / "layout.toml"
    file.write_text(
        '[[list]]\nname = "volunteers.ministry_layout"\nlabel = "数据元"\nevidence = "V"\nsource = "本站载入"\nversion = "1"\n'
        'codes = [{ code = "A01", label = "编号", field = "number" }, { code = "A02", label = "时长", field = "hours" }]\n',
        encoding="utf-8",
    )
    load_operator_file(file, actor=world.office)
    assert [column.header for column in export_sheet().columns] == ["编号", "时长"]
    (line,) = export_rows(world.office)
    assert dict(line) == {"A01": hours.volunteer.number, "A02": "1.50"}


def test_the_export_asks_the_same_number_of_questions_for_few_and_many(world, django_assert_max_num_queries):
    confirmed(world)
    for _ in range(6):
        volunteer()
    with django_assert_max_num_queries(20):
        assert len(list(export_rows(world.office))) == 7
