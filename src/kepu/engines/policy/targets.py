"""The numbers that a plan promises to reach, and the numbers that only look like it."""

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from kepu.engines.chinese.numerals import chinese_number
from kepu.engines.policy.quantities import Quantity, find_quantities

_SENTENCE = re.compile(r"[^。!?\n]+")
_QUOTED = re.compile(r"“[^”\n]*”|《[^》\n]*》|‘[^’\n]*’")
_BRACKETED = re.compile(r"\([^()\n]*\)")
_BESIDE, _NEAR, _FAR = (
    16,
    160,
    1200,
)  # how much is looked at around a year, of a clause and of a sentence around a number
_LISTED = re.compile(r"[—\-●•■◆?·(①-⑳\d一二三四五六七八九十]")
_TIME_UNITS = frozenset({"年", "天", "日", "小时", "分钟", "个月", "周", "分", "学时", "课时", "点"})
_AGE_UNITS = frozenset({"岁", "周岁"})
_NAMING_UNITS = frozenset({"类", "级", "届", "批", "批次", "轮", "星", "席", "头"})
_LOOSE_UNITS = frozenset(
    {"个", "项", "种", "点", "部", "位", "件", "对", "站", "条", "分", "天", "课", "队", "组", "班", "片", "级", "类"}
)

