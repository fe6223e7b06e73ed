"""The face of the document: title, the plan's own title, issuer, number, date, period."""

import re
from calendar import monthrange

from kepu.engines.chinese.numerals import chinese_number
from kepu.engines.policy.lines import Clean, Paragraph
from kepu.engines.policy.marks import read_mark
from kepu.engines.policy.model import Document

_HEAD = 60
_TITLE_LINES = 5
_NOTICE = re.compile(r"的(?:通知|决定|公告|函|批复|意见)$")
_NAMED = re.compile(
    r"(?:标题|名称|文件名称|文件标题|信息名称|公文标题):(?P<title>.{6,120}的(?:通知|决定|公告|函|批复))$"
)
_ABOUT = re.compile(
    r"(?:关于)?(?:印发|转发|发布|下发)(?:的)?(?P<open>[《“<]?)(?P<plan>.+?)(?P<close>[》”>]?)的(?:通知|决定|公告)$"
)
_PLAN_WORD = re.compile(
    r"(?:方案|规划|纲要|计划|意见|要点|办法|措施|举措|分工|清单|行动|安排|细则|纲领|蓝图|任务书|实施意见|若干措施|(?:分解|分工|任务|责任|明细|一览|安排|计划)表|台账)(?:\((?:[^()]|\([^()]*\))*\)|[〔\[][^〕\]]*[〕\]])*$"
)
_NUMBER = re.compile(
    r"(?P<number>[\u4e00-\u9fff]{1,12}?(?:\([\u4e00-\u9fff]{1,4}\))?[字发办函规通知令文政科协教卫体任组委]*[〔\[(【]\s?(?:20|19)\d\d\s?[〕\])】]\s?(?:第)?\s?\d{1,4}\s?号)"
)
_LABELLED_NUMBER = re.compile(r"(?:发文字号|文\s?号|发文文号|文件编号|文件号|公文字号)\s?:?\s?")
_DATE = re.compile(r"(?P<y>(?:19|20)\d\d)\s?(?:年|[-./])\s?(?P<m>\d{1,2})\s?(?:月|[-./])\s?(?P<d>\d{1,2})\s?日?")
_CN_DATE = re.compile(
    r"(?P<y>[一二][零〇OoО0一二三四五六七八九]{3})年(?P<m>[一二三四五六七八九十]{1,2})月(?P<d>[一二三四五六七八九十]{1,3})日"
)
_DATE_LABELS = (
    "成文日期",
    "发文日期",
    "印发日期",
    "签发日期",
    "发文时间",
    "成文时间",
    "生成日期",
    "发布日期",
    "发布时间",
    "公开日期",
)
_ISSUER_LABEL = re.compile(
    r"(?:发文单位|发文机关|发布机构|制发机关|发文部门|发布单位|发布部门|印发机关)\s?:?\s?(?P<name>[\u4e00-\u9fff()、]{3,40})$"
)
_BODY = re.compile(
    r"国务院|[\u4e00-\u9fff()、]{3,60}?(?:人民政府|政府|办公室|办公厅|委员会|领导小组|国务院|协会|科协|局|厅|委|部|会|管委会|办)$"
)
_PERIOD = re.compile(r"(?P<a>(?:19|20)\d\d)\s?年?\s?(?:[-—~?·/一]{1,2}|至|到|--)\s?(?P<b>(?:19|20)\d\d)\s?年?")
_FIVE_YEARS = {"十二五": (2011, 2015), "十三五": (2016, 2020), "十四五": (2021, 2025), "十五五": (2026, 2030)}
_ONE_YEAR = re.compile(r"(?P<y>20\d\d)年度?(?![—\-~至])")
_STATED_PERIOD = re.compile(
    r"(?:规划期限?|实施期限?|实施周期|计划期|行动期限|有效期)[^。;]{0,10}?(?P<a>20\d\d)年?[^。;\d]{0,8}?(?P<b>20\d\d)年"
)
_CN_YEARS = re.compile(r"[一二][零〇OoО0一二三四五六七八九]{3}(?=年|[—\-~至到])")
_IMPRINT = re.compile(
    r"\((?P<before>[^()]*?(?:[〔\[]\d{4}[〕\]][^()]*?号)?[^()]*?)(?P<date>(?:(?:19|20)\d\d|[一二][零〇OoО0一二三四五六七八九]{3})年[^()月]{1,3}月[^()日]{1,3}日)[^()]*(?:印发|发布|公布|公佈|颁布|通过|批准|施行)\)$"
)
"""The line below a title that says who put it out when: (某市人民政府2021年12月30日印发)"""
_LETTERHEAD = re.compile(r"^[\u4e00-\u9fff()、]{4,40}(?:政府|委员会|小组|办公室|办公厅|协会|学会|局|厅|部|处|组)$")
_PUT_OUT = re.compile(r"(?<=日)(?:印发|发布|公布|公佈|颁布)$")
_BREADCRUMB = re.compile(r"^(?:您?(?:当前|现在)?(?:的)?位置:?|首页|网站首页|[^。;]{0,12}>)[^。;]*>")
_SALUTATION = re.compile(r".{0,200}:$")


