"""Two officers at one draft: nothing of either is lost, and who comes second is told in words."""

import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation
from kepu.foundation.errors import DomainError
from kepu.plan.tasks.errors import DraftNotOpen, FindingMoved, PlanAlreadyLive
from kepu.plan.tasks.models import Plan, PlanDraft
from kepu.plan.tasks.queries.drafts import draft_content
from kepu.plan.tasks.services import (
    agree_with_finding,
    change_finding,
    confirm_draft,
    create_bodies,
    create_draft,
    guessed_bodies,
    link_task,
    match_body,
    place_draft,
    restore_finding,
    strike_finding,
    undo_correction,
)
from tests.factories import OrganisationFactory, PersonFactory, RegionFactory, city_region
from tests.plan.texts import AMENDED, PLAN


def two_officers():
    return PersonFactory(role=Role.LEADING_OFFICE, name="示例人员 甲"), PersonFactory(
        role=Role.LEADING_OFFICE, name="示例人员 乙"
    )


def a_draft(actor, text=PLAN, **more):
    city_region()
    return create_draft(text, "示例方案", actor=actor, **more)


def at_once(*acts):
    """Do all at the same moment, each on a connection of its own; returns what each gave or raised, in their order."""
    together, given = threading.Barrier(len(acts)), [None] * len(acts)

    def do(place, act):
        together.wait()
        try:
            given[place] = act()
        except DomainError as problem:
            given[place] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


def finding(draft, key):
    draft.refresh_from_db()
    return draft_content(draft).finding(key)


# --- at the same moment, on real transactions ---


@pytest.mark.django_db(transaction=True)
def test_of_two_corrections_of_one_field_the_first_stands_and_the_second_is_told():
    one, other = two_officers()
    draft = a_draft(one)

    given = at_once(
        lambda: change_finding(draft.pk, "g1", {"value": "120"}, actor=one, seen=0),
        lambda: change_finding(draft.pk, "g1", {"value": "150"}, actor=other, seen=0),
    )

    refused = [problem for problem in given if isinstance(problem, FindingMoved)]
    assert len(refused) == 1
    is_one_first = given[0] is not refused[0]
    stands, winner = ("120", one) if is_one_first else ("150", other)
    assert f"{winner}" in refused[0].data["fields"]["value"]
    assert f"从“100”改成“{stands}”" in refused[0].data["fields"]["value"]
    assert f"{finding(draft, 'g1').value}" == stands
    assert len(draft.corrections) == 1


@pytest.mark.django_db(transaction=True)
def test_corrections_of_different_fields_are_both_kept():
    one, other = two_officers()
    draft = a_draft(one)
    whole = {"value": "100", "unit": "人次", "period": "year"}

    given = at_once(
        lambda: change_finding(draft.pk, "g1", {**whole, "value": "120"}, actor=one, seen=0),
        lambda: change_finding(draft.pk, "g1", {**whole, "period": "half"}, actor=other, seen=0),
    )

    assert not [problem for problem in given if isinstance(problem, FindingMoved)]
    now = finding(draft, "g1")
    assert (f"{now.value}", now.period) == ("120", "half")
    assert {correction["by"]["name"] for correction in draft.corrections} == {str(one), str(other)}


@pytest.mark.django_db(transaction=True)
def test_two_confirmations_make_one_plan_and_the_second_is_led_to_it():
    one, other = two_officers()
    draft = a_draft(one)
    create_bodies(draft.pk, guessed_bodies(draft), actor=one)
    draft.refresh_from_db()
    seen = len(draft.corrections)

    given = at_once(
        lambda: confirm_draft(draft.pk, actor=one, seen=seen), lambda: confirm_draft(draft.pk, actor=other, seen=seen)
    )

    plan = Plan.objects.get()
    told = next(problem for problem in given if isinstance(problem, PlanAlreadyLive))
    assert told.data["slug"] == plan.slug
    assert plan in given


