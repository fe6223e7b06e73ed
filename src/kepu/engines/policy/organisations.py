"""Names of bodies: what looks like one, how a printed list divides, what a shared prefix stands for."""

import re
from dataclasses import dataclass
from functools import lru_cache

_STRONG = re.compile(
    r"(?:局|厅|署|委|委员会|部|办|办公室|院|会|科协|社科联|文联|侨联|残联|工商联|作协|记协|妇联|团委|工会|政府|管委会|管委|中心|"
    r"集团|公司|报社|日报社|晚报社|电视台|广播电视总台|台|党校|行政学院|学院|大学|银行|分行|支行|支队|总队|大队|救援队|研究所|"
    r"科学院|基金会|联合会|联合社|联社|总社|供销社|出版社|社区教育|街道|办事处|领导小组|联席会议|指挥部|军分区|武装部|法院|检察院|"
    r"总站|电台|信息港|移动|联通|电信|铁塔|供电|电网|邮政|科技馆|博物馆|图书馆|文化馆|档案馆|少年宫|青少年宫|医院|学会|协会|成员单位|"
    r"派出所|司法所|财政所|税务所|海关|边检站|(?:航道|工务|公路|养护|机务|电务|供电)段|(?:气象|水文|监测|推广|监理|植保|农技|畜牧|兽医|水利|林业|防疫|检疫|检测)站|(?<=[\u4e00-\u9fff][镇乡])(?:中心(?:小学|校|学校|卫生院)|中学|小学)|报业|传媒|融媒体|直属单位|专班|总工会|体育总会)(?:[(〔\[][^()〔〕\[\]]*[)〕\]])*$"
)
_OFFICE = re.compile(
    r"[\u4e00-\u9fff]{2,}(?:(?<![等多各此何好深用益害坏之远近到死妙长短难大细])处|(?<![学百本专内外妇儿骨眼牙产文理工前])科|(?<![个持控参炒入合])股|处室|科室|"
    r"(?:督查|研究|调研|综合|政研|宣教|秘书|法制|信息|党政|文宣)室|中队)(?:[(〔\[][^()〔〕\[\]]*[)〕\]])*$"
)
"""Offices of a department and outposts: 局科技教育处, 海沣海事处, 农技科."""
_LEVELLED = re.compile(
    r"^(?:省|市|县|区|州|旗|镇|乡|局|委|厅|院|办|管委会)(?![级区县市镇乡村民城域内外直属有场各])[\u4e00-\u9fff]{0,14}"
    r"(?:(?<=[\u4e00-\u9fff]{2})校|中学|小学|一中|二中|三中|中专|职高|幼儿园|(?<=[\u4e00-\u9fff]{2})(?:(?<!工作)(?<!服务)站|所|(?<!园)园|馆|(?<!服务)(?<!志愿)队)|(?<!工作)(?<!实验)(?<!活动)(?<!阅览)(?<!图书)室)"
    r"(?:[(〔\[][^()〔〕\[\]]*[)〕\]])*$"
)
"""Schools, stations and institutes that belong to a level of government: 市农广校, 县植保站."""
_WEAK = re.compile(
    r"(?:区|县|市|镇|乡|州|盟|旗|村|社|馆|校|学校|高校|院校|园|所|站|部门|单位|企业|机构|组织|团体|场|党委|党组|各级|媒体|街镇|镇街|地|"
    r"党组织|新区|开发区|高新区|示范区|功能区|度假区|经开区|自贸区|管理区|园区|林区|兵团|人员|农场|团场|工委|师|校区|基地)(?:[(〔\[][^()〔〕\[\]]*[)〕\]])*$"
)
_NOT_A_NAME = re.compile(
    r"[。;!?“”《》=%]|(?<!自)由(?!于)|(?:的|了|把|将|被|请|含|包括|包含|例如|比如|以下|以上|简称|全称|下同|见|详见|参照|按照|根据|其中|原则上|不含|不少于|"
    r"开展|加强|推进|推动|提升|实施|建设|完善|建立|完成|确保|做好|鼓励|支持|引导|举办|组织开展|落实|负责|牵头|配合|时限|期限|年底|联系人|附件)"
)
_NAMES_WITH_VERBS = re.compile(
    r"(?:发展和?改革|建设|城乡建设|住房|支持|推进|组织部|组织|开发|服务|管理|监督|事务|执法|推广|促进|保障|指导|协作|指挥)"
)
_OTHERS_ONLY = re.compile(
    r"^(?:国务院|中央|市|省|县|区|州|国家|市级|省级|县级|区级|市直|省直|县直|区直|全市|各级|其他|其它|各)*(?:有关|相关|其他|各有关|各相关)(?:的)?"
    r"(?:部门|单位|机构|方面|责任单位|责任部门|市直部门|职能部门|行业部门|行业主管部门|主管部门)?"
    r"(?:(?:和|及|与|、|\(|/)?(?:各|有关|相关)*(?:单位|部门|机构)\)?)*$"
)
_ET_AL = re.compile(
    r"(?:等(?:(?:国务院|中央|国家|市|省|县|区|州|市级|省级|县级|区级|市直|省直|县直|区直|中央|驻[\u4e00-\u9fff]{1,2})?"
    r"(?:有关|相关|各|其他|多个|各有关|各相关|\d{1,2}个|[一二三四五六七八九十]{1,3}个)*"
    r"(?:成员单位|责任单位|部门|单位|机构|方面|组织)?(?:[和及与、(/]*(?:各|有关|相关)*(?:单位|部门|机构|组织)\)?)*)|"
    r"(?:以?及|和|与)(?:市|省|县|区|各级|市直|省直|县直|其他|其它|各)*(?:有关|相关|其他有关|其他相关)(?:部门|单位|机构|责任单位|方面)(?:[和及与、(]*(?:有关|相关)*(?:单位|部门|机构)\)?)*)$"
)  # fmt: skip
_INNER_ET_AL = re.compile(
    r"等(?:国务院|中央|国家|[省市县区](?:直|级)?)?(?:有关|相关|各)*(?:部门和单位|部门\(单位\)|部门|单位|机构)?(?:和|及|以及|与|、|,)(?=[各市省县区团]|相关地区|有关地区)"
)
_AREA = r"(?:地级以上市|地级市|设区市|县级市|市辖区|市|县|区|州|盟|旗|镇|乡|地|街道|地区|区市|市区|区县|县区|市县|县市|街镇|镇街|乡镇|街乡|自治州|自治县|林区|新区|功能区|开发区|高新区|经开区|园区|度假区|管理区|示范区|师市|团场|村|社区|行政村)"
_COLLECTIVE_HEAD = re.compile(
    rf"^各{_AREA}{{1,2}}(?:[(〔\[][^()〔〕\[\]]*[)〕\]])*(?:人民政府|政府|党委|管委会|管理委员会|办事处|党工委)*(?:[(〔\[][^()〔〕\[\]]*[)〕\]])*$"
)
_COLLECTIVE_MORE = re.compile(
    rf"^(?:(?:各)?{_AREA}(?:[(〔\[][^()〔〕\[\]]*[)〕\]])*)?(?:人民政府|政府|党委|管委会|管理委员会|办事处|党工委|工委)*(?:[(〔\[][^()〔〕\[\]]*[)〕\]])*$"
)
_LEVEL = re.compile(
    r"^(?:[\u4e00-\u9fff]{2,8}?)?(?P<level>省|市(?!场)|县|区(?!域)|州|盟|旗|自治区|自治州|兵团)(?=[^委政])"
)
_PARTY = "组织部|宣传部|统战部|政法委|网信办|编办|党校|老干部局|文明办|社会工作部|农办|外办|改革办|教育工委|直属机关工委|机关工委|台办|巡察办|政研室|财经办|军民融合办|党史研究室"
_STEMS = (
    "教育|教育体育|教体|教育科技|教育和体育|科技|科学技术|工业和信息化|工业信息化|工信|经信|经济和信息化|工业信息|发展改革|发展和改革|发改|"
    "公安|民政|司法|财政|人力资源社会保障|人力资源和社会保障|人社|自然资源|自然资源和规划|自然资源规划|规划和自然资源|规划自然资源|生态环境|"
    "住房城乡建设|住房和城乡建设|住建|城乡建设|城市管理|城市管理和综合执法|城管|综合行政执法|综合执法|园林绿化|绿化|园林|交通运输|交通|水利|水务|"
    "农业农村|农牧|畜牧|乡村振兴|商务|文化和旅游|文化旅游|文旅|文化广电旅游|文化广电和旅游|文广旅|文化体育旅游|文旅体|文化旅游体育|文体旅|文化广电旅游体育|"
    "卫生健康|卫健|中医药|退役军人事务|退役军人|应急管理|应急|审计|国资|市场监管|市场监督管理|体育|统计|医保|医疗保障|林业|林业和草原|林草|园林和林业|海洋|"
    "海洋发展|海洋与渔业|渔业|大数据|大数据发展|数据|数据管理|政务服务|行政审批服务|气象|地震|消防|消防救援|粮食和物资储备|粮食和储备|粮储|金融|地方金融|"
    "民族宗教|民宗|民族宗教事务|外事|信访|广播电视|广电|新闻出版|机关事务管理|机关事务|知识产权|能源|药监|药品监督管理|税务|邮政管理|通信管理|烟草|投资促进|"
    "口岸|文物|档案|地方志|人防|国动|侨务|供销|妇儿|科创|科技创新|编制|机构编制"
)
_DEPARTMENT = re.compile(rf"^(?:{_STEMS})(?:局|厅|委|办|委员会|部|署)$")
_SECTOR = re.compile(rf"^(?:各级|各|[省市县区州])?(?:{_STEMS})(?:主管)?部门$")
_STEM_ONLY = re.compile(rf"^(?:{_STEMS})$")
_MASS = re.compile(
    r"^(?:消防救援(?:总队|支队|大队)|科协|妇联|文联|社科联|残联|侨联|工商联|总工会|红十字会|国资委|发改委|卫健委|农委|经信委|住建委|文旅委|科委|教委|民宗委|融媒体中心|广播电视台|档案馆|供销社)$"
)
_PARTY_BODY = re.compile(rf"^(?:{_PARTY})$")
_WIDE = ("自治区", "自治州", "兵团")
_AUTONOMOUS = re.compile(r"^(?P<level>自治区|自治州|兵团)(?P<party>党委(?=[\u4e00-\u9fff]))?")
_PARTY_OF = re.compile(rf"^(?:党委)?(?:{_PARTY})$|^(?:团委|妇联|总工会)$")
_AND = re.compile(
    r"(?:以及|和|及|与)(?=(?:相关地区|有关地区)$|(?:省|市|县|区|州|团[省市县区州]|各|[省市县区]委)[\u4e00-\u9fff])"
)
_NAME_HEAD = re.compile(
    r"(?:(?:本|该|此|这|上述|以上|前述)(?:条款|条|款|项|章|节|部分|类|方案|计划)?(?:重点)?(?:工作|任务|行动|工程|活动|措施|内容|事项)?(?:的?(?:实施|落实|推进|具体工作|组织实施))?|"
    r"具体(?:工作|实施)?|(?:工作|任务|活动)(?:具体)?)(?:均|统一|主要|具体|分别|共同)?由|(?:分别|主要|具体|共同|统一)?由|以及|会同|请|其中|(?:明确|确定|指定|以)(?=[省市县区州团各局])"
)
_ROLE_NOTE = re.compile(r"\((?P<role>牵头|总牵头|牵头单位|牵头部门|配合|配合单位|指导|责任单位|主办|协办)\)$")
_STAR = re.compile(r"^[*★☆△▲※#]+|[*★☆△▲※#]+$|\([*★☆△▲※#]+\)$")
_LONGEST = 40
_REMEMBERED = 4096  # a plan names the same bodies again and again


