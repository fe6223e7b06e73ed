"""Resources, packages and stock: who keeps what, what the public sees, the table in and out, how much a list costs."""

import csv
from io import BytesIO, StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from kepu.directory.register.choices import Role
from kepu.foundation.errors import NotAllowed
from kepu.foundation.files.choices import Visibility
from kepu.foundation.files.models import StoredFile
from kepu.foundation.sheets import RowsRefused, csv_lines, write_xlsx
from kepu.foundation.sheets.decisions import RosterSettled
from kepu.outreach.library import services
from kepu.outreach.library.errors import LibraryMoved, LibraryUnfit
from kepu.outreach.library.models import Holding, Movement, Package, PackageItem, Resource, StockList
from kepu.outreach.library.queries.sheets import stock_sheet
from kepu.outreach.library.services import PackageWords
from tests.factories import PersonFactory
from tests.outreach.library.factories import (
    agreed,
    asked,
    body,
    day,
    district,
    holding,
    liaison_of,
    office,
    out,
    package,
    resource,
    terms,
    words,
)

pytestmark = pytest.mark.django_db
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c636460f85f0f0002870180eb47ba920000000049454e44ae426082"
)


def page(client: Client, name: str, *args: object, **asked_for: str) -> str:
    answer = client.get(reverse(name, args=args), asked_for)
    assert answer.status_code == 200, name
    return answer.content.decode()


def sent(client: Client, name: str, *args: object, **data: object) -> str:
    answer = client.post(reverse(name, args=args), data, follow=True)
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


# --- resources -------------------------------------------------------------------------------------------------------


def test_a_liaison_adds_a_resource_that_everybody_finds():
    owner = body()
    client = signed_in(liaison_of(owner))
    region = district()
    typed = {
        "owner": owner.pk, "title": "潮汐教具箱", "kind": "kit", "topics": "潮汐和赶海\n月亮\n\n月亮", "source": "本单位自制",
        "rights": "可免费用", "region": region.pk, "audiences": ["youth"], "forms_": ["experiment"], "subjects": ["170"],
        "is_lendable": "on",
    }  # fmt: skip

    assert "公众查得到" in sent(client, "library:new", **typed)
    made = Resource.objects.get()
    assert (made.topics, made.audiences, made.forms, made.subjects) == (
        ["潮汐和赶海", "月亮"], ["youth"], ["experiment"], ["170"],
    )  # fmt: skip
    assert "潮汐教具箱" in page(Client(), "library:find", q="赶海")
    assert "潮汐教具箱" not in page(Client(), "library:find", q="地震")
    assert "可免费用" in page(Client(), "library:resource", made.pk)

    twice = client.post(reverse("library:new"), typed)
    assert twice.status_code == 400
    assert "已有同名的资源" in twice.content.decode()


def test_a_resource_is_changed_by_who_keeps_it_only():
    made = resource(title="旧名")
    with pytest.raises(NotAllowed):
        services.add_resource(made.owner_id, words(), actor=liaison_of(body()))
    for stranger in (liaison_of(body()), PersonFactory(role=Role.UNIT_HEAD, organisation=made.owner)):
        with pytest.raises(NotAllowed):
            services.change_resource(made.pk, words(title="新名"), actor=stranger)
        with pytest.raises(NotAllowed):
            services.withdraw_resource(made.pk, reason="过时", actor=stranger)
    officer = PersonFactory(role=Role.DISTRICT_OFFICER, region=district())
    services.change_resource(made.pk, words(title="新名"), actor=officer)
    assert Resource.objects.get().title == "新名"
    with pytest.raises(NotAllowed, match="这个地区"):
        services.change_resource(made.pk, words(region=district("370203", "市北区")), actor=officer)


