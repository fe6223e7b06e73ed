"""Numbers with their units as plans print them: 100人次, 50万, 百场, 一半, 三分之二, 10—15个, 翻一番."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from kepu.engines.chinese.numerals import chinese_number

_CN = "零〇一二两三四五六七八九十百千万亿"
_ARABIC = r"\d{1,3}(?:,\d{3})+(?![\d年])(?:\.\d+)?|\d+(?:\.\d+)?"
_UNIT_WORDS = (
    "个百分点 台(套) 场(次) 个(次) 人(次) 次(场) 期(次) 处(个) 个(处) 所(个) 家(个) 名(次) 平方公里 平方千米 百分点 人·次 平方米 立方米 万元 亿元 人次 场次 篇次 户次 "
    "台次 件次 车次 架次 班次 课时 学时 台套 公里 千米 公顷 m2 km 批次 小时 分钟 周岁 个月 千瓦 兆瓦时 吉瓦 家次 校次 册次 艘次 人天 学分 TB GB MB PB % ‰ 元 公斤 千克 毫克 微克 毫升 千瓦时 兆瓦 ㎡ 克 个 名 位 人 家 所 场 次 项 件 套 门 期 处 支 台 辆 座 户 部 种 册 "
    "篇 条 亩 米 站 只 间 批 届 村 倍 吨 块 幅 张 枚 份 本 集 节 堂 例 对 片 类 级 点 班 组 队 课 栋 艘 架 颗 株 头 分 盏 款 讲 轮 馆 星 席 天 日 年 岁 周 "
)
_UNITS = "|".join(re.escape(word) for word in _UNIT_WORDS.split())  # longest first
_COUNTERS = re.compile(_UNITS)
_DASH = r"(?:—{1,2}|-|~|至|到)"
_QUANTITY = re.compile(
    rf"""(?P<percent>百分之(?P<percent_number>[{_CN}]+(?:点[{_CN}]+)?|\d+(?:\.\d+)?))(?P<points>点)?
      |(?P<fraction>(?P<below>[二三四五六七八九十2-9])分之(?P<above>[一二三四五六七八九1-9]))
      |(?P<tenths>(?P<tenth>[一二两三四五六七八九1-9])成(?=以上|左右|以内|的|,|。|;|$|\n|[^立员为长果效本就功都人套品交熟型绩衡]))
      |(?P<half>(?:一半|半数|过半|半壁)(?!径))
      |(?P<fold>翻(?:了)?(?P<times>一|两|二|三|四|1|2|3)?番)
      |(?P<ratio>\d+/\d+)(?=以上|左右|的)
      |(?P<number>{_ARABIC}|[{_CN}]+)(?P<scale>(?<=[\d.])(?:百万|千万|十万|百亿|千亿|万亿|万|亿|百|千)?|)(?P<more>余|多|来)?(?P<scale_after>(?<=[余多来])[万亿])?
        (?:(?P<low_unit>{_UNITS})?{_DASH}(?P<upper>{_ARABIC}|[{_CN}]+)(?P<upper_scale>(?<=[\d.])(?:百万|千万|万|亿|百|千)?|))?
        (?P<more_after>余|多)?(?P<unit>{_UNITS})?
    """,
    re.VERBOSE,
)
_SCALES = {
    "": 1, "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8, "百亿": 10**10,
    "千亿": 10**11, "万亿": 10**12,
}  # fmt: skip
_MONEY = {"万元": (10**4, "元"), "亿元": (10**8, "元")}
_BARE_DIGITS = re.compile(r"[一二三四五六七八九]{2,}")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number at [start, end) of a text, multiplied out.

    `figure_end` is the end of the number without its unit; `is_growth` says that the words mean a change (翻番).
    """

    value: Decimal
    value_max: Decimal | None
    unit: str | None
    start: int
    end: int
    figure_end: int
    is_chinese: bool
    is_scaled: bool
    is_rough: bool = False
    is_growth: bool = False


