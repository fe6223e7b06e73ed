"""The numbers that printed items begin with: 一、（一）1．（1）① 第一条, in any width."""

import re
from dataclasses import dataclass

from kepu.engines.chinese.numerals import chinese_number

_CN = "零〇一二三四五六七八九十百"
_FORMAL = "壹贰叁肆伍陆柒捌玖拾"
_NAMED = (
    "(?:重点|专项|重大|主要|关键|核心|提升|具体|科普|子)?(?:任务|措施|举措|行动|工程|项目|板块|专题|计划|(?<=专)项)"
)
NAMED_NUMBER = re.compile(rf"{_NAMED}(?:[{_CN}]{{1,3}}|\d{{1,2}})")
"""A number behind the word for what it counts: 专项行动一, 措施3."""
_MARK = re.compile(
    rf"""(?P<chapter>第\s?(?:[{_CN}]+|\d{{1,3}})\s?(?P<kind>[编章节条部])(?!约|例|款|门|件|目|委|队|长)(?:分(?!之))?)[、:.]?
      |(?P<named>{_NAMED}\s?(?P<named_open>[(〔【\[])?(?P<named_value>[{_CN}]{{1,3}}|\d{{1,2}})(?(named_open)[)〕】\]]))(?:\s?(?:[:、.](?!\d)|—{{1,2}})|(?=[ \n])|$|(?(named_open)(?=[\u4e00-\u9fff])|(?!)))
      |(?P<cn_paren>[(〔【\[]\s?(?P<cn_paren_value>[{_CN}]{{1,4}})\s?[)〕】\]])[、.:]?
      |(?P<cn>[{_CN}]{{1,4}})\s?(?:[、.]|,(?=\D))
      |(?P<formal>[{_FORMAL}]{{1,2}})\s?[、.,:]
      |(?P<cn_space>[{_CN}]{{1,3}})(?=\ [^\ ])
      |(?P<ar_paren>[(〔【\[]\s?(?P<ar_paren_value>\d{{1,3}})\s?[)〕】\]])[、.:]?
      |(?P<ar_right>(?P<ar_right_value>\d{{1,2}})\s?\))[、.:]?
      |(?P<multi>\d{{1,2}}(?:\.\d{{1,2}}){{1,4}})(?![\d.%])\s?[、.]?(?=\s*[^\W\d])
      |(?P<ar>\d{{1,3}})\s?(?:[、]|\.(?!\d)|\.(?=20\d\d年)|,(?=[^\d\s])|:(?=[^\d\s])|。(?=[\u4e00-\u9fff“]))
      |(?P<circled>[①-⑳㉑-㉟㊱-㊿⓪])[、.:]?
      |(?P<cn_enclosed>[㈠-㈩㊀-㊉])[、.:]?
      |(?P<ar_enclosed>[⑴-⒇])[、.:]?
      |(?P<ar_stop>[⒈-⒛])
    """,
    re.VERBOSE,
)
_FIRST = frozenset(
    f"第任措举行工项重专主关核提具科子板计{_CN}{_FORMAL}0123456789([〔【"
    + "".join(
        chr(c)
        for span in ((0x2460, 0x249B), (0x3220, 0x325F), (0x3280, 0x32BF), (0x24EA, 0x24EA))
        for c in range(span[0], span[1] + 1)
    )
)
_UNIT_AFTER_MULTI = re.compile(r"\s*(?:万|亿|个|名|人|元|%|平方|公里|倍|米|吨|亩|版|分|年|月|日)")
_SPACED_CN = re.compile(rf"[{_CN}]{{1,3}} +")
POINT_STYLES = frozenset({"(1)", "1)", "①"})


@dataclass(frozen=True, slots=True)
class Mark:
    """A number at the head of an item.

    `style` names the form, `value` its place in the sequence, `number` the print with half-width brackets,
    `number_end` the offset behind the number, `joint` what stands between number and title in a path, `end` the offset
    behind all of it.
    """

    style: str
    value: int
    number: str
    joint: str
    number_end: int
    end: int


def read_mark(text: str, start: int = 0) -> Mark | None:
    """Read the number that an item begins with.

    Args:
        text: a folded text without spaces inside Chinese.
        start: where the item begins.

    Source:
        GB/T 9704-2012, 7.3.3 (结构层次序数: 一、（一）1.（1）), and the forms met in plans.

    Examples:
        >>> read_mark("(三)工作目标").number, read_mark("6.提升教师科学素质").value, read_mark("2025年底前") is None
        ('(三)', 6, True)
    """
    if start >= len(text) or text[start] not in _FIRST:
        return None
    found = _MARK.match(text, start)
    if found is None:
        return None
    form = found.lastgroup or ""
    for name in ("chapter", "named", "cn_paren", "cn", "formal", "cn_space", "ar_paren", "ar_right", "multi", "ar", "circled", "cn_enclosed",
                 "ar_enclosed", "ar_stop"):  # fmt: skip
        if found.group(name):
            form = name
            break
    printed = found.group(form)
    bare = re.sub(r"\s", "", printed).translate(str.maketrans("〔〕【】[]", "()()()"))
    joint = found.group()[len(printed) :].strip()
    end = found.end()
    if form == "multi":
        if _UNIT_AFTER_MULTI.match(text, end):
            return None
        parts = bare.split(".")
        return Mark("1.1" + ".1" * (len(parts) - 2), int(parts[-1]), bare, " ", found.end(form), end)
    style, value = _style_and_value(form, bare, found)
    if value is None:
        return None
    return Mark(style, value, bare, joint, found.end(form), end)


def _style_and_value(form: str, bare: str, found: re.Match[str]) -> tuple[str, int | None]:
    match form:
        case "chapter":
            inner = bare[1 : bare.index(found.group("kind"))]
            return f"第{found.group('kind')}", int(inner) if inner.isdecimal() else chinese_number(inner)
        case "named":
            words = bare[: bare.rindex(found.group("named_value"))].rstrip("(")
            value = found.group("named_value")
            return words, int(value) if value.isdecimal() else chinese_number(value)
        case "cn" | "cn_space":
            return "一、", chinese_number(bare)
        case "formal":
            return "壹、", chinese_number(bare.replace("拾", "十"))
        case "cn_paren":
            return "(一)", chinese_number(bare[1:-1])
        case "ar":
            return "1.", int(bare)
        case "ar_paren":
            return "(1)", int(bare[1:-1])
        case "ar_right":
            return "1)", int(bare[:-1])
        case "circled":
            return "①", _circled(bare)
        case "cn_enclosed":
            return "(一)", ord(bare) - (0x3220 if bare < "㊀" else 0x3280) + 1
        case "ar_enclosed":
            return "(1)", ord(bare) - 0x2474 + 1
        case _:
            return "1.", ord(bare) - 0x2488 + 1


def _circled(bare: str) -> int:
    point = ord(bare)
    if 0x2460 <= point <= 0x2473:
        return point - 0x2460 + 1
    if 0x3251 <= point <= 0x325F:
        return point - 0x3251 + 21
    return point - 0x32B1 + 36 if point >= 0x32B1 else 0