@dataclass(frozen=True, slots=True)
class Name:
    """One body of a list: [start, end) in the text that was divided, what is marked at it."""

    text: str
    start: int
    end: int
    role: str | None = None
    starred: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """A divided list: its bodies, whether 等 or 有关部门 stands there, and whether all of it looks like bodies."""

    names: tuple[Name, ...]
    has_others: bool
    certain: bool


@lru_cache(maxsize=_REMEMBERED)
def looks_like_body(name: str) -> bool:
    """Whether a text alone is surely the name of a body.

    Examples:
        >>> looks_like_body("市文化和旅游局"), looks_like_body("社区"), looks_like_body("各区、县级市")
        (True, False, True)
    """
    if not 2 < len(name) <= _LONGEST:
        return False
    if name.startswith("各") and (
        _COLLECTIVE_HEAD.match(name.split("、", maxsplit=1)[0]) or _WEAK.search(name) or _STRONG.search(name)
    ):
        return True
    if _SECTOR.match(name):
        return True
    is_named = _STRONG.search(name) or _OFFICE.search(name) or _LEVELLED.search(name)
    return bool(is_named) and not _NOT_A_NAME.search(_NAMES_WITH_VERBS.sub("", name))


@lru_cache(maxsize=_REMEMBERED)
def may_be_body(name: str) -> bool:
    """Whether a text can be a body where the words around it say that one stands there."""
    if not 1 < len(name) <= _LONGEST:
        return False
    if _NOT_A_NAME.search(_NAMES_WITH_VERBS.sub("", name)):
        return False
    return bool(_STRONG.search(name) or _WEAK.search(name) or re.fullmatch(r"[\u4e00-\u9fffA-Za-z0-9()·]{2,20}", name))