def find_quantities(text: str, start: int, end: int) -> Iterator[Quantity]:
    """Find the numbers in [start, end) of a folded text.

    Examples:
        >>> [(int(q.value), q.unit) for q in find_quantities("组织百场科普课,覆盖50万人,过半达标", 0, 20)]
        [(100, '场'), (500000, '人'), (50, '%')]
        >>> [(int(q.value), int(q.value_max or 0), q.unit) for q in find_quantities("培育10—15个基地", 0, 11)]
        [(10, 15, '个')]
    """
    at = start
    while at < end:
        found = _QUANTITY.search(text, at, end)
        if found is None:
            return
        quantity = _quantity(found)
        if quantity is not None and quantity.is_chinese and quantity.value_max is not None and quantity.unit is None:
            quantity = None
        if quantity is not None:
            yield quantity
        at = max(found.end(), at + 1)


def _quantity(found: re.Match[str]) -> Quantity | None:
    start, end = found.span()

    def part(value: Decimal, *, is_growth: bool = False, is_rough: bool = False) -> Quantity:
        return Quantity(value, None, "%", start, end, end, True, True, is_rough, is_growth)  # noqa: FBT003

    if found["percent"]:
        number = _decimal(found["percent_number"])
        return part(number) if number is not None else None
    if found["fraction"]:
        below, above = _decimal(found["below"]), _decimal(found["above"])
        return part(round(above / below * 100, 2)) if below and above and above < below else None
    if found["ratio"]:
        above, below = (Decimal(n) for n in found["ratio"].split("/"))
        return part(round(above / below * 100, 2)) if below and above < below else None
    if found["tenths"]:
        tenth = _decimal(found["tenth"])
        return part(tenth * 10) if tenth else None
    if found["half"]:
        return part(Decimal(50))
    if found["fold"]:
        times = _decimal(found["times"] or "一")
        return part((2 ** int(times or 1) - 1) * Decimal(100), is_growth=True)
    return _counted(found)


def _counted(found: re.Match[str]) -> Quantity | None:
    printed, scale = found["number"], found["scale"] or ""
    is_chinese = not printed[0].isdigit()
    if is_chinese and _BARE_DIGITS.fullmatch(printed) and not found["upper"]:
        return None
    value = _decimal(printed)
    if value is None:
        return None
    scale += found["scale_after"] or ""
    value *= _SCALES.get(scale, 1)
    upper: Decimal | None = None
    unit, end = found["unit"], found.end()
    if found["upper"]:
        upper = _decimal(found["upper"])
        if upper is None or (is_chinese != (not found["upper"][0].isdigit())):
            upper, unit, end = (
                None,
                found["low_unit"],
                found.end("low_unit") if found["low_unit"] else found.start("upper") - 1,
            )
        else:
            high = found["upper_scale"] or ""
            upper *= _SCALES.get(high, 1)
            if high and not scale and not is_chinese:
                value *= _SCALES.get(high, 1)
            elif scale and not high and upper < value and not is_chinese:
                upper *= _SCALES.get(scale, 1)
            if upper <= value:
                upper, unit, end = (
                    None,
                    found["low_unit"],
                    found.end("low_unit") if found["low_unit"] else found.end("scale"),
                )
            unit = unit or found["low_unit"]
    figure_end = end - len(found["unit"]) if found["unit"] and end == found.end() else end
    if unit in _MONEY:
        factor, unit = _MONEY[unit]
        value *= factor
        upper = upper * factor if upper is not None else None
    return Quantity(
        value=value,
        value_max=upper,
        unit=unit or None,
        start=found.start(),
        end=end,
        figure_end=figure_end,
        is_chinese=is_chinese,
        is_scaled=bool(scale) or (is_chinese and bool(set(printed) & set("百千万亿"))),
        is_rough=bool(found["more"] or found["more_after"]),
    )


def _decimal(text: str) -> Decimal | None:
    plain = text.replace(",", "")
    if plain[0].isdigit():
        return Decimal(plain)
    whole, _, part = plain.partition("点")
    number = chinese_number(whole)
    if number is None:
        return None
    digits = chinese_number(part) if part else None
    return Decimal(number) if digits is None else Decimal(f"{number}.{digits}")


def unit_of(text: str) -> str | None:
    """Give the unit that a text is, as in the bracket behind an indicator's name.

    Examples:
        >>> unit_of("%"), unit_of("人次"), unit_of("科普"), unit_of("万人次")
        ('%', '人次', None, None)
    """
    return text if _COUNTERS.fullmatch(text) else None
