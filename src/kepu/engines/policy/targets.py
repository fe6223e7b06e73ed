"""The numbers that a plan promises to reach, and the numbers that only look like it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from kepu.engines.chinese.numerals import chinese_number

_COUNTER = (
    r"个百分点|百分点|%|‰|人次|场次|篇次|户次|台套|平方米|平方千米|公里|千米|课时|学时|万元|亿元|元|"
    r"个|名|位|人|家|所|场|次|项|件|套|门|期|处|支|台|辆|座|户|部|种|册|篇|条|亩|米|站|只|间|批次|届|村|倍|吨|小时"
)
_CN = "一二三四五六七八九十百千两半"
_NUMBER = re.compile(
    rf"(?P<number>\d{{1,3}}(?:,\d{{3}})+|\d+(?:\.\d+)?|百分之[{_CN}]+|[{_CN}]+)(?P<scale>[百千]?[万亿]|[百千](?![万亿])|)(?P<more>余|多)?"
    rf"(?:(?:%|个)?(?:—|-|~|至|到)(?P<upper>\d+(?:\.\d+)?)(?P<upper_scale>[万亿]?))?(?P<unit>{_COUNTER}|)"
)
_SCALES = {"": 1, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "百万": 10**6, "千万": 10**7}
_SENTENCE = re.compile(r"[^。;!?\n]+")
_QUOTED = re.compile(r"“[^”]*”|《[^》]*》|\([^()]*\)")
_PROMISE = re.compile(
    r"达到?|提[高升](?:到|至)|增[加长](?:到|至)?|增长|提高|提升|建成|建设|建立|新建|改建|创建|培育|打造|培训|培养|轮训|组织|开展|举办|覆盖|惠及|服务|发展|"
    r"完成|实现|不少于|不低于|不超过|控制在|以上|以内|超过|突破|力争|争取|推出|评选|认定|命名|招募|开发|遴选|配备|设立|新增|扶持|选派|建有|拥有|制作|创作|推广|"
    r"保持|稳定在|降(?:低|至|到)|下降|压减|减少|编写|出版|发放|播出|巡展|巡讲|安排|扩大到|吸纳|翻一?番"
)
_COMPARATORS = (
    (">=", re.compile(r"以上|不少于|不低于|不小于|超过|突破|高于|至少|大于|多于")),
    ("<=", re.compile(r"不超过|以内|以下|不高于|不多于|控制在|低于|少于")),
    ("+", re.compile(r"提[高升](?!到|至)|新增|增[加长](?!到|至)|翻一?番|扩大(?!到|至)|上升")),
)
_YEAR = re.compile(r"(?P<year>20\d\d)年(?:底|末|前|之前|年底)?")
_BY_YEAR = re.compile(r"(?:到|至|截至|截止|在)?(?P<year>20\d\d)年(?:底|末)?(?:之?前)?")
_PERIODS = (
    (re.compile(r"每(?P<n>[两二三四五2-5])年|(?P<m>[两二三四五2-5])年(?:一次|一届|至少)"), ""),
    (re.compile(r"每年度?|年均|一年|各年度|逐年|每一年|年度(?=.{0,4}(?:培训|开展|举办|组织))"), "year"),
    (re.compile(r"每半年|半年"), "half"),
    (re.compile(r"每(?:个)?季度?"), "quarter"),
    (re.compile(r"每(?:个)?月"), "month"),
)
_PER_BODY = re.compile(r"(?:每|各)(?:个|所|家)?(?:区|县|市|镇|街道|村|社区|学校|单位|部门|乡)[^,。;]{0,12}$")
_NAME_TAIL = re.compile(r"^(?:工程|计划|行动|工作法|体系|平台|战略)")
_STRUCTURE = re.compile(
    r"^(?:大|重点|主要|专项|提升|重大|项|个|类|方面)*(?:行动|工程|任务|措施|举措|方面|机制|原则|重点群体|重点人群|抓手|环节|体系|要素|结合)"
)
_PAST = re.compile(
    r"20\d\d年(?!底前|前)[^,。;]{0,16}(?:已|达到|为|比)|已(?:达|建|有|经|累计)|累计(?!到|至|达到20)|从20\d\d年的|由20\d\d年的|(?:较|比)20\d\d年|同比"
)
_FROM = re.compile(r"(?:从|由|在)[^,。;]{0,14}$")
_DURATION = re.compile(
    r"^(?:年(?!均)|岁|周岁|天|日|个月|月|小时|分钟|学年|周(?!年)|个工作日|工作日|号|级|届|版|维|条(?!以上)|章|节|款)"
)
_POLICY = re.compile(r"补助|补贴|奖励|资助|按[^,。;]{0,10}(?:标准|比例)|不足|罚|元/|税|优惠|折")
_VAGUE = re.compile(
    r"^(?:批|系列|些|定|体|流|般|起|样|路|线|道|带|手|致|步|旦|时|切|代|支|种|条龙|次性|站式|村一|区一|校一|馆一)"
)
_MEASURE_HEAD = re.compile(
    r"^(?:(?:到|至|截至|在|力争|争取|确保|努力|基本|推动|全面|全市|全省|全县|全区|我[市省县区]|全国|其中|使|将|并|累计|同时|均|分别|至少|平均|"
    r"每年度?|每半年|每季度|每月|每[两二三四五2-5]年|年均|20\d\d年(?:底|末)?(?:之?前)?|“?十[四五]五”?(?:期间|末|时期)?|规划期(?:内|末)|期间|要)[,]?)+"
)
_MEASURE_TAIL = re.compile(
    r"(?:的)?(?:均|分别|总数|总量|数量)?(?:要)?(?:力争|争取|至少|总体)?(?:达到?|提[高升](?:到|至)|增[加长](?:到|至)?|控制在|稳定在|保持在|不少于|不低于|不超过|超过|突破|为|约|近|大于|扩大到|高于|降至|降到)*(?:百分之)?$"
)
_NOUN = re.compile(r"^(?:以上|以内|左右|以下|余|多|的)*(?P<noun>[^,。;:、以及和并()]{0,24}(?:“[^”]{1,20}”)?)")


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


def read_promises(text: str, start: int, end: int, *, is_past: bool) -> tuple[list[Promise], list[Refused]]:
    """Read the promised numbers in [start, end) of the clean text.

    Args:
        text: the clean text, folded.
        start: where to begin.
        end: where to stop.
        is_past: the passage tells what was reached before; nothing in it is promised.

    Examples:
        >>> promises, _ = read_promises("每年培训科技辅导员100人次以上。", 0, 16, is_past=False)
        >>> [(p.measure, int(p.value), p.unit, p.comparator, p.period) for p in promises]
        [('培训科技辅导员', 100, '人次', '>=', 'year')]
        >>> read_promises("深入实施“双百工程”,培养“三类人才”。", 0, 19, is_past=False)[0]
        []
    """
    promises: list[Promise] = []
    refused: list[Refused] = []
    for sentence in _SENTENCE.finditer(text, start, end):
        for begin, stop in _clauses(text, sentence.start(), sentence.end()):
            for number in _numbers(text, begin, stop):
                verdict = _judge(text, number, (begin, stop), (sentence.start(), sentence.end()), is_past=is_past)
                if isinstance(verdict, Promise):
                    promises.append(verdict)
                elif verdict is not None:
                    refused.append(verdict)
    return promises, refused


def _clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin, depth = start, 0
    for at in range(start, end):
        c = text[at]
        depth += (c in "(“《") - (c in ")”》")
        if c in ",:" and depth <= 0 and not (c == "," and text[at - 1].isdigit() and text[at + 1 : at + 4].isdigit()):
            if at > begin:
                yield begin, at
            begin, depth = at + 1, 0
    if end > begin:
        yield begin, end


def _numbers(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    at = start
    while at < end:
        found = _NUMBER.search(text, at, end)
        if found is None:
            return
        yield found
        at = max(found.end(), at + 1)


def _value(number: str, scale: str) -> Decimal | None:
    plain = number.replace(",", "")
    if plain.startswith("百分之"):
        whole = chinese_number(plain[3:])
        return None if whole is None else Decimal(whole)
    if plain[0].isdigit():
        return Decimal(plain) * _SCALES.get(scale, 1)
    if plain == "半":
        return Decimal(50)
    whole = chinese_number(plain + scale) if set(plain + scale) <= set("零一二三四五六七八九十百千万亿两") else None
    return None if whole is None else Decimal(whole)


def _is_inside_name(text: str, start: int, end: int, clause: tuple[int, int]) -> bool:
    return any(
        clause[0] + quoted.start() <= start and end <= clause[0] + quoted.end()
        for quoted in _QUOTED.finditer(text[clause[0] : clause[1]])
    )


def _judge(
    text: str, number: re.Match[str], clause: tuple[int, int], sentence: tuple[int, int], *, is_past: bool
) -> Promise | Refused | None:
    start, end = number.span()
    before, after = text[clause[0] : start], text[end : clause[1]]
    printed, unit = number["number"], number["unit"]
    is_chinese = not printed[0].isdigit()
    value = _value(printed, number["scale"])
    if value is None or before.endswith(("第", "十四", "十三", "十五", "星期", "周")) or re.match(r"五”|年代", after):
        return None
    if (
        is_chinese
        and not unit
        and not re.match(r"场|余场|名|人次", after)
        and number["scale"] == ""
        and printed != "百"
    ):
        return None
    if is_chinese and len(printed) == 1 and printed == "一" and _VAGUE.match(unit + after):
        return None
    if (
        re.match(r"^(?:20|19)\d\d$", printed)
        and not number["scale"]
        and (not unit)
        and re.match(r"[年—\-~/.)〕\]]|远景", after or ")")
    ):
        return None
    if _is_inside_name(text, start, end, clause):
        return Refused("name", start, end)
    if _DURATION.match(unit + after) or unit == "小时":
        return Refused("duration", start, end)
    if _STRUCTURE.match((unit if unit in {"项", "个"} else "") + after):
        return Refused("structure", start, end)
    if _NAME_TAIL.match(unit + after) or _NAME_TAIL.match(after):
        return Refused("name", start, end)
    if is_past or (_PAST.search(before) and not re.search(r"(?:到|至)20\d\d年|提[高升](?:到|至)", before)):
        return Refused("baseline", start, end)
    if _FROM.search(before) and re.search(r"(?:提[高升]|增[加长]|上升|发展|扩大|降低?)(?:到|至)", after):
        return Refused("baseline", start, end)
    if _POLICY.search(text[clause[0] : clause[1]]):
        return Refused("policy", start, end)
    whole = text[clause[0] : clause[1]]
    if not unit and not number["scale"] and printed != "百":
        return Refused("bare", start, end)
    if not _PROMISE.search(whole):
        return Refused("no_promise", start, end)
    if is_chinese and printed in {"一", "两", "二", "三"} and not re.search(r"每|不少于|至少|以上", whole):
        return Refused("small", start, end)
    if (
        _PER_BODY.search(before)
        and not re.search(r"每年", before)
        and unit in {"个", "名", "人", "所", "处"}
        and value <= 3
    ):
        return Refused("standard", start, end)
    return _promise(text, number, value, clause, sentence)


def _promise(
    text: str, number: re.Match[str], value: Decimal, clause: tuple[int, int], sentence: tuple[int, int]
) -> Promise:
    start, end = number.span()
    before, after = text[clause[0] : start], text[end : clause[1]]
    near = before[-14:] + "#" + after[:5]
    comparator = next((sign for sign, words in _COMPARATORS if words.search(near)), "=")
    unit = "%" if number["number"].startswith(("百分之", "半")) else number["unit"] or None
    if unit is None and number["number"] == "百" and number["scale"] == "":
        unit = after[:1] or None
    upper = (
        Decimal(number["upper"]) * _SCALES.get(number["upper_scale"] or number["scale"], 1) if number["upper"] else None
    )
    lead = text[sentence[0] : start]
    year = None
    for found in _BY_YEAR.finditer(lead):
        year = int(found["year"])
    if year is None:
        by = re.match(r"[^,。;]{0,12}?(?P<year>20\d\d)年(?:底|末)?(?:之)?前", after)
        year = int(by["year"]) if by else None
    left = _extent(text, clause, start)
    noun_end = end + _tail_length(after)
    return Promise(
        measure=_measure(before, after, noun_end - end),
        value=value,
        value_max=upper,
        unit=unit,
        comparator=comparator,
        period=_period(before),
        deadline=year,
        aspirational=bool(re.search(r"力争|争取|努力(?:实现|达到)", text[sentence[0] : start][-40:])),
        approximate=bool(
            re.search(r"左右|上下", after[:4]) or re.search(r"(?:大?约|近|左右)$", before) or number["more"]
        ),
        start=left,
        end=noun_end,
    )


def _extent(text: str, clause: tuple[int, int], start: int) -> int:
    left = clause[0]
    while left < start and text[left] in " ,“(":
        left += 1
    return left


def _tail_length(after: str) -> int:
    found = _NOUN.match(after)
    return found.end() if found else 0


def _period(before: str) -> str | None:
    for words, name in _PERIODS:
        found = words.search(before)
        if found:
            if name:
                return name
            digit = found["n"] or found["m"]
            count = chinese_number(digit) if not digit.isdigit() else int(digit)
            return f"{count} years"
    return None


def _measure(before: str, after: str, tail: int) -> str:
    head = _MEASURE_HEAD.sub("", before.strip())
    head = _MEASURE_TAIL.sub("", head)
    noun = _NOUN.match(after)
    words = noun["noun"] if noun and tail else ""
    words = re.sub(r"^(?:以上|以内|左右|的)+|(?:以上|以内|左右)$", "", words)
    return re.sub(r"[“”\s]", "", head + words).strip("的,、")[:60]