@lru_cache(maxsize=_REMEMBERED)
def divide(text: str, gaps: frozenset[int] = frozenset()) -> Names:
    """Divide a printed list of bodies.

    Args:
        text: the list, folded, without role words.
        gaps: offsets before which white space is printed; it parts two names where both are names by themselves.

    Returns:
        The bodies as printed, without 等 and marks. Names divide at 、 (and at , ; / where such marks part names);
        collectives (各区、县级市) stay whole; 和 divides only before a prefix that begins a name.

    Examples:
        >>> [n.text for n in divide("市文化和旅游局、各区、县级市人民政府,市科协等有关部门").names]
        ['市文化和旅游局', '各区、县级市人民政府', '市科协']
        >>> [n.text for n in divide("市教育、科技、农业农村局").names]
        ['市教育局', '市科技局', '市农业农村局']
    """
    pieces = _pieces(text, gaps)
    pieces = _join_collectives(text, pieces)
    names: list[Name] = []
    others = False
    certain = bool(pieces)
    for start, end in pieces:
        name, more = _name(text, start, end)
        others |= more
        if name is not None:
            names.append(name)
    names = write_out(names)
    certain = bool(names) and all(looks_like_body(n.text) or _COLLECTIVE_MORE.match(n.text) for n in names)
    return Names(tuple(names), others, certain)


