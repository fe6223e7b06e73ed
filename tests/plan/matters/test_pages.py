"""The pages of matters and meetings: who sees what, what is on them, and that nothing typed is lost."""

import re
from datetime import date
from io import BytesIO

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from procrastinate.contrib.django.models import ProcrastinateJob
from pypdf import PdfReader

from kepu.directory.register.choices import Role
from kepu.foundation.clock import fixed
from kepu.foundation.documents import laid_out
from kepu.foundation.files.queries import opened
from kepu.plan.matters import services
from kepu.plan.matters.errors import MatterRaised, MatterUnfit
from kepu.plan.matters.models import AgreedDuty, Matter, MatterFile, MeetingPaper
from kepu.plan.matters.queries import document_of, matters_visible_to, meetings_visible_to, obstacles_for, public_panel
from kepu.plan.reports.models import Entry, Period, Report
from kepu.plan.tasks.models import Milestone
from tests.factories import OrganisationFactory, PersonFactory
from tests.kept import kept
from tests.plan.matters.scenes import MEETING, MONDAY, Scene, fresh

pytestmark = pytest.mark.django_db

WORDS = {"title": "教材缺经费", "difficulty": "没有渠道。", "asked": "请定出资。", "wanted_by": "2024-12-31"}


@pytest.fixture(autouse=True)
def _monday():
    with fixed(MONDAY):
        yield


_built, scene = kept(Scene, on=MONDAY)


def text(answer):
    return answer.content.decode()


def at(name, *arguments):
    return reverse(f"matters:{name}", args=arguments)


def entry_of(scene, *, state="submitted", obstacle="审定经费没有渠道，请协调。别的都好。"):
    """An entry of a report of the bureau that names an obstacle."""
    period, _made = Period.objects.get_or_create(
        plan=scene.world.plan, since=date(2024, 4, 1), until=date(2024, 6, 30),
        defaults={
            "due_on": date(2024, 7, 10), "locks_on": date(2024, 12, 20), "has_two_steps": False,
            "opened_on": date(2024, 7, 1),
        },
    )  # fmt: skip
    given = {"state": state}
    if state != "open":
        given |= {"frozen": {}, "first_submitted_on": date(2024, 7, 5), "is_on_time": True}
    report = Report.objects.create(period=period, organisation=scene.bureau, **given)
    return Entry.objects.create(report=report, task=scene.task, obstacle=obstacle)


# --- the body's form ---


def test_a_liaison_raises_a_matter_with_a_file(client, scene):
    client.force_login(scene.liaison)
    address = at("new", scene.world.plan.slug, scene.bureau.pk)
    assert f'value="{scene.task.pk}"' in text(client.get(f"{address}?task={scene.task.pk}"))
    file = SimpleUploadedFile("说明.txt", "经费测算".encode())

    answer = client.post(
        address, WORDS | {"bodies": [scene.association.pk], "tasks": [scene.task.pk], "file": file}, follow=True
    )

    matter = Matter.objects.get()
    assert (matter.title, matter.wanted_by) == ("教材缺经费", date(2024, 12, 31))
    assert "说明.txt" in text(answer)
    kept = {"revision": "0", "drop": [str(MatterFile.objects.get().pk)]}
    client.post(at("amend", matter.pk), WORDS | kept | {"title": "改了"}, follow=True)
    assert (fresh(matter).title, MatterFile.objects.count()) == ("改了", 0)


@pytest.mark.parametrize(
    "typed",
    [
        {"title": ""},
        {"difficulty": "难" * 100_000},
        {"difficulty": "有\x00空"},
        {"wanted_by": "9999-12-31"},
        {"wanted_by": "20241301"},
        {"bodies": ["x", "9" * 30]},
        {"revision": "x"},
        {"source": "9" * 30},
        {"source": "123456789"},
    ],
)
def test_what_is_refused_keeps_what_was_typed(client, scene, typed):
    client.force_login(scene.liaison)

    answer = client.post(at("new", scene.world.plan.slug, scene.bureau.pk), WORDS | {"tried": "试过多次"} | typed)

    assert answer.status_code in {400, 404, 422}
    assert answer.status_code == 404 or "试过多次" in text(answer)
    assert not Matter.objects.exists()


