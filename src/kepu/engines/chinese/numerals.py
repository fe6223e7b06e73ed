"""Read numbers written in Chinese."""

_DIGITS = {d: i for i, d in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "壹": 1,
    "贰": 2,
    "叁": 3,
    "肆": 4,
    "伍": 5,
}
_DIGITS |= {"陆": 6, "柒": 7, "捌": 8, "玖": 9, "元": 1}
_UNITS = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}
NUMERAL_CHARACTERS = "零〇一二三四五六七八九十百千万亿两"


def chinese_number(text: str) -> int | None:
    """Give the whole number that a Chinese numeral stands for.

    Args:
        text: the numeral alone, simplified characters.

    Returns:
        The number, or None where the characters are no numeral. A lone 百 is 100.

    Source:
        GB/T 15835-2011 出版物上数字用法.

    Examples:
        >>> chinese_number("一百二十"), chinese_number("两千"), chinese_number("二〇二二"), chinese_number("百")
        (120, 2000, 2022, 100)
        >>> chinese_number("三五好友") is None
        True
    """
    if not text:
        return None
    if all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total = section = 0
    digit: int | None = None
    for c in text:
        if c in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[c]
        elif c in _UNITS:
            section += (1 if digit is None or digit == 0 else digit) * _UNITS[c]
            digit = None
        elif c in _MYRIADS:
            section += digit or 0
            total = (
                (total + (section or 1)) * _MYRIADS[c] if _MYRIADS[c] > 10**4 or not total else total + section * 10**4
            )
            section, digit = 0, None
        else:
            return None
    return total + section + (digit or 0)


def chinese_numeral(number: int) -> str:
    """Write a whole number from 0 to 9999 as a Chinese numeral, as a word processor counts.

    Args:
        number: 0 to 9999.

    Raises:
        ValueError: the number is outside that range.

    Source:
        ECMA-376 part 1, 17.18.59 (chineseCounting).

    Examples:
        >>> chinese_numeral(10), chinese_numeral(21), chinese_numeral(105)
        ('十', '二十一', '一百零五')
    """
    if not 0 <= number < 10**4:
        raise ValueError("number must be between 0 and 9999")
    digits = "零一二三四五六七八九"
    if number < len(digits):
        return digits[number]
    written, gap = "", False
    for size, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // size % 10
        if digit:
            written += ("零" if gap and written else "") + digits[digit] + unit
            gap = False
        else:
            gap = True
    return written[1:] if written.startswith("一十") else written