def _pieces(text: str, gaps: frozenset[int]) -> list[tuple[int, int]]:
    cuts: list[tuple[int, int]] = []
    depth = 0
    inner = {m.start(): m.end() for m in _INNER_ET_AL.finditer(text)}
    at = 0
    start = 0
    while at < len(text):
        c = text[at]
        if c in "([{“《【〔":
            depth += 1
        elif c in ")]}”》】〕":
            depth = max(0, depth - 1)
        elif depth == 0:
            if at in inner:
                cuts.append((start, at + 1))
                at = start = inner[at]
                continue
            if c in "、,;/|。\n" or (c == "." and at == len(text) - 1):
                cuts.append((start, at))
                start = at + 1
            elif at > start and at in gaps and _parts_here(text, start, at):
                cuts.append((start, at))
                start = at
        at += 1
    cuts.append((start, len(text)))
    divided: list[tuple[int, int]] = []
    for begin, stop in cuts:
        divided += _divide_and(text, begin, stop)
    return [(b, s) for b, s in divided if text[b:s].strip()]


def _parts_here(text: str, start: int, at: int) -> bool:
    left = text[start:at].strip()
    right = re.split(r"[、,;/|。\s]", text[at:].strip(), maxsplit=1)[0]
    return (looks_like_body(left) or bool(_COLLECTIVE_HEAD.match(left))) and len(right) > 2


def _divide_and(text: str, start: int, end: int) -> list[tuple[int, int]]:
    for found in _AND.finditer(text, start, end):
        left = text[start : found.start()]
        if text.count("(", start, found.start()) != text.count(")", start, found.start()):
            continue
        if (looks_like_body(left.lstrip("由")) or _OTHERS_ONLY.match(left)) and may_be_body(text[found.end() : end]):
            return [(start, found.start()), *_divide_and(text, found.end(), end)]
    return [(start, end)]