def read_document(clean: Clean) -> tuple[Document, int]:
    """Read the face of the document.

    Returns:
        The facts, and the number of the paragraph where the plan itself begins.
    """
    paragraphs = clean.paragraphs
    first_item = next(
        (i for i, p in enumerate(paragraphs) if p.cell is None and read_mark(clean.text, p.start)), len(paragraphs)
    )
    head = range(min(len(paragraphs), max(_HEAD, first_item)))
    title_at, title = _title(clean, head)
    if title is None:
        title_at, title = _named_title(clean, head)
    inner = _inner_title(title)
    begin, own = _plan_title(clean, head, title_at, inner, has_notice=title is not None)
    plan_title = own or inner
    if title is None and plan_title is None:
        begin = 0
    where = [paragraphs[i] for i in range(max(begin, min(first_item, len(paragraphs))))]
    signed, signature = _signature(clean, [*where, *paragraphs[-12:]])
    imprint = _imprint(clean, paragraphs[max(begin - _TITLE_LINES, 0) : begin + 2])
    if imprint is not None and signed is None:
        signed, signature = imprint[0], signature or imprint[1]
    issuer = _issuer(clean, title, where, signature)
    return (
        Document(
            title=title,
            plan_title=plan_title,
            issuer=issuer,
            doc_number=_doc_number(clean, where or [paragraphs[i] for i in head]) or (imprint[2] if imprint else None),
            issued=_labelled_date(clean, where) or signed,
            period=_period(clean, plan_title, title),
        ),
        begin,
    )


def _line(clean: Clean, at: int) -> str:
    paragraph = clean.paragraphs[at]
    return clean.text[paragraph.start : paragraph.end]


def _title(clean: Clean, head: range) -> tuple[tuple[int, int], str | None]:
    """The notice's title, over up to five lines."""
    for first in head:
        line = _line(clean, first)
        if (
            not line
            or clean.paragraphs[first].cell is not None
            or line[-1] in "。;:"
            or len(line) > 120
            or _is_field(line)
        ):
            continue
        joined = ""
        for last in range(first, min(first + _TITLE_LINES, len(clean.paragraphs))):
            part = _line(clean, last)
            if not part or part[-1] in "。;:" or (last > first and read_mark(part)) or len(part) > 120:
                break
            if _is_date_line(part):
                break
            joined += part
            about = joined.find("关于")
            if _NOTICE.search(joined) and about >= 0:
                if "《" in joined[:about] or _NUMBER.search(joined[:about]) or re.match(r"现将|各", joined):
                    break
                return (first, last), _print(clean, first, last)
            if "关于" not in joined and len(joined) > 40:
                break
    return (-1, -1), None


def _named_title(clean: Clean, head: range) -> tuple[tuple[int, int], str | None]:
    """The notice's title where only a field of the page around the document gives it: 标题:…的通知"""
    for at in head:
        found = _NAMED.match(_line(clean, at))
        if found:
            begin = clean.paragraphs[at].start
            return (at, at), clean.printed(begin + found.start("title"), begin + found.end("title"))
    return (-1, -1), None