@pytest.mark.django_db(transaction=True)
def test_a_correction_and_the_confirmation_never_pass_each_other_unseen():
    one, other = two_officers()
    draft = a_draft(one)
    create_bodies(draft.pk, guessed_bodies(draft), actor=one)
    draft.refresh_from_db()
    seen = len(draft.corrections)

    corrected, confirmed = at_once(
        lambda: change_finding(draft.pk, "g1", {"value": "150"}, actor=one, seen=seen),
        lambda: confirm_draft(draft.pk, actor=other, seen=seen),
    )

    if isinstance(confirmed, Plan):  # it was first: the correction is refused, not swallowed
        assert isinstance(corrected, DraftNotOpen)
        assert confirmed.targets.get(measure__contains="科技辅导员").value == 100
    else:
        assert isinstance(confirmed, FindingMoved)
        assert "从“100”改成“150”" in str(confirmed)
        assert not Plan.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_bodies_created_twice_at_once_are_there_once():
    one, other = two_officers()
    draft = a_draft(one)
    wanted = guessed_bodies(draft)

    given = at_once(
        lambda: create_bodies(draft.pk, wanted, actor=one), lambda: create_bodies(draft.pk, wanted, actor=other)
    )

    assert sorted(len(made) for made in given) == [0, 5]
    assert Organisation.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_a_finding_is_struck_once():
    one, other = two_officers()
    draft = a_draft(one)

    given = at_once(
        lambda: strike_finding(draft.pk, "g1", actor=one, seen=0),
        lambda: strike_finding(draft.pk, "g1", actor=other, seen=0),
    )

    assert sorted(map(bool, given)) == [False, True]
    draft.refresh_from_db()
    assert len(draft.corrections) == 1


# --- one after the other, on an older page ---


@pytest.mark.django_db
def test_an_act_meant_for_what_was_there_is_refused_in_words():
    one, other = two_officers()
    draft = a_draft(one)
    change_finding(draft.pk, "g2", {"value": "80"}, actor=other)

    with pytest.raises(FindingMoved, match=r"示例人员 乙.*从“60”改成“80”"):
        strike_finding(draft.pk, "g2", actor=one, seen=0)
    strike_finding(draft.pk, "g2", actor=one, seen=1)
    with pytest.raises(FindingMoved, match=r"示例人员 甲.*划去了"):
        change_finding(draft.pk, "g2", {"value": "90"}, actor=other, seen=1)
    assert agree_with_finding(draft.pk, "g2", actor=other, seen=0) == ""


@pytest.mark.django_db
def test_what_was_undone_meanwhile_counts_as_changed():
    one, other = two_officers()
    draft = a_draft(one)
    correction = change_finding(draft.pk, "g1", {"value": "120"}, actor=one)
    undo_correction(draft.pk, correction, actor=one)

    with pytest.raises(FindingMoved, match="撤销了"):
        change_finding(draft.pk, "g1", {"value": "130"}, actor=other, seen=1)


@pytest.mark.django_db
def test_saving_without_a_change_does_not_agree_with_what_was_not_seen():
    one, other = two_officers()
    draft = a_draft(one)
    change_finding(draft.pk, "g2", {"value": "80"}, actor=other)

    with pytest.raises(FindingMoved):
        change_finding(draft.pk, "g2", {"value": "60"}, actor=one, seen=0)
    assert f"{finding(draft, 'g2').value}" == "80"


@pytest.mark.django_db
def test_another_finding_is_no_hindrance():
    one, other = two_officers()
    draft = a_draft(one)
    change_finding(draft.pk, "t0", {"title": "改过"}, actor=other)

    change_finding(draft.pk, "g2", {"value": "70"}, actor=one, seen=0)
    with pytest.raises(FindingMoved):
        strike_finding(draft.pk, "t0.d0", actor=one, seen=0)  # its task was corrected
    assert restore_finding(draft.pk, "g2", actor=one, seen=0) == ""


