import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kepu.engines.policy import PlanReading, PolicyUnreadable, parse_file, parse_plan, parse_text

ROOT = Path(__file__).resolve().parents[3]
GOLDEN = json.loads((ROOT / "tests/golden/policy/qingdao.json").read_text("utf-8"))
PLANS = [ROOT / "examples/qingdao/plan.txt", ROOT.parent / "shared/plans/qingdao-2021-2025.txt"]


def bodies(reading: PlanReading) -> dict[str, list[tuple[str, str]]]:
    return {task.id: [(duty.organisation, duty.role) for duty in task.duties] for task in reading.tasks}


@pytest.fixture(params=PLANS, ids=["example", "original"])
def qingdao(request) -> PlanReading:
    if not request.param.exists():
        pytest.skip("the original plan lies beside the checkout of its developers only")
    return parse_file(request.param)


def test_the_reference_plan_gives_its_golden_counts(qingdao):
    kinds = [section.kind for section in qingdao.sections]
    organisations = {duty.organisation for task in qingdao.tasks for duty in task.duties}

    assert kinds.count("action") == GOLDEN["actions"]
    assert kinds.count("project") == GOLDEN["projects"]
    assert len(qingdao.tasks) == GOLDEN["tasks"]
    assert len(organisations) == GOLDEN["organisations"]
    assert sum(len(task.duties) for task in qingdao.tasks) == GOLDEN["duties"]
    for group, counts in GOLDEN["bodies_by_group"].items():
        assert [len(task.duties) for task in qingdao.tasks if task.id[:4] == group] == counts


def test_the_reference_plan_promises_six_numbers_and_names_no_lead(qingdao):
    found = [[target.at, int(target.value)] for target in qingdao.targets]

    assert found == [[at, value] for at, value, _unit in GOLDEN["target_values"]]
    assert [target.unit for target in qingdao.targets][:4] == ["%", "场", "人次", "个"]
    assert [target.aspirational for target in qingdao.targets] == [False, False, False, False, True, False]
    assert not [duty for task in qingdao.tasks for duty in task.duties if duty.role == "lead"]
    assert bodies(qingdao)["三(五)3"] == [("市委组织部", "sole")]
    assert qingdao.document.doc_number == "青政发〔2022〕6号"
    assert qingdao.document.issued == "2022-03-28"
    assert qingdao.document.period == (2021, 2025)


def test_every_statement_points_at_its_characters(qingdao):
    for task in qingdao.tasks:
        assert task.title in qingdao.text[slice(*task.span)]
        assert task.span[0] <= task.body_span[0] <= task.body_span[1] <= task.span[1]
        for duty in task.duties:
            assert qingdao.text[slice(*duty.span)] == duty.organisation
    for target in qingdao.targets:
        assert target.span[0] < target.span[1]


def test_leads_stand_only_where_the_text_names_them():
    reading = parse_text(
        "某县全民科学素质行动计划（2026—2030年）\n一、主要任务\n"
        "（一）办好科普讲堂。每季度举办科普讲座20场以上。（县科协牵头，县教育体育局、县卫生健康局配合）\n"
        "（二）建设科普阵地。到2030年建成科普示范社区15个。责任单位：县科协、各乡镇人民政府\n"
    )

    assert bodies(reading)["一(一)"] == [("县科协", "lead"), ("县教育体育局", "support"), ("县卫生健康局", "support")]
    assert {role for _name, role in bodies(reading)["一(二)"]} == {"joint"}
    assert [(int(t.value), t.period, t.deadline, t.comparator) for t in reading.targets] == [
        (20, "quarter", None, ">="),
        (15, None, 2030, "="),
    ]


def test_names_ages_durations_and_structure_are_no_targets():
    reading = parse_text(
        "某市科普行动方案\n一、重点任务\n1.培育人才。实施“双百工程”，培养“三类人才”，面向18岁以上居民，用3年时间实施5项行动。（市科协、市教育局按职责分工负责）\n"
        "2.办好活动。推出一批精品，开展若干活动。（市科协负责）\n"
    )

    assert reading.targets == ()
    assert {decoy.reason for decoy in reading.decoys} >= {"name", "duration", "structure"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"  \n ", "empty_file"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 64, "picture"),
        (b"PK\x03\x04broken", "broken_document"),
        (b"%PDF-1.7\nbroken", "broken_pdf"),
        ("今天天气很好，我们去公园。".encode(), "no_task"),
        (("科普工作很重要。\n" * 40_000).encode(), "too_long"),
    ],
)
def test_what_is_no_plan_is_refused_in_words(data, code):
    with pytest.raises(PolicyUnreadable) as refused:
        parse_plan(data, name="plan.txt")

    assert refused.value.code == code
    assert refused.value.message.endswith("。")


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="一二三（）()1234.、，。；：市科协教育局负责牵头任务行动工程达到%100人次\n \t“”", max_size=300))
def test_any_text_is_read_or_refused(text):
    try:
        reading = parse_text(text)
    except PolicyUnreadable:
        return
    for task in reading.tasks:
        assert 0 <= task.span[0] <= task.span[1] <= len(text)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data):
    try:
        reading = parse_plan(data, name="x")
    except PolicyUnreadable:
        return
    assert reading.tasks
    assert all(0 <= task.span[0] <= task.span[1] <= len(reading.text) for task in reading.tasks)


def test_width_changes_nothing():
    text = (ROOT / "examples/qingdao/plan.txt").read_text("utf-8")
    half = text.translate(str.maketrans("（），：", "(),:"))

    assert [task.id for task in parse_text(half).tasks] == [task.id for task in parse_text(text).tasks]
    assert [target.value for target in parse_text(half).targets] == [
        target.value for target in parse_text(text).targets
    ]
