"""The pages: a target's matrix, the desk, the editing page, panels on the pages of tasks."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kepu.directory.register.choices import Role
from kepu.plan.breakdown.models import Breakdown
from kepu.plan.breakdown.services import issue_breakdown, set_shares, start_breakdown
from kepu.plan.tasks.choices import PlanState
from kepu.plan.tasks.models import Plan, Target
from tests.factories import PersonFactory
from tests.plan.breakdown.worlds import Shared
from tests.plan.worlds import put
from tests.portal.test_english import names_and_quotations, own_words


def address(name: str, target: Any, *more: object) -> str:
    return reverse(f"breakdown:{name}", args=[target.plan.slug, target.pk, *more])


def signed_in(client: Client, person: Any) -> Client:
    client.force_login(person)
    return client


def test_the_public_sees_every_share_beside_what_the_ledger_knows_there(shared: Shared, client: Client) -> None:
    shared.issued(shared.lectures, shared.south(12), shared.north(8))

    answer = client.get(address("target", shared.lectures))

    page = answer.context["page"]
    assert [row.owner for row in page.groups[0].rows] == [shared.city.south, shared.city.north]
    assert [(int(row.cells[0].share), int(row.cells[0].got)) for row in page.groups[0].rows] == [(12, 15), (8, 10)]
    assert [int(row.cells[0].difference) for row in page.groups[0].rows] == [3, 2]
    assert (int(page.groups[0].sums[0].share), int(page.groups[0].sums[0].got)) == (20, 25)
    assert (int(page.whole[0].share), int(page.whole[0].got)) == (20, 25)
    assert page.sentences == ("分到各区市的合计 20 场，与目标 20 场相合。",)
    assert "演示数据" in answer.content.decode()


def test_a_body_is_credited_with_what_it_did_itself(shared: Shared, client: Client) -> None:
    shared.issued(shared.lectures, shared.bureau(20))

    page = client.get(address("target", shared.lectures)).context["page"]

    assert [(row.owner, int(row.cells[0].got)) for row in page.groups[0].rows] == [(shared.city.bureau, 10)]


def test_as_of_an_earlier_day_only_what_was_there_counts(shared: Shared, client: Client) -> None:
    shared.issued(shared.lectures, shared.south(12, 2024), shared.north(8, 2024), shared.south(12), shared.north(8))

    page = client.get(address("target", shared.lectures), {"day": "2024-05-01"}).context["page"]

    assert page.columns == ("每年", "2024")
    assert [[cell.got and int(cell.got) for cell in row.cells] for row in page.groups[0].rows] == [[15, 15], [None] * 2]


def test_years_ahead_are_said_to_be_ahead(shared: Shared, client: Client) -> None:
    shared.issued(shared.lectures, shared.south(12), shared.north(8), shared.south(12, 2025), shared.north(8, 2025))

    page = client.get(address("target", shared.lectures)).context["page"]

    assert all(row.cells[1].is_ahead and row.cells[1].got is None for row in page.groups[0].rows)


def test_a_flow_given_year_by_year_says_once_what_holds_for_every_year(shared: Shared, client: Client) -> None:
    shared.issued(shared.lectures, *(place(10, y) for place in (shared.south, shared.north) for y in (2023, 2024)))

    page = client.get(address("target", shared.lectures)).context["page"]

    assert page.columns == ("2023", "2024")
    assert page.sentences == ("2023、2024 年，每年分到各区市的合计 20 场，与目标 20 场相合。",)


def test_levels_in_per_cent_are_shown_beside_the_citys_and_never_added(shared: Shared, client: Client) -> None:
    put(shared.city, date(2023, 12, 31), "literate_share", "16.00", region="370202",
        method={"instrument": "工具甲", "cut": "70", "version": "2023"}, source_ref="2023 年公报")  # fmt: skip
    shared.issued(shared.literate, shared.south(20), shared.north("17.5"))

    answer = client.get(address("target", shared.literate))

    page = answer.context["page"]
    assert page.groups[0].sums == ()
    assert [row.cells[0].got and float(row.cells[0].got) for row in page.groups[0].rows] == [16.0, None]
    assert float(page.whole[0].got) == 14.3
    assert "不求合计" in answer.content.decode()
    assert "37.5" not in answer.content.decode()


def test_a_total_by_years_adds_up_to_the_places_own_number(shared: Shared, client: Client) -> None:
    target = shared.stations
    years = [place(10, year) for place in (shared.south, shared.north) for year in range(2021, 2026)]
    shared.issued(target, *years)

    page = client.get(address("target", target)).context["page"]

    assert page.columns == ("全期", "2021", "2022", "2023", "2024", "2025")
    assert [int(row.cells[0].share) for row in page.groups[0].rows] == [50, 50]
    assert page.sentences == ("分到各区市的合计 100 个，与目标 100 个相合。",)
    task = client.get(reverse("plan:task", args=[target.plan.slug, target.task.slug])).content.decode()
    assert "分到 2 个区市，合计 100" in task


def test_earlier_versions_stay_readable(shared: Shared, client: Client) -> None:
    shared.issued(shared.lectures, shared.south(12), shared.north(8))
    shared.issued(shared.lectures, shared.south(10), shared.north(10))

    now = client.get(address("target", shared.lectures)).context["page"]
    before = client.get(address("target", shared.lectures), {"version": "1"})

    assert [int(row.cells[0].share) for row in now.groups[0].rows] == [10, 10]
    assert [int(row.cells[0].share) for row in before.context["page"].groups[0].rows] == [12, 8]
    assert "从前的第 1 版" in before.content.decode()
    assert client.get(address("target", shared.lectures), {"version": "7"}).status_code == 404


def test_nobody_sees_a_draft(shared: Shared, client: Client) -> None:
    shared.drafted(shared.lectures, shared.south(12), shared.north(8))

    answer = client.get(address("target", shared.lectures))

    assert answer.context["page"].shown is None
    assert "还没有分解" in answer.content.decode()
    assert client.get(address("export", shared.lectures, "csv")).status_code == 404
    assert client.get(address("target", shared.lectures), {"version": "1"}).status_code == 404


def test_public_pages_are_complete_in_english(shared: Shared, client: Client) -> None:
    shared.issued(shared.lectures, shared.south(12), shared.north(8, 2025), shared.bureau(20), why="甲")
    shared.issued(shared.lectures, shared.south(12), shared.north(8))
    shared.issued(shared.literate, shared.south(20))
    years = [shared.south(30), *(shared.south(5, year) for year in range(2021, 2026))]
    shared.issued(shared.stations, *years, why="甲")
    below = shared.paired().child.tasks.get(code="二(一)")
    above = shared.world.task("二(一)1")
    addresses = [
        *(address("target", target) for target in (shared.lectures, shared.literate, shared.stations)),
        address("target", shared.lectures) + "?version=1",
        address("target", shared.world.task("二(一)3").targets.get()),
        *(reverse("plan:task", args=[task.plan.slug, task.slug]) for task in (above, below)),
    ]
    quoted = [*names_and_quotations(shared.plan), "示例文本", "甲"]
    quoted += [str(plan) for plan in Plan.objects.all()]
    quoted += [target.unit for target in Target.objects.filter(evidence=None)]  # as the plan prints it

    left = {}
    for one in addresses:
        text = client.get(one, headers={"accept-language": "en"}).content.decode()
        left[one] = own_words(text, sorted(quoted, key=len, reverse=True))

    assert {one: words for one, words in left.items() if words} == {}


def test_the_task_pages_say_how_a_target_is_apportioned(shared: Shared, client: Client) -> None:
    task = shared.world.task("二(一)1")
    public = reverse("plan:task", args=[shared.plan.slug, task.slug])
    assert "breakdown/" not in client.get(public).content.decode()
    shared.issued(shared.lectures, shared.south(12), shared.north(8))

    page = client.get(public).content.decode()
    desk = signed_in(client, shared.office).get(reverse("plan:desk_task", args=[shared.plan.slug, task.slug]))

    assert "分到 2 个区市，合计 20" in page
    assert address("target", shared.lectures) in page
    assert "分到 2 个区市，合计 20" in desk.content.decode()


def test_the_table_can_be_taken_away_and_brought_back(shared: Shared, client: Client) -> None:
    shared.issued(shared.lectures, shared.south(12), shared.north(8))
    csv = client.get(address("export", shared.lectures, "csv"))
    assert "演示数据" in csv.content.decode()
    assert client.get(address("export", shared.lectures, "xlsx")).content.startswith(b"PK")
    assert client.get(address("export", shared.lectures, "pdf")).status_code == 404
    draft = start_breakdown(shared.lectures.pk, actor=shared.office)
    set_shares(draft.pk, [shared.south(1)], actor=shared.office)

    file = _file("分解数.csv", csv.content)
    answer = signed_in(client, shared.office).post(address("import", shared.lectures), {"file": file, "seen": "1"})

    assert answer.status_code == 302
    assert sorted(int(share.value) for share in draft.shares.all()) == [8, 12]


def _file(name: str, content: bytes) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, content)


def test_a_table_is_pasted_as_it_was_copied(shared: Shared, client: Client) -> None:
    draft = shared.drafted(shared.lectures, shared.south(1))
    signed_in(client, shared.office)
    lines = "区市或单位\t年份\t分解数\n市南区\t2024\t5\n市教育局\t\t20\n"

    empty = client.post(address("import", shared.lectures), {"seen": draft.revision})
    wrong = client.post(address("import", shared.lectures), {"pasted": lines + "火星区\t\t1", "seen": draft.revision})
    answer = client.post(address("import", shared.lectures), {"pasted": lines, "seen": draft.revision})

    assert (empty.status_code, wrong.status_code, answer.status_code) == (422, 422, 302)
    assert "火星区\t\t1" in wrong.content.decode()
    assert [(share.owner, share.year, int(share.value)) for share in draft.shares.all()] == [
        (shared.city.south, 2024, 5), (shared.city.bureau, None, 20),
    ]  # fmt: skip


def test_a_table_with_a_wrong_row_is_refused_whole_and_every_row_is_named(shared: Shared, client: Client) -> None:
    draft = shared.drafted(shared.lectures, shared.south(12), shared.north(8))
    lines = "区市或单位,年份,分解数\n市南区,,10\n火星区,,5\n市北区,,-3\n市北区,1999,4\n"

    answer = signed_in(client, shared.office).post(
        address("import", shared.lectures), {"file": _file("x.csv", lines.encode()), "seen": draft.revision}
    )

    text = answer.content.decode()
    assert answer.status_code == 422
    assert "第 3 行" in text
    assert "火星区" in text
    assert "第 4 行" in text
    assert "第 5 行" in text
    assert sorted(int(share.value) for share in draft.shares.all()) == [8, 12]


def test_the_template_is_a_workbook_with_the_columns(shared: Shared, client: Client) -> None:
    answer = signed_in(client, shared.office).get(address("template", shared.lectures))
    assert answer.content.startswith(b"PK")


def typed(shared: Shared, **more: object) -> dict[str, Any]:
    south, north = shared.city.south.pk, shared.city.north.pk
    return {"seen": 0, f"regions-{south}-0": "１２", f"regions-{north}-0": "8", "op": "save"} | more


def test_the_office_types_saves_and_issues(shared: Shared, client: Client) -> None:
    signed_in(client, shared.office)
    page = address("edit", shared.lectures)
    assert client.post(address("start", shared.lectures)).status_code == 302
    assert client.post(page, typed(shared)).status_code == 302
    draft = Breakdown.objects.get()
    assert (draft.revision, draft.is_draft) == (1, True)
    assert "与目标 20 场相合" in client.get(page).content.decode()

    assert client.post(page, typed(shared, op="issue", seen=1)).status_code == 422
    assert client.post(page, typed(shared, op="issue", seen=1, reason="按讲堂多少")).status_code == 302

    draft.refresh_from_db()
    assert (draft.is_draft, draft.reason, draft.issued_by) == (False, "按讲堂多少", shared.office)


def test_what_was_typed_stays_when_it_is_refused(shared: Shared, client: Client) -> None:
    signed_in(client, shared.office).post(address("start", shared.lectures))
    south = shared.city.south.pk

    answer = client.post(address("edit", shared.lectures), typed(shared, **{f"regions-{south}-0": "十二"}))

    assert answer.status_code == 422
    assert 'value="十二"' in answer.content.decode()
    assert 'value="8"' in answer.content.decode()
    assert not Breakdown.objects.get().shares.exists()


def test_the_second_of_two_is_refused_in_words_and_loses_nothing(shared: Shared, client: Client) -> None:
    draft = shared.drafted(shared.lectures, shared.south(9), shared.north(11))

    answer = signed_in(client, shared.office).post(address("edit", shared.lectures), typed(shared, seen=0))

    text = answer.content.decode()
    assert answer.status_code == 409
    assert "有人改过这份草稿" in text
    assert 'value="１２"' in text
    assert "现存 9" in text
    assert sorted(int(share.value) for share in draft.shares.all()) == [9, 11]
    assert f'name="seen" value="{draft.revision}"' in text


@pytest.mark.parametrize(("way", "parts"), [("even", ["10", "10"]), ("people", ["6", "14"])])
def test_a_proposal_fills_the_page_and_stores_nothing(
    shared: Shared, client: Client, way: str, parts: list[str]
) -> None:
    signed_in(client, shared.office).post(address("start", shared.lectures))

    answer = client.post(
        address("edit", shared.lectures),
        typed(shared, op="propose", among="regions", way=way, reason="先写着"),
    )

    text = answer.content.decode()
    rows = answer.context["groups"][0]["rows"]
    assert [row["cells"][0]["bound"].value() for row in rows] == parts
    assert "先写着" in text
    assert ("第七次全国人口普查" in text) == (way == "people")
    assert not Breakdown.objects.get().shares.exists()


def test_a_body_is_added_by_any_of_its_names(shared: Shared, client: Client) -> None:
    signed_in(client, shared.office).post(address("start", shared.lectures))
    school = shared.city.school

    answer = client.post(address("edit", shared.lectures), typed(shared, op="add", body_name=school.name))
    unknown = client.post(address("edit", shared.lectures), typed(shared, op="add", body_name="无名局"))

    assert f'name="bodies-{school.pk}-0"' in answer.content.decode()
    assert "没有找到“无名局”" in unknown.content.decode()


def test_a_body_that_was_added_is_still_there_when_its_number_is_saved(shared: Shared, client: Client) -> None:
    signed_in(client, shared.office).post(address("start", shared.lectures))
    school, page = shared.city.school, address("edit", shared.lectures)
    answer = client.post(page, typed(shared, op="add", body_name=school.name))
    kept = answer.context["bodies"]
    assert f'name="body" value="{school.pk}"' in answer.content.decode()

    client.post(page, typed(shared, body=kept, **{f"bodies-{school.pk}-0": "5"}))

    assert Breakdown.objects.get().shares.get(organisation=school).value == 5


@pytest.mark.parametrize("op", ["save", "add", "propose"])
def test_an_absurd_number_is_refused_at_its_cell(shared: Shared, client: Client, op: str) -> None:
    signed_in(client, shared.office).post(address("start", shared.lectures))
    cell = f"regions-{shared.city.south.pk}-0"
    more = {"body_name": shared.city.school.name, "among": "bodies", "way": "even", cell: "1e30"}
    answer = client.post(address("edit", shared.lectures), typed(shared, op=op, **more))
    assert answer.status_code in {200, 422}
    assert "1e30" in answer.content.decode()


def test_reasons_typed_beside_a_draft_stay_with_it(shared: Shared, client: Client) -> None:
    signed_in(client, shared.office).post(address("start", shared.lectures))
    words = {"reason": "按讲堂多少", "difference_reason": "还在商量"}
    assert client.post(address("edit", shared.lectures), typed(shared, **words)).status_code == 302
    shown = client.get(address("edit", shared.lectures)).content.decode()
    assert ">\n按讲堂多少</textarea>" in shown
    assert ">\n还在商量</textarea>" in shown


def test_a_draft_that_somebody_else_went_on_with_is_not_given_up(shared: Shared, client: Client) -> None:
    draft = shared.drafted(shared.lectures, shared.south(12))
    answer = signed_in(client, shared.office).post(address("discard", shared.lectures), {"seen": 0}, follow=True)
    assert "有人改过这份草稿" in answer.content.decode()
    assert Breakdown.objects.get() == draft


def test_a_draft_is_given_up(shared: Shared, client: Client) -> None:
    shared.drafted(shared.lectures, shared.south(12))
    assert signed_in(client, shared.office).post(address("discard", shared.lectures)).status_code == 302
    assert not Breakdown.objects.exists()


def test_nobody_edits_a_closed_plan(shared: Shared, client: Client) -> None:
    shared.drafted(shared.lectures, shared.south(12))
    shared.plan.state = PlanState.CLOSED
    shared.plan.save()
    assert signed_in(client, shared.office).get(address("edit", shared.lectures)).status_code == 404


def test_an_officer_and_a_liaison_see_what_is_theirs_with_how_far_they_are(shared: Shared, client: Client) -> None:
    shared.issued(shared.lectures, shared.south(12), shared.north(8), shared.bureau(20))
    officer = PersonFactory(role=Role.DISTRICT_OFFICER, region=shared.city.south)
    liaison = PersonFactory(role=Role.LIAISON, organisation=shared.city.bureau)

    found = {}
    for person in (officer, liaison):
        own = signed_in(client, person).get(reverse("breakdown:desk")).context["own"]
        found[person.pk] = [(one.share.owner, int(one.cell.got)) for row in own.targets for one in row.cells]

    assert found == {officer.pk: [(shared.city.south, 15)], liaison.pk: [(shared.city.bureau, 10)]}


def test_only_the_version_in_force_of_a_live_plan_is_owed(shared: Shared, client: Client) -> None:
    shared.issued(shared.lectures, shared.south(12), shared.north(8))
    shared.issued(shared.lectures, shared.north(20))
    officer = signed_in(client, PersonFactory(role=Role.DISTRICT_OFFICER, region=shared.city.south))
    assert officer.get(reverse("breakdown:desk")).context["own"].targets == ()
    draft = start_breakdown(shared.lectures.pk, actor=shared.office)
    set_shares(draft.pk, [shared.south(20)], actor=shared.office)
    assert officer.get(reverse("breakdown:desk")).context["own"].targets == ()
    issue_breakdown(draft.pk, actor=shared.office, reason="改给市南")
    assert len(officer.get(reverse("breakdown:desk")).context["own"].targets) == 1


def test_the_pages_ask_few_questions(shared: Shared, client: Client, django_assert_max_num_queries: Any) -> None:
    years = [place(10, year) for place in (shared.south, shared.north) for year in range(2021, 2026)]
    shared.issued(shared.lectures, *years, shared.bureau(20))
    shared.issued(shared.stations, *years)
    with django_assert_max_num_queries(20):
        client.get(address("target", shared.lectures))
    signed_in(client, shared.office)
    with django_assert_max_num_queries(25):
        client.get(reverse("breakdown:desk"))
    with django_assert_max_num_queries(30):
        client.get(address("edit", shared.lectures))
    signed_in(client, PersonFactory(role=Role.DISTRICT_OFFICER, region=shared.city.south))
    with django_assert_max_num_queries(40):
        client.get(reverse("breakdown:desk"))
