"""Accreditations, opening, free days, stays, contents and pictures."""

import io
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from kepu.directory.register.choices import Role
from kepu.directory.todos.models import Todo
from kepu.directory.todos.queries import todos_for
from kepu.foundation import clock
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.errors import InputUnreadable, NotAllowed
from kepu.outreach.venues.errors import VenueMoved, VenueUnfit
from kepu.outreach.venues.models import Accreditation, Closure, FreeEntry, OpeningHours, Panel, PeoplePoint, Photo, Stay
from kepu.outreach.venues.queries import open_now, schedule_of
from kepu.outreach.venues.rules import Hours
from kepu.outreach.venues.services import (
    AccreditationTerms,
    accredit_venue,
    add_free_days,
    add_photo,
    change_content,
    close_for_days,
    close_venue,
    drop_closure,
    drop_free_days,
    end_accreditation,
    keep_contents,
    place_stay,
    remove_photo,
    renew_accreditation,
    set_opening,
)
from tests.factories import OrganisationFactory, PersonFactory
from tests.outreach.venues.factories import DAY, district, liaison_of, office, venue

pytestmark = pytest.mark.django_db
NATIONAL = AccreditationTerms("national", "全国科普教育基地", date(2021, 1, 1), date(2025, 12, 31), number="001")


@pytest.fixture(autouse=True)
def _stated_day():
    with clock.fixed(DAY):
        yield


def test_levels_hold_side_by_side_are_renewed_and_ended():
    kept, actor = venue("base"), office()
    first = accredit_venue(kept.pk, NATIONAL, actor=actor)
    city = accredit_venue(kept.pk, AccreditationTerms("city", "市科普教育基地", date(2023, 1, 1)), actor=actor)
    again = renew_accreditation(first.pk, valid_from=date(2026, 1, 1), valid_to=date(2030, 12, 31), actor=actor)
    end_accreditation(city.pk, ended_on=DAY, reason="主动退出", actor=actor)

    city.refresh_from_db()
    assert [one.holds_on(DAY) for one in (first, city, again)] == [True, False, False]
    assert city.holds_on(DAY - timedelta(days=1))
    assert (again.number, again.title, again.holds_on(date(2026, 1, 1))) == ("001", first.title, True)
    assert AuditEntry.objects.filter(action="venues.venue.accreditation_ended").count() == 1


def test_nobody_names_what_is_the_own_and_a_district_only_its_level():
    body = OrganisationFactory(region=district())
    kept, officer = venue("base", keeper=body), PersonFactory(role=Role.DISTRICT_OFFICER, region=district())
    own = AccreditationTerms("district", "区科普教育基地", date(2024, 1, 1))

    assert accredit_venue(kept.pk, own, actor=officer).level == "district"
    for actor, terms in ((liaison_of(body), own), (officer, NATIONAL)):
        with pytest.raises(NotAllowed):
            accredit_venue(kept.pk, terms, actor=actor)


def test_a_naming_that_cannot_be_is_refused():
    kept, actor = venue("base"), office()
    found = accredit_venue(kept.pk, NATIONAL, actor=actor)
    with pytest.raises(VenueMoved):
        accredit_venue(kept.pk, NATIONAL, actor=actor)
    for terms in (
        AccreditationTerms("world", "x", DAY),
        AccreditationTerms("city", "x", DAY, DAY - timedelta(days=1)),
        AccreditationTerms("city", " ", DAY),
        AccreditationTerms("city", "x", date(1724, 1, 1)),
    ):
        with pytest.raises(VenueUnfit):
            accredit_venue(kept.pk, terms, actor=actor)
    with pytest.raises(VenueUnfit):
        renew_accreditation(found.pk, valid_from=found.valid_from, valid_to=None, actor=actor)
    with pytest.raises(VenueUnfit):
        end_accreditation(found.pk, ended_on=DAY + timedelta(days=1), reason="x", actor=actor)
    end_accreditation(found.pk, ended_on=DAY, reason="撤销", actor=actor)
    with pytest.raises(VenueMoved):
        end_accreditation(found.pk, ended_on=DAY, reason="撤销", actor=actor)


def hours(*weekdays: int, opens: time = time(9), closes: time = time(17)) -> list[Hours]:
    return [Hours(weekday, opens, closes) for weekday in weekdays]


