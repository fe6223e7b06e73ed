"""Wordings that plans share, each in a small text: how items are numbered, who is responsible, which numbers are promises."""

import pytest

from kepu.engines.policy import PlanReading, parse_text
from tests.engines.policy.scoring import tasks_of

FACE = "清川市全民科学素质行动实施方案（2021—2025年）\n\n"
OTHER_ITEM = "\n\n2．开展竞赛。组织活动。（责任单位：市教育局、市科协）\n"


def one_task(words: str, rule: str = "") -> PlanReading:
    """A plan whose first task is in the words, under a heading that may state a rule."""
    return parse_text(
        f"{FACE}一、总体目标\n\n提升科学素质。\n\n二、重点任务\n\n{rule}\n\n（一）青少年科学素质提升行动\n\n1．开足课程。{words}{OTHER_ITEM}"
    )


def bodies(words: str, rule: str = "") -> list[str]:
    names: list[str] = tasks_of(one_task(words, rule))["二(一)1"][1]
    return names


@pytest.mark.parametrize(
    ("bracket", "roles"),
    [
        ("市科协，市教育局牵头", ["joint", "lead"]),
        ("市科协、市教育局牵头", ["lead", "lead"]),
        ("市科协，市教育局牵头，市财政局配合", ["joint", "lead", "support"]),
        ("市科协，市教育局配合", ["joint", "support"]),
    ],
)
def test_a_body_before_a_comma_is_no_lead_for_sure(bracket, roles):
    task = next(task for task in one_task(f"建设课程。（{bracket}）").tasks if task.title == "开足课程")
    assert [duty.role for duty in task.duties] == roles


@pytest.mark.parametrize("gap", [" ", "  ", "\u3000"])
def test_decimal_headings_without_a_mark_are_sections(gap):
    reading = parse_text(
        f"{FACE}1{gap}发展基础\n公民科学素质稳步提升。\n2{gap}总体思路\n2.1{gap}指导思想\n坚持科普为民。\n3{gap}重点任务\n3.1{gap}青少年\n"
        f"3.1.1{gap}开足课程。建设课程10门。（市教育局负责）\n3.1.2{gap}开展竞赛。举办竞赛2场。（市科协负责）\n4{gap}条件保障\n4.1{gap}评估考核。开展评估。\n"
    )

    assert [(s.number, s.kind) for s in reading.sections if s.level == 1] == [
        ("1", "background"),
        ("2", "guidance"),
        ("3", "tasks"),
        ("4", "safeguard"),
    ]
    assert [task.id for task in reading.tasks] == ["3.1.1", "3.1.2"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("专项行动一：", "专项行动二："),
        ("重点工程1.", "重点工程2."),
        ("专项行动一 ", "专项行动二 "),
        ("专题一——", "专题二——"),
        ("专项任务（一）", "专项任务（二）"),
    ],
)
def test_a_number_may_stand_behind_the_word_it_counts(first, second):
    reading = parse_text(
        f"{FACE}一、总体目标\n提升科学素质。\n\n二、行动任务\n{first}青少年科学素质行动\n●开足课程。建设课程10门。\n牵头：市教育局；参与：市科协\n"
        f"●开展竞赛。举办竞赛2场。\n牵头：市科协；参与：市教育局\n{second}农民科学素质行动\n●送科技下乡。建设基地3个。\n牵头：市农业农村局；参与：市科协\n"
    )
    name = first.rstrip("：. —").translate(str.maketrans("（）", "()"))

    assert [task.title for task in reading.tasks] == ["开足课程", "开展竞赛", "送科技下乡"]
    assert [task.id for task in reading.tasks][:2] == [f"二{name}-1", f"二{name}-2"]
    assert [s.title for s in reading.sections if s.level == 2] == ["青少年科学素质行动", "农民科学素质行动"]