def _is_field(line: str) -> bool:
    """A field of the page around the document: 发布机构:… 名称:…, or the way to it: 首页>政务公开"""
    return bool(_BREADCRUMB.match(line)) or bool(re.match(r"[•·]?[\u4e00-\u9fff]{2,8}:", line))


def _print(clean: Clean, first: int, last: int) -> str:
    return "".join(clean.printed(clean.paragraphs[i].start, clean.paragraphs[i].end) for i in range(first, last + 1))


def _inner_title(title: str | None) -> str | None:
    if title is None:
        return None
    from kepu.engines.chinese.folding import fold

    found = _ABOUT.search(fold(title))
    if not found:
        return None
    return title[found.start("plan") : found.end("plan")]


def _plan_title(
    clean: Clean, head: range, notice: tuple[int, int], inner: str | None, *, has_notice: bool
) -> tuple[int, str | None]:
    """The plan's own title where it stands in lines of its own, and the paragraph behind it."""
    wanted = _key(inner) if inner else None
    for first in head:
        if first <= notice[1] or clean.paragraphs[first].cell is not None or _is_letterhead(clean, first, wanted):
            continue
        joined = ""
        for last in range(first, min(first + _TITLE_LINES, len(clean.paragraphs))):
            part = _line(clean, last)
            if not part or part[-1] in "。;:," or read_mark(part) or len(part) > 80 or _is_date_line(part):
                break
            joined += part
            key = _key(joined)
            below = _line(clean, last + 1) if last + 1 < len(clean.paragraphs) else ""
            bracket_follows = re.fullmatch(r"\([^()]*\d{4}[^()]*\)", below) and not _IMPRINT.match(below)
            if wanted and key == wanted and bracket_follows:
                return last + 2, _print(clean, first, last + 1)
            if wanted and (key == wanted or (_bare(key) == _bare(wanted) and not bracket_follows)):
                return last + 1, _print(clean, first, last)
            if (
                not wanted
                and _PLAN_WORD.search(joined)
                and not bracket_follows
                and len(joined) > 5
                and not _looks_labelled(joined)
            ):
                return last + 1, _print(clean, first, last)
    if wanted or has_notice:
        return max(notice[1] + 1, 0), None
    return 0, None


def _is_letterhead(clean: Clean, at: int, wanted: str | None) -> bool:
    """A body alone on a line, set apart by an empty one from the title below it."""
    if wanted or at + 1 >= len(clean.paragraphs) or not _LETTERHEAD.search(_line(clean, at)):
        return False
    here, below = clean.paragraphs[at], clean.paragraphs[at + 1]
    between = clean.source[clean.span(here.start, here.end)[1] : clean.span(below.start, below.end)[0]]
    return between.count("\n") > 1 and bool(_PLAN_WORD.search(_line(clean, at + 1)))


def _is_date_line(line: str) -> bool:
    line = _PUT_OUT.sub("", line)
    return bool(_DATE.fullmatch(line) or _CN_DATE.fullmatch(line))


def _looks_labelled(line: str) -> bool:
    return bool(re.match(r"[•·]|.{2,8}:|索引|主题|名称|标题|附件", line))


def _key(text: str) -> str:
    from kepu.engines.chinese.folding import fold

    return re.sub(r"[\s《》“”\-—~?·]", "", fold(text))


def _bare(key: str) -> str:
    return re.sub(r"\([^()]*\)$|[〔\[][^〕\]]*[〕\]]$", "", key)


