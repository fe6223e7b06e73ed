"""What needs two persons happens when the second agrees, once, and never by the first alone."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from kepu.directory.todos.models import Todo
from kepu.foundation.approvals.choices import ApprovalState
from kepu.foundation.approvals.errors import ApprovalNotWaiting, ApprovalUnfit, SecondPersonNeeded
from kepu.foundation.approvals.models import Approval
from kepu.foundation.approvals.queries import approvals_seen_by
from kepu.foundation.approvals.services import (
    Addressee,
    ApprovalKind,
    approve,
    ask_approval,
    expire_approvals,
    forget_kind,
    forget_sameness,
    refuse,
    register_kind,
    register_sameness,
    withdraw_request,
)
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.clock import fixed, today
from kepu.foundation.errors import DomainError, NotAllowed
from tests.factories import OrganisationFactory, PersonFactory
from tests.foundation.actors import someone

KIND = "example.name_body"


class Refused(DomainError):
    """The act itself says no."""


def _run(arguments, asked_by, actor):
    if arguments["name"] == "坏":
        raise Refused("不行")
    body = OrganisationFactory(name=arguments["name"])
    return {"body": body.pk, "asked_by": asked_by, "approved_by": actor.pk}


@pytest.fixture(autouse=True)
def _kind():
    register_kind(
        ApprovalKind(
            code=KIND,
            label="示例事项",
            title=lambda arguments: f"设立{arguments['name']}",
            may_ask=lambda actor, _arguments: actor.holds("liaison", "leading_office"),
            may_approve=lambda actor, _arguments: actor.holds("leading_office"),
            run=_run,
            addressee=lambda _arguments: Addressee("leading_office"),
            days=3,
        )
    )
    yield
    forget_kind(KIND)


ASKER, SECOND = someone("liaison", pk=1001), someone("leading_office", pk=1002)


def asked(name="甲局", actor=ASKER):
    return ask_approval(KIND, {"name": name}, reason="编制批下来了", actor=actor)


@pytest.mark.django_db
def test_nothing_happens_until_a_second_person_approves():
    request = asked()

    assert Todo.objects.get(closed_on=None).title == "核准：设立甲局"
    settled = approve(request.pk, actor=SECOND)

    assert settled.state == ApprovalState.APPROVED
    assert settled.outcome["asked_by"] == 1001
    assert settled.outcome["approved_by"] == 1002
    assert not Todo.objects.filter(closed_on=None).exists()
    actions = list(
        AuditEntry.objects.filter(action__startswith="approvals.").order_by("pk").values_list("action", flat=True)
    )
    assert actions == ["approvals.approval.asked", "approvals.approval.approved"]


@pytest.mark.django_db
def test_who_asked_never_approves_whatever_the_role():
    request = asked(actor=SECOND)

    with pytest.raises(SecondPersonNeeded):
        approve(request.pk, actor=SECOND)

    assert Approval.objects.get().is_waiting
    assert not approvals_seen_by(SECOND)[0].can_decide


@pytest.mark.django_db
def test_a_second_account_of_the_same_person_does_not_approve():
    request = asked()

    def same(one, other):
        return {one, other} == {1001, 1002}

    register_sameness(same)
    try:
        with pytest.raises(SecondPersonNeeded):
            approve(request.pk, actor=SECOND)
    finally:
        forget_sameness(same)
    assert approve(request.pk, actor=SECOND).state == ApprovalState.APPROVED


@pytest.mark.django_db
def test_only_who_the_kind_names_asks_and_approves():
    with pytest.raises(NotAllowed):
        asked(actor=someone(pk=5))
    request = asked()
    with pytest.raises(NotAllowed):
        approve(request.pk, actor=someone("liaison", pk=6))
    assert approvals_seen_by(someone(pk=5)) == []


@pytest.mark.django_db
def test_a_request_wants_a_reason_and_a_refusal_wants_words():
    with pytest.raises(ApprovalUnfit):
        ask_approval(KIND, {"name": "甲局"}, reason="  ", actor=ASKER)
    request = asked()
    with pytest.raises(ApprovalUnfit):
        refuse(request.pk, actor=SECOND, words="")

    assert refuse(request.pk, actor=SECOND, words="没有批文").state == ApprovalState.REFUSED
    assert Approval.objects.get().outcome == {}
    with pytest.raises(ApprovalNotWaiting):
        approve(request.pk, actor=SECOND)


@pytest.mark.django_db
def test_where_the_act_fails_the_request_waits_on():
    request = asked("坏")

    with pytest.raises(Refused), transaction.atomic():
        approve(request.pk, actor=SECOND)

    assert Approval.objects.get().is_waiting


@pytest.mark.django_db
def test_it_expires_after_its_last_day():
    request = asked()
    with fixed(today() + timedelta(days=4)):
        with pytest.raises(ApprovalNotWaiting):
            approve(request.pk, actor=SECOND)
        assert expire_approvals() == 1
        assert expire_approvals() == 0
    assert Approval.objects.get().state == ApprovalState.EXPIRED


@pytest.mark.django_db
def test_only_the_asker_withdraws():
    request = asked()
    with pytest.raises(NotAllowed):
        withdraw_request(request.pk, actor=SECOND)
    assert withdraw_request(request.pk, actor=ASKER).state == ApprovalState.WITHDRAWN


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": "approved", "decided_by": 1001}, "approval_by_another_person"),
        ({"state": "approved"}, "approval_by_another_person"),
        ({"state": "refused", "decided_by": 1002}, "approval_refused_with_words"),
        ({"state": "lost"}, "approval_state_known"),
        ({"reason": ""}, "approval_has_reason"),
    ],
)
def test_the_database_refuses_what_no_service_does(values, constraint):
    request = asked()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Approval.objects.filter(pk=request.pk).update(**values)


@pytest.mark.django_db(transaction=True)
def test_of_two_approvers_at_once_one_does_it():
    request = asked()
    others = [someone("leading_office", pk=1002), someone("leading_office", pk=1003)]
    together, given = threading.Barrier(2), []

    def do(actor):
        together.wait()
        try:
            given.append(approve(request.pk, actor=actor).state)
        except ApprovalNotWaiting as problem:
            given.append(problem.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=(actor,)) for actor in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(given) == ["approval_not_waiting", "approved"]
    assert AuditEntry.objects.filter(action="approvals.approval.approved").count() == 1


@pytest.mark.django_db
def test_the_page_lets_the_second_person_decide_and_shows_the_first_who_waits(client):
    office, other = PersonFactory(role="leading_office"), PersonFactory(role="leading_office")
    request = asked(actor=office)

    client.force_login(office)
    assert "要等另一个人核准" in client.get(f"/desk/approvals/{request.pk}/").content.decode()
    client.force_login(other)
    refused = client.post(f"/desk/approvals/{request.pk}/", {"answer": "refuse", "words": ""})
    assert refused.status_code == 422
    assert "请写明为什么不核准" in refused.content.decode()
    assert client.post(f"/desk/approvals/{request.pk}/", {"answer": "approve"}).status_code == 302
    assert "设立甲局" in client.get("/desk/approvals/").content.decode()
    client.force_login(PersonFactory())
    assert client.get(f"/desk/approvals/{request.pk}/").status_code == 404


@pytest.mark.django_db
def test_the_list_asks_the_same_number_of_questions_for_few_and_many(client, django_assert_max_num_queries):
    office = PersonFactory(role="leading_office")
    client.force_login(office)
    client.get("/desk/approvals/")
    for number in range(12):
        asked(f"局{number}", actor=PersonFactory(role="liaison", organisation=OrganisationFactory()))
    with django_assert_max_num_queries(20):
        client.get("/desk/approvals/")
