"""The pages: what everybody reads, posting and following, the desk, and what workers propose."""

import re
import uuid

import pytest
from django.urls import reverse

from kepu.outreach.enterprises.models import Need, Proposal
from kepu.outreach.enterprises.services import answer_proposal, close_need, mark_need_unmet
from kepu.outreach.requests.models import Order
from tests.factories import PersonFactory
from tests.outreach.bookings.factories import text_digest
from tests.outreach.enterprises.worlds import TITLE
from tests.outreach.requests.worlds import day

pytestmark = pytest.mark.django_db

PHONE = "13900000002"


def words(response) -> str:
    """What a page says, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def url(name: str, *args) -> str:
    return reverse(f"enterprises:{name}", args=args)


def typed(world, **more):
    """What a factory types."""
    return {
        "kind": "technical", "title": TITLE, "words": "换过两种焊条，还是有。", "body": world.factory.name,
        "region": world.district.pk, "place": "三车间", "workers": 30, "wanted_by": f"{day(21):%Y-%m-%d}",
        "contact_name": "示例主任", "contact_phone": PHONE, "text_digest": text_digest(), "key": uuid.uuid4(), **more,
    }  # fmt: skip


def ordered(**more):
    """What the desk types to order a visit."""
    return {
        "topic": TITLE, "form": "advice", "people": 30, "place": "三车间", "earliest": f"{day(1):%Y-%m-%d}",
        "latest": f"{day(21):%Y-%m-%d}", "visits": 1, "key": uuid.uuid4(), **more,
    }  # fmt: skip


@pytest.fixture
def enter(client):
    """Sign somebody in, instead of whoever was."""

    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in


# What everybody sees


def test_everybody_reads_counts_and_the_titles_that_were_made_public(client, world):
    assert "没有公开的需求" in words(client.get(url("home")))
    world.checked(is_public=True)
    unmet = world.checked(PersonFactory(), title="机器人编程没人会", kind="training", region=world.elsewhere)
    mark_need_unmet(unmet.pk, "没有人会这一种", actor=world.office)
    world.post(PersonFactory(), title="还没有核实的难题", is_public=True)
    world.proposal()

    page = words(client.get(url("home")))

    assert "一共核实了 2 条，1 条没有满足" in page
    assert "技术难题 1 0 0" in page
    assert "黄岛区 1 0 1" in page
    assert "登记 1 条，采纳 0 条" in page
    assert TITLE in page
    for hidden in ("机器人编程没人会", "还没有核实的难题", "换过两种焊条", "示例机械厂", "没有人会这一种", PHONE):
        assert hidden not in page
    assert TITLE not in words(client.get(url("home"), {"kind": "training"}))
    assert TITLE not in words(client.get(url("home"), {"district": world.elsewhere.pk}))
    assert TITLE in words(client.get(url("home"), {"district": world.district.pk, "kind": "technical"}))


@pytest.mark.parametrize("name", ["home", "mine", "desk", "proposals", "desk_proposals"])
def test_lists_ask_the_same_number_of_questions_for_few_and_for_many(enter, world, name, django_assert_max_num_queries):
    def fill(number):
        need = world.checked(title=f"第 {number} 道难题", body=None, body_name=f"示例厂 {number}", is_public=True)
        world.proposal(world.poster, title=f"第 {number} 个主意", body=None, need=need)

    def look():
        return client.get(url(name))

    fill(1)
    client = enter(world.office if name.startswith("desk") else world.poster)
    look()
    with django_assert_max_num_queries(24) as few:
        look()
    for number in range(2, 8):
        fill(number)
    with django_assert_max_num_queries(len(few)):
        page = look()
    assert "第 7 " in words(page)


# Posting and following


def test_a_need_is_posted_followed_changed_and_taken_back(enter, world):
    client = enter(world.poster)
    assert "告知书" in words(client.get(url("post")))
    refused = client.post(url("post"), typed(world, text_digest="", workers=0))
    assert refused.status_code == 422
    assert "workers" in refused.context["form"].errors
    assert "同意" in words(client.post(url("post"), typed(world, text_digest="")))

    posted = client.post(url("post"), typed(world))

    need = Need.objects.get()
    assert posted.url == url("own", need.pk)
    assert (need.body, need.body_name, need.contact_phone) == (world.factory, "", PHONE)
    page = words(client.get(posted.url))
    assert "已提出，待核实" in page
    assert PHONE in page
    assert TITLE in words(client.get(url("mine")))
    past = client.post(url("own_change", need.pk), typed(world, wanted_by=f"{day(-1):%Y-%m-%d}"))
    assert past.status_code == 409
    assert "wanted_by" in past.context["form"].errors
    assert (
        client.post(url("own_change", need.pk), typed(world, title="焊缝有裂纹", contact_phone="")).status_code == 302
    )
    assert "焊缝有裂纹" in words(client.get(posted.url))
    no_reason = client.post(url("own_withdraw", need.pk), {"reason": ""})
    assert no_reason.context["withdraw"].errors == {"reason": ["请写为什么撤回。"]}
    assert client.post(url("own_withdraw", need.pk), {"reason": "自己解决了"}).status_code == 302
    assert "已撤回" in words(client.get(posted.url))


def test_an_enterprise_outside_the_register_is_named_in_words(enter, world):
    enter(world.poster).post(url("post"), typed(world, body="示例小厂"))
    need = Need.objects.get()
    assert (need.body, need.body_name) == (None, "示例小厂")


def test_nobody_else_finds_a_need_or_its_proposals(enter, world):
    need, proposal = world.checked(), world.proposal()
    client = enter(PersonFactory())
    for address in (url("own", need.pk), url("own_change", need.pk), url("proposal", proposal.pk)):
        assert client.get(address).status_code == 404
    assert client.post(url("own_withdraw", need.pk), {"reason": "x"}).status_code == 404
    assert client.post(url("proposal_answer", proposal.pk), {"do": "adopt"}).status_code == 404
    assert client.get(url("own", 1 << 64)).status_code == 404
    officer = enter(PersonFactory(role="district_officer", region=world.elsewhere))
    assert officer.get(url("desk_need", need.pk)).status_code == 404
    assert TITLE not in words(officer.get(url("desk")))


def test_a_reader_of_english_reads_english(client, world):
    world.checked(is_public=True)
    page = client.get(url("home"), headers={"accept-language": "en"}).content.decode()
    assert "Technical problem" in page
    assert f'<p lang="zh-Hans"><strong>{TITLE}' in page


# The desk


def test_the_desk_lists_and_filters(enter, world):
    need = world.post()
    other = world.checked(PersonFactory(), title="安全培训", kind="safety", body=None, body_name="示例小厂")
    client = enter(world.office)

    def found(**wanted):
        return {one.pk for one in client.get(url("desk"), wanted).context["page"]}

    assert found() == {need.pk, other.pk}
    assert found(words="小厂") == found(kind="safety") == found(state="checked") == {other.pk}
    assert found(words=need.number) == {need.pk}
    assert found(district=world.elsewhere.pk) == set()


def test_a_need_is_checked_ordered_for_suggested_to_and_closed_at_the_desk(enter, world):
    need, welder = world.post(), world.welder()
    client = enter(world.office)
    page = client.get(url("desk_need", need.pk))
    assert url("order", need.pk, "visit") not in page.content.decode()
    assert client.get(url("order", need.pk, "visit")).status_code == 404
    empty = client.post(url("handle", need.pk), {"do": "return", "reason": ""})
    assert empty.context["return_form"].errors == {"reason": ["请写还缺什么，对方好补。"]}
    assert client.post(url("handle", need.pk), {"do": "check"}).status_code == 302
    again = client.post(url("handle", need.pk), {"do": "check"})
    assert "不能这样做" in words(again)
    assert client.post(url("handle", need.pk), {"do": "sing"}).status_code == 404

    page = client.get(url("desk_need", need.pk)).content.decode()
    assert url("order", need.pk, "visit") in page
    assert str(welder.person) not in page  # nobody is suggested before there is an order
    form = client.get(url("order", need.pk, "visit")).context["form"]
    assert (form["topic"].value(), form["people"].value(), form["place"].value()) == (TITLE, 30, need.place)
    assert [code for code, _label in form.fields["form"].choices] == ["advice", "field"]
    refused = client.post(url("order", need.pk, "visit"), ordered(latest=f"{day(-2):%Y-%m-%d}"))
    assert "latest" in refused.context["form"].errors
    assert client.get(url("order", need.pk, "party")).status_code == 404

    assert client.post(url("order", need.pk, "visit"), ordered()).status_code == 302

    order = Order.objects.get()
    page = words(client.get(url("desk_need", need.pk)))
    assert f"{order.number} 可以派给" in page
    assert str(welder.person) in page
    second = client.get(url("order", need.pk, "class")).context["form"]
    assert second["topic"].value() == f"{TITLE}（开一班）"

    world.held(need.orders.get(), person=PersonFactory())
    assert client.post(url("handle", need.pk), {"do": "close", "reason": "气孔没有了"}).status_code == 302
    page = client.get(url("desk_need", need.pk))
    assert "气孔没有了" in words(page)
    assert url("order", need.pk, "visit") not in page.content.decode()


def test_an_auditor_reads_along_and_changes_nothing(enter, world):
    need = world.post()
    client = enter(PersonFactory(role="auditor"))
    assert "核实了，可以安排" not in words(client.get(url("desk_need", need.pk)))
    assert client.post(url("handle", need.pk), {"do": "check"}).status_code == 403
    assert Need.objects.get().state == "posted"


# What workers propose


def test_a_proposal_is_recorded_answered_and_its_result_told(enter, world):
    need = world.checked()
    client = enter(world.liaison)
    form = client.get(url("propose"), {"need": need.pk}).context["form"]
    assert str(form["need"].value()) == str(need.pk)
    given = {"title": "焊前先烘焊条", "proposed": "每班烘一小时", "workers": 3, "proposed_on": f"{day(0):%Y-%m-%d}"}
    nobody = client.post(url("propose"), given)
    assert nobody.context["form"].errors == {"body": ["请选是哪家企业的建议。"]}

    client.post(url("propose"), given | {"need": need.pk})

    proposal = Proposal.objects.get()
    assert (proposal.need, proposal.body) == (need, world.factory)
    page = url("proposal", proposal.pk)
    silent = client.post(url("proposal_answer", proposal.pk), {"do": "decline", "answer": ""})
    assert "answer" in silent.context["answer"].errors
    assert client.post(url("proposal_answer", proposal.pk), {"do": "sing"}).status_code == 404
    assert client.post(url("proposal_answer", proposal.pk), {"do": "adopt", "answer": ""}).status_code == 302
    told = {"result": "返修少了一半", "result_on": f"{day(0):%Y-%m-%d}", "saved_yuan": "12000"}
    early = client.post(url("proposal_result", proposal.pk), told | {"result_on": f"{day(1):%Y-%m-%d}"})
    assert "result_on" in early.context["result"].errors
    assert client.post(url("proposal_result", proposal.pk), told).status_code == 302
    said = words(client.get(page))
    assert "返修少了一半" in said
    assert "一年省下（企业自报） 12,000 元" in said
    assert "焊前先烘焊条" in words(client.get(url("proposals")))
    assert "焊前先烘焊条" in words(client.get(url("own", need.pk)))
    assert "做成了吗" not in words(enter(world.office).get(page))


def test_who_speaks_for_nobody_is_told_how(enter):
    page = words(enter(PersonFactory()).get(url("propose")))
    assert "还没有可以登记建议的企业" in page


def test_results_and_closed_needs_count_in_public(client, world):
    need = world.checked()
    world.held(world.ordered(need))
    close_need(need.pk, "好了", actor=world.office)
    answer_proposal(world.proposal().pk, is_adopted=True, words="", actor=world.liaison)
    page = words(client.get(url("home")))
    assert "采纳 1 条，0 条有了结果" in page
    assert "技术难题 1 1 0" in page