def test_a_second_window_keeps_its_words(client, scene):
    matter = scene.raised()
    services.amend_matter(matter.pk, scene.words(tried="甲"), revision=0, actor=scene.liaison)
    client.force_login(scene.liaison)

    answer = client.post(at("amend", matter.pk), WORDS | {"revision": "0", "tried": "乙写的"})

    assert answer.status_code == 409
    assert "别处改过" in text(answer)
    assert "乙写的" in text(answer)


def test_script_is_shown_as_words(client, scene):
    matter = scene.raised(title="<script>alert(1)</script>", difficulty="<img src=x onerror=alert(2)>")
    client.force_login(scene.office)
    for page in (at("desk"), at("matter", matter.pk)):
        assert "<script>alert(1)" not in text(client.get(page))
        assert "<img src=x" not in text(client.get(page))


# --- obstacles of reports ---


def test_an_obstacle_is_raised_with_one_click_and_only_once(client, scene):
    entry = entry_of(scene)
    client.force_login(scene.office)
    assert "审定经费没有渠道" in text(client.get(at("desk")))

    answer = client.post(at("from_report", entry.pk), follow=True)

    matter = Matter.objects.get()
    assert (matter.title, matter.body, matter.source) == ("审定经费没有渠道，请协调", scene.bureau, entry)
    assert list(matter.tasks.all()) == [scene.task]
    assert "用的是报告里的话" in text(answer)
    assert obstacles_for(scene.office) == []
    assert "已经提出过" in text(client.post(at("from_report", entry.pk), follow=True))
    with pytest.raises(MatterRaised):
        services.raise_matter(
            scene.world.plan.pk, scene.bureau.pk, scene.words(), actor=scene.liaison, source_id=entry.pk
        )
    assert Matter.objects.count() == 1


def test_a_liaison_finds_the_form_filled_in_from_the_own_report(client, scene):
    entry = entry_of(scene, state="open")
    client.force_login(scene.liaison)
    for page in (at("desk"), reverse("reports:report", args=[entry.report_id])):
        assert at("from_own_report", entry.pk) in text(client.get(page))

    page = text(client.get(at("from_own_report", entry.pk)))
    assert "审定经费没有渠道，请协调。别的都好。" in page
    client.post(at("new", scene.world.plan.slug, scene.bureau.pk), WORDS | {"source": entry.pk})

    assert Matter.objects.get().source == entry
    assert client.get(at("from_own_report", entry.pk)).status_code == 302
    assert [one.entry for one in obstacles_for(scene.office)] == []


def test_the_office_does_not_raise_from_a_report_that_is_being_written(scene):
    entry = entry_of(scene, state="open")
    assert obstacles_for(scene.office) == []
    with pytest.raises(MatterUnfit, match="还在单位手里"):
        services.raise_obstacle(entry.pk, actor=scene.office)
    other = OrganisationFactory(region=scene.world.city.city)
    with pytest.raises(MatterUnfit, match="不是这个单位"):
        services.raise_matter(scene.world.plan.pk, other.pk, scene.words(), actor=scene.office, source_id=entry.pk)
    Entry.objects.update(obstacle=" ")
    with pytest.raises(MatterUnfit, match="没有写困难"):
        services.raise_matter(
            scene.world.plan.pk, scene.bureau.pk, scene.words(), actor=scene.liaison, source_id=entry.pk
        )


# --- who sees what ---


def test_who_is_asked_sees_it_once_it_is_taken_up(scene):
    matter = scene.raised()
    assert not matters_visible_to(scene.other).exists()
    services.list_matter(matter.pk, actor=scene.office)
    assert list(matters_visible_to(scene.other)) == [matter]
    stranger = PersonFactory(role=Role.LIAISON, organisation=OrganisationFactory(region=scene.world.city.city))
    assert not matters_visible_to(stranger).exists()


def test_reviewers_read_what_was_decided(scene):
    reviewer = PersonFactory(role=Role.REVIEWER)
    waiting = scene.listed(title="还没有定")
    duty = scene.issued()
    assert list(matters_visible_to(reviewer)) == [duty.item.matter]
    assert list(meetings_visible_to(reviewer)) == [duty.item.meeting]
    assert waiting not in matters_visible_to(reviewer)


def test_a_district_officer_sees_the_bodies_of_the_district(scene):
    south = scene.world.city.south
    body = OrganisationFactory(name="市南区科协", region=south)
    scene.task.duties.create(organisation=body)
    officer = PersonFactory(role=Role.DISTRICT_OFFICER, region=south)
    scene.raised()
    matter = services.raise_matter(scene.world.plan.pk, body.pk, scene.words(), actor=scene.office)
    assert list(matters_visible_to(officer)) == [matter]


