"""Bytes to text: UTF-8, UTF-16, GB18030 (Big5 as a last guess), told apart by what makes good Chinese."""

import codecs

from kepu.engines.chinese.folding import fold
from kepu.engines.policy import errors

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GOOD_CHINESE = 0.85
_LINE_HANZI = 4


def decode_text(data: bytes) -> str:
    """Decode a plain text and give its newlines as \\n.

    Raises:
        UnknownEncoding, MixedEncodings, BinaryFile: the bytes are no Chinese text in one encoding.
    """
    return _decode(data).replace("\r\n", "\n").replace("\r", "\n")


def _decode(data: bytes) -> str:
    for bom, codec in _BOMS:
        if data.startswith(bom):
            try:
                return data.decode(codec)
            except UnicodeDecodeError as error:
                raise errors.UnknownEncoding from error
    if b"\0" in data:
        return _decode_utf16(data)
    try:
        return _without_controls(data.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    if _is_mixed(data):
        raise errors.MixedEncodings
    for codec in ("gb18030", "big5"):
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if _chinese_share(text) >= _GOOD_CHINESE:
            return _without_controls(text)
    raise errors.UnknownEncoding


def _decode_utf16(data: bytes) -> str:
    for codec in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and _chinese_share(text) >= _GOOD_CHINESE and "\n" in text:
            return text
    raise errors.BinaryFile


def _without_controls(text: str) -> str:
    controls = sum(1 for c in text if c < " " and c not in "\t\n\r\f\v")
    if controls > len(text) // 50:
        raise errors.BinaryFile
    return text


def _is_mixed(data: bytes) -> bool:
    """Some lines are UTF-8 Chinese, others are not UTF-8 at all."""
    good = bad = 0
    for line in data.splitlines():
        if line.isascii():
            continue
        try:
            good += sum("\u4e00" <= c <= "\u9fff" for c in line.decode("utf-8")) >= _LINE_HANZI
        except UnicodeDecodeError:
            bad += 1
    return bool(good and bad)


def _chinese_share(text: str) -> float:
    """The share of non-ASCII characters that are everyday hanzi (level 1 of GB 2312) or Chinese punctuation."""
    foreign = [c for c in fold(text) if c > "\x7f"]
    if not foreign:
        return 1.0
    common = 0
    for c in foreign:
        if c in "、。“”‘’《》【】〔〕—…·•●□■◆★△○◎①②③④⑤⑥⑦⑧⑨⑩":
            common += 1
        elif "\u4e00" <= c <= "\u9fff":
            try:
                common += 0xB0 <= c.encode("gb2312")[0] <= 0xF7
            except UnicodeEncodeError:
                continue
    return common / len(foreign)
