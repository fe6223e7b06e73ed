"""A number in its surroundings: the clause and sentence that it stands in, and the years said there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from kepu.engines.chinese.numerals import chinese_number
from kepu.engines.policy.quantities import Quantity

_BESIDE, NEAR, FAR = (
    16,
    160,
    1200,
)  # how much is looked at around a year, of a clause and of a sentence around a number
_DEADLINE = re.compile(
    r"(?P<lead>到|至|截至|截止|于|在|力争|确保|争取)?(?P<year>20\d\d)学?年(?P<end>年?底|年?末)?(?P<before>之?前|以前)?(?P<on>开始|起|以来|的|现状)?"
)
_ERA_END = re.compile(r"“?(?P<era>十[二三四五六]五)”?(?:规划)?(?:期)?(?P<end>末|期末|结束)")
_ERAS = {"十二五": 2015, "十三五": 2020, "十四五": 2025, "十五五": 2030, "十六五": 2035}
_PERIODS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"每(?:隔)?(?P<n>[两二三四五2-5])年"), "years"),
    (re.compile(r"(?P<n>[两二三四五2-5])年(?:一次|一届|一度|1次|1届)"), "years"),
    (re.compile(r"每半年|每学期|半年(?:至少|不少于|开展|组织|召开|举办)"), "half"),
    (re.compile(r"每(?:个)?季度?|各季度|季度(?:至少|不少于|均)"), "quarter"),
    (re.compile(r"每(?:个)?月|月均|逐月|按月"), "month"),
    (
        re.compile(
            r"每(?:一)?年(?!级)|每个?年度|年均|逐年|各年度|全年|一年(?:不少于|至少|内|组织|举办|开展)|每学年|年度(?=.{0,6}(?:培训|开展|举办|组织|不少于|覆盖|服务))|"
            r"(?<![\d一二三四五六七八九十零〇两几本当去今近同青少老中多历周学往半新百千万每全成幼整])年(?=(?:入场|客流|培训|举办|开展|组织|服务|接待|受益|惠及|覆盖|播放|参观|浏览|阅读|人均|发放|制作|推送|播出|刊播|刊发|增长|递增|增加|完成|度|参与)|[\u4e00-\u9fff]{2,8}(?:达|不少于))"
        ),
        "year",
    ),
)
_ONE_IN = re.compile(r"(?<!\d)(?P<n>[两二三四五2-5])年(?:内)?(?:完成|实现|开展|组织|举办|轮训|覆盖)$")
_STOCK = re.compile(
    r"遴选|评选|建成|建设|新建|创建|打造|培育|组建|配备|认定|命名|形成|达到|建立|设立|开发|订阅|关注|粉丝|培养|带动周边"
)


@dataclass(frozen=True, slots=True)
class Passage:
    """How a passage is to be read.

    `is_past`: it tells of what was reached; `begins`: the first year of the plan; `carries`: a year said at the head of a
    paragraph holds for its later sentences, as it does where goals are listed.
    """

    is_past: bool = False
    needs_deadline: bool = False
    begins: int | None = None
    deadline: int | None = None
    carries: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """A number in its surroundings: the clause and sentence it stands in, what is printed before and after."""

    text: str
    quantity: Quantity
    clause: tuple[int, int]
    sentence: tuple[int, int]
    passage: Passage
    before: str
    after: str
    behind: str
    whole: str
    lead: str
    segment: str

    @property
    def unit(self) -> str:
        return self.quantity.unit or ""


def clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin, depth = start, 0
    for at in range(start, end):
        c = text[at]
        if c in "(“《":
            depth += 1
        elif c in ")”》":
            depth = max(0, depth - 1)
        elif c in ",:;" and depth == 0:
            if c == "," and text[at - 1].isdigit() and re.match(r"\d{3}(?![\d年])", text[at + 1 : at + 5]):
                continue
            if at > begin:
                yield begin, at
            begin = at + 1
    if end > begin:
        yield begin, end


def case_of(
    text: str, quantity: Quantity, clause: tuple[int, int], sentence: tuple[int, int], passage: Passage
) -> Case:
    clause = max(clause[0], quantity.start - NEAR), min(clause[1], quantity.end + NEAR)
    sentence = max(sentence[0], quantity.start - FAR), min(sentence[1], quantity.end + FAR)
    return Case(
        text=text,
        quantity=quantity,
        clause=clause,
        sentence=sentence,
        passage=passage,
        before=text[clause[0] : quantity.start],
        after=text[quantity.end : clause[1]],
        behind=text[quantity.figure_end : clause[1]],
        whole=text[clause[0] : clause[1]],
        lead=text[sentence[0] : quantity.start],
        segment=text[max(sentence[0], text.rfind(";", sentence[0], max(clause[0], sentence[0])) + 1) : quantity.start],
    )


@lru_cache(maxsize=256)
def years_in(text: str) -> tuple[int, ...]:
    """The years by which something is to be reached, in reading order."""
    years = [int(m["year"]) for m in _DEADLINE.finditer(text) if not _is_other_year(text, m)]
    for found in _ERA_END.finditer(text):
        years.append(_ERAS[found["era"]])
    return tuple(years)


def _is_other_year(text: str, found: re.Match[str]) -> bool:
    head, tail = text[max(0, found.start() - _BESIDE) : found.start()], text[found.end() : found.end() + _BESIDE]
    if re.search(r"(?:比|较|相比|对比|相较于?)$", head + (found["lead"] or "")) or re.search(
        r"(?:比|较)[^,]{0,3}$", head
    ):
        return True
    if found["lead"] in ("至", "到") and re.search(r"20\d\d年?$", head):
        return True  # 2024年至2026年每年: a stretch of years
    if re.search(r"(?:列入|纳入|入选)$", head + (found["lead"] or "")):
        return True
    if re.match(r"(?:的)?(?:基础上|规划|远景目标(?:纲要|的?建议)|纲要|度?工作要点)", tail) or re.match(
        r"\d*年?[—\-~至]\s?20\d\d年", text[found.start("year") + 4 : found.start("year") + 4 + _BESIDE]
    ):
        return True
    if re.search(r"20\d\d年?[—\-~至]$", head):
        return True
    if re.search(r"(?:从|由|自)$", head) or found["on"] in ("开始", "起", "以来"):
        return True
    return text.count("《", 0, found.start()) > text.count("》", 0, found.start())


def is_one_in_years(case: Case) -> bool:
    """三年完成一轮巡展: once in so many years."""
    return case.quantity.value == 1 and case.unit in ("轮", "遍", "次", "届") and bool(_ONE_IN.search(case.before))


def period_of(case: Case) -> str | None:
    once = _ONE_IN.search(case.before) if is_one_in_years(case) else None
    if once:
        return f"{once['n'] if once['n'].isdigit() else chinese_number(once['n'])} years"
    for scope in (case.before, case.segment):
        best: tuple[int, str] | None = None
        for words, name in _PERIODS:
            for found in words.finditer(scope):
                if (
                    scope is case.segment
                    and scope is not case.before
                    and (
                        _STOCK.search(case.before)
                        or case.quantity.unit == "%"
                        or "均" in case.before
                        or (found.group() == "年" and re.match(r"[^,。;]{0,4}量", scope[found.end() :]))  # 年浏览量
                        or found.group() in ("年均", "逐年", "各年度", "月均", "逐月")
                    )
                ):
                    continue
                if name == "years":
                    digit = found["n"]
                    count = int(digit) if digit.isdigit() else chinese_number(digit)
                    label = f"{count} years"
                else:
                    label = name
                if best is None or found.start() > best[0]:
                    best = (found.start(), label)
        if best:
            return best[1]
        if years_in(case.before):
            break  # a year said in between ends 每年
    after = re.match(r"[^,。;]{0,3}/(?P<p>年|季度?|月)", case.text[case.quantity.figure_end : case.clause[1]])
    if after:
        return {"年": "year", "季": "quarter", "季度": "quarter", "月": "month"}[after["p"]]
    return None