def test_a_meeting_in_preparation_is_the_offices(client, scene):
    item = scene.item()
    client.force_login(scene.other)
    assert client.get(at("meeting", item.meeting_id)).status_code == 404
    scene.fixed(item)
    page = text(client.get(at("meeting", item.meeting_id)))
    assert "办公室建议" in page
    assert "定议程" not in page
    assert client.get(at("paper", item.meeting_id, "minutes")).status_code == 404


# --- lists ---


@pytest.mark.parametrize(
    ("asked", "shown", "hidden"),
    [
        ({}, ["甲件", "乙件"], ["丙件"]),
        ({"state": "raised"}, ["甲件"], ["乙件", "丙件"]),
        ({"state": "answered"}, ["丙件"], ["甲件", "乙件"]),
        ({"state": "all"}, ["甲件", "乙件", "丙件"], []),
        ({"state": "settled"}, ["没有这样的"], ["甲件"]),
        ({"state": "nonsense", "body": "x"}, ["甲件", "乙件"], ["丙件"]),
    ],
)
def test_the_list_is_narrowed(client, scene, asked, shown, hidden):
    scene.raised(title="甲件")
    scene.listed(title="乙件")
    services.answer_matter(scene.raised(title="丙件").pk, actor=scene.office, text="好")
    client.force_login(scene.office)

    rows = text(client.get(at("desk"), asked, headers={"HX-Request": "true"}))

    assert all(word in rows for word in shown)
    assert not any(word in rows for word in hidden)


def test_the_table_is_taken_away(client, scene):
    scene.issued()
    client.force_login(scene.office)
    sheet = load_workbook(BytesIO(client.get(at("export", "xlsx")).content)).active
    cells = [str(cell.value) for line in sheet.iter_rows() for cell in line]
    assert "教材修订缺少审定经费" in cells
    assert client.get(at("export", "csv")).status_code == 200
    assert client.get(at("export", "pdf")).status_code == 404


@pytest.mark.parametrize("name", ["desk", "meetings", "meeting", "matter"])
def test_a_page_asks_as_often_for_many_as_for_few(client, scene, name):
    duty = scene.issued()
    item = scene.item()
    place = {"meeting": [item.meeting_id], "matter": [duty.item.matter_id]}.get(name, [])
    client.force_login(scene.office)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(at(name, *place)).status_code == 200
        return len(queries)

    asked()
    few = asked()
    for number in range(3):
        matter = scene.listed(title=f"又一件{number}")
        services.add_item(item.meeting_id, matter.pk, actor=scene.office)
        scene.raised(title=f"再一件{number}")
        scene.called(title=f"会{number}")
        step = Milestone.objects.create(task=scene.task, title=f"步{number}", due_on=date(2025, 1, 1))
        AgreedDuty.objects.create(
            item=duty.item, task=scene.task, body=scene.bureau, text=f"事{number}", due_on=step.due_on, milestone=step
        )
    assert asked() <= few


# --- the meeting ---


def test_a_meeting_goes_through_its_pages(client, scene):
    matter = scene.listed()
    client.force_login(scene.office)
    answer = client.post(
        at("call", scene.world.plan.slug), {"title": "第三次会议", "held_on": MEETING.isoformat(), "place": "301"}
    )
    meeting = answer.url.rstrip("/").split("/")[-1]
    client.post(at("add_item", meeting, matter.pk))
    refused = client.post(at("fix", meeting))
    assert (refused.status_code, "还没有办公室建议" in text(refused)) == (409, True)
    item = matter.items.get()
    assert client.post(at("item", item.pk), {"text": ""}).status_code == 422
    client.post(at("item", item.pk), {"text": "建议同意。"})
    assert "建议同意。" in text(client.get(at("paper", meeting, "brief")))
    client.post(at("fix", meeting))
    assert ProcrastinateJob.objects.filter(task_name="matters.make_papers").count() == 1
    with fixed(MEETING):
        client.post(at("hold", meeting))
        late = client.post(at("item", item.pk), {"text": "我的建议还在"})
        assert (late.status_code, "我的建议还在" in text(late)) == (409, True)
        client.post(at("item", item.pk), {"outcome": "decided", "decision": "同意。"})
        given = {"task": scene.task.pk, "body": scene.association.pk, "text": "安排经费", "due_on": "2024-11-30"}
        refused = client.post(at("add_duty", item.pk), given)
        assert (refused.status_code, "没有责任" in text(refused), "安排经费" in text(refused)) == (400, True, True)
        client.post(at("add_duty", item.pk), given | {"body": scene.bureau.pk})
        assert "安排经费" in text(client.get(at("paper", meeting, "minutes")))
        client.post(at("issue", meeting))
        again = client.post(at("issue", meeting))
    assert (again.status_code, "纪要已印发" in text(again)) == (409, True)
    assert AgreedDuty.objects.get().milestone is not None


