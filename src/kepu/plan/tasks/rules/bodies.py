"""What a printed name of a body suggests: its kind and its full name. Guesses, shown as guesses."""

import re

from kepu.directory.register.choices import OrganisationKind

# Tried in this order on the printed name; the first that fits counts.
_KINDS: tuple[tuple[OrganisationKind, re.Pattern[str]], ...] = (
    (
        OrganisationKind.COLLECTIVE,
        re.compile(r"^(?:各|有关|相关)|等(?:有关|相关)?(?:部门|单位)$|(?:有关|相关)(?:部门|单位)$"),
    ),
    (OrganisationKind.FARM_SOCIETY, re.compile(r"农技协|农村专业技术协会")),
    (
        OrganisationKind.MASS,
        re.compile(
            r"团[省市区县州]?委|共青团|妇联|妇女联合会|总工会|工会$|科协|科学技术协会|社科联|社会科学界联合会|残联|"
            r"残疾人联合会|工商联|文联|侨联|台联|红十字会|贸促会|计生协|作协|关工委"
        ),
    ),
    (OrganisationKind.MEDIA, re.compile(r"报社|日报|晚报|报业|电视台|广播|传媒|融媒体|新华社|新闻社|杂志社|出版社")),
    (
        OrganisationKind.PARTY,
        re.compile(
            r"委(?:组织部|宣传部|统战部|政法委|网信办|编办|老干部局|党校|办公[厅室]|直属机关工委|社会工作部|农办|军民融合办|金融办)|"
            r"[市省区县]委$|[市省区县]委.*(?:部|办|局|工委)$|^中共|党校|文明办|网信办|直属机关工委|纪委"
        ),
    ),
    (
        OrganisationKind.GOVERNMENT,
        re.compile(r"(?:局|委|厅|办|署|政府|委员会|管委会?|办公室|中心支行|监管局|海关|税务)$"),
    ),
    (OrganisationKind.SCHOOL, re.compile(r"大学|学院|学校|中学|小学|幼儿园|高校")),
    (OrganisationKind.VENUE, re.compile(r"(?:馆|博物院|天文台|植物园|动物园|公园|基地)$")),
    (OrganisationKind.COMPANY, re.compile(r"公司|集团|企业|银行")),
    (OrganisationKind.SOCIETY, re.compile(r"学会|协会|研究会|促进会|联合会|基金会|商会")),
    (OrganisationKind.INSTITUTION, re.compile(r"院|所$|中心$|站$|医院")),
)


def guess_kind(printed: str) -> OrganisationKind:
    """Guess the kind of a body from its name.

    Examples:
        >>> [guess_kind(n).value for n in ("市教育局", "市委宣传部", "团市委", "青岛日报社", "各区、县级市")]
        ['government', 'party', 'mass', 'media', 'collective']
    """
    return next((kind for kind, words in _KINDS if words.search(printed)), OrganisationKind.OTHER)


def guess_full_name(printed: str, region_name: str) -> str:
    """Put the region's name where the text says only 市 (市教育局 → 青岛市教育局).

    Examples:
        >>> guess_full_name("市教育局", "青岛市"), guess_full_name("团市委", "青岛市"), guess_full_name("日报社", "青岛市")
        ('青岛市教育局', '共青团青岛市委', '日报社')
    """
    last = region_name[-1:]
    if last and printed.startswith(last) and not printed.startswith(region_name):
        return region_name + printed[1:]
    if last and re.fullmatch(rf"团{last}委", printed):
        return f"共青团{region_name}委"
    if guess_kind(printed) is OrganisationKind.COLLECTIVE:
        return region_name + printed
    return printed