def test_the_newest_table_that_holds_counts_unless_a_closure_covers_the_day():
    kept, actor = venue(), office()
    assert not schedule_of(kept).on(DAY).is_known
    set_opening(kept.pk, valid_from=date(2024, 1, 1), hours=hours(0, 1, 2), actor=actor)
    set_opening(kept.pk, valid_from=date(2024, 10, 1), hours=hours(5, 6), actor=actor)
    closure = close_for_days(kept.pk, since=DAY, until=DAY, reason="布展", actor=actor)
    add_free_days(kept.pk, since=DAY, until=DAY + timedelta(days=1), actor=actor)

    schedule = schedule_of(kept)
    monday, tuesday, autumn = schedule.on(DAY), schedule.on(DAY + timedelta(days=1)), schedule.on(date(2024, 10, 5))
    assert (monday.is_open, monday.closed_for) == (False, "布展")
    assert (tuesday.is_open, tuesday.is_free_day) == (True, True)
    assert autumn.is_open
    assert not schedule.on(date(2024, 10, 7)).is_open
    assert not schedule.on(date(2023, 12, 31)).is_known

    drop_closure(kept.pk, closure.pk, actor=actor)
    drop_closure(kept.pk, closure.pk, actor=actor)
    drop_free_days(kept.pk, FreeEntry.objects.get().pk, actor=actor)
    assert schedule_of(kept).on(DAY).is_open
    assert not schedule_of(kept).on(DAY).is_free_day
    assert AuditEntry.objects.filter(action="venues.venue.opened_again").count() == 1


def test_open_now_says_until_when_or_from_when():
    kept, actor = venue(), office()
    set_opening(kept.pk, valid_from=date(2024, 1, 1), hours=hours(0), actor=actor)
    schedule = schedule_of(kept)

    def state(hour: int):  # UTC; eight hours behind the site
        return open_now(schedule, at=datetime(2024, 9, 16, hour, tzinfo=UTC))

    assert (state(1).is_open, state(1).until) == (True, "17:00")
    assert (state(0).is_open, state(0).opens) == (False, "09:00")
    assert (state(9).is_open, state(9).opens) == (False, "")


def test_hours_that_cannot_be_are_refused():
    kept, actor = venue(), office()
    for wrong in (hours(0, opens=time(17), closes=time(9)), hours(9), [*hours(0), *hours(0, opens=time(10))]):
        with pytest.raises(VenueUnfit):
            set_opening(kept.pk, valid_from=DAY, hours=wrong, actor=actor)
    for since, until, reason in ((DAY, DAY - timedelta(days=1), "x"), (DAY, DAY, " ")):
        with pytest.raises(VenueUnfit):
            close_for_days(kept.pk, since=since, until=until, reason=reason, actor=actor)
    with pytest.raises(NotAllowed):
        close_for_days(kept.pk, since=DAY, until=DAY, reason="x", actor=liaison_of(OrganisationFactory()))


def test_a_set_stands_at_one_place_at_a_time_and_a_house_at_none():
    actor, region = office(), district()
    kept = venue("mobile_set", address="")
    stay = {"region_id": region.pk, "address": "示例镇文化站", "actor": actor}
    place_stay(kept.pk, since=DAY, until=DAY + timedelta(days=60), **stay)

    with pytest.raises(VenueUnfit, match="不能同时在两处"):
        place_stay(kept.pk, since=DAY + timedelta(days=60), until=DAY + timedelta(days=70), **stay)
    with pytest.raises(VenueUnfit, match="不流动"):
        place_stay(venue().pk, since=DAY, until=DAY, **stay)
    place_stay(kept.pk, since=DAY + timedelta(days=61), until=DAY + timedelta(days=70), **stay)
    assert Stay.objects.count() == 2


def test_a_gallery_that_is_due_waits_with_its_liaison_until_it_is_changed():
    body = OrganisationFactory(region=district())
    liaison, kept = liaison_of(body), venue("gallery", keeper=body)
    change_content(kept.pk, {1: "航天", 2: "海洋"}, changed_on=DAY, actor=liaison)
    with clock.fixed(DAY + timedelta(days=20)):
        assert keep_contents() == 0
        change_content(kept.pk, {1: "防震减灾"}, changed_on=clock.today(), actor=liaison)
    with clock.fixed(DAY + timedelta(days=31)):  # the second panel is a month old
        assert keep_contents() == keep_contents() == 1
        assert [todo.title for todo in todos_for(liaison)] == [f"更换内容：{kept.name}"]
        assert todos_for(liaison_of(OrganisationFactory())).count() == 0
        change_content(kept.pk, {2: "碳达峰"}, changed_on=clock.today(), actor=liaison)
        assert todos_for(liaison).count() == 0
        assert Panel.objects.filter(venue=kept).count() == 4


