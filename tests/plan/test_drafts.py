"""A draft keeps the machine's reading and every correction of a person beside it."""

import threading
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from kepu.directory.register.choices import Role
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.errors import NotAllowed
from kepu.foundation.files.models import StoredFile
from kepu.plan.tasks.choices import DraftState
from kepu.plan.tasks.errors import CorrectionInvalid, DraftNotOpen, PlanUnreadable
from kepu.plan.tasks.models import PlanDraft
from kepu.plan.tasks.queries.checking import check_page
from kepu.plan.tasks.queries.drafts import draft_content
from kepu.plan.tasks.services import (
    add_finding,
    agree_with_finding,
    change_finding,
    create_draft,
    discard_draft,
    restore_finding,
    resume_draft,
    strike_finding,
    undo_correction,
)
from tests.factories import PersonFactory, city_region
from tests.plan.texts import PLAN

QINGDAO = Path(__file__).parents[2] / "examples" / "qingdao" / "plan.txt"


@pytest.fixture
def office():
    return PersonFactory(role=Role.LEADING_OFFICE)


@pytest.fixture
def draft(office):
    city_region()
    return create_draft(PLAN, "示例方案", actor=office)


def content(draft):
    draft.refresh_from_db()
    return draft_content(draft)


def task(draft, code):
    return next(one for one in content(draft).tasks if one.code == code)


def target(draft, measure):
    return next(one for one in content(draft).targets if measure in one.measure)


pytestmark = pytest.mark.django_db


def test_a_draft_holds_what_the_machine_read_and_the_file_as_it_came(office):
    city_region()

    draft = create_draft(PLAN.encode("gb18030"), "方案.txt", actor=office)

    assert [one.code for one in content(draft).live_tasks] == ["二(一)1", "二(一)2", "二(二)1"]
    assert draft.region == city_region()
    stored = StoredFile.objects.get(pk=draft.file_id)
    assert stored.content.read().decode("gb18030") == PLAN
    assert AuditEntry.objects.filter(action="plan.draft.created").count() == 1


def test_the_example_reads_as_the_plan_says(office):
    city_region()

    page = check_page(create_draft(QINGDAO.read_bytes(), "plan.txt", actor=office))

    counts = (len(page.content.live_tasks), len(page.bodies), page.content.duty_count, len(page.content.live_targets))
    assert counts == (32, 25, 159, 6)


@pytest.mark.parametrize("role", [Role.LIAISON, Role.DISTRICT_OFFICER, Role.REVIEWER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_only_the_leading_office_brings_a_plan_in(role, draft):
    from tests.factories import OrganisationFactory

    body = OrganisationFactory() if role == Role.LIAISON else None
    other = PersonFactory(
        role=role, organisation=body, **({"role__region": city_region()} if role == Role.DISTRICT_OFFICER else {})
    )

    with pytest.raises(NotAllowed):
        create_draft(PLAN, "x", actor=other)
    with pytest.raises(NotAllowed):
        change_finding(draft.pk, "t0", {"title": "改"}, actor=other)
    with pytest.raises(NotAllowed):
        strike_finding(draft.pk, "t0", actor=other)
    with pytest.raises(NotAllowed):
        discard_draft(draft.pk, actor=other)
    assert PlanDraft.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"", "x.txt", "empty_file"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 64, "x.docx", "picture"),
        ("今天天气很好，适合散步。".encode(), "x.txt", "no_task"),
        (b"x" * (50 * 1024 * 1024 + 1), "x.txt", "too_large"),
    ],
)
def test_what_is_no_plan_leaves_nothing_behind(office, data, name, reason):
    with pytest.raises(PlanUnreadable) as refused:
        create_draft(data, name, actor=office)

    assert refused.value.data["reason"] == reason
    assert not PlanDraft.objects.exists()
    assert not StoredFile.objects.exists()
    folders = default_storage.listdir("")[0] if default_storage.exists("") else []
    assert not [folder for folder in folders if default_storage.listdir(folder)[1]]


def test_a_correction_stands_beside_the_machines_reading(draft, office):
    one = target(draft, "科技辅导员")

    change_finding(draft.pk, one.key, {"value": "120", "period": "half"}, actor=office)

    changed = target(draft, "科技辅导员")
    assert (changed.value, changed.period) == (120, "half")
    assert changed.machine == {"value": "100", "period": "year"}
    assert changed.by == str(office)
    assert draft.reading["targets"][1]["value"] == 100
    assert draft.corrections[-1]["before"] == {"value": "100", "period": "year"}


def test_fields_that_stay_count_as_looked_at_and_change_nothing(draft, office):
    one = target(draft, "银龄课堂")
    assert any(question.key == one.key for question in content(draft).questions)

    change_finding(draft.pk, one.key, {"value": "60", "measure": one.measure}, actor=office)

    assert target(draft, "银龄课堂").changed == ()
    assert not any(question.key == one.key for question in content(draft).questions)


def test_a_question_is_answered_by_looking(draft, office):
    asked = content(draft).questions
    assert [question.code for question in asked] == ["time_open"]

    agree_with_finding(draft.pk, asked[0].key, actor=office)

    assert content(draft).questions == ()


def test_bodies_are_added_struck_and_given_a_role(draft, office):
    one = task(draft, "二(一)2")

    key = add_finding(draft.pk, "duty", {"task": one.key, "organisation": "市教育局", "role": "lead"}, actor=office)
    strike_finding(draft.pk, one.duties[1].key, actor=office)
    change_finding(draft.pk, one.duties[0].key, {"role": "support"}, actor=office)

    now = task(draft, "二(一)2")
    assert [(duty.organisation, duty.role) for duty in now.live_duties] == [
        ("市科技局", "support"),
        ("市教育局", "lead"),
    ]
    assert next(duty for duty in now.duties if duty.key == key).is_added


