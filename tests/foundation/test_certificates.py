"""A certificate is valid when its days of publicity are over, is never changed, and is checked by number and code together."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from kepu.foundation.certificates.choices import CertificateState, ObjectionState, Verdict
from kepu.foundation.certificates.errors import CertificateNotInState, CertificateUnfit, TooManyChecks
from kepu.foundation.certificates.models import Certificate, CertificateObjection
from kepu.foundation.certificates.rules import ALPHABET, check_sign, masked_name, new_code, read_code
from kepu.foundation.certificates.services import (
    CertificateDraft,
    CertificateKind,
    check_certificate,
    drop_papers,
    end_publicity,
    make_certificate,
    make_paper,
    object_to,
    register_kind,
    revoke_certificate,
    settle_objection,
    start_paper,
)
from kepu.foundation.clock import fixed, today
from kepu.foundation.codes.services import override_parameter
from kepu.foundation.errors import NotAllowed
from kepu.foundation.queue.models import Progress
from kepu.foundation.squares import qr_svg
from tests.factories import PersonFactory
from tests.foundation.actors import someone

OFFICE, HOLDER = someone("leading_office", pk=11), someone(pk=12)


@pytest.fixture(autouse=True)
def _kinds():
    for code, is_publicised in (("example", True), ("example_now", False)):
        register_kind(
            CertificateKind(code, "示例证书", "SL", is_publicised, lambda actor, _body: actor.holds("leading_office"))
        )


@pytest.fixture(autouse=True)
def _nobody_checked_yet(request):
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        cache.clear()


def draft(kind="example", **more):
    values = {
        "kind": kind,
        "title": "示例证明",
        "holder_id": HOLDER.pk,
        "holder_name": "示例人员甲",
        "holder_number": "Q000001",
        "issuer": "示例总队",
        "responsible": "负责人 001",
        "handler": "经办人 002",
        "contact": "示例电话",
        "content": (("服务时间", "12 小时"),),
    }
    return CertificateDraft(**(values | more))


def made(kind="example", **more):
    return make_certificate(draft(kind, **more), actor=OFFICE)


def valid():
    certificate = made()
    with fixed(today() + timedelta(days=7)):
        end_publicity()
    certificate.refresh_from_db()
    return certificate


@given(st.text(alphabet=ALPHABET, min_size=11, max_size=11), st.integers(0, 11), st.sampled_from(ALPHABET))
def test_every_single_slip_is_found(body, place, other):
    code = body + check_sign(body)
    slipped = code[:place] + other + code[place + 1 :]
    assert (read_code(slipped) is None) == (slipped != code)


@given(st.text(alphabet=ALPHABET, min_size=11, max_size=11), st.integers(0, 10))
def test_every_swap_of_neighbours_is_found(body, place):
    code = body + check_sign(body)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert (read_code(swapped) is None) == (swapped != code)


def test_a_code_is_read_however_it_is_typed_and_no_two_are_alike():
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    for code in codes:
        assert read_code(f" {code.lower().replace('-', ' ')} ") == code
    assert masked_name("示例人员甲") == "示****"


@pytest.mark.django_db
def test_it_is_published_for_seven_days_and_then_valid():
    certificate = made()

    assert certificate.state == CertificateState.PUBLISHED
    with fixed(today() + timedelta(days=6)):
        assert end_publicity() == 0
    with fixed(today() + timedelta(days=7)):
        assert end_publicity() == 1
        assert end_publicity() == 0
    certificate.refresh_from_db()
    assert certificate.state == CertificateState.ISSUED
    assert certificate.issued_on == today() + timedelta(days=7)


@pytest.mark.django_db
def test_the_days_of_publicity_are_the_sites_and_a_kind_may_need_none():
    override_parameter("certificates.publicity_days", actor=OFFICE, value=10, reason="总队规定")

    assert made().published_until == today() + timedelta(days=9)
    assert made("example_now").state == CertificateState.ISSUED


@pytest.mark.django_db
def test_an_objection_holds_it_up_and_one_that_is_right_stops_it():
    doubted, cleared = made(), made()
    right, wrong = object_to(doubted.pk, "没有到场", actor=HOLDER), object_to(cleared.pk, "我看错了", actor=HOLDER)
    with fixed(today() + timedelta(days=9)):
        assert end_publicity() == 0
        with pytest.raises(NotAllowed):
            settle_objection(right.pk, is_upheld=True, answer="查了", actor=HOLDER)
        with pytest.raises(CertificateUnfit):
            settle_objection(right.pk, is_upheld=True, answer=" ", actor=OFFICE)
        settle_objection(right.pk, is_upheld=True, answer="签到表上没有", actor=OFFICE)
        settle_objection(wrong.pk, is_upheld=False, answer="签到表上有", actor=OFFICE)
        with pytest.raises(CertificateNotInState):
            settle_objection(wrong.pk, is_upheld=True, answer="再看", actor=OFFICE)
        assert end_publicity() == 1
    states = dict(Certificate.objects.values_list("pk", "state"))
    assert states == {doubted.pk: CertificateState.STOPPED, cleared.pk: CertificateState.ISSUED}
    with pytest.raises(CertificateNotInState):
        object_to(cleared.pk, "晚了", actor=HOLDER)


@pytest.mark.django_db
def test_who_raised_an_objection_does_not_settle_it():
    objection = object_to(made().pk, "不对", actor=OFFICE)
    with pytest.raises(NotAllowed):
        settle_objection(objection.pk, is_upheld=False, answer="没事", actor=OFFICE)


@pytest.mark.django_db
def test_a_certificate_names_everything_or_is_not_made():
    with pytest.raises(CertificateUnfit, match="经办人"):
        made(handler=" ")
    with pytest.raises(CertificateUnfit):
        made(content=())
    assert not Certificate.objects.exists()


@pytest.mark.django_db
def test_numbers_run_without_gaps_and_are_never_given_twice():
    assert [made().number[-6:] for _ in range(3)] == ["000001", "000002", "000003"]


@pytest.mark.django_db
def test_a_check_wants_number_and_code_together():
    certificate, other = valid(), made()

    good = check_certificate(certificate.number.lower(), certificate.code.lower(), visitor="a")
    assert good.verdict == Verdict.VALID
    assert good.holder_name == "示****"
    assert good.rows == (("服务时间", "12 小时"),)
    for number, code in ((certificate.number, other.code), ("SL-2000-000001", certificate.code), ("", "")):
        unknown = check_certificate(number, code, visitor="a")
        assert unknown.verdict == Verdict.UNKNOWN
        assert not unknown.number
    assert check_certificate(other.number, other.code, visitor="a").verdict == Verdict.PUBLISHED
    revoke_certificate(certificate.pk, "时数冲正", actor=OFFICE)
    assert check_certificate(certificate.number, certificate.code, visitor="a").verdict == Verdict.REVOKED


@pytest.mark.django_db
def test_a_name_is_shown_only_where_the_holder_agreed():
    certificate = made("example_now", is_name_public=True)
    assert check_certificate(certificate.number, certificate.code, visitor="a").holder_name == "示例人员甲"


@pytest.mark.django_db
def test_one_visitor_checks_so_often_and_another_still_may():
    override_parameter("certificates.checks_per_hour", actor=OFFICE, value=2, reason="试")
    for _ in range(2):
        check_certificate("x", "y", visitor="a")
    with pytest.raises(TooManyChecks):
        check_certificate("x", "y", visitor="a")
    assert check_certificate("x", "y", visitor="b").verdict == Verdict.UNKNOWN


@pytest.mark.django_db
def test_only_who_settles_revokes_with_a_reason_and_once():
    certificate = made()
    with pytest.raises(NotAllowed):
        revoke_certificate(certificate.pk, "不对", actor=HOLDER)
    with pytest.raises(CertificateUnfit):
        revoke_certificate(certificate.pk, " ", actor=OFFICE)
    assert revoke_certificate(certificate.pk, "弄错人", actor=OFFICE).state == CertificateState.STOPPED
    with pytest.raises(CertificateNotInState):
        revoke_certificate(certificate.pk, "再来", actor=OFFICE)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "values",
    [
        {"content": [["服务时间", "99 小时"]]},
        {"number": "SL-1"},
        {"code": "AAAA"},
        {"holder_name": "别人"},
        {"issuer": "某"},
    ],
)
def test_the_database_refuses_to_change_what_it_says(values):
    certificate = made()
    with pytest.raises(DatabaseError, match="certificate_is_frozen"), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(**values)
    assert Certificate.objects.filter(pk=certificate.pk).update(holder_name="") == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": "lost"}, "certificate_state_known"),
        ({"state": "issued"}, "certificate_issued_has_day"),
        ({"state": "stopped"}, "certificate_ended_has_reason"),
        ({"published_until": None}, "certificate_published_until_a_day"),
    ],
)
def test_the_database_refuses_states_that_say_nothing(values, constraint):
    certificate = made()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(**values)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": "lost", "answer": "x"}, "objection_state_known"),
        ({"state": "upheld"}, "objection_settled_with_answer"),
        ({"settled_by": 12}, "objection_settled_by_another"),
    ],
)
def test_the_database_refuses_objections_that_say_nothing(values, constraint):
    objection = object_to(made().pk, "不对", actor=HOLDER)
    assert objection.state == ObjectionState.OPEN
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        CertificateObjection.objects.filter(pk=objection.pk).update(**values)


@pytest.mark.django_db
def test_the_paper_holds_everything_and_goes_with_its_holder():
    with pytest.raises(CertificateNotInState):
        start_paper(made().pk, site="https://example.org")
    certificate = start_paper(valid().pk, site="https://example.org")
    progress = certificate.progress
    assert start_paper(certificate.pk, site="https://example.org").progress == progress  # one is enough

    make_paper(certificate.pk, str(progress.pk), "https://example.org")

    certificate.refresh_from_db()
    assert Progress.objects.get(pk=progress.pk).state == "done"
    assert certificate.file.uploaded_by == HOLDER.pk
    with certificate.file.content.open("rb") as stream:
        from pypdf import PdfReader

        text = "".join(page.extract_text() for page in PdfReader(stream).pages)
    for word in ("示例人员甲", "12 小时", certificate.number, certificate.code, "经办人 002"):
        assert word in text
    assert drop_papers(HOLDER.pk) == 1
    certificate.refresh_from_db()
    assert certificate.file is None


def test_a_square_is_the_same_for_the_same_text_and_refuses_none():
    assert qr_svg("https://example.org/") == qr_svg("https://example.org/")
    assert qr_svg("a") != qr_svg("b")
    with pytest.raises(ValueError, match="text"):
        qr_svg("")


@pytest.mark.django_db
def test_everybody_checks_on_the_page_by_typing_and_by_link(client):
    certificate = valid()

    typed = client.post(reverse("portal:verify_form"), {"number": certificate.number, "code": certificate.code})
    linked = client.get(reverse("portal:verify", args=[certificate.number, certificate.code]))
    wrong = client.get(reverse("portal:verify", args=[certificate.number, "AAAA-AAAA-AAAA"]))

    for page in (typed, linked):
        assert "这份证书有效" in page.content.decode()
        assert "示例人员甲" not in page.content.decode()
    assert "这份证书有效" not in wrong.content.decode()
    assert certificate.holder_number not in wrong.content.decode()
    override_parameter("certificates.checks_per_hour", actor=PersonFactory(role="leading_office"), value=1, reason="试")
    cache.clear()
    client.post(reverse("portal:verify_form"), {"number": "x", "code": "y"})
    assert client.post(reverse("portal:verify_form"), {"number": "x", "code": "y"}).status_code == 429
