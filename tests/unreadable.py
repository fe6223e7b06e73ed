"""Files that are no plan, each with words of the sentence that must be said of it, at whatever door it comes in."""

import zipfile
from collections.abc import Callable
from io import BytesIO

from pypdf import PdfWriter

from tests.plan.texts import PLAN


def _zip(**parts: bytes) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


def _bomb() -> bytes:
    return _zip(**{"word__document.xml": b"0" * (60 * 1024 * 1024)})


def _entities() -> bytes:
    xml = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
    return _zip(**{"word__document.xml": xml})


def _locked_pdf() -> bytes:
    writer, stream = PdfWriter(), BytesIO()
    writer.add_blank_page(200, 200)
    writer.encrypt("secret")
    writer.write(stream)
    return stream.getvalue()


def _empty_pdf() -> bytes:
    writer, stream = PdfWriter(), BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(stream)
    return stream.getvalue()


UNREADABLE: list[tuple[str, Callable[[], bytes], str]] = [
    ("空.docx", lambda: b"", "文件是空的"),
    ("空白.txt", lambda: b" \n\t\n", "文件是空的"),
    ("图.docx", lambda: b"\x89PNG\r\n\x1a\n" + b"0" * 64, "这是一张图片"),
    ("锁.pdf", _locked_pdf, "PDF 设了密码"),
    ("扫描.pdf", _empty_pdf, "没有文字层"),
    ("炸弹.docx", _bomb, "解压后"),
    ("外部实体.docx", _entities, "不允许的内容"),
    ("断.docx", lambda: _bomb()[:2000], "已损坏"),
    ("表.docx", lambda: _zip(**{"xl__workbook.xml": b"<workbook/>"}), "不是 .docx"),
    ("散文.txt", "今天天气很好，适合散步。".encode, "没有找到任务"),
    ("混.txt", lambda: PLAN.encode() + PLAN.encode("gb18030"), "两种文字编码"),
    ("旧.doc", lambda: bytes.fromhex("d0cf11e0a1b11ae1") + b"0" * 600, "旧版 Word"),
    ("长.txt", ("科普工作很重要。\n" * 40_000).encode, "超过二十万字"),
]
"""Name of the file, what makes its bytes, words of the sentence."""