def test_what_is_withdrawn_is_gone_for_the_public_and_can_come_back():
    made, actor = resource(), office()
    services.put_file(made.pk, SimpleUploadedFile("教案.png", PNG), actor=actor)
    assert page(Client(), "library:resource", made.pk)

    services.withdraw_resource(made.pk, reason="内容过时", actor=actor)
    assert Client().get(made.get_absolute_url()).status_code == 404
    assert StoredFile.objects.get().visibility == Visibility.STAFF
    assert "内容过时" in page(signed_in(actor), "library:desk_resource", made.pk)
    with pytest.raises(LibraryMoved):
        services.change_resource(made.pk, words(), actor=actor)

    services.show_resource(made.pk, actor=actor)
    assert StoredFile.objects.get().visibility == Visibility.PUBLIC
    assert "教案.png" in page(Client(), "library:resource", made.pk)
    with pytest.raises(LibraryMoved):
        services.show_resource(made.pk, actor=actor)


def test_a_new_file_takes_the_place_of_the_one_before():
    made, actor = resource(), office()
    for name in ("一.png", "二.png"):
        services.put_file(made.pk, SimpleUploadedFile(name, PNG), actor=actor)
    assert [file.name for file in StoredFile.objects.all()] == ["二.png"]
    services.drop_file(made.pk, actor=actor)
    services.drop_file(made.pk, actor=actor)
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": " "}, "title"),
        ({"source": ""}, "source"),
        ({"rights": ""}, "rights"),
        ({"kind": "rocket"}, "kind"),
        ({"audiences": ["martians"]}, "audiences"),
        ({"subjects": ["000"]}, "subjects"),
        ({"topics": ["长" * 65]}, "topics"),
    ],
)
def test_what_cannot_be_said_of_a_resource(given, field):
    with pytest.raises(LibraryUnfit) as refusal:
        resource(**given)
    assert refusal.value.data["field"] == field


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("resource_state_known", {"state": "gone"}),
        ("resource_withdrawn_says_why", {"state": "withdrawn"}),
        ("resource_says_whose", {"rights": ""}),
    ],
)
def test_the_database_refuses_resources_that_cannot_be(name, change):
    made = resource()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Resource.objects.filter(pk=made.pk).update(**change)


# --- packages --------------------------------------------------------------------------------------------------------


def test_a_package_keeps_its_order_and_passes_over_what_is_withdrawn():
    first, second, third = resource(title="甲"), resource(title="乙"), resource(title="丙")
    owner = body()
    client = signed_in(liaison_of(owner))
    typed = {"owner": owner.pk, "title": "防灾包", "occasion": "社区课", "item_1": third.pk, "item_3": first.pk}

    assert "资源包做好了" in sent(client, "library:package_new", **typed)
    made = Package.objects.get()
    assert list(made.items.values_list("resource", flat=True)) == [third.pk, first.pk]
    typed |= {"item_2": second.pk}
    sent(client, "library:package_change", made.pk, **typed)
    assert list(made.items.values_list("resource", flat=True)) == [third.pk, second.pk, first.pk]

    services.withdraw_resource(second.pk, reason="过时", actor=office())
    shown = page(Client(), "library:package", made.pk)
    assert "乙" not in shown.split("包里有什么")[1]
    assert shown.index("丙") < shown.index("甲")
    assert "防灾包" in page(Client(), "library:resource", first.pk)

    assert "公众查不到了" in sent(client, "library:package_withdraw", made.pk, reason="改版")
    assert Client().get(made.get_absolute_url()).status_code == 404
    with pytest.raises(LibraryMoved):
        services.withdraw_package(made.pk, reason="改版", actor=office())
    with pytest.raises(LibraryMoved):
        services.change_package(made.pk, PackageWords("新", "课", [first.pk]), actor=office())


def test_a_package_is_not_empty_and_not_a_strangers():
    made = package()
    with pytest.raises(LibraryUnfit):
        services.change_package(made.pk, PackageWords("新", "课", []), actor=office())
    gone = resource()
    services.withdraw_resource(gone.pk, reason="过时", actor=office())
    with pytest.raises(LibraryUnfit):
        services.change_package(made.pk, PackageWords("新", "课", [gone.pk]), actor=office())
    with pytest.raises(NotAllowed):
        services.make_package(made.owner_id, PackageWords("新", "课", [resource().pk]), actor=liaison_of(body()))
    with pytest.raises(NotAllowed):
        services.withdraw_package(made.pk, reason="改版", actor=liaison_of(body()))