def test_order_is_changed_by_plain_buttons(client, scene):
    first = scene.item()
    second = services.add_item(first.meeting_id, scene.listed(title="第二件").pk, actor=scene.office)
    client.force_login(scene.office)
    client.post(at("move_item", second.pk, "up"))
    page = text(client.get(at("meeting", first.meeting_id)))
    assert page.index("1. 第二件") < page.index("2. 教材修订")
    assert client.post(at("move_item", second.pk, "sideways")).status_code == 404


# --- the papers ---


def words_of(paper: MeetingPaper) -> str:
    with opened(paper.word) as stream:
        word = docx.Document(BytesIO(stream.read()))
    cells = [cell.text for table in word.tables for line in table.rows for cell in line.cells]
    return "\n".join([*(paragraph.text for paragraph in word.paragraphs), *cells])


def test_the_papers_say_what_the_meeting_had_before_it_and_decided(scene):
    duty = scene.issued()
    meeting = fresh(duty.item.meeting)
    services.make_papers(meeting.pk, str(meeting.progress_id))

    agenda, brief, minutes = meeting.papers.order_by("pk")
    assert "教材修订缺少审定经费" in words_of(agenda)
    told = words_of(brief)
    for part in ("没有经费渠道", "已与出版社商量", "请定下由谁出资", "建议由市科协安排经费", "二(一)4"):
        assert part in told
    assert "第二册修订" in told  # the sentence of the task's status names the step that is late
    told = words_of(minutes)
    assert "同意由市科协安排审定经费。" in told
    assert "没有经费渠道" not in told
    for part in ("完成第二册审定", scene.bureau.name, "2024-11-30"):
        assert part in told
    with opened(minutes.pdf) as stream:
        read = "".join(page.extract_text() for page in PdfReader(BytesIO(stream.read())).pages)
    assert "完成第二册审定" in re.sub(r"\s", "", read)
    services.make_papers(meeting.pk, str(meeting.progress_id))
    assert meeting.papers.count() == 3


def test_a_paper_that_went_out_stays_as_it_was(scene):
    duty = scene.issued()
    minutes = duty.item.meeting.papers.get(kind="minutes")
    before = laid_out(document_of(minutes)).items
    Matter.objects.update(title="改了名")
    AgreedDuty.objects.update(text="改了事")
    assert laid_out(document_of(fresh(minutes))).items == before


# --- the public ---


def test_everybody_reads_only_what_was_decided_and_ticked(client, scene):
    address = reverse("plan:task", args=[scene.world.plan.slug, scene.task.slug])
    duty = scene.issued(is_public=True)
    assert public_panel(scene.task, date(2024, 9, 25)) is None

    with fixed(MEETING):
        page = text(client.get(address))
        assert "同意由市科协安排审定经费。" in page
        assert "完成第二册审定" in page
        for inside in ("没有经费渠道", "已与出版社商量", "建议由市科协"):
            assert inside not in page
    scene.complete(duty)
    assert public_panel(scene.task, date(2024, 10, 31)).content[0].duties[0].standing == "open"
    assert public_panel(scene.task, date(2024, 11, 2)).content[0].duties[0].standing == "done"


def test_what_was_not_ticked_stays_inside(client, scene):
    scene.issued()
    address = reverse("plan:task", args=[scene.world.plan.slug, scene.task.slug])
    with fixed(MEETING):
        assert "领导小组议定" not in text(client.get(address))


def test_the_desk_shows_a_task_its_matters(client, scene):
    matter = scene.raised()
    address = reverse("plan:desk_task", args=[scene.world.plan.slug, scene.task.slug])
    client.force_login(scene.liaison)
    assert at("matter", matter.pk) in text(client.get(address))
    client.force_login(scene.other)
    assert at("matter", matter.pk) not in text(client.get(address))
