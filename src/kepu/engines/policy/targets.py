"""The numbers that a plan promises to reach, and the numbers that only look like it."""

import itertools
import re
from dataclasses import dataclass, replace
from decimal import Decimal

from kepu.engines.policy.cases import FAR, NEAR, Case, Passage, case_of, clauses, period_of, years_in
from kepu.engines.policy.quantities import find_quantities
from kepu.engines.policy.refusals import TIME_UNITS, refusal

_SENTENCE = re.compile(r"[^。!?\n]+")
_LISTED = re.compile(r"[—\-●•■◆?·(①-⑳\d一二三四五六七八九十]")
_AT_LEAST = re.compile(r"不(?:少|低|小)于|至少|超过|突破|高于|大于|多于|优于|最少|[≥>]|不下|逾$|超$")
_AT_MOST = re.compile(r"不(?:超过|高于|多于|大于)|低于|少于|小于|控制在|最多|至多|[≤<]|压减至|降(?:低)?到[^,]{0,4}以下")
_GROWTH = re.compile(
    r"(?:提高|提升|增长|增加|新增|新增加|上升|扩大|递增|年增|净增|增幅|增速|增)(?!到|至|为)[^,到至为]{0,12}$"
)
_ABOVE, _WITHIN = re.compile(r"(?:以上|及以上|\+|之上|或以上)"), re.compile(r"(?:以内|以下|及以下|之内)")
_ASPIRES = re.compile(r"力争|争取|(?<!年)努力(?:实现|达到|使|建成|推动)|(?:^|[,。;])努力|力求|有望")
_ROUGHLY = re.compile(r"(?:大?约|近|将近|接近|大概|左右|约为)$")
_ROUGHLY_AFTER = re.compile(r"^(?:以上|的|名|人|个|场)?(?:左右|上下|前后|许)")
_MEASURE_HEAD = re.compile(
    r"^(?:[、,:\s]|(?:到|至|截至|截止|于|在)?20\d\d年(?:年?底|年?末)?(?:之?前|以前)?(?:,)?|“?十[二三四五六]五”?(?:规划)?(?:期末|期间|末|时期|期)?|到|在|力争|争取|确保|努力(?:实现)?|基本|推动|推进|"
    r"使得?|将|并|且|和|与(?!会)|及(?!时)|以及|累计|同时|其中|要(?!素)|须|应(?!急|用)|全面|均(?!衡)|都|各(?!区|县|市|乡|镇|类|级)|共(?!建|享)|总计|合计|每(?:隔)?[两二三四五2-5]?年度?|年均|每半年|每个?季度?|每个?月|每学[期年]|全年|逐年|规划期(?:内|末)?|期间|至少|平均|原则上|实现|"
    r"(?:在)?(?:全市|全省|全县|全区|全州|全盟|全旗|全国|我[市省县区州])(?=[\u4e00-\u9fff“]{2})|面向全市|面向全县)"
)
_MEASURE_TAIL = re.compile(
    r"(?:的)?(?:由20\d\d年的?[\d.]+%?|(?:比|较)20\d\d年(?:底|末)?|从20\d\d年的?[\d.]+[%\u4e00-\u9fff]{0,3}|在20\d\d年基础上|20\d\d年(?:底|末)?(?:之?前)?的?|年均|每年|均|都|各|共|分别|要|应|须|将|力争|争取|至少|总体|力求|努力)*(?:达到?|提[高升](?:到|至|了|为)?|增[加长](?:到|至|了|为)?|控制在|稳定在|保持在|保持|不少于|不低于|不高于|不小于|不大于|不超过|"
    r"低于|少于|高于|大于|超过|突破|为|是|约|大约|近|接近|扩大(?:到|至)|降(?:至|到|低到|低至|低)|下降(?:到|至)?|上升(?:到|至)?|实现|有|逾|超|上升|[≥≤><=:]|到|至|占)+$"
)
_LEAD_PHRASE = re.compile(
    r"(?:到|至|力争|争取|每[两二三四五2-5]?年|每半年|每季度?|每月|年均|至少|不少于|20\d\d年(?:年?底|年?末)?(?:之?前)?)$"
)
_NOUN = re.compile(r"^(?:\+|以上|及以上|以内|以下|左右|上下|余|多|的|\(次\))*(?P<noun>[^,。;:、\n\d]{0,30})")
_NOUN_STOP = re.compile(
    r"(?:以上|以内|左右|以下)?(?:,|。|;|:|、|(?<!文化)和(?!平|谐|旅)|以及|并|,|且|到20|年均|每年|力争|不少于|达到|超过)"
)
_AND = re.compile(r"、|和|(?<![参给赋授])与|及(?!时)|以及")
_OPENS_BY = re.compile(
    r",(?:力争|确保|计划|预计)?(?:于|在|到)?(?P<year>20\d\d)年[^,。;\d]{0,4}(?:\d{1,2}月)?[^,。;]{0,6}(?:开放|建成|投入使用|投用|竣工|完工|启用)"
)
_COLLECTIVE = re.compile(r"(?:各|每)[^,。;]{0,10}$|(?:所有|全部)[^,。;]{0,8}$")