@pytest.mark.parametrize(
    ("name", "change"),
    [("package_state_known", {"state": "gone"}), ("package_withdrawn_says_why", {"state": "withdrawn"})],
)
def test_the_database_refuses_packages_that_cannot_be(name, change):
    made = package()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Package.objects.filter(pk=made.pk).update(**change)


def test_the_database_holds_a_resource_once_in_a_package():
    made = package(resource(), resource())
    first = made.items.first()
    for name, change in (("package_place_once", {"position": 2}), ("package_place_positive", {"position": 0})):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            PackageItem.objects.filter(pk=first.pk).update(**change)
    with pytest.raises(IntegrityError, match="package_holds_once"), transaction.atomic():
        PackageItem.objects.create(package=made, resource=first.resource, position=9)


# --- stock -----------------------------------------------------------------------------------------------------------


def test_copies_are_registered_counted_and_moved_at_the_desk():
    keeper = body()
    client, thing = signed_in(liaison_of(keeper)), resource()
    typed = {
        "keeper": keeper.pk, "region": district().pk, "storage": "三楼", "contact": "值班岗", "good": 5, "damaged": 0, "lost": 0,
    }  # fmt: skip

    assert "馆藏登记好了" in sent(client, "library:hold", thing.pk, **typed)
    kept = Holding.objects.get()
    again = client.post(reverse("library:hold", args=[thing.pk]), typed)
    assert "请去盘点那一条" in again.content.decode()

    counted = {"good": 4, "damaged": 1, "lost": 0, "counted_on": day(0).isoformat(), "reason": "年度盘点"}
    assert "盘点记下了" in sent(client, "library:count", kept.pk, **counted)
    sent(client, "library:place", kept.pk, storage="四楼", contact="前台")
    kept.refresh_from_db()
    assert (kept.good, kept.damaged, kept.storage) == (4, 1, "四楼")
    shown = page(client, "library:holding", kept.pk)
    assert "年度盘点" in shown
    assert "−1" in shown
    with pytest.raises(NotAllowed):
        services.move_holding(kept.pk, storage="五楼", contact="前台", actor=liaison_of(body()))


def test_a_holding_says_from_which_day_more_is_promised_than_there_is():
    kept, actor = holding(3), office()
    first = out(kept, copies=1, last=2)
    agreed(kept, copies=2, first=2, last=3)
    assert "答应的比好的多" not in page(signed_in(actor), "library:holding", kept.pk)

    services.return_loan(first.pk, actor=actor, lost=1, note="丢在车上")
    assert "答应的比好的多" not in page(signed_in(actor), "library:holding", kept.pk)
    services.count_stock(kept.pk, services.Counts(1, 1, 1), reason="摔坏一件", actor=actor)
    assert f"{day(2).isoformat()} 起答应的比好的多" in page(signed_in(actor), "library:holding", kept.pk)


@pytest.mark.parametrize(
    ("name", "change"),
    [("movement_kind_known", {"kind": "magic"}), ("movement_says_why", {"reason": ""}), ("movement_of_a_loan", {"kind": "returned"})],
)  # fmt: skip
def test_the_database_refuses_movements_that_cannot_be(name, change):
    kept, actor = holding(), office()
    given = {"kind": "counted", "reason": "盘点"} | change
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Movement.objects.create(
            holding=kept, good=1, damaged=0, lost=0, occurred_on=day(0), moved_at="2024-09-16T00:00Z",
            moved_by=actor.pk, **given,
        )  # fmt: skip


def test_the_database_refuses_holdings_that_cannot_be():
    kept = holding()
    with pytest.raises(IntegrityError, match="holding_says_where"), transaction.atomic():
        Holding.objects.filter(pk=kept.pk).update(storage="")
    with pytest.raises(IntegrityError), transaction.atomic():
        Holding.objects.filter(pk=kept.pk).update(good=-1)


# --- the table -------------------------------------------------------------------------------------------------------


def line(**given: object) -> dict[str, object]:
    plain = {
        "title": "潮汐教具箱", "kind": "kit", "topics": "潮汐；月亮", "source": "本单位自制", "rights": "可免费用",
        "keeper": "青岛市示例科技馆", "district": "市南区", "storage": "三楼", "contact": "值班岗", "good": 5, "damaged": 1,
        "counted_on": day(0),
    }  # fmt: skip
    return plain | given


