"""The numbers that only look like promises: dates, names, baselines, conditions, scopes and their like."""

import re
from collections.abc import Callable

from kepu.engines.policy.cases import Case, is_one_in_years, period_of, years_in

_QUOTED = re.compile(r"“[^”\n]*”|《[^》\n]*》|‘[^’\n]*’")
_BRACKETED = re.compile(r"\([^()\n]*\)")
TIME_UNITS = frozenset({"年", "天", "日", "小时", "分钟", "个月", "周", "分", "学时", "课时", "点"})
_AGE_UNITS = frozenset({"岁", "周岁"})
_NAMING_UNITS = frozenset({"类", "级", "届", "批", "批次", "轮", "星", "席", "头"})
_LOOSE_UNITS = frozenset(
    {"个", "项", "种", "点", "部", "位", "件", "对", "站", "条", "分", "天", "课", "队", "组", "班", "片", "级", "类"}
)
_PROMISE = re.compile(
    r"达|提[高升]|增[加长]|建成|建设|建立|新建|改建|扩建|创建|培育|打造|培训|培养|轮训|组织|开展|举办|办好|召开|覆盖|惠及|服务|发展|完成|实现|不少于|不低于|不超过|"
    r"控制|以上|以内|超过|突破|力争|争取|推出|评选|认定|命名|招募|招收|开发|遴选|配备|配齐|配置|设立|设置|新增|扶持|支持|资助|选派|选树|选拔|建有|拥有|制作|创作|"
    r"推广|保持|稳定|编译|译制|摄制|编撰|编纂|汇编|排演|创排|编排|改编|撰写|开课|开班|开讲|放映|布设|铺设|架设|搭建|译著|降低|降至|降到|下降|压减|减少|编写|编印|出版|发放|印发|播出|播放|巡展|巡讲|安排|投入|扩大|吸纳|吸引|翻|开设|开放|接待|发布|推送|征集|表彰|"
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
_TEAMS = re.compile(
    r"^(?:成员单位|责任单位|牵头单位|(?:相关|有关|职能)?部门(?:的)?(?:代表|负责人|组成|参加|参与|联合)|(?:工作|专项|专门|推进)*(?:专班|小组|工作组|推进组|专项组|专责组))"
)
"""How the work is organised: 23个成员单位, 下设4个工作专班."""
_PAST = re.compile(
    r"已(?:达|建|有|经|累计|完成|实现|培育|培训|覆盖|创建|认定|超|开展|形成|拥有|成|被)|现有|现已|目前|原有|截至目前|(?:“?十[一二三]五”?)(?:期间|时期|以来|末)|"
    r"同比|去年|上年|近年来|以来|当前|曾|先后|共有(?!.*(?:达|将))|基期"
)
_COMPARED = re.compile(
    r"(?:比|较|相比|相较|对比|在)[^,。;]{0,6}20\d\d年(?:底|末)?[^,。;]{0,10}(?:提|增|翻|下降|降低|减少|上升|高|基础上|扩大|压减|多|净增)"
)
_COMPARED_LAST = re.compile(
    r"(?:比|较|相比)(?:上|去|前)一?年(?:度|底|末|同期)?[^,。;]{0,8}(?:提|增|翻|下降|降低|减少|上升|高|扩大|压减|多|净增)"
)
_DONE = re.compile(r"已|现有|目前|当前|去年(?!同期)|先后|近年来|以来|[成到现了过]了|(?<!比)(?<!较)上年(?!同期)")
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
    r"每人次?\d+元|不超过\d[\d.]*[万亿]?元的|最高(?:不超过)?[\d.]+[万亿]?元|一次性|面值|兑付|封顶|限额|额度|利率|费率|(?:上限|最高额|最高额度)(?:为|是|不超过|:)?\d|(?:上限|最高额)[为是]|"
    r"(?:每一?[个项名家人]|单个|单项|个别)[^,。;\d]{0,10}(?:资助|支持|扶持|经费|金额)[^,。;\d]{0,8}(?:不超过|不高于|最高)"
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
_THINGS = frozenset(
    {"座", "所", "家", "个", "处", "支", "辆", "台", "间", "套", "块", "名", "部", "片", "艘", "架", "栋"}
)
_MAKES = re.compile(
    r"(?:建成|新建|改建|扩建|建设|建立|设立|设置|成立|组建|打造|创建|新增|购置|配备|改造|布设|开设|开通|命名|认定|培育|更新|引进)[^,。;]{1,24}(?<![的等及和了每各这那任第同另某哪])$"
)
_MAKES_NOW = re.compile(r"(?:建成|新建|改建|扩建|建设|设立|成立|组建|改造|更新|配备|开设|增设|新增)(?:了)?$")
_PLACE_NOUN = re.compile(
    r"^[^,。;、\d]{0,8}(?:展厅|展馆|场馆|基地|科普站|工作站|馆|实验室|活动室|公园|服务队|长廊|画廊|学校)(?:$|[,。;、和及])"
)
_EXISTING = re.compile(
    r"(?:(?:确定|认定|命名|批准|入选)的|现有|已有|原有|全市现|共有|已建成的?|现已|我[市省县区]有)[^,。;]{0,12}$"
)
_STANDARD = re.compile(r"每(?:次|节|期|场|堂|课|人次|班|组|队|份|条|篇|集)[^,。;每]{0,10}$")


def _is_date(case: Case) -> bool:
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


def _is_noise(case: Case) -> bool:
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
    return q.value < 2 and not _has_frame(case) and not _is_counted_behind(case) and not is_one_in_years(case)


def _is_counted_behind(case: Case) -> bool:
    """建成应急安全体验馆一座, 设立基地五个: the number stands behind what is made."""
    return case.unit in _THINGS and bool(
        _MAKES.search(case.before) and re.match(r"(?:以上|左右)?(?:$|[,。;、])", case.after)
    )


def _has_frame(case: Case) -> bool:
    """每年…一次, 至少一所, 每个县…一座: words that make even 一 a promise."""
    near = case.before[-16:]
    return bool(
        re.search(r"每|至少|不少于|不低于|各|达到|力争", near)
        or (
            re.search(r"每", case.before) and re.search(r"(?:建|办|开展|组织|召开|举行|配备|开设|进行)[^,]{0,4}$", near)
        )
        or re.match(r"以上", case.after)
    )


def _is_name(case: Case) -> bool:
    q = case.quantity
    for quoted in _QUOTED.finditer(case.text, *case.sentence):
        if quoted.start() <= q.start and q.end <= quoted.end():
            return True
    if q.unit is None and _NAME_AFTER.match(case.behind):
        return True
    if _ENTERS.search(case.before) and q.is_chinese and case.text[q.start : q.figure_end] in ("百", "千", "万"):
        return True
    if is_one_in_years(case):
        return False
    if q.unit in _NAMING_UNITS and not re.match(r"(?:以上|达标)", case.after) and not period_of(case):
        return q.is_chinese or not re.search(r"(?:举办|组织|开展|承办|召开)[^,。;第]{1,20}$", case.before)
    return bool(
        re.match(r"(?:工程|计划|行动|工作法|模式)(?!项目)", case.after)
        and q.unit in _LOOSE_UNITS
        and case.unit not in ("个", "项", "件")
    )


def _is_bracketed(case: Case) -> bool:
    """A number inside a bracket explains; a goal put in brackets is rare and has words of reaching."""
    for bracket in _BRACKETED.finditer(case.text, *case.sentence):
        if bracket.start() < case.quantity.start and case.quantity.end < bracket.end():
            return not re.search(r"达到|不少于|不低于|以上|力争|目标|每年", bracket.group())
    return False


def _is_duration(case: Case) -> bool:
    q = case.quantity
    if q.unit in TIME_UNITS:
        return True
    return q.unit is None and bool(re.match(r"(?:个)?(?:工作日|学年|学期|星期|刻钟|世纪|季度)", case.behind))


def _is_structure(case: Case) -> bool:
    q = case.quantity
    if q.value > 30 or q.unit in ("%", "人次", "名", "场", "人"):
        return False
    if q.unit == "个" and _TEAMS.match(case.after):
        return True
    noun = re.split(r"[,。;:、(]|和|以及", case.after if q.unit else case.behind, maxsplit=1)[0]
    if q.unit in (None, "项", "个", "类", "种", "条", "件") and _STRUCTURE.match(noun):
        return not (
            re.search(r"(?:项目|活动)", noun)
            or re.search(r"每|至少|不少于|新增", case.before[-8:])
            or re.search(r"(?:建设|建成|新建|创建|打造)[^,。;]{0,14}$", case.before)
        )
    return False


def _is_baseline(case: Case) -> bool:
    if case.passage.is_past:
        return True
    if _RISES_TO.search(case.before):
        return False
    if re.match(r"的?基础上", case.after) and re.search(r"在[^,。;]{0,20}$", case.before):
        return True
    if _FROM.search(case.before) and _CHANGED_TO.match(case.after):
        return True
    own_years = years_in(case.before)
    begins = case.passage.begins
    if _is_past_year_value(case):
        return True
    if _COMPARED.search(case.whole):
        return False
    if _COMPARED_LAST.search(case.before):
        return bool(
            _DONE.search(_COMPARED_LAST.sub("", case.lead)) or (own_years and begins and own_years[-1] < begins)
        )
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
    sentence_years = years_in(case.segment)
    if not own_years and sentence_years and begins and sentence_years[-1] < begins:
        return not re.search(r"提[高升](?:到|至)|增[加长](?:到|至)|将|力争", case.before)
    return False


def _is_past_year_value(case: Case) -> bool:
    """2020年的10% in 比2020年的10%提高5个百分点."""
    return bool(
        re.search(r"(?:比|较)[^,。;]{0,6}20\d\d年[^,。;\d]{0,8}$", case.before) and _CHANGED_TO.match(case.after)
    )


def _is_policy(case: Case) -> bool:
    q = case.quantity
    if _GRANTED.search(case.whole) or _ALLOWED.search(case.before):
        return True
    if re.search(r"人均|每人", case.before) and re.search(r"不低于|不少于|达到|以上|经费", case.whole):
        return False
    if not _POLICY.search(case.whole):
        return False
    return q.unit in ("元", "%", "倍", "个", None) or "学分" in case.whole


def _is_condition(case: Case) -> bool:
    """员工1000人以上的企业: the number tells which ones are meant."""
    q = case.quantity
    found = _CONDITION_AFTER.match(case.after)
    if re.search(r"人均(?:不低于|不少于|达到?)$|(?:不低于|不少于|高于)(?:每)?人均$", case.before):
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


def _is_scope(case: Case) -> bool:
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


def _is_vague(case: Case) -> bool:
    if case.quantity.unit in ("批", "系列") and case.quantity.value == 1 and case.quantity.is_chinese:
        return True
    return (
        bool(_VAGUE_BEFORE.search(case.before))
        and case.quantity.is_scaled
        and case.quantity.is_chinese
        and case.quantity.unit != "%"
    )


def _is_denominator(case: Case) -> bool:
    if (
        case.quantity.is_chinese
        and case.quantity.unit == "人"
        and re.match(r"(?:口)?(?:拥有|均|平均|配备)", case.after)
    ):
        return True
    return bool(_DENOMINATOR.search(case.before)) and bool(_DENOMINATOR_AFTER.match(case.behind))


def _is_standard(case: Case) -> bool:
    """每次不少于2名: how each single thing is done."""
    return bool(_STANDARD.search(case.before))


def _is_bare(case: Case) -> bool:
    q = case.quantity
    if q.unit is not None:
        return False
    if q.is_scaled:
        return not re.match(r"[\u4e00-\u9fff+,。;、“(]|$", case.behind)
    reached = re.search(r"(?:达到?|为|不低于|不少于|超过|提高到|提高至|降至|控制在|位列|≥|≤)$", case.before)
    return not (reached and re.match(r"(?:以上|以下|以内|左右)?(?:$|[,。;、])", case.behind)) or q.is_chinese


def _lacks_promise(case: Case) -> bool:
    if case.passage.needs_deadline and not (years_in(case.lead) or case.passage.deadline):
        return True
    if case.unit == "%" and re.search(r"(?:率|比例|占比|比重|覆盖面)$", case.before):
        return False
    if case.passage.carries and (years_in(case.lead) or case.passage.deadline):
        return False
    return not _PROMISE.search(case.text, case.sentence[0], case.clause[1])


def _is_small(case: Case) -> bool:
    q = case.quantity
    if not q.is_chinese or q.unit in ("%", "倍") or q.value >= 10 or _has_frame(case):
        return False
    if (
        is_one_in_years(case)
        or _is_counted_behind(case)
        or (_MAKES_NOW.search(case.before) and _PLACE_NOUN.match(case.after))
    ):
        return False
    return not (q.unit not in _LOOSE_UNITS and _BUILD.search(case.before))


_REFUSALS: tuple[tuple[str, Callable[[Case], bool]], ...] = (
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


def refusal(case: Case) -> str | None:
    """Give the reason why a number is no target, '' where it is not worth a word, None where it is one."""
    return next((reason for reason, holds in _REFUSALS if holds(case)), None)