@pytest.mark.parametrize(
    ("bracket", "names"),
    [
        ("（局科技教育处、市农广校）", ["局科技教育处", "市农广校"]),
        ("（人事处、科教科）", ["人事处", "科教科"]),
        ("（县植保站、县农技推广站、畜牧股）", ["县植保站", "县农技推广站", "畜牧股"]),
        ("（市第一中学、市综合执法支队）", ["市第一中学", "市综合执法支队"]),
        ("走到群众家门口（离家不远处）。", []),
        ("（县中学、农技中心、农机监理站、东麓镇中心小学）", ["县中学", "农技中心", "农机监理站", "东麓镇中心小学"]),
        ("（市科协，市委网信办、市融媒体中心配合）", ["市科协", "市委网信办=support", "市融媒体中心=support"]),
        ("支持科普进校园（全市中小学）。", []),
        ("打造科普空间（图书室、活动室、电教室）。", []),
        ("用好科普阵地（市科普活动室）。", []),
    ],
)
def test_offices_schools_and_stations_are_bodies_in_a_closing_bracket(bracket, names):
    assert bodies(f"建设课程。{bracket}") == names


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("责任单位为市教育局、市机关事务中心。", ["市教育局", "市机关事务中心"]),
        ("牵头单位为市教育局，配合单位为市科协。", ["市教育局=lead", "市科协=support"]),
        ("市教育局、市科协负责，市财政局保障经费。", ["市教育局", "市科协", "市财政局"]),
        ("由市教育局牵头，市财政局做好经费保障。", ["市教育局=lead", "市财政局=support"]),
        ("市教育局为牵头单位，市科协为配合单位。", ["市教育局=lead", "市科协=support"]),
        ("本条由市教育局、市科协共同牵头，市财政局参与。", ["市教育局=lead", "市科协=lead", "市财政局=support"]),
        ("本项工作由市教育局牵头。", ["市教育局=lead"]),
        ("该项任务具体由市教育局会同市科协负责。", ["市教育局", "市科协"]),
        ("以市科协为牵头单位。", ["市科协=lead"]),
        ("以责任单位为重点，抓好工作。", []),
        ("讲师由志愿者担任，提供志愿服务。", []),
        ("市科协提供技术指导。", []),
    ],
)
def test_a_closing_sentence_names_bodies(words, names):
    assert bodies(f"建设课程。{words}") == names


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        ("以下各项任务，各区、县级市政府均为责任单位，不再逐一列出。", "各区、县级市政府"),
        ("以下任务各区政府均为责任单位。", "各区政府"),
        ("各项任务均需各区政府落实，不再列出。", "各区政府"),
        ("下列任务除明确责任单位外，各区人民政府均须负责，不再一一注明。", "各区人民政府"),
        ("各镇人民政府为以下各项任务的责任单位，下文不再列出。", "各镇人民政府"),
        ("各项任务的责任单位均包括各区人民政府，不再重复。", "各区人民政府"),
        ("以下重点任务各区人民政府均为配合单位，下同。", "各区人民政府=support"),
    ],
)
def test_a_rule_stated_once_adds_its_body_to_every_task(rule, name):
    assert bodies("建设课程。（责任单位：市教育局、市科协）", rule) == ["市教育局", "市科协", name]


@pytest.mark.parametrize(
    "rule", ["各项任务落实到位，要压实责任。", "按照以下任务分工抓好落实。", "以下任务由各责任单位抓好落实。"]
)
def test_an_appeal_is_no_rule(rule):
    assert bodies("建设课程。（责任单位：市教育局、市科协）", rule) == ["市教育局", "市科协"]


def promised(words: str) -> list[tuple[float, str, str, str | None]]:
    return [(float(t.value), t.unit or "", t.comparator, t.period) for t in one_task(words).targets]