_DEADLINE = re.compile(
    r"(?P<lead>到|至|截至|截止|于|在|力争|确保|争取)?(?P<year>20\d\d)年(?P<end>年?底|年?末)?(?P<before>之?前|以前)?(?P<on>开始|起|以来|的|现状)?"
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
            r"(?<![\d一二三四五六七八九十零〇两几本当去今近同青少老中多历周学往半新百千万每全成幼整])年(?=(?:培训|举办|开展|组织|服务|接待|受益|惠及|覆盖|播放|参观|浏览|阅读|人均|发放|制作|推送|播出|刊播|刊发|增长|递增|增加|完成|度|参与)|[\u4e00-\u9fff]{2,8}(?:达|不少于))"
        ),
        "year",
    ),
)
_AT_LEAST = re.compile(r"不(?:少|低|小)于|至少|超过|突破|高于|大于|多于|优于|最少|[≥>]|不下|逾$|超$")
_AT_MOST = re.compile(r"不(?:超过|高于|多于|大于)|低于|少于|小于|控制在|最多|至多|[≤<]|压减至|降(?:低)?到[^,]{0,4}以下")
_GROWTH = re.compile(
    r"(?:提高|提升|增长|增加|新增|新增加|上升|扩大|递增|年增|净增|增幅|增速|增)(?!到|至|为)[^,到至为]{0,12}$"
)
_ABOVE, _WITHIN = re.compile(r"(?:以上|及以上|\+|之上|或以上)"), re.compile(r"(?:以内|以下|及以下|之内)")
_ASPIRES = re.compile(r"力争|争取|(?<!年)努力(?:实现|达到|使|建成|推动)|(?:^|[,。;])努力|力求|有望")
_ROUGHLY = re.compile(r"(?:大?约|近|将近|接近|大概|左右|约为)$")
_ROUGHLY_AFTER = re.compile(r"^(?:以上|的|名|人|个|场)?(?:左右|上下|前后|许)")
_PROMISE = re.compile(
    r"达|提[高升]|增[加长]|建成|建设|建立|新建|改建|扩建|创建|培育|打造|培训|培养|轮训|组织|开展|举办|办好|召开|覆盖|惠及|服务|发展|完成|实现|不少于|不低于|不超过|"
    r"控制|以上|以内|超过|突破|力争|争取|推出|评选|认定|命名|招募|招收|开发|遴选|配备|配齐|配置|设立|设置|新增|扶持|支持|资助|选派|选树|选拔|建有|拥有|制作|创作|"
    r"推广|保持|稳定|降低|降至|降到|下降|压减|减少|编写|编印|出版|发放|印发|播出|播放|巡展|巡讲|安排|投入|扩大|吸纳|吸引|翻|开设|开放|接待|发布|推送|征集|表彰|"
    r"至少|整合|建好|改造|完善|升级|布局|形成|组建|聘请|聘任|引进|深入|走进|受益|参与|参加|注册|入驻|联系|带动|孵化|转化|签约|结对|录制|拍摄|设计|更新|提供|储备|"
    r"成立|挂牌|捐赠|赠送|购置|采购|聘|动员|招聘|选聘|研制|研发|制定|出台|修订|确定|评定|授予|落实|安装|登记|建档|录用|结成|帮扶|慰问|走访|指导|承办|承接|"
    r"直播|刊发|刊登|入选|获评|创成|创办|选送|配送|配发|投放|张贴|印制|编制|演出|展出|展示|筹集|募集|筹措|完工|竣工|面积|藏书|总数|总量|数量|常驻|进(?:校园|社区|农村|乡村|企业|机关|村)|"
    r"有|为|占|超|≥|>|≤|每年|年均|全年|每半年|每季|每月|各|均|分别|共|储存|演练|排查|检查|抽查|测评|监测|调查|评估|办|增|送|用好|打磨|讲授|授课|讲|访|辐射|服务于"
)
_NAME_AFTER = re.compile(
    r"^(?:工程|计划|行动|工作法|体系|战略|模式|机制|网络|格局|平台|热线|专项|条例|规划|标准|纲要|号|版|型|维|G(?![a-z])|D(?![a-z])|[A-Z]|\+\d|[*×])"
)
_STRUCTURE = re.compile(
    r"^(?:大|重点|主要|重大|专项|提升|关键|核心|基本|科普|科学素质|服务|任务|具体|方面|保障|[\u4e00-\u9fff]{0,8}?)?"
    r"(?:行动|工程|任务|措施|举措|方面|机制|原则|重点群体|重点人群|人群|群体|抓手|环节|体系|要素|结合|领域|目标|板块|路径|部分|阶段|维度|层面|层次|类别|专题|主题)$"
)
_PAST = re.compile(
    r"已(?:达|建|有|经|累计|完成|实现|培育|培训|覆盖|创建|认定|超|开展|形成|拥有|成|被)|现有|现已|目前|原有|截至目前|(?:“?十[一二三]五”?)(?:期间|时期|以来|末)|"
    r"同比|去年|上年|近年来|以来|当前|曾|先后|共有(?!.*(?:达|将))|基期"
)
_COMPARED = re.compile(
    r"(?:比|较|相比|相较|对比|在)[^,。;]{0,6}20\d\d年(?:底|末)?[^,。;]{0,10}(?:提|增|翻|下降|降低|减少|上升|高|基础上|扩大|压减|多|净增)"
)
_CHANGED_TO = re.compile(
    r"^[^,。;]{0,12}?(?:提[高升]|增[加长]|上升|发展|扩大|降低|下降|压减|拓展|扩充|跃升|上涨|增至|升至)(?:到|至)?"
)
_PROMISE_TO = re.compile(r"达到|力争|确保|提[高升]|增[加长至]|新[增建]|建成|到20|不少于|不低于|超过|突破|培|打造|将")
_RISES_TO = re.compile(
    r"(?:提[高升]|增[加长]?|扩[大充展]?|发展|拓展|上?升|降低?|下降|减少|压[减缩])(?:到|至)[^,。;\d]{0,4}$"
)
_FROM = re.compile(r"(?:从|由|自)[^,。;]{0,26}$")
_POLICY = re.compile(
    r"补助|补贴|奖励|奖补|给予|罚款|贴息|税率|税前|计提|足额提取|提取|加分|学分|计分|得分|满分|扣\d|优惠|打折|免征|减免|报销|标准为|按[^,。;]{0,14}(?:标准|比例)|"
    r"每人次?\d+元|不超过\d[\d.]*[万亿]?元的|最高(?:不超过)?[\d.]+[万亿]?元|一次性|面值|兑付|封顶|限额|额度|利率|费率"
)
_CONDITION_AFTER = re.compile(
    r"^(?:左右|人口)?(?:及)?(?:以上|以下|以内)?的(?!目标|任务|比例|要求|水平|增长|规模|增速|覆盖|速度|标准$)(?P<noun>[\u4e00-\u9fff“(])"
)
_CONDITION_NOUN = re.compile(
    r"^(?:及)?以上(?=(?:企业|单位|老年人|老人|人群|人口|居民|群众|村|社区|学校|医院|城市|县|区|景区|职称|学历|学位|文化程度|年限|工作经历|城镇|科研|农民|公民|常住|医疗机构|用人单位|规模))"
)
_MADE = re.compile(r"(?:培训|建成|建设|创建|新建|打造|举办|覆盖|达到|配备|发展|培育)$")
_SIZED = re.compile(r"(?:粉丝量?|用户数?|收入|产值|营收|人口|员工|职工数|规模)(?:达到?|超过?)?$")
_MADE_NEAR = re.compile(
    r"(?:完成|建成|建设|建立|组建|创建|新建|打造|举办|达到|配备|发展|培育|覆盖|不少于|安排|投入|实现|招募|培训|保持|新增|确保|惠及|使)[^,。;]{0,10}$"
)
_MADE_TOO = re.compile(r"(?:建立|组建|建成|建设|打造|培育|配备)[^,。;]{0,6}\d[^,。;]{1,16}(?:和|及|与|、)$")
_CHOSEN = re.compile(r"(?:面向|针对|对|占|前|持股|选取|抽取|按|按照|排名)[^,。;]{0,4}$")
_ATTRIBUTES = frozenset({"人", "元", "平方米", "亩", "㎡", "米", "公里", "倍", "年", "张", None})
_SCOPE_BEFORE = re.compile(
    r"(?:全[省市县区州盟旗国]|我[省市县区州]|下辖|辖区(?:内)?|所辖|[省市县]内)(?:的|共)?(?:\d+个[^,。;\d]{1,10}[、和及])?$"
)
_SCOPE_AFTER = re.compile(
    r"^(?:设区市|地市|地级市|县级市|县|区|市(?!级|场|民|属|科)|乡|镇|街道|行政村|村|社区|旗|苏木|嘎查|州|盟|省)"
)
_REACHES = re.compile(r"(?:覆盖|惠及|服务|遍及|实现)(?:到)?(?:全|我|所|下|辖)")
_PLACES = frozenset({"个", "所", "家", "座", "处"})
_ATTRIBUTIVE = re.compile(r"^[^,。;\d]{2,20}(?:率|比例|占比|覆盖面)(?:达|不低于|不少于|保持|提[高升]|超过|为|均)")
_GRANTED = re.compile(r"对[^,。;]{0,30}(?:予以|给予|授予|进行(?:表彰|表扬|奖励|通报))")
_ALLOWED = re.compile(
    r"(?:可(?:以)?(?:按|申|享|获|给|返|领|免|减|适当|分|凭|由|不)|允许|返还|退还|缴纳|享受|申领|申请|只能|贷款)[^,。;]{0,24}$"
)
_OBLIGED = re.compile(
    r"对(?:于)?[^,。;]{0,10}$|(?:面积|人口|人数|年限|收入|产值|规模|年龄|工龄|床位|在校生|职工|学生数|营收)[^,。;]{0,6}$"
)
_ENTERS = re.compile(r"(?:进|入|走|暖|访|惠|下|连|联|到|千家|百校)$")
_STOCK = re.compile(r"遴选|评选|建成|建设|新建|创建|打造|培育|组建|配备|认定|命名|形成|达到|建立|设立")
_VAGUE_BEFORE = re.compile(r"(?:数|几|若干|上|(?<![完建达形组])成|过|好)$")
_REFERENCE_BEFORE = re.compile(
    r"(?:第|(?<=[列居进入持])前|条|款|章|(?<![账信众订型频])号|附件|附表|专栏|DB\d*|GB/?T?|No\.?|版本?|星期)$"
)
_GRADE_BEFORE = re.compile(r"(?:周|“?十|初|高|小学|大)$")
_DENOMINATOR = re.compile(r"每(?:一|隔|个)?$")
_DENOMINATOR_AFTER = re.compile(
    r"^(?:名|位|个|家|所|户|人|村|社区|常住人口|人口|农户|千瓦|平方公里|乡镇|街道|学校|居民|老年人|职工|学生|儿童|辖区)*[^,。;\d]{0,16}?(?:拥有|配备|不少于|至少|达|有|配|建|设|为|不低于|超过|\d)"
)
_IDIOM_AFTER = re.compile(
    r"^(?:花齐放|家争鸣|尺竿头|战|姓|折不挠|里挑一|年大计|年未有|年变局|众|家万户|方百计|军万马|校千村|古|物|能|千|万|强|佳|优|大|科|业|般|个五年|次性|批|系列|些|"
    r"定|体|流|起|样|路|线|道|带|手|致|步|旦|时|切|代|站式|条龙|盘棋|张图|网|村一|区一|校一|馆一|县一|镇一|县一|月一|把手|窗|表|键|码|卡|端|屏|图|刻钟|公里|度|条|老一|"
    r"小|股|贯|揽|并|同|直|边|方面|个中心|中心|核|环|廊|轴|是|为|则|性|元|化|味|概|律|举|半|再|向|行|级|维|者|岁|农|下乡|甲|乡|北|峡|严三|个务必|个维护|个意识|个自信|个确立|个面向|个全面|大发展|大攻坚|新|高|低|转|双|进|支一扶|结合|位一体|融合|级联动|网融合|社联动|区三|课堂|中全会|届|大精神|大报告|大以来|五|二|三|四)"
)
_BUILD = re.compile(
    r"(?:建成|新建|建设|创建|打造|培育|新增|改建|评选|认定|命名|建好|建立|组建|设立|设置|开设|举办|开展|组织|召开|推出|培养|培训|配备|选派|制作|创作|遴选|聘请|发布|开发|编写|达到?|不少于|至少|不低于|超过|有|为|均|各)[^,。;]{0,4}$"
)
_EXISTING = re.compile(
    r"(?:(?:确定|认定|命名|批准|入选)的|现有|已有|原有|全市现|共有|已建成的?|现已|我[市省县区]有)[^,。;]{0,12}$"
)
_STANDARD = re.compile(r"每(?:次|节|期|场|堂|课|人次|班|组|队|份|条|篇|集)[^,。;每]{0,10}$")
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
class _Case:
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
        for clause in _clauses(text, sentence.start(), sentence.end()):
            accepted: list[tuple[_Case, Promise]] = []
            for quantity in find_quantities(text, *clause):
                case = _case(text, quantity, clause, sentence.span(), here)
                reason = _refusal(case)
                if reason is None:
                    accepted.append((case, _promise(case)))
                elif reason:
                    refused.append(Refused(reason, quantity.start, quantity.end))
            promises += _several(text, clause, accepted)
    return promises, refused