@dataclass(frozen=True, slots=True)
class Promise:
    """A target at [start, end) of the clean text."""

    measure: str
    value: Decimal
    value_max: Decimal | None
    unit: str | None
    comparator: str
    period: str | None
    deadline: int | None
    aspirational: bool
    approximate: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A number that is no target, with the reason."""

    reason: str
    start: int
    end: int


def read_promises(
    text: str, start: int, end: int, passage: Passage | None = None
) -> tuple[list[Promise], list[Refused]]:
    """Read the promised numbers in [start, end) of the clean text.

    Args:
        text: the clean text, folded.
        start: where to begin.
        end: where to stop.
        passage: how to read it.

    Examples:
        >>> promises, _ = read_promises("每年培训科技辅导员100人次以上。", 0, 16)
        >>> [(p.measure, int(p.value), p.unit, p.comparator, p.period) for p in promises]
        [('培训科技辅导员', 100, '人次', '>=', 'year')]
        >>> read_promises("深入实施“双百工程”,培养“三类人才”。", 0, 19)[0]
        []
    """
    passage = passage or Passage()
    promises: list[Promise] = []
    refused: list[Refused] = []
    for sentence in _SENTENCE.finditer(text, start, end):
        inherited = _announced(text, sentence.start(), start) if passage.deadline is None else passage.deadline
        if passage.carries and inherited is None:
            inherited = _carried(text, sentence.start(), start, passage)
        here = replace(passage, deadline=inherited)
        for clause in clauses(text, sentence.start(), sentence.end()):
            accepted: list[tuple[Case, Promise]] = []
            for quantity in find_quantities(text, *clause):
                case = case_of(text, quantity, clause, sentence.span(), here)
                reason = refusal(case)
                if reason is None:
                    accepted.append((case, _promise(case)))
                elif reason:
                    refused.append(Refused(reason, quantity.start, quantity.end))
            promises += _several(text, clause, accepted)
    return promises, refused


def _carried(text: str, at: int, begin: int, passage: Passage) -> int | None:
    """The last year said before in the same paragraph: 到2025年,…。全国…达到70%。"""
    head = max(begin, text.rfind("\n", begin, at) + 1, at - FAR)
    years = [year for year in years_in(text[head:at]) if year >= (passage.begins or 0)]
    return years[-1] if years else None


def _announced(text: str, at: int, begin: int) -> int | None:
    """The year of a sentence that announces a list: 到2025年,实现以下目标:"""
    stop = at
    while stop > begin:
        line_start = text.rfind("\n", begin, stop - 1) + 1 or begin
        line = text[line_start:stop].strip("\n")
        if line.endswith(":"):
            years = years_in(line[-NEAR:])
            return years[-1] if years else None
        if line and not _LISTED.match(line):
            return None
        stop = line_start
    return None


def _deadline(case: Case) -> int | None:
    begins = case.passage.begins or 0
    years = [year for year in years_in(case.lead) if year >= begins]
    if years:
        return years[-1]
    after = re.match(r"[^,。;\d]{0,16}?(?:到|于|在)?(?P<year>20\d\d)年(?:底|末)?(?:之?前|完成|建成)", case.after)
    if after is None and case.unit in ("座", "个", "所", "家", "处"):
        after = _OPENS_BY.match(case.text, case.clause[1], case.sentence[1])
    return int(after["year"]) if after else case.passage.deadline


def _comparator(case: Case) -> str:
    near, after = case.before[-9:], case.after[:6]
    tight = re.split(r"[、\d]", near)[-1]
    if _ABOVE.match(after) or _AT_LEAST.search(tight):
        return "<=" if re.search(r"不(?:超过|高于|多于|大于)$", tight) else ">="
    if case.text[case.quantity.start : case.quantity.end] == "过半":
        return ">="
    if _WITHIN.match(after) or _AT_MOST.search(tight):
        return "<="
    if case.quantity.is_growth or (
        case.quantity.unit in ("倍", "个百分点", "百分点") and re.search(r"提|增|升|扩", case.before[-14:])
    ):
        return "+" if not re.search(r"(?:到|至|为)$", tight) else "="
    growth = _GROWTH.search(re.split(r"\d", case.before[-18:])[-1])
    if growth and (case.unit in ("%", "‰", "倍") or not re.match(r"提|扩|上", growth.group())):
        return "+"
    return "="


def _promise(case: Case) -> Promise:
    q = case.quantity
    left, right = _extent(case)
    return Promise(
        measure=_measure(case, left, right),
        value=q.value,
        value_max=q.value_max,
        unit=q.unit,
        comparator=_comparator(case),
        period=period_of(case),
        deadline=_deadline(case),
        aspirational=_aspires(case),
        approximate=bool(q.is_rough or _ROUGHLY.search(case.before) or _ROUGHLY_AFTER.match(case.after)),
        start=left,
        end=right,
    )


def _aspires(case: Case) -> bool:
    """力争 holds for its clause; where it opens a clause that goes on (力争到2030年,…) it holds to the end."""
    own = list(_ASPIRES.finditer(case.before))
    if own:
        return "确保" not in case.before[own[-1].end() :]
    head = case.segment[: len(case.segment) - len(case.before)]
    opened = None
    for found in _ASPIRES.finditer(head):
        clause = re.split(r"[,:;。]", head[: found.start()])[-1]
        if re.fullmatch(r"(?:(?:到|至)?20\d\d年(?:年?底|末)?(?:之?前)?)?", clause):
            opened = found
    return opened is not None and "确保" not in head[opened.end() :]


def _extent(case: Case) -> tuple[int, int]:
    """From the words that the number measures to the end of its noun."""
    begin = case.clause[0]
    for other in find_quantities(case.text, max(begin, case.quantity.start - NEAR), case.quantity.start):
        if other.unit is not None and other.unit not in TIME_UNITS and other.end <= case.quantity.start:
            behind = case.text[other.end : case.quantity.start]
            stop = re.search(r"[、]|和|以及|,", behind)
            begin = other.end + stop.end() if stop else begin
    while begin < case.quantity.start and case.text[begin] in " ,、:":
        begin += 1
    noun = _NOUN.match(case.after)
    end = case.quantity.end
    if noun:
        tail = noun.end()
        stop = _NOUN_STOP.search(case.after, noun.start("noun"), tail)
        if stop:
            tail = (
                stop.end()
                if stop.group().startswith(("以上", "以内", "左右", "以下")) and len(stop.group()) == 2
                else stop.start()
            )
        end += tail
    return begin, end


def _measure(case: Case, left: int, right: int) -> str:
    head = case.text[left : case.quantity.start]
    noun = _NOUN.match(case.text[case.quantity.end : right])
    tail = noun["noun"] if noun else ""
    words = _clean_head(head) + re.sub(r"(?:以上|以内|左右|以下)$", "", tail)
    if not words and left > case.sentence[0]:
        words = _clean_head(re.split(r"[,;:]", case.text[case.sentence[0] : left].rstrip(",;: "))[-1])
    words = re.sub(r"[“”\s]", "", words).strip("的,、:;。")[:60]
    return words if words.count("(") == words.count(")") else re.sub(r"[()]", "", words)


def _clean_head(head: str) -> str:
    while (shorter := _MEASURE_HEAD.sub("", head)) != head:
        head = shorter
    while (shorter := _MEASURE_TAIL.sub("", head)) != head:
        head = shorter
    while (shorter := _LEAD_PHRASE.sub("", head)) != head:
        head = shorter
    return head


def _several(text: str, clause: tuple[int, int], accepted: list[tuple[Case, Promise]]) -> list[Promise]:
    """分别 gives each number its own measure, 均 gives each measure the number."""
    promises = _added(text, accepted)
    if not accepted:
        return promises
    first = accepted[0][0]
    head = first.before
    split = re.search(r"(?:,)?(?:总数|数量|比例)?(?P<word>分别|(?<![人平年月日户校生])均|都)", head)
    if not split:
        return promises
    names = _names(text[clause[0] : clause[0] + split.start()])
    if split["word"] == "分别" and len(promises) > 1:
        promises = _alike(text, accepted)
    if split["word"] == "分别" and len(names) == len(promises) > 1:
        return [replace(p, measure=name, start=clause[0]) for p, name in zip(promises, names, strict=True)]
    if split["word"] == "分别" and len(promises) > 1:
        return [replace(p, start=min(p.start, first.clause[0])) for p in promises]
    if split["word"] != "分别" and len(names) > 1 and len(promises) == 1:
        return [replace(promises[0], measure=name, start=clause[0]) for name in names]
    return promises


def _added(text: str, accepted: list[tuple[Case, Promise]]) -> list[Promise]:
    """新增国家级1个、省级5个: the verb holds for the whole list."""
    promises: list[Promise] = []
    for case, promise in accepted:
        last = promises[-1] if promises else None
        joint = text[last.end : promise.start] if last else ""
        is_listed = last is not None and last.comparator == "+" and promise.comparator == "=" and joint == "、"
        is_added = is_listed and promise.unit != "%" and re.search(r"新增[^、]*(?:、[^、]*)+$", case.before)
        promises.append(replace(promise, comparator="+") if is_added else promise)
    return promises


def _alike(text: str, accepted: list[tuple[Case, Promise]]) -> list[Promise]:
    """到2025年和2027年,…分别达到26%和30%以上: years go in order, 以上 holds for all."""
    promises = [promise for _, promise in accepted]
    cases = [case for case, _ in accepted]
    joined = all(
        re.fullmatch(r"[、和与及]|以及", text[one.quantity.end : two.quantity.start])
        for one, two in itertools.pairwise(cases)
    )
    for stated in (promises[-1].comparator, promises[0].comparator):
        if joined and stated != "=":
            promises = [replace(p, comparator=stated) for p in promises]
            break
    years = years_in(cases[0].segment)
    if len(years) == len(promises) and len(set(years)) == len(years):
        promises = [replace(p, deadline=year) for p, year in zip(promises, years, strict=True)]
    return promises


def _names(head: str) -> list[str]:
    if _COLLECTIVE.search(head):
        return []
    depth, begin, parts = 0, 0, []
    at = 0
    while at < len(head):
        c = head[at]
        depth += (c in "(“《") - (c in ")”》")
        found = _AND.match(head, at) if depth == 0 else None
        if found:
            parts.append(head[begin:at])
            at = begin = found.end()
            continue
        at += 1
    parts.append(head[begin:])
    names = [re.sub(r"[“”\s]", "", _clean_head(part)).strip("的,、") for part in parts]
    return [name for name in names if len(name) > 1]