@pytest.mark.django_db
def test_bodies_places_and_ends_are_not_overwritten_unseen():
    one, other = two_officers()
    draft = a_draft(one)
    body, wrong = OrganisationFactory(name="青岛市科学技术协会"), OrganisationFactory(name="青岛市社科联")
    elsewhere = RegionFactory(code="3701", name="济南市")

    match_body(draft.pk, "市科协", body, actor=other)
    with pytest.raises(FindingMoved, match="青岛市科学技术协会"):
        match_body(draft.pk, "市科协", wrong, actor=one, seen=0)
    place_draft(draft.pk, region=elsewhere, actor=other, seen=1)
    with pytest.raises(FindingMoved, match="济南市"):
        place_draft(draft.pk, region=city_region(), predecessor=None, actor=one, seen=1)
    assert PlanDraft.objects.get().region == elsewhere


@pytest.mark.django_db
def test_an_end_that_somebody_decided_is_not_overwritten_unseen():
    one, other = two_officers()
    first = a_draft(one)
    create_bodies(first.pk, guessed_bodies(first), actor=one)
    plan = confirm_draft(first.pk, actor=one)
    draft = a_draft(one, AMENDED, predecessor=plan)
    old = plan.tasks.first()
    link_task(draft.pk, old.pk, "same", ["t0"], actor=other, seen=0)

    with pytest.raises(FindingMoved, match="去向"):
        link_task(draft.pk, old.pk, "ended", actor=one, seen=0)


# --- over the pages ---


@pytest.fixture
def pages(db):
    one, other = two_officers()
    draft = a_draft(one)
    clients = Client(), Client()
    for client, person in zip(clients, (one, other), strict=True):
        client.force_login(person)
    return draft, *clients


def at(draft, name, *more):
    return reverse(f"plan:{name}", args=[draft.pk, *more])


def filled(page, **changed):
    """What a browser sends back of a form that was fetched, with some fields typed over."""
    values = {name: value for name, value in page.context["form"].initial.items() if value not in (None, False)}
    return {**values, "seen": page.context["seen"], **changed}


def text(page):
    return page.content.decode()


def test_a_stale_form_keeps_what_was_typed_says_who_and_goes_through_the_second_time(pages):
    draft, mine, theirs = pages
    address = at(draft, "draft_edit", "g1")
    my_form, their_form = mine.get(address), theirs.get(address)
    theirs.post(address, filled(their_form, value="150"))

    page = mine.post(address, filled(my_form, value="120", measure="我写的内容"))

    assert page.status_code == 422
    assert "示例人员 乙" in text(page)
    assert "从“100”改成“150”" in "".join(page.context["form"].errors["value"])
    assert 'value="120"' in text(page)
    assert 'value="我写的内容"' in text(page)
    assert f"{finding(draft, 'g1').value}" == "150"
    again = mine.post(address, filled(page, value="120", measure="我写的内容"))
    assert again.status_code == 302
    assert (f"{finding(draft, 'g1').value}", finding(draft, "g1").measure) == ("120", "我写的内容")


def test_fields_that_do_not_meet_are_joined_and_both_are_told(pages):
    draft, mine, theirs = pages
    address = at(draft, "draft_edit", "g1")
    my_form, their_form = mine.get(address), theirs.get(address)
    theirs.post(address, filled(their_form, value="150"))

    mine.post(address, filled(my_form, measure="我写的内容"))

    page = mine.get(at(draft, "draft"))
    assert "两边的都存下了" in text(page)
    assert (f"{finding(draft, 'g1').value}", finding(draft, "g1").measure) == ("150", "我写的内容")


def test_a_wrong_value_does_not_hide_what_others_wrote(pages):
    draft, mine, theirs = pages
    address = at(draft, "draft_edit", "g1")
    my_form, their_form = mine.get(address), theirs.get(address)
    theirs.post(address, filled(their_form, value="150"))

    wrong = mine.post(address, filled(my_form, value="许多"))
    page = mine.post(address, filled(wrong, value="120"))

    assert page.status_code == 422
    assert "示例人员 乙" in text(page)