@pytest.mark.parametrize(
    ("words", "targets"),
    [
        ("素养水平达到36%，较上年提高2个百分点。", [(36, "%", "=", None), (2, "个百分点", "+", None)]),
        ("建成应急安全体验馆一座。", [(1, "座", "=", None)]),
        ("新建科普长廊一处、科普驿站三个。", [(1, "处", "=", None), (3, "个", "=", None)]),
        ("科学馆更新三个展厅。", [(3, "个", "=", None)]),
        ("编译科普读物30种、摄制科普片6部。", [(30, "种", "=", None), (6, "部", "=", None)]),
        ("流动科技馆三年完成一轮巡展。", [(1, "轮", "=", "3 years")]),
        ("按不低于人均1.2元的标准足额安排科普经费。", [(1.2, "元", ">=", None)]),
        ("人均科普经费分别不低于1元和1.5元。", [(1, "元", ">=", None), (1.5, "元", ">=", None)]),
        ("新增国家级基地1个、省级5个。", [(1, "个", "+", None), (5, "个", "+", None)]),
    ],
)
def test_more_ways_to_promise_a_number(words, targets):
    assert promised(words) == targets


@pytest.mark.parametrize(
    "words",
    [
        "23个成员单位参加，下设4个工作专班。",
        "由12个部门组成，设3个工作小组。",
        "个别项目资助上限为30万元。",
        "利用科技计划支持科普，每个项目资助不超过10万元。",
        "2020年全市培训农民8742人次，合格率98.6%。",
        "去年培训农民8742人次，较上年增长12%。",
        "打造三个中心、两个高地，打造科普品牌一批。",
    ],
)
def test_more_numbers_that_are_no_promise(words):
    assert promised(words) == []


@pytest.mark.parametrize("heading", ["监督及评估", "检查与评估", "有关说明", "计划执行管理", "跟进安排"])
def test_a_part_without_bodies_among_answered_tasks_is_no_part_of_tasks(heading):
    items = "\n".join(f"（{n}）任务{n}。组织活动。（责任单位：市教育局、市科协）" for n in "一二三四")
    reading = parse_text(
        f"{FACE}一、重点任务\n{items}\n\n二、{heading}\n（一）项目管理。按规定办理。\n（二）中期评估。适时开展。\n"
    )

    assert list(tasks_of(reading)) == ["一(一)", "一(二)", "一(三)", "一(四)"]


def test_numbered_lines_of_the_notice_keep_their_promises():
    reading = parse_text(
        "首页 > 政务公开 > 通知公告\n东麓县人民政府办公室关于印发2025年科普工作要点任务表的通知\n各乡镇人民政府：\n现印发给你们。\n"
        "一、2025年底全县公民科学素质比例要达到13.2%，较2024年的12.4%提高0.8个百分点。\n二、2024年全县办展52场，要总结经验。\n"
        "东麓县人民政府办公室\n2025年1月8日\n\n2025年科普工作要点任务表\n序号\n工作任务\n责任单位\n完成时限\n"
        "1\n组建讲师队伍。招募讲师40名。\n县科协、海沣海事处\n6月底\n2\n办好市集。办市集8场。\n县科协、县商务局\n年底\n"
    )

    assert reading.document.title == "东麓县人民政府办公室关于印发2025年科普工作要点任务表的通知"
    assert [(t.at, float(t.value)) for t in reading.targets] == [("一", 13.2), ("一", 0.8), ("1", 40), ("2", 8)]
    assert tasks_of(reading)["1"][1] == ["县科协", "海沣海事处"]


def test_years_in_chinese_figures_and_half_width_stops_are_read():
    reading = parse_text(
        "东麓县科普工作计划(二〇二四-二〇二七年)\n(东麓县人民政府2024年3月5日发布)\n\n一.目标\n到二〇二七年,素质比例达到15%.\n"
        "二.任务\n(一)办营.每年办营4期.牵头单位:县教育局.配合单位:县科协.\n(二)办赛.办赛2场.牵头单位:县科协.\n"
    )

    assert (reading.document.period, reading.document.issued, reading.document.issuer) == (
        (2024, 2027),
        "2024-03-05",
        "东麓县人民政府",
    )
    assert [t.deadline for t in reading.targets] == [2027, None, None]
    assert tasks_of(reading) == {
        "二(一)": ["办营", ["县教育局=lead", "县科协=support"], False],
        "二(二)": ["办赛", ["县科协=lead"], False],
    }