def _carried(text: str, at: int, begin: int, passage: Passage) -> int | None:
    """The last year said before in the same paragraph: 到2025年,…。全国…达到70%。"""
    head = max(begin, text.rfind("\n", begin, at) + 1, at - _FAR)
    years = [year for year in _years(text[head:at]) if year >= (passage.begins or 0)]
    return years[-1] if years else None


def _announced(text: str, at: int, begin: int) -> int | None:
    """The year of a sentence that announces a list: 到2025年,实现以下目标:"""
    stop = at
    while stop > begin:
        line_start = text.rfind("\n", begin, stop - 1) + 1 or begin
        line = text[line_start:stop].strip("\n")
        if line.endswith(":"):
            years = _years(line[-_NEAR:])
            return years[-1] if years else None
        if line and not _LISTED.match(line):
            return None
        stop = line_start
    return None


def _clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
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


def _case(text: str, quantity: Quantity, clause: tuple[int, int], sentence: tuple[int, int], passage: Passage) -> _Case:
    clause = max(clause[0], quantity.start - _NEAR), min(clause[1], quantity.end + _NEAR)
    sentence = max(sentence[0], quantity.start - _FAR), min(sentence[1], quantity.end + _FAR)
    return _Case(
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


def _is_date(case: _Case) -> bool:
    value, unit, text = case.quantity.value, case.unit, case.text
    tail = text[case.quantity.end : case.quantity.end + 2]
    if unit == "年" and (case.quantity.value_max or 1900 <= value <= 2100):
        return 1900 <= value <= 2100
    if (
        unit in ("", "个", "点")
        and 1900 <= value <= 2100
        and not case.quantity.is_scaled
        and re.match(r"[年—\-~/.)〕\]】至]|远景|$", tail)
    ):
        return True
    if (
        unit == "日"
        or (not unit and tail.startswith(("月", "日")))
        or re.search(r"20\d\d[年.\-/]\d{0,2}[月.\-/]?$", case.before)
    ):
        return value <= 31
    return bool(re.search(r"[〔\[【(]$", case.before) and 1900 <= value <= 2100)


def _is_noise(case: _Case) -> bool:
    """Numbers that nobody would take for a promise: they are passed over without a word."""
    q, before, behind = case.quantity, case.before, case.behind
    if (
        _is_date(case)
        or _REFERENCE_BEFORE.search(before)
        or re.match(r"(?:五|四|三)?”|年代|世纪|月(?!均)|日(?!均)|号|年级", behind)
    ):
        return True
    if re.search(r"[A-Za-z]\d*$", before) or (not q.unit and re.match(r"[A-Za-z]", behind)):
        return True
    if not q.is_chinese or q.unit == "%":
        return False
    if q.unit == "倍" and re.search(r"[增提翻扩][^,。;]{0,8}$", before):
        return False
    if _GRADE_BEFORE.search(before) and not q.is_scaled:
        return True
    if re.match(r"十[一二三四五六]五|十[八九]届|二十[大届]", case.text[q.start : q.start + 3]):
        return True
    if q.unit is None and not q.is_scaled:
        return True
    if _IDIOM_AFTER.match(behind) and not (
        q.unit
        and (q.is_scaled or _has_frame(case))
        and not re.match(r"个(?:五年|务必|维护|意识|自信|确立|面向|全面|中心|方面)|大|级", behind)
    ):
        return True
    return q.value < 2 and not _has_frame(case)


def _has_frame(case: _Case) -> bool:
    """每年…一次, 至少一所, 每个县…一座: words that make even 一 a promise."""
    near = case.before[-16:]
    return bool(
        re.search(r"每|至少|不少于|不低于|各|达到|力争", near)
        or (
            re.search(r"每", case.before) and re.search(r"(?:建|办|开展|组织|召开|举行|配备|开设|进行)[^,]{0,4}$", near)
        )
        or re.match(r"以上", case.after)
    )


def _is_name(case: _Case) -> bool:
    q = case.quantity
    for quoted in _QUOTED.finditer(case.text, *case.sentence):
        if quoted.start() <= q.start and q.end <= quoted.end():
            return True
    if q.unit is None and _NAME_AFTER.match(case.behind):
        return True
    if _ENTERS.search(case.before) and q.is_chinese and case.text[q.start : q.figure_end] in ("百", "千", "万"):
        return True
    if q.unit in _NAMING_UNITS and not re.match(r"(?:以上|达标)", case.after) and not _period(case):
        return q.is_chinese or not re.search(r"(?:举办|组织|开展|承办|召开)[^,。;第]{1,20}$", case.before)
    return bool(
        re.match(r"(?:工程|计划|行动|工作法|模式)(?!项目)", case.after)
        and q.unit in _LOOSE_UNITS
        and case.unit not in ("个", "项", "件")
    )


def _is_bracketed(case: _Case) -> bool:
    """A number inside a bracket explains; a goal put in brackets is rare and has words of reaching."""
    for bracket in _BRACKETED.finditer(case.text, *case.sentence):
        if bracket.start() < case.quantity.start and case.quantity.end < bracket.end():
            return not re.search(r"达到|不少于|不低于|以上|力争|目标|每年", bracket.group())
    return False


def _is_duration(case: _Case) -> bool:
    q = case.quantity
    if q.unit in _TIME_UNITS:
        return True
    return q.unit is None and bool(re.match(r"(?:个)?(?:工作日|学年|学期|星期|刻钟|世纪|季度)", case.behind))


def _is_structure(case: _Case) -> bool:
    q = case.quantity
    if q.value > 30 or q.unit in ("%", "人次", "名", "场", "人"):
        return False
    noun = re.split(r"[,。;:、(]|和|以及", case.after if q.unit else case.behind, maxsplit=1)[0]
    if q.unit in (None, "项", "个", "类", "种", "条", "件") and _STRUCTURE.match(noun):
        return not (
            re.search(r"(?:项目|活动)", noun)
            or re.search(r"每|至少|不少于|新增", case.before[-8:])
            or re.search(r"(?:建设|建成|新建|创建|打造)[^,。;]{0,14}$", case.before)
        )
    return False


def _is_baseline(case: _Case) -> bool:
    if case.passage.is_past:
        return True
    if _RISES_TO.search(case.before):
        return False
    if re.match(r"的?基础上", case.after) and re.search(r"在[^,。;]{0,20}$", case.before):
        return True
    if _FROM.search(case.before) and _CHANGED_TO.match(case.after):
        return True
    own_years = _years(case.before)
    begins = case.passage.begins
    if _COMPARED.search(case.whole) and not _is_past_year_value(case, own_years):
        return False
    if _PAST.search(case.before) and not re.search(r"(?:到|至)20\d\d年|力争|提[高升](?:到|至)|达到20", case.before):
        return True
    if _EXISTING.search(case.before):
        return True
    if re.search(r"现有|已有|已建成|已达", case.lead) and not _PROMISE_TO.search(case.lead):
        return True
    if (
        own_years
        and begins
        and own_years[-1] < begins
        and not re.search(r"提[高升](?:到|至)|增[加长](?:到|至)", case.before)
    ):
        return True
    sentence_years = _years(case.segment)
    if not own_years and sentence_years and begins and sentence_years[-1] < begins:
        return not re.search(r"提[高升](?:到|至)|增[加长](?:到|至)|将|力争", case.before)
    return False


def _is_past_year_value(case: _Case, years: tuple[int, ...]) -> bool:
    """2020年的10% in 比2020年的10%提高5个百分点."""
    return bool(
        years
        and re.search(r"(?:比|较)[^,。;]{0,6}20\d\d年[^,。;]{0,8}$", case.before)
        and _CHANGED_TO.match(case.after)
    )


def _is_policy(case: _Case) -> bool:
    q = case.quantity
    if _GRANTED.search(case.whole) or _ALLOWED.search(case.before):
        return True
    if re.search(r"人均|每人", case.before) and re.search(r"不低于|不少于|达到|以上|经费", case.whole):
        return False
    if not _POLICY.search(case.whole):
        return False
    return q.unit in ("元", "%", "倍", "个", None) or "学分" in case.whole


def _is_condition(case: _Case) -> bool:
    """员工1000人以上的企业: the number tells which ones are meant."""
    q = case.quantity
    found = _CONDITION_AFTER.match(case.after)
    if re.search(r"人均(?:不低于|不少于|达到?)$", case.before):
        return False
    if found and _SIZED.search(case.before):
        return True
    if q.unit == "%":
        return bool(found and _CHOSEN.search(case.before))
    if q.unit in _ATTRIBUTES and _CONDITION_NOUN.match(case.after) and not _MADE.search(case.before):
        return True
    if not found:
        return False
    if _OBLIGED.search(case.before):
        return not re.search(r"(?:完成|建成|建设|新建|打造|改造|扩建)[^,。;]{0,12}$", case.before)
    return q.unit in _ATTRIBUTES and not (_MADE_NEAR.search(case.before) or _MADE_TOO.search(case.before))


def _is_scope(case: _Case) -> bool:
    """全省11个设区市: the places that there are; 江州大学等10所高校: what was named before."""
    if case.before.endswith("等") and case.quantity.unit not in ("%", None):
        return True
    if case.unit not in ("%", "人次", "场", "次") and _ATTRIBUTIVE.match(case.after):
        return True
    if re.search(r"(?:全|我)[省市县区州盟旗镇乡]$", case.before) and case.unit in _PLACES:
        return not _REACHES.search(case.before)
    if case.quantity.unit == "个" and _SCOPE_AFTER.match(case.after):
        if re.search(r"(?:^|[^\u4e00-\u9fff])在$", case.before) and "各" in case.after:
            return True
        if "全覆盖" in case.after:
            return True
    found = _SCOPE_BEFORE.search(case.before)
    return bool(
        found and case.quantity.unit == "个" and _SCOPE_AFTER.match(case.after) and not _REACHES.search(case.before)
    )


def _is_vague(case: _Case) -> bool:
    if case.quantity.unit in ("批", "系列") and case.quantity.value == 1 and case.quantity.is_chinese:
        return True
    return (
        bool(_VAGUE_BEFORE.search(case.before))
        and case.quantity.is_scaled
        and case.quantity.is_chinese
        and case.quantity.unit != "%"
    )


def _is_denominator(case: _Case) -> bool:
    if (
        case.quantity.is_chinese
        and case.quantity.unit == "人"
        and re.match(r"(?:口)?(?:拥有|均|平均|配备)", case.after)
    ):
        return True
    return bool(_DENOMINATOR.search(case.before)) and bool(_DENOMINATOR_AFTER.match(case.behind))


def _is_standard(case: _Case) -> bool:
    """每次不少于2名: how each single thing is done."""
    return bool(_STANDARD.search(case.before))


def _is_bare(case: _Case) -> bool:
    q = case.quantity
    if q.unit is not None:
        return False
    if q.is_scaled:
        return not re.match(r"[\u4e00-\u9fff+,。;、“(]|$", case.behind)
    reached = re.search(r"(?:达到?|为|不低于|不少于|超过|提高到|提高至|降至|控制在|位列|≥|≤)$", case.before)
    return not (reached and re.match(r"(?:以上|以下|以内|左右)?(?:$|[,。;、])", case.behind)) or q.is_chinese


def _lacks_promise(case: _Case) -> bool:
    if case.passage.needs_deadline and not (_years(case.lead) or case.passage.deadline):
        return True
    if case.unit == "%" and re.search(r"(?:率|比例|占比|比重|覆盖面)$", case.before):
        return False
    if case.passage.carries and (_years(case.lead) or case.passage.deadline):
        return False
    return not _PROMISE.search(case.text, case.sentence[0], case.clause[1])


def _is_small(case: _Case) -> bool:
    q = case.quantity
    if not q.is_chinese or q.unit in ("%", "倍") or q.value >= 10 or _has_frame(case):
        return False
    return not (q.unit not in _LOOSE_UNITS and _BUILD.search(case.before))


_REFUSALS: tuple[tuple[str, Callable[[_Case], bool]], ...] = (
    ("", _is_noise),
    ("name", _is_name),
    ("age", lambda case: case.quantity.unit in _AGE_UNITS or bool(re.match(r"(?:多)?(?:周)?岁", case.behind))),
    ("denominator", _is_denominator),
    ("duration", _is_duration),
    ("structure", _is_structure),
    ("scope", _is_scope),
    ("vague", _is_vague),
    ("explanation", _is_bracketed),
    ("policy", _is_policy),
    ("condition", _is_condition),
    ("baseline", _is_baseline),
    ("small", _is_small),
    ("bare", _is_bare),
    ("no_promise", _lacks_promise),
)


def _refusal(case: _Case) -> str | None:
    """Give the reason why a number is no target, '' where it is not worth a word, None where it is one."""
    return next((reason for reason, holds in _REFUSALS if holds(case)), None)


@lru_cache(maxsize=256)
def _years(text: str) -> tuple[int, ...]:
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
    if re.match(r"(?:的)?(?:基础上|规划|远景目标(?:纲要|的?建议)|纲要|度?工作要点)", tail) or re.match(
        r"\d*[—\-~至]\s?20\d\d年", text[found.start("year") + 4 : found.start("year") + 4 + _BESIDE]
    ):
        return True
    if re.search(r"20\d\d年?[—\-~至]$", head):
        return True
    if re.search(r"(?:从|由|自)$", head) or found["on"] in ("开始", "起", "以来"):
        return True
    return text.count("《", 0, found.start()) > text.count("》", 0, found.start())


def _deadline(case: _Case) -> int | None:
    begins = case.passage.begins or 0
    years = [year for year in _years(case.lead) if year >= begins]
    if years:
        return years[-1]
    after = re.match(r"[^,。;\d]{0,16}?(?:到|于|在)?(?P<year>20\d\d)年(?:底|末)?(?:之?前|完成|建成)", case.after)
    return int(after["year"]) if after else case.passage.deadline


def _period(case: _Case) -> str | None:
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
        if _years(case.before):
            break  # a year said in between ends 每年
    after = re.match(r"[^,。;]{0,3}/(?P<p>年|季度?|月)", case.text[case.quantity.figure_end : case.clause[1]])
    if after:
        return {"年": "year", "季": "quarter", "季度": "quarter", "月": "month"}[after["p"]]
    return None


def _comparator(case: _Case) -> str:
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


def _promise(case: _Case) -> Promise:
    q = case.quantity
    left, right = _extent(case)
    return Promise(
        measure=_measure(case, left, right),
        value=q.value,
        value_max=q.value_max,
        unit=q.unit,
        comparator=_comparator(case),
        period=_period(case),
        deadline=_deadline(case),
        aspirational=_aspires(case),
        approximate=bool(q.is_rough or _ROUGHLY.search(case.before) or _ROUGHLY_AFTER.match(case.after)),
        start=left,
        end=right,
    )


def _aspires(case: _Case) -> bool:
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


def _extent(case: _Case) -> tuple[int, int]:
    """From the words that the number measures to the end of its noun."""
    begin = case.clause[0]
    for other in find_quantities(case.text, max(begin, case.quantity.start - _NEAR), case.quantity.start):
        if other.unit is not None and other.unit not in _TIME_UNITS and other.end <= case.quantity.start:
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


def _measure(case: _Case, left: int, right: int) -> str:
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


def _several(text: str, clause: tuple[int, int], accepted: list[tuple[_Case, Promise]]) -> list[Promise]:
    """分别 gives each number its own measure, 均 gives each measure the number."""
    promises = [promise for _, promise in accepted]
    if not accepted:
        return promises
    first = accepted[0][0]
    head = first.before
    split = re.search(r"(?:,)?(?:总数|数量|比例)?(?P<word>分别|均|都)", head)
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


def _alike(text: str, accepted: list[tuple[_Case, Promise]]) -> list[Promise]:
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
    years = _years(cases[0].segment)
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