def test_what_was_never_changed_is_due_a_cycle_after_it_was_published_and_a_closed_one_never():
    kept = venue("gallery", cycle_days=10)
    venue("museum")
    with clock.fixed(DAY + timedelta(days=10)):
        assert keep_contents() == 1
        close_venue(kept.pk, reason="拆除", actor=office())
        assert keep_contents() == 0
        assert not Todo.objects.filter(closed_on=None).exists()


def test_content_that_cannot_be_is_refused():
    kept, actor = venue("gallery"), office()
    for themes, day in (({}, DAY), ({1: "x"}, DAY + timedelta(days=1)), ({0: "x"}, DAY), ({1: " "}, DAY)):
        with pytest.raises(VenueUnfit):
            change_content(kept.pk, themes, changed_on=day, actor=actor)
    with pytest.raises(NotAllowed):
        change_content(kept.pk, {1: "x"}, changed_on=DAY, actor=PersonFactory(role=Role.AUDITOR))


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c636460f85f0f0002870180eb47ba920000000049454e44ae426082"
)


def test_a_picture_is_public_has_words_and_goes_with_its_file(settings, tmp_path):
    kept, actor = venue(), office()
    photo = add_photo(kept.pk, SimpleUploadedFile("a.png", PNG), caption="正门", actor=actor)
    assert photo.file.visibility == "public"
    with pytest.raises(VenueUnfit):
        add_photo(kept.pk, SimpleUploadedFile("a.png", PNG), caption="", actor=actor)
    with pytest.raises(InputUnreadable):
        add_photo(kept.pk, SimpleUploadedFile("a.png", b"no picture"), caption="正门", actor=actor)
    remove_photo(kept.pk, photo.pk, actor=actor)
    assert not Photo.objects.exists()


@pytest.mark.parametrize(
    ("constraint", "make"),
    [
        ("accreditation_days_in_order", lambda v: Accreditation.objects.create(venue=v, level="city", title="x", valid_from=DAY, valid_to=date(2000, 1, 1))),
        ("accreditation_end_says_why", lambda v: Accreditation.objects.create(venue=v, level="city", title="x", valid_from=DAY, ended_on=DAY)),
        ("closure_days_in_order", lambda v: Closure.objects.create(venue=v, since=DAY, until=date(2000, 1, 1), reason="x")),
        ("closure_says_why", lambda v: Closure.objects.create(venue=v, since=DAY, until=DAY)),
        ("free_entry_days_in_order", lambda v: FreeEntry.objects.create(venue=v, since=DAY, until=date(2000, 1, 1))),
        ("stay_days_in_order", lambda v: Stay.objects.create(venue=v, region=v.region, address="x", since=DAY, until=date(2000, 1, 1))),
        ("stay_coordinates_whole", lambda v: Stay.objects.create(venue=v, region=v.region, address="x", since=DAY, until=DAY, longitude=1)),
        ("panel_position_positive", lambda v: Panel.objects.create(venue=v, position=0, theme="x", changed_on=DAY)),
        ("panel_once_a_day", lambda v: [Panel.objects.create(venue=v, position=1, theme="x", changed_on=DAY) for _ in "ab"]),
        ("people_point_on_earth", lambda v: PeoplePoint.objects.create(code="x", name="x", region=v.region, longitude=200, latitude=1, people=1, source="x", counted_on=DAY)),
    ],
)  # fmt: skip
def test_the_database_refuses_what_cannot_be(constraint, make):
    kept = venue()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make(kept)


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("opening_weekday_known", {"weekday": 7}),
        ("opening_closes_after_opening", {"closes": time(8)}),
    ],
)
def test_the_database_refuses_hours_that_cannot_be(constraint, values):
    set_opening(venue().pk, valid_from=DAY, hours=hours(0), actor=office())
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        OpeningHours.objects.update(**values)


def test_pictures_need_words_in_the_database_too():
    kept = venue()
    photo = add_photo(kept.pk, SimpleUploadedFile("a.png", io.BytesIO(PNG).read()), caption="正门", actor=office())
    with pytest.raises(IntegrityError, match="photo_has_caption"), transaction.atomic():
        Photo.objects.filter(pk=photo.pk).update(caption="")