def test_a_form_for_a_draft_that_went_live_says_so_and_keeps_the_words(pages):
    draft, mine, theirs = pages
    create_bodies(draft.pk, guessed_bodies(draft), actor=PersonFactory(role=Role.LEADING_OFFICE))
    address = at(draft, "draft_edit", "g1")
    form = mine.get(address)
    theirs.post(at(draft, "draft_confirm"), {"region": city_region().pk})
    assert Plan.objects.exists()

    page = mine.post(address, filled(form, measure="我写的内容"))

    assert page.status_code == 422
    assert "已经上线" in text(page)
    assert "我写的内容" in text(page)


def test_a_button_of_an_older_page_says_who_was_quicker(pages):
    draft, mine, theirs = pages
    theirs.post(at(draft, "draft_mark"), {"op": "strike", "key": "g1", "seen": 0})

    mine.post(at(draft, "draft_mark"), {"op": "strike", "key": "g1", "seen": 0})
    assert "示例人员 乙" in text(mine.get(at(draft, "draft")))
    mine.post(at(draft, "draft_mark"), {"op": "restore", "key": "g1", "seen": 1})
    theirs.post(at(draft, "draft_mark"), {"op": "strike", "key": "g1", "seen": 1})

    assert "示例人员 甲" in text(theirs.get(at(draft, "draft")))
    assert not finding(draft, "g1").is_struck


def test_the_last_step_asks_again_when_somebody_corrected_meanwhile(pages):
    draft, mine, theirs = pages
    create_bodies(draft.pk, guessed_bodies(draft), actor=PersonFactory(role=Role.LEADING_OFFICE))
    form = mine.get(at(draft, "draft_confirm"))
    theirs.post(at(draft, "draft_mark"), {"op": "strike", "key": "t1"})
    sent = {"region": city_region().pk, "short_title": "我起的简称", "seen": form.context["seen"]}

    page = mine.post(at(draft, "draft_confirm"), sent)

    assert page.status_code == 422
    assert "示例人员 乙" in text(page)
    assert "开放实验室" in text(page)
    assert "我起的简称" in text(page)
    assert not Plan.objects.exists()
    mine.post(at(draft, "draft_confirm"), {**sent, "seen": page.context["seen"]})
    assert Plan.objects.get().tasks.count() == 2


def test_an_older_page_of_bodies_creates_under_the_right_names_only(pages):
    draft, mine, _theirs = pages
    older = mine.get(at(draft, "draft_bodies"))
    first = older.context["missing"][0][0].printed
    create_bodies(draft.pk, {first: guessed_bodies(draft)[first]}, actor=PersonFactory(role=Role.LEADING_OFFICE))
    sent = {"take": [row.printed for row, _form in older.context["missing"]]}
    for _row, form in older.context["missing"]:
        sent |= {f"{form.prefix}-name": form["name"].value(), f"{form.prefix}-kind": form["kind"].value()}

    mine.post(at(draft, "draft_bodies"), sent)

    page = mine.get(at(draft, "draft_bodies"))
    assert f"“{first}”已经由别人对应好" in text(page)
    wanted = {row.printed: form["name"].value() for row, form in older.context["missing"]}
    assert {row.printed: row.organisation.name for row, _form in page.context["rows"]} == wanted


def test_the_page_tells_of_news_when_its_window_is_looked_at_again(pages):
    draft, mine, theirs = pages
    assert "看最新的" not in text(mine.get(at(draft, "draft_news"), {"seen": 0}))

    theirs.post(at(draft, "draft_mark"), {"op": "strike", "key": "g1"})

    news = text(mine.get(at(draft, "draft_news"), {"seen": 0}))
    assert "示例人员 乙" in news
    assert "看最新的" in news
    assert "<html" not in news
    assert mine.get(at(draft, "draft_news"), {"seen": "x"}).status_code == 200
