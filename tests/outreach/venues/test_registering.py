"""Who registers, changes, publishes and closes a venue, and what of it cannot be."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from kepu.directory.register.choices import Role
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.errors import NotAllowed
from kepu.foundation.search.queries import search
from kepu.outreach.venues.choices import VenueState
from kepu.outreach.venues.errors import VenueMoved, VenueUnfit
from kepu.outreach.venues.models import Venue
from kepu.outreach.venues.queries import venues_visible_to
from kepu.outreach.venues.services import change_venue, close_venue, publish_venue, register_venue
from tests.factories import OrganisationFactory, PersonFactory
from tests.outreach.venues.factories import at, district, liaison_of, office, point, venue, words

pytestmark = pytest.mark.django_db


def test_a_draft_is_registered_changed_published_and_closed():
    body = OrganisationFactory(region=district())
    liaison = liaison_of(body)
    made = register_venue("gallery", body.pk, words(name="示例画廊"), actor=liaison)
    assert (made.state, made.sort_key[:3]) == (VenueState.DRAFT, "shi")

    change_venue(made.pk, words(name="示例画廊", capacity=30), actor=liaison)
    publish_venue(made.pk, actor=liaison)
    close_venue(made.pk, reason="拆迁", actor=liaison)

    found = Venue.objects.get()
    assert (found.state, found.capacity, found.closed_reason) == (VenueState.CLOSED, 30, "拆迁")
    assert list(AuditEntry.objects.filter(action__startswith="venues.").order_by("id").values_list("action", flat=True)) == [
        "venues.venue.registered", "venues.venue.changed", "venues.venue.published", "venues.venue.closed",
    ]  # fmt: skip


def test_only_the_office_the_keepers_liaison_and_the_districts_officer_write():
    body, other = OrganisationFactory(region=district()), OrganisationFactory()
    allowed = [office(), liaison_of(body), PersonFactory(role=Role.DISTRICT_OFFICER, region=district())]
    refused = [
        liaison_of(other),
        PersonFactory(role=Role.UNIT_HEAD, organisation=body),
        PersonFactory(role=Role.REVIEWER, organisation=body),
        PersonFactory(role=Role.DISTRICT_OFFICER, region=district("370203", "市北区")),
        PersonFactory(role=Role.ADMINISTRATOR),
    ]
    kept = venue(keeper=body)
    for actor in allowed:
        assert register_venue("museum", body.pk, words(), actor=actor).keeper == body
        assert change_venue(kept.pk, words(name="改了名的馆"), actor=actor).name == "改了名的馆"
    for actor in refused:
        with pytest.raises(NotAllowed):
            register_venue("museum", body.pk, words(), actor=actor)
        with pytest.raises(NotAllowed):
            change_venue(kept.pk, words(), actor=actor)
        with pytest.raises(NotAllowed):
            close_venue(kept.pk, reason="不办了", actor=actor)


def test_nobody_moves_a_venue_out_of_the_own_district():
    officer = PersonFactory(role=Role.DISTRICT_OFFICER, region=district())
    kept = venue(actor=officer)

    with pytest.raises(NotAllowed):
        change_venue(kept.pk, words(region=district("370203", "市北区")), actor=officer)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "馆" * 81}, "name"),
        ({"longitude": Decimal("36.1"), "latitude": Decimal("120.4"), "coordinate_source": "surveyed"}, "longitude"),
        ({"longitude": Decimal("2.3"), "latitude": Decimal("48.9"), "coordinate_source": "surveyed"}, "longitude"),
        ({"longitude": Decimal(120)}, "latitude"),
        ({"longitude": Decimal(120), "latitude": Decimal(36)}, "coordinate_source"),
        ({"capacity": 0}, "capacity"),
        ({"cycle_days": 99999}, "cycle_days"),
        ({"details": {"display_m2": "很大"}}, "detail_display_m2"),
        ({"details": {"display_m2": "1.5"}}, "detail_display_m2"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(given, field):
    with pytest.raises(VenueUnfit) as refused:
        register_venue("science_centre", OrganisationFactory().pk, words(**given), actor=office())
    assert refused.value.data["field"] == field


def test_a_point_far_from_everybody_has_to_be_looked_at_again():
    point(120.4, 36.1)
    body = OrganisationFactory()
    in_the_sea = words(**at(121.6, 36.1))

    with pytest.raises(VenueUnfit, match="可能在海里"):
        register_venue("museum", body.pk, in_the_sea, actor=office())

    assert register_venue("museum", body.pk, in_the_sea, actor=office(), is_checked=True).point == (121.6, 36.1)


def test_fields_of_a_kind_are_kept_as_what_they_are_and_others_left_out():
    kept = venue("campus_room", details={"display_m2": "120", "is_open_to_public": True, "model": "Ⅱ"})

    assert kept.details == {"display_m2": 120, "is_open_to_public": True}
    with pytest.raises(VenueUnfit, match="https"):
        venue("online_hall", details={"address": "javascript:alert(1)"})


def test_a_venue_without_address_is_not_published_unless_it_moves_or_is_online():
    actor, body = office(), OrganisationFactory()
    museum = register_venue("museum", body.pk, words(address=""), actor=actor)
    with pytest.raises(VenueUnfit, match="地址"):
        publish_venue(museum.pk, actor=actor)
    for kind in ("van", "online_hall"):
        made = register_venue(kind, body.pk, words(address=""), actor=actor)
        assert publish_venue(made.pk, actor=actor).state == VenueState.PUBLISHED


def test_each_step_is_taken_once():
    actor, kept = office(), venue()
    with pytest.raises(VenueMoved):
        publish_venue(kept.pk, actor=actor)
    close_venue(kept.pk, reason="合并", actor=actor)
    for again in (
        lambda: close_venue(kept.pk, reason="合并", actor=actor),
        lambda: change_venue(kept.pk, words(), actor=actor),
    ):
        with pytest.raises(VenueMoved):
            again()


def test_the_search_finds_what_is_published_and_nothing_else():
    actor = office()
    draft = venue(public=False, name="海洋科技馆", actor=actor)
    assert not search("海洋科技馆", actor=None)
    publish_venue(draft.pk, actor=actor)
    assert [hit.url for hit in search("haiyang", actor=None)] == [draft.get_absolute_url()]
    change_venue(draft.pk, replace(words(), name="航天馆"), actor=actor)
    assert [hit.title for hit in search("航天", actor=None)] == ["航天馆"]
    close_venue(draft.pk, reason="合并", actor=actor)
    assert not search("航天馆", actor=None)


def test_drafts_are_seen_by_who_keeps_them_and_the_office():
    body = OrganisationFactory(region=district())
    draft, shown = venue(keeper=body, public=False), venue()

    assert set(venues_visible_to(liaison_of(body))) == {draft, shown}
    assert set(venues_visible_to(office())) == {draft, shown}
    assert set(venues_visible_to(PersonFactory(role=Role.AUDITOR))) == {draft, shown}
    assert set(venues_visible_to(liaison_of(OrganisationFactory()))) == {shown}


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("venue_state_known", {"state": "gone"}),
        ("venue_coordinates_whole", {"longitude": Decimal(120)}),
        ("venue_coordinates_whole", {"longitude": Decimal(120), "coordinate_source": "surveyed"}),
        ("venue_coordinates_source_known", {"coordinate_source": "guess", "longitude": 120, "latitude": 36}),
        ("venue_published_has_day", {"published_on": None}),
        ("venue_closed_has_day", {"closed_reason": "x"}),
        ("venue_cycle_positive", {"cycle_days": 0}),
    ],
)
def test_the_database_refuses_what_no_venue_can_be(constraint, values):
    kept = venue()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Venue.objects.filter(pk=kept.pk).update(**values)