def test_a_body_stands_in_a_task_once(draft, office):
    one = task(draft, "二(一)2")

    with pytest.raises(CorrectionInvalid) as refused:
        add_finding(draft.pk, "duty", {"task": one.key, "organisation": "市科技局", "role": "lead"}, actor=office)

    assert refused.value.data["field"] == "organisation"


def test_a_number_that_was_no_target_becomes_one(draft, office):
    decoy = next(one for one in content(draft).decoys if "双百" in one.text)

    values = {"measure": "双百工程学校", "value": "200", "unit": "所", "at": decoy.at}
    add_finding(draft.pk, "target", {**values, "start": decoy.start, "end": decoy.end}, actor=office)

    added = target(draft, "双百工程学校")
    assert (added.place, added.is_added, added.is_by_person) == ("二(一)1", True, True)


def test_any_words_become_a_task_or_a_section(draft, office):
    start = PLAN.index("按规定安排科普经费")

    key = add_finding(
        draft.pk, "task", {"code": "三(二)", "title": "保障经费", "start": start, "end": start + 9}, actor=office
    )

    added = next(one for one in content(draft).tasks if one.key == key)
    assert added.section_path[-1] == "(二)保障经费"


def test_what_is_struck_stays_visible_and_comes_back(draft, office):
    one = target(draft, "银龄课堂")

    strike_finding(draft.pk, one.key, actor=office, note="只是举例")

    page = check_page(PlanDraft.objects.get())
    assert [finding.key for finding in page.struck] == [one.key]
    assert len(page.content.live_targets) == 2
    restore_finding(draft.pk, one.key, actor=office)
    assert len(content(draft).live_targets) == 3


def test_an_undo_is_one_more_line_and_can_be_undone(draft, office):
    first = change_finding(draft.pk, "t0", {"title": "甲"}, actor=office)
    change_finding(draft.pk, "t0", {"title": "乙"}, actor=office)

    undone = undo_correction(draft.pk, content(draft).finding("t0").correction, actor=office)
    assert content(draft).finding("t0").title == "甲"
    undo_correction(draft.pk, first, actor=office)
    assert content(draft).finding("t0").title == "办好科学课"
    assert len(draft.corrections) == 4
    with pytest.raises(CorrectionInvalid):
        undo_correction(draft.pk, undone, actor=office)


def test_a_task_that_goes_takes_its_bodies_but_not_its_numbers(draft, office):
    strike_finding(draft.pk, "t0", actor=office)

    now = content(draft)
    assert "市教育局" not in now.bodies
    assert target(draft, "科技辅导员").place == "(一)青少年科学素质提升行动"


@pytest.mark.parametrize(
    ("key", "values", "field"),
    [
        ("g0", {"value": "很多"}, "value"),
        ("g0", {"value": "1e30"}, "value"),
        ("g0", {"value": "NaN"}, "value"),
        ("g0", {"comparator": "~"}, "comparator"),
        ("g0", {"period": "often"}, "period"),
        ("g0", {"start": 50, "end": 40}, "end"),
        ("g0", {"end": 10**6}, "end"),
        ("g0", {"value": "60", "value_max": "10"}, "value_max"),
        ("g0", {"deadline": 25}, "deadline"),
        ("t0", {"title": "长" * 301}, "title"),
        ("t0", {"section": "s99"}, "section"),
        ("t0.d0", {"role": "boss"}, "role"),
        ("document", {"issued": "昨天"}, "issued"),
        ("document", {"period_start": 2025, "period_end": 2021}, "period_end"),
    ],
)
def test_a_value_that_cannot_be_is_refused_at_its_field(draft, office, key, values, field):
    with pytest.raises(CorrectionInvalid) as refused:
        change_finding(draft.pk, key, values, actor=office)

    assert refused.value.data["field"] == field
    draft.refresh_from_db()
    assert draft.corrections == []


def test_a_finding_that_is_not_there_is_not_corrected(draft, office):
    with pytest.raises(CorrectionInvalid):
        change_finding(draft.pk, "t99", {"title": "改"}, actor=office)
    with pytest.raises(CorrectionInvalid):
        strike_finding(draft.pk, "document", actor=office)


def test_a_draft_given_up_waits_to_be_taken_up_again(draft, office):
    discard_draft(draft.pk, actor=office)
    with pytest.raises(DraftNotOpen):
        change_finding(draft.pk, "t0", {"title": "改"}, actor=office)

    resume_draft(draft.pk, actor=office)

    change_finding(draft.pk, "t0", {"title": "改"}, actor=office)
    assert PlanDraft.objects.get().state == DraftState.OPEN


def test_pasted_text_may_hold_any_character(office):
    city_region()

    draft = create_draft(PLAN.replace("\n", "\r\n") + "\x00\u202e𠮷", "贴", actor=office)

    assert "\x00" not in draft.text
    assert draft.text[task(draft, "二(二)1").start :].startswith("1.办好银龄课堂")


@pytest.mark.django_db(transaction=True)
def test_corrections_of_two_windows_are_both_kept():
    city_region()
    office = PersonFactory(role=Role.LEADING_OFFICE)
    draft = create_draft(PLAN, "示例方案", actor=office)
    together = threading.Barrier(2)

    def correct(key, title):
        together.wait()
        change_finding(draft.pk, key, {"title": title}, actor=office)
        connection.close()

    windows = [threading.Thread(target=correct, args=(key, "改过")) for key in ("t0", "t1")]
    for window in windows:
        window.start()
    for window in windows:
        window.join()

    draft.refresh_from_db()
    assert {correction["key"] for correction in draft.corrections} == {"t0", "t1"}
    assert [one.title for one in draft_content(draft).tasks][:2] == ["改过", "改过"]
