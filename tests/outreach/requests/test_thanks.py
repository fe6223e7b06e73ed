"""Thanks: a certificate for a session that the other side praised, taken by who gave it, checked by anybody."""

import pytest
from django.test import Client
from django.urls import reverse

from kepu.directory.privacy.services import erase_person
from kepu.foundation.certificates.models import Certificate
from kepu.foundation.certificates.services import make_paper, revoke_certificate
from kepu.foundation.clock import fixed
from kepu.foundation.codes.models import Parameter
from kepu.foundation.errors import NotAllowed
from kepu.outreach.requests.errors import SessionUnfit
from kepu.outreach.requests.services import check_in_session, print_thanks, rate_session, take_thanks
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db


def named() -> None:
    for name, words in (("responsible", "示例负责人 01"), ("contact", "0532-00000000")):
        Parameter.objects.filter(name=f"requests.thanks_{name}").update(override=words, is_overridden=True)


def held(world, mark="good"):
    session = world.session()
    with fixed(session.ends_at):
        check_in_session(session.pk, people=40, actor=session.provider)
        if mark:
            rate_session(session.pk, mark=mark, words="讲得清楚", actor=world.teacher)
    session.refresh_from_db()
    return session


def test_who_was_praised_takes_the_certificate_and_anybody_can_check_it(world, client):
    named()
    session = held(world)
    client.force_login(session.provider)
    assert "领感谢证书" in client.get(reverse("requests:session", args=[session.pk])).content.decode()
    client.post(reverse("requests:thanks", args=[session.pk]))
    session.refresh_from_db()
    paper = session.thanks
    assert (paper.holder_number, paper.responsible, paper.issuer) == (
        session.capacity.number,
        "示例负责人 01",
        "示例海洋研究所",
    )
    assert ["来了多少人", "40 人"] in paper.content
    assert "讲得清楚" not in str(paper.content)
    seen = Client().get(reverse("portal:verify", args=[paper.number, paper.code])).content.decode()
    assert "这份证书有效" in seen
    assert session.title in seen
    page = client.get(reverse("requests:session", args=[session.pk])).content.decode()
    assert paper.number in page
    assert "做成 PDF" in page
    client.post(reverse("requests:thanks", args=[session.pk]))
    paper.refresh_from_db()
    make_paper(paper.pk, str(paper.progress_id), "https://kepu.example")
    page = client.get(reverse("requests:session", args=[session.pk])).content.decode()
    paper.refresh_from_db()
    assert paper.file.get_absolute_url() in page
    assert "做成 PDF" not in page


@pytest.mark.parametrize("mark", ["", "poor"])
def test_without_praise_there_is_none(world, client, mark):
    named()
    session = held(world, mark)
    with pytest.raises(SessionUnfit, match="评过、说好"):
        take_thanks(session.pk, actor=session.provider)
    client.force_login(session.provider)
    assert "领感谢证书" not in client.get(reverse("requests:session", args=[session.pk])).content.decode()


def test_it_waits_until_the_operator_says_who_answers_for_it(world):
    session = held(world)
    with pytest.raises(SessionUnfit, match="负责人和联系方式"):
        take_thanks(session.pk, actor=session.provider)
    assert not Certificate.objects.exists()


def test_taken_once_and_by_nobody_else(world, client):
    named()
    session = held(world)
    for stranger in (world.teacher, world.office, PersonFactory()):
        with pytest.raises(NotAllowed):
            take_thanks(session.pk, actor=stranger)
        with pytest.raises(NotAllowed):
            print_thanks(session.pk, site="https://kepu.example", actor=stranger)
    with pytest.raises(SessionUnfit, match="先领"):
        print_thanks(session.pk, site="https://kepu.example", actor=session.provider)
    take_thanks(session.pk, actor=session.provider)
    with pytest.raises(SessionUnfit, match="领过了"):
        take_thanks(session.pk, actor=session.provider)
    client.force_login(world.teacher)
    assert "感谢证书" not in client.get(reverse("requests:session", args=[session.pk])).content.decode()


def test_the_office_takes_it_back_and_it_is_not_printed(world, client):
    named()
    session = held(world)
    paper = take_thanks(session.pk, actor=session.provider)
    with pytest.raises(NotAllowed):
        revoke_certificate(paper.pk, "记错了", actor=world.teacher)
    revoke_certificate(paper.pk, "记错了", actor=world.office)
    client.force_login(session.provider)
    page = client.get(reverse("requests:session", args=[session.pk])).content.decode()
    assert "做成 PDF" not in page
    assert "不再有效" in Client().get(reverse("portal:verify", args=[paper.number, paper.code])).content.decode()


def test_who_is_erased_leaves_no_name_on_it(world):
    named()
    session = held(world)
    paper = take_thanks(session.pk, actor=session.provider)
    erase_person(session.provider.pk, actor=session.provider)
    paper.refresh_from_db()
    assert (paper.holder_name, paper.number != "") == ("", True)
