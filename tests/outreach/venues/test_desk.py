"""The desk: a venue from nothing to the public, refusals at their fields, the list, the roster's page."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kepu.foundation import clock
from kepu.outreach.venues.models import OpeningHours, Venue
from kepu.outreach.venues.services import AccreditationTerms, accredit_venue, change_content, keep_contents
from tests.factories import OrganisationFactory
from tests.outreach.venues.factories import DAY, at, district, liaison_of, office, point, venue
from tests.outreach.venues.test_rosters import table

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _stated_day(settings):
    settings.KEPU_DEMONSTRATION_DAY = DAY


@pytest.fixture
def body():
    return OrganisationFactory(name="青岛市示例文旅局", region=district())


def seat(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_a_gallery_goes_from_the_form_to_the_public(body):
    client = seat(liaison_of(body))
    chosen = client.get(reverse("venues:new")).content.decode()
    assert "科普画廊" in chosen
    assert "内容默认 30 天换一次" in chosen

    typed = {"kind": "gallery", "keeper": body.pk, "name": "街口画廊", "region": district().pk, "address": "示例路"}
    assert client.post(reverse("venues:new"), {**typed, "detail_length_m": "12.5", "is_free": "on"}).status_code == 302
    kept = Venue.objects.get()
    assert kept.details == {"length_m": "12.5"}
    page = client.get(reverse("venues:venue", args=[kept.pk])).content.decode()
    assert "公布以后公众查得到" in page

    client.post(reverse("venues:publish", args=[kept.pk]))
    client.post(
        reverse("venues:opening", args=[kept.pk]),
        {
            "valid_from": DAY.isoformat(),
            "opens_0": "09:00",
            "closes_0": "12:00",
            "opens2_0": "14:00",
            "closes2_0": "17:00",
        },
    )
    client.post(reverse("venues:content", args=[kept.pk]), {"changed_on": DAY.isoformat(), "themes": "航天\n\n海洋"})
    public = Client().get(kept.get_absolute_url()).content.decode()
    for words in ("09:00–12:00", "14:00–17:00", "航天", "海洋"):
        assert words in public
    assert list(kept.panels.values_list("position", "theme")) == [(1, "航天"), (3, "海洋")]
    assert "更换内容" in client.get(reverse("venues:venue", args=[kept.pk])).content.decode()


def test_what_is_refused_stands_at_its_field_and_nothing_typed_is_lost(body):
    point(120.4, 36.1)
    client = seat(liaison_of(body))
    typed = {
        "kind": "museum",
        "keeper": body.pk,
        "name": "海边馆",
        "region": district().pk,
        "coordinate_source": "surveyed",
    }

    swapped = client.post(reverse("venues:new"), {**typed, "longitude": "36.1", "latitude": "120.4"})
    assert swapped.status_code == 400
    assert "填反了" in swapped.content.decode()
    assert "海边馆" in swapped.content.decode()
    sea = client.post(reverse("venues:new"), {**typed, "longitude": "121.9", "latitude": "36.1"})
    assert "可能在海里" in sea.content.decode()
    told = {**typed, "longitude": "121.9", "latitude": "36.1", "is_checked": "on"}
    assert client.post(reverse("venues:new"), told).status_code == 302

    kept = Venue.objects.get()
    half = client.post(reverse("venues:opening", args=[kept.pk]), {"valid_from": DAY.isoformat(), "opens_0": "09:00"})
    assert "开门和关门要一起填" in half.content.decode()
    assert not OpeningHours.objects.exists()


def test_changing_keeps_what_was_there(body):
    kept = venue("museum", keeper=body, access=("lift",), details={"themes": "海洋"}, **at(120.3, 36.1))
    client = seat(office())
    form = client.get(reverse("venues:change", args=[kept.pk])).context["form"]
    typed = {name: value for name, value in form.initial.items() if value not in (None, False)}

    assert client.post(reverse("venues:change", args=[kept.pk]), {**typed, "summary": "新的说明"}).status_code == 302

    now = Venue.objects.get()
    assert (now.summary, now.access, now.details, now.point) == (
        "新的说明",
        ["lift"],
        {"themes": "海洋"},
        (120.3, 36.1),
    )


def test_the_list_narrows_and_marks_what_is_overdue(body):
    late, fresh = venue("gallery", keeper=body, name="旧画廊"), venue("gallery", name="新画廊", cycle_days=400)
    with clock.fixed(DAY + timedelta(days=60)):
        client = seat(office())
        assert keep_contents() == 1
    client = seat(office())
    Venue.objects.filter(pk=late.pk).update(published_on=DAY - timedelta(days=60))
    every = client.get(reverse("venues:desk")).content.decode()
    overdue = client.get(reverse("venues:desk"), {"overdue": "on"}).content.decode()

    assert "旧画廊" in every
    assert "新画廊" in every
    assert "旧画廊" in overdue
    assert fresh.name not in overdue
    table_ = client.get(reverse("venues:export", args=["csv"]), {"q": "旧"}).content.decode()
    assert "旧画廊" in table_
    assert "新画廊" not in table_


def test_the_list_asks_the_database_the_same_whatever_it_holds(django_assert_max_num_queries):
    actor = office()
    for _number in range(12):
        kept = venue("gallery", actor=actor)
        accredit_venue(kept.pk, AccreditationTerms("city", "市级基地", DAY), actor=actor)
        change_content(kept.pk, {1: "航天"}, changed_on=DAY, actor=actor)
    client = seat(actor)
    client.get(reverse("venues:desk"))
    with django_assert_max_num_queries(24):
        client.get(reverse("venues:desk"))


def test_namings_are_noted_renewed_and_ended_on_the_page():
    kept, client = venue("base"), seat(office())
    client.post(
        reverse("venues:accredit", args=[kept.pk]),
        {"level": "city", "title": "市科普教育基地", "valid_from": "2023-01-01", "number": "青-7"},
    )
    naming = kept.accreditations.get()
    client.post(reverse("venues:renew", args=[naming.pk]), {"valid_from": "2024-01-01"})
    assert kept.accreditations.count() == 2
    wrong = client.post(reverse("venues:end", args=[naming.pk]), {"ended_on": "2099-01-01", "reason": "x"}, follow=True)
    assert "终止的日子要在命名以后" in wrong.content.decode()
    client.post(reverse("venues:end", args=[naming.pk]), {"ended_on": DAY.isoformat(), "reason": "换证"})
    assert "换证" in client.get(reverse("venues:venue", args=[kept.pk])).content.decode()


def test_a_roster_shows_what_may_be_there_already(body):
    there, client = venue("museum", name="海军博物馆"), seat(office())
    answer = client.post(reverse("venues:rosters"), {"file": table({"name": "海军博物馆"}, {"name": "邮电馆"})})
    page = client.get(answer.url).content.decode()
    assert "名称相同" in page
    assert "1 行没有疑问" in page

    (row,) = [one.row for one in client.get(answer.url).context["page"].open_rows]
    client.post(reverse("venues:roster_decide", args=[row.pk]), {"choice": "merged", "venue": there.pk})
    client.post(answer.url + "register/")
    assert "都定好了" in client.get(answer.url).content.decode()
    assert Venue.objects.count() == 2


def test_a_wrong_roster_names_its_rows(body):
    answer = seat(office()).post(reverse("venues:rosters"), {"file": table({"name": "甲", "district": "火星区"})})
    assert answer.status_code == 400
    assert "第 2 行“区市”" in answer.content.decode()
    broken = seat(office()).post(reverse("venues:rosters"), {"file": SimpleUploadedFile("x.csv", b"\x00\x01")})
    assert broken.status_code >= 400


def test_a_step_on_a_closed_venue_says_why_it_cannot_be(body):
    kept, client = venue(keeper=body), seat(office())
    client.post(reverse("venues:close", args=[kept.pk]), {"reason": "合并"})
    given = {"since": DAY.isoformat(), "until": DAY.isoformat(), "reason": "布展"}
    assert "场馆已停用" in client.post(reverse("venues:shut", args=[kept.pk]), given).content.decode()