def _signature(clean: Clean, where: list[Paragraph]) -> tuple[str | None, str | None]:
    """Date and body of the signature: a date alone on its line, the body before it or on the same line."""
    body: str | None = None
    for paragraph in where:
        line = _PUT_OUT.sub("", clean.text[paragraph.start : paragraph.end])
        found = _DATE.search(line) or _CN_DATE.search(line)
        if found and found.end() == len(line) and len(line) <= 60:
            before = line[: found.start()]
            date = _iso(found)
            if date and (not before or _BODY.fullmatch(before)):
                printed = clean.printed(paragraph.start, paragraph.start + len(before)) if before else body
                return date, printed
        body = clean.printed(paragraph.start, paragraph.end) if _BODY.fullmatch(line) else None
    return None, None


def _imprint(clean: Clean, near: list[Paragraph]) -> tuple[str | None, str | None, str | None] | None:
    """Date, body and number in the bracket below a title."""
    for paragraph in near:
        found = _IMPRINT.fullmatch(clean.text, paragraph.start, paragraph.end)
        date = _DATE.search(found["date"]) or _CN_DATE.search(found["date"]) if found else None
        if found is None or date is None:
            continue
        number = _NUMBER.search(found["before"])
        body = _BODY.fullmatch(found["before"].rstrip(",;、"))
        return (
            _iso(date),
            clean.printed(found.start("before"), found.start("before") + len(body.group())) if body else None,
            clean.printed(found.start("before") + number.start(), found.start("before") + number.end())
            if number
            else None,
        )
    return None


def _iso(found: re.Match[str]) -> str | None:
    if found["y"].isdecimal():
        year, month, day = int(found["y"]), int(found["m"]), int(found["d"])
    else:
        digits = re.sub("[OoО0〇]", "零", found["y"])
        year = chinese_number(digits) or 0
        month, day = chinese_number(found["m"]) or 0, chinese_number(found["d"]) or 0
    if not (1949 <= year <= 2100 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return None
    return f"{year:04d}-{month:02d}-{day:02d}"


def _labelled_date(clean: Clean, where: list[Paragraph]) -> str | None:
    lines = [clean.text[p.start : p.end] for p in where]
    for label in _DATE_LABELS[:-3]:
        for line in lines:
            at = line.replace(" ", "").find(label)
            found = _DATE.search(line.replace(" ", ""), at + len(label), at + len(label) + 14) if at >= 0 else None
            if found and _iso(found):
                return _iso(found)
    return None


def _issuer(clean: Clean, title: str | None, where: list[Paragraph], signature: str | None) -> str | None:
    if title:
        at = title.find("关于") if "关于" in title else title.find("關於")
        if at >= 2:
            return title[:at].strip()
    for paragraph in where:
        line = clean.text[paragraph.start : paragraph.end]
        found = _ISSUER_LABEL.search(line)
        if found:
            return clean.printed(paragraph.start + found.start("name"), paragraph.start + found.end("name"))
    return signature


def _doc_number(clean: Clean, where: list[Paragraph]) -> str | None:
    for paragraph in where:
        line = clean.text[paragraph.start : paragraph.end]
        label = _LABELLED_NUMBER.search(line)
        found = _NUMBER.search(line, label.end() if label else 0)
        if found and (label or (found.end() == len(line) and found.start() == 0)):
            return clean.printed(paragraph.start + found.start(), paragraph.start + found.end())
    return None


def _period(clean: Clean, plan_title: str | None, title: str | None) -> tuple[int, int] | None:
    from kepu.engines.chinese.folding import fold

    for text in (plan_title, title):
        if text:
            plain = _CN_YEARS.sub(lambda year: str(chinese_number(re.sub("[OoО0〇]", "零", year.group()))), fold(text))
            ranges = [(int(m["a"]), int(m["b"])) for m in _PERIOD.finditer(plain)]
            good = [r for r in ranges if r[0] < r[1] <= r[0] + 30]
            if good:
                return good[-1]
            for name, years in _FIVE_YEARS.items():
                if name in plain:
                    return years
    for text in (plan_title, title):
        single = _ONE_YEAR.search(fold(text)) if text else None
        if single:
            return int(single["y"]), int(single["y"])
    stated = _STATED_PERIOD.search(clean.text)
    if stated and int(stated["a"]) < int(stated["b"]):
        return int(stated["a"]), int(stated["b"])
    return None