def table(*lines: dict[str, object], kind: str = "xlsx") -> SimpleUploadedFile:
    stream = BytesIO()
    if kind == "csv":
        stream.write("".join(csv_lines(stock_sheet(), lines)).encode())
    else:
        write_xlsx(stream, stock_sheet(), lines)
    return SimpleUploadedFile(f"馆藏.{kind}", stream.getvalue())


@pytest.fixture
def keeper():
    return body(name="青岛市示例科技馆", region=district())


def test_a_table_registers_what_is_new_and_counts_what_is_there(keeper):
    actor = liaison_of(keeper)
    services.bring_stock(table(line(), line(title="星空挂图", kind="poster", storage="四楼")), actor=actor)

    made = Resource.objects.get(title="潮汐教具箱")
    assert (made.topics, made.owner, made.kind) == (["潮汐", "月亮"], keeper, "kit")
    kept = Holding.objects.get(resource=made)
    assert (kept.good, kept.damaged, kept.lost) == (5, 1, 0)

    services.bring_stock(table(line(good=4, reason="年度盘点", kind=None, source=None, rights=None)), actor=actor)
    kept.refresh_from_db()
    assert (kept.good, Resource.objects.count(), Holding.objects.count()) == (4, 2, 2)
    assert kept.movements.first().reason == "年度盘点"


def test_the_same_rows_add_nothing_even_saved_as_another_file(keeper):
    actor = liaison_of(keeper)
    services.bring_stock(table(line()), actor=actor)
    services.count_stock(Holding.objects.get().pk, services.Counts(3), reason="摔了两件", actor=actor)
    for kind in ("xlsx", "csv"):
        with pytest.raises(RosterSettled):
            services.bring_stock(table(line(), kind=kind), actor=actor)
    assert (Holding.objects.get().good, StockList.objects.count()) == (3, 1)


def test_one_wrong_row_and_nothing_is_read_each_is_named_in_words(keeper):
    actor, other = liaison_of(keeper), body(name="青岛市别的单位")
    services.bring_stock(table(line(title="先有的")), actor=actor)
    wrong = [
        line(title="好的一行"),
        line(title="没人认得", keeper="没有这个单位"),
        line(title="没有的区", district="火星区"),
        line(title="不归您", keeper=other.name),
        line(title="没写类型", kind=None),
        line(title="好的一行"),
        line(title="先有的", counted_on=day(-3)),
    ]
    with pytest.raises(RowsRefused) as refusal:
        services.bring_stock(table(*wrong), actor=actor)

    said = [str(error) for error in refusal.value.errors]
    for piece in ("没有这个单位", "没有这个区市", "不归您管", "没有这个类型", "同一处的同一件", "更早的盘点"):
        assert any(piece in one for one in said), piece
    assert len(said) == 6
    assert Resource.objects.count() == 1
    with pytest.raises(NotAllowed):
        services.bring_stock(table(line()), actor=PersonFactory(role=Role.REVIEWER, organisation=other))


def test_the_exported_table_is_read_again_and_names_no_borrower(keeper):
    actor = office()
    kept = holding(3, keeper=keeper, storage="三楼", topics=["潮汐"])
    borrower = PersonFactory(name="示例居民 009")
    out(kept, actor=borrower, copies=1)
    client = signed_in(actor)

    answer = client.get(reverse("library:stock_export", args=["csv"]))
    text = answer.content.decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text)))
    assert [(row["资源"], row["好的"]) for row in rows] == [(kept.resource.title, "3")]
    assert "示例居民" not in text
    upload = SimpleUploadedFile("馆藏.csv", answer.content)
    assert "馆藏表读进来了" in client.post(reverse("library:bring"), {"file": upload}, follow=True).content.decode()
    assert Movement.objects.filter(holding=kept).count() == 1

    bad = SimpleUploadedFile("馆藏.csv", table(line(keeper="没有这个单位"), kind="csv").read())
    refused = client.post(reverse("library:bring"), {"file": bad})
    assert refused.status_code == 400
    assert "登记簿里没有这个单位" in refused.content.decode()
    assert client.get(reverse("library:stock_template")).status_code == 200


