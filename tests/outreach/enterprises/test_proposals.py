"""Proposals: recorded without names, answered, followed to a result."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.clock import today
from kepu.foundation.errors import NotAllowed
from kepu.ledger.models import Fact
from kepu.outreach.enterprises.errors import ProposalMoved, ProposalUnfit
from kepu.outreach.enterprises.models import Proposal
from kepu.outreach.enterprises.permissions import proposals_visible_to
from kepu.outreach.enterprises.services import ProposalWords, answer_proposal, record_proposal, record_result
from tests.factories import OrganisationFactory, PersonFactory
from tests.outreach.requests.worlds import day

pytestmark = pytest.mark.django_db


def result(proposal, actor, **more):
    given = {"result": "返修少了一半", "result_on": today(), "saved_yuan": Decimal(12000)} | more
    return record_result(proposal.pk, given.pop("result"), actor=actor, **given)


def test_proposed_adopted_and_its_result_recorded(world):
    proposal = world.proposal()
    with pytest.raises(ProposalMoved):
        result(proposal, world.liaison)

    answer_proposal(proposal.pk, is_adopted=True, words="", actor=world.liaison)
    with pytest.raises(ProposalMoved):
        answer_proposal(proposal.pk, is_adopted=False, words="不行", actor=world.liaison)
    result(proposal, world.liaison)

    proposal.refresh_from_db()
    assert (proposal.state, proposal.saved_yuan, proposal.house) == ("resulted", Decimal(12000), "示例机械厂")
    actions = AuditEntry.objects.filter(action__startswith="enterprises.proposal").order_by("pk")
    assert [one.action.rsplit(".", 1)[1] for one in actions] == ["recorded", "answered", "resulted"]
    assert not Fact.objects.exists()  # no indicator counts proposals
    with pytest.raises(ProposalMoved):
        result(proposal, world.liaison)


def test_not_adopted_says_why(world):
    proposal = world.proposal()
    with pytest.raises(ProposalUnfit):
        answer_proposal(proposal.pk, is_adopted=False, words=" ", actor=world.liaison)
    assert answer_proposal(proposal.pk, is_adopted=False, words="去年试过", actor=world.liaison).state == "declined"
    with pytest.raises(ProposalMoved):
        result(proposal, world.liaison)


def test_sent_twice_it_is_recorded_once(world):
    key, words = uuid.uuid4(), ProposalWords("烘焊条", "每班烘一小时", 3, today(), body=world.factory)
    first = record_proposal(words, actor=world.liaison, key=key)
    assert record_proposal(words, actor=world.liaison, key=key) == first


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"proposed": " "}, "proposed"),
        ({"workers": 0}, "workers"),
        ({"proposed_on": day(1)}, "proposed_on"),
    ],
)
def test_what_can_not_be_is_refused_at_its_field(world, wrong, field):
    with pytest.raises(ProposalUnfit) as refused:
        world.proposal(**wrong)
    assert refused.value.data["field"] == field


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"result": " "}, "result"),
        ({"result_on": day(1)}, "result_on"),
        ({"result_on": day(-1)}, "result_on"),
        ({"saved_yuan": Decimal(-1)}, "saved_yuan"),
        ({"saved_yuan": Decimal(10) ** 12}, "saved_yuan"),
    ],
)
def test_a_result_that_can_not_be_is_refused_at_its_field(world, wrong, field):
    proposal = world.proposal()
    answer_proposal(proposal.pk, is_adopted=True, words="", actor=world.liaison)
    with pytest.raises(ProposalUnfit) as refused:
        result(proposal, world.liaison, **wrong)
    assert refused.value.data["field"] == field


def test_who_posted_a_checked_need_records_for_an_enterprise_outside_the_register(world):
    waiting = world.post(PersonFactory(), body=None, body_name="示例小厂")
    with pytest.raises(ProposalUnfit, match="还没有核实"):
        world.proposal(waiting.poster, body=None, need=waiting)
    need = world.checked(body=None, body_name="示例小厂")

    proposal = world.proposal(world.poster, body=None, need=need)

    assert (proposal.body, proposal.house) == (None, "示例小厂")
    assert answer_proposal(proposal.pk, is_adopted=True, words="", actor=world.poster).state == "adopted"


def test_strangers_record_and_answer_nothing(world):
    need, proposal = world.checked(), world.proposal()
    other = PersonFactory(role="liaison", organisation=OrganisationFactory(region=world.district))
    for actor in (PersonFactory(), other, world.office):
        with pytest.raises(NotAllowed):
            world.proposal(actor)
        with pytest.raises(NotAllowed):
            world.proposal(actor, body=None, need=need)
        with pytest.raises(NotAllowed):
            answer_proposal(proposal.pk, is_adopted=True, words="", actor=actor)
        with pytest.raises(NotAllowed):
            result(proposal, actor)
    strange = OrganisationFactory(region=world.district)
    liaison = PersonFactory(role="liaison", organisation=strange)
    with pytest.raises(ProposalUnfit, match="另一家企业"):
        world.proposal(liaison, body=strange, need=need)


def test_a_district_reads_its_own_proposals(world):
    mine, need = world.proposal(), world.checked(body=None, body_name="示例小厂", region=world.elsewhere)
    far = world.proposal(world.poster, body=None, need=need)
    officer = PersonFactory(role="district_officer", region=world.elsewhere)
    assert list(proposals_visible_to(world.officer)) == [mine]
    assert list(proposals_visible_to(officer)) == [far]
    assert set(proposals_visible_to(world.office)) == {mine, far}
    assert not proposals_visible_to(world.liaison).exists()


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("proposal_state_known", {"state": "lost"}),
        ("proposal_has_enterprise", {"body": None}),
        ("proposal_has_workers", {"workers": 0}),
        ("proposal_declined_says_why", {"state": "declined"}),
        ("proposal_result_when_resulted", {"state": "resulted"}),
        ("proposal_result_when_resulted", {"saved_yuan": 1}),
        ("proposal_days_in_order", {"state": "resulted", "result": "好", "result_on": today() - timedelta(days=1)}),
        (
            "proposal_saving_not_negative",
            {"state": "resulted", "result": "好", "result_on": today(), "saved_yuan": -1},
        ),
    ],
)
def test_the_database_refuses_what_can_not_be(world, name, wrong):
    proposal = world.proposal()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(**wrong)