def _join_collectives(text: str, pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in pieces:
        word = text[start:end].strip()
        if joined and word and text[joined[-1][1] : start].strip() in ("、", ""):
            before = text[joined[-1][0] : joined[-1][1]].strip().removeprefix("由")
            first = re.split("、", before)[0]
            if (
                _COLLECTIVE_HEAD.match(first)
                and _COLLECTIVE_MORE.match(_ET_AL.sub("", word))
                and not word.startswith("各有关")
            ):
                if not word.startswith("各") or not re.search(r"(?:政府|管委会|办事处|党委)$", before):
                    joined[-1] = (joined[-1][0], end)
                    continue
        joined.append((start, end))
    return joined


def _name(text: str, start: int, end: int) -> tuple[Name | None, bool]:
    while start < end and text[start] in " :,;、":
        start += 1
    while end > start and text[end - 1] in " :,;、。.":
        end -= 1
    head = _NAME_HEAD.match(text, start, end)
    if head and end - head.end() > 1:
        start = head.end()
    role = None
    note = _ROLE_NOTE.search(text, start, end)
    if note:
        role = {"牵": "lead", "总": "lead", "配": "support", "协": "support", "指": "guide"}.get(note["role"][0])
        end = note.start()
    starred = False
    while star := _STAR.search(text[start:end]):
        starred = True
        start, end = (start + star.end(), end) if star.start() == 0 else (start, start + star.start())
    others = False
    if _OTHERS_ONLY.match(text[start:end]) or text[start:end] in ("各部门", "各单位", "等", "有关部门"):
        return None, True
    more = _ET_AL.search(text, start, end)
    if more and more.start() > start:
        others, end = True, more.start()
    while star := _STAR.search(text[start:end]):
        starred = True
        start, end = (start + star.end(), end) if star.start() == 0 else (start, start + star.start())
    word = text[start:end]
    if not word or word == "等":
        return None, others or word == "等"
    return Name(word, start, end, role, starred), others


def write_out(names: list[Name]) -> list[Name]:
    """Write out a prefix that a list states once, only where nothing else can be meant.

    市教育、科技、农业农村局 shares prefix and ending; 市教育局、科技局 and 市委宣传部、组织部 share the prefix.
    """
    out = _expand_endings(names)
    level = party = ""
    for at, name in enumerate(out):
        wide = _AUTONOMOUS.match(name.text)
        if wide:
            level, party = wide["level"], wide["level"] + "党委" if wide["party"] else party
            continue
        if level in _WIDE:
            if _DEPARTMENT.match(name.text) or _MASS.match(name.text) or _PARTY_OF.match(name.text):
                head = party if party and _PARTY_BODY.match(name.text) else level
                out[at] = Name(head + name.text, name.start, name.end, name.role, name.starred)
                continue
        found = _LEVEL.match(name.text)
        if found and (looks_like_body(name.text) or found["level"] in ("省", "市", "县", "区", "州")):
            level = found.group() if name.text.startswith(found["level"]) else level
            continue
        committee = re.match(r"^([省市县区州旗])委(?=[\u4e00-\u9fff])", name.text)
        if committee and _PARTY_BODY.match(name.text[2:]):
            party = committee.group()
            level = committee.group(1)
            continue
        if level and (_DEPARTMENT.match(name.text) or _MASS.match(name.text)):
            out[at] = Name(level + name.text, name.start, name.end, name.role, name.starred)
        elif party and _PARTY_BODY.match(name.text):
            out[at] = Name(party + name.text, name.start, name.end, name.role, name.starred)
    return out


def _expand_endings(names: list[Name]) -> list[Name]:
    out = list(names)
    at = 0
    while at < len(out):
        found = re.match(r"^(省|市|县|区|州)(.+)$", out[at].text)
        if found and _STEM_ONLY.match(found[2]):
            last = at + 1
            while last < len(out) and _STEM_ONLY.match(out[last].text):
                last += 1
            ending = re.search(r"(局|厅|委|办|(?:等?部门))$", out[last].text) if last < len(out) else None
            if ending and _DEPARTMENT.match(out[last].text.replace("部门", "局")):
                for place in range(at, last):
                    word = out[place].text if place == at else found[1] + out[place].text
                    out[place] = Name(
                        word + ending[1], out[place].start, out[place].end, out[place].role, out[place].starred
                    )
                out[last] = Name(
                    found[1] + out[last].text, out[last].start, out[last].end, out[last].role, out[last].starred
                )
                at = last
        at += 1
    return out