# --- loans on pages --------------------------------------------------------------------------------------------------


def test_a_resident_asks_sees_own_loans_and_cancels():
    kept, borrower = holding(2), PersonFactory()
    client = signed_in(borrower)
    typed = {
        "holding": kept.pk, "copies": 1, "first_day": day(1).isoformat(), "last_day": day(2).isoformat(), "purpose": "小区科普日",
    }  # fmt: skip

    assert "等保管单位答复" in sent(client, "library:ask", kept.resource_id, **typed)
    too_many = client.post(
        reverse("library:ask", args=[kept.resource_id]), typed | {"copies": 3, "first_day": day(5), "last_day": day(6)}
    )
    assert too_many.status_code == 409
    assert "只有 2 件能借" in too_many.content.decode()
    loan = borrower.loans.get()
    assert kept.resource.title in page(client, "library:own_loans")
    assert kept.resource.title not in page(signed_in(PersonFactory()), "library:own_loans")
    assert "取消了" in sent(client, "library:own_cancel", loan.pk)
    loan.refresh_from_db()
    assert loan.state == "cancelled"


def test_a_liaison_asks_for_the_own_body():
    kept, school = holding(2), body()
    client = signed_in(liaison_of(school))
    typed = {
        "holding": kept.pk, "organisation": school.pk, "copies": 1, "first_day": day(1).isoformat(),
        "last_day": day(2).isoformat(), "purpose": "校园科普周",
    }  # fmt: skip

    sent(client, "library:ask", kept.resource_id, **typed)
    assert school.loans.get().person is None


def test_loans_are_answered_at_the_desk_and_the_due_list_begins_with_the_latest():
    keeper = body()
    client, kept = signed_in(liaison_of(keeper)), holding(5, keeper=keeper)
    loan = asked(kept, first=0, last=4)
    out(kept, last=1)

    assert "同意了" in sent(client, "library:loan_agree", loan.pk, answer="上午来")
    assert "领走了" in sent(client, "library:loan_hand_out", loan.pk)
    due = page(client, "library:loans", part="due")
    assert due.index(day(1).isoformat()) < due.index(day(4).isoformat())
    refused = client.post(reverse("library:loan_return", args=[loan.pk]), {"damaged": 2, "lost": 0})
    assert refused.status_code == 400
    assert "件数" in refused.content.decode()
    assert "馆藏数已改" in sent(client, "library:loan_return", loan.pk, damaged=1, lost=0, note="裂了")
    again = client.post(reverse("library:loan_return", args=[loan.pk]), {"damaged": 0, "lost": 0})
    assert again.status_code == 409
    assert "刷新再看" in again.content.decode()


def test_a_desk_sees_no_loan_of_copies_that_others_keep():
    loan = asked()
    stranger = signed_in(liaison_of(body()))
    assert stranger.get(loan.get_absolute_url()).status_code == 404
    assert str(loan.person) not in page(stranger, "library:loans", part="")
    assert str(loan.person) not in page(stranger, "library:holding", loan.holding_id)


def test_a_package_holds_its_dates_where_it_is_lent_to_a_session():
    """A room above sees what it asked for by type and number alone."""
    kept = holding(1)
    loan = services.ask_loan(kept.pk, terms(purpose=""), actor=office(), subject=("requests.session", "7"))
    assert "一场活动" in page(signed_in(office()), "library:loan", loan.pk)


# --- cost ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["library:find", "library:desk", "library:desk_packages", "library:stock", "library:loans", "library:own_loans"],
)
def test_a_list_costs_the_same_for_two_and_for_twelve(name, django_assert_max_num_queries):
    actor = office()
    client = signed_in(actor)
    counts = []
    for number in (2, 10):
        for _ in range(number):
            kept = holding(3, keeper=body(), actor=actor)
            services.ask_loan(kept.pk, terms(), actor=actor)
            package(kept.resource, owner=kept.keeper, actor=actor)
        client.get(reverse(name), {"part": ""})
        with django_assert_max_num_queries(60) as seen:
            client.get(reverse(name), {"part": ""})
        counts.append(len(seen))
    assert counts[0] == counts[1]
