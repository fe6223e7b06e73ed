"""What is really inside a file: its kind by content, harmful archives, and the encoding of a text."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO

import puremagic
import pypdf
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pypdf.errors import PyPdfError

from kepu.foundation.errors import InputTooLarge, InputUnreadable

MEGABYTE = 1024 * 1024
_OLE_MARK = bytes.fromhex("d0cf11e0a1b11ae1")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_SAMPLE = 256 * 1024
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_RARE_LETTERS = re.compile(r"[\u0080-\u07ff]{2}")
_DECLARATION = re.compile(rb"<\s*!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_XML = (".xml", ".rels", ".vml")
_BOMB_FLOOR = 10 * MEGABYTE


class FileKind(TextChoices):
    """The kinds of files that the house tells apart; the codes are their suffixes where they have one."""

    DOCX = "docx", gettext_lazy("Word 文档（.docx）")
    XLSX = "xlsx", gettext_lazy("Excel 工作簿（.xlsx）")
    PDF = "pdf", gettext_lazy("PDF 文件")
    PNG = "png", gettext_lazy("PNG 图片")
    JPEG = "jpg", gettext_lazy("JPEG 图片")
    TEXT = "txt", gettext_lazy("纯文本")
    DOC = "doc", gettext_lazy("旧版 Word 文档（.doc）")
    XLS = "xls", gettext_lazy("旧版 Excel 工作簿（.xls）")
    MACRO = "macro", gettext_lazy("带宏的办公文件")
    ENCRYPTED = "encrypted", gettext_lazy("加了密码的文件")
    DAMAGED = "damaged", gettext_lazy("损坏或不完整的文件")
    ZIP = "zip", gettext_lazy("压缩包")
    EMPTY = "empty", gettext_lazy("空文件")
    OTHER = "other", gettext_lazy("其他文件")


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """How much an archive may become when it is unpacked."""

    most_bytes: int = 300 * MEGABYTE
    most_ratio: int = 120
    most_parts: int = 5000


DOCUMENT = ArchiveLimits()
WORKBOOK = ArchiveLimits(most_bytes=4096 * MEGABYTE)


class FileDamaged(InputUnreadable):
    """The file breaks off or contradicts itself."""

    code = "file_damaged"


class ArchiveTooLarge(InputTooLarge):
    """The archive would become far larger than it is: a mistake or an attack."""

    code = "archive_too_large"


class TextUndecodable(InputUnreadable):
    """A text is in no single encoding that we know."""

    code = "text_undecodable"


def detect_kind(stream: IO[bytes]) -> FileKind:
    """Tell the kind of a file by its content; its name does not matter.

    Args:
        stream: seekable; left at its beginning.

    Returns:
        The kind. An archive is looked into but not unpacked.

    Examples:
        >>> from io import BytesIO
        >>> detect_kind(BytesIO("科学素质".encode("gb18030"))), detect_kind(BytesIO(b""))
        (FileKind.TEXT, FileKind.EMPTY)
    """
    stream.seek(0)
    head = stream.read(_SAMPLE)
    try:
        return _kind(head, stream)
    finally:
        stream.seek(0)


def _kind(head: bytes, stream: IO[bytes]) -> FileKind:  # noqa: PLR0911 one line for each kind
    if not head:
        return FileKind.EMPTY
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(stream)
    if head.startswith(_OLE_MARK):
        return _ole_kind(head, stream)
    if b"%PDF-" in head[:1024]:
        return _pdf_kind(stream)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG if _ends_with(stream, b"IEND\xaeB`\x82") else FileKind.DAMAGED
    if head.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG if _ends_with(stream, b"\xff\xd9") else FileKind.DAMAGED
    if head.startswith(_UTF16_MARKS) or (not _BINARY.search(head) and not _known_binary(head)):
        return FileKind.TEXT
    return FileKind.OTHER


def _known_binary(head: bytes) -> bool:
    """Some binary files hold no control character in their first bytes (gzip, old images, RTF)."""
    try:
        matches = puremagic.magic_string(head[:4096])
    except puremagic.PureError:
        return False
    if not matches or head[:4096].isascii():
        return head.startswith(b"{\\rtf")
    return matches[0].confidence >= 0.8 and len(matches[0].byte_match) > 2  # noqa: PLR2004 two bytes match by chance


def _ends_with(stream: IO[bytes], mark: bytes) -> bool:
    stream.seek(0, 2)
    stream.seek(max(0, stream.tell() - 4096))
    return mark in stream.read()


def _zip_kind(stream: IO[bytes]) -> FileKind:
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
            names = {part.filename.replace("\\", "/").lstrip("/").lower() for part in parts}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeDecodeError):
        return FileKind.DAMAGED
    if any(part.flag_bits & 1 for part in parts):
        return FileKind.ENCRYPTED
    if any(name.endswith("vbaproject.bin") for name in names):
        return FileKind.MACRO
    if "word/document.xml" in names:
        return FileKind.DOCX
    return FileKind.XLSX if "xl/workbook.xml" in names else FileKind.ZIP


def _ole_kind(head: bytes, stream: IO[bytes]) -> FileKind:
    """Name an old Office file by its streams; a new one with a password lies inside the same container."""
    marks = {
        FileKind.ENCRYPTED: "EncryptedPackage",
        FileKind.DOC: "WordDocument",
        FileKind.XLS: "Workbook",
    }
    wanted = {kind: name.encode("utf-16-le") for kind, name in marks.items()}
    stream.seek(0)
    rest = head[:0]
    found = set()
    while piece := stream.read(MEGABYTE):
        window = rest + piece
        found |= {kind for kind, mark in wanted.items() if mark in window}
        rest = window[-64:]
    return next((kind for kind in wanted if kind in found), FileKind.OTHER)


def _pdf_kind(stream: IO[bytes]) -> FileKind:
    stream.seek(0)
    try:
        reader = pypdf.PdfReader(stream)
        if reader.is_encrypted and not reader.decrypt(""):
            return FileKind.ENCRYPTED
        is_complete = len(reader.pages) > 0
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, OSError, RecursionError):
        return FileKind.DAMAGED  # pypdf lets many kinds of errors out of a broken file
    return FileKind.PDF if is_complete else FileKind.DAMAGED


def check_archive(stream: IO[bytes], limits: ArchiveLimits = DOCUMENT) -> None:
    """Refuse an archive that would become too large, or whose XML declares entities of its own.

    Args:
        stream: seekable; left at its beginning.
        limits: how much is too much.

    Raises:
        ArchiveTooLarge: unpacked it would exceed the limits.
        FileDamaged: it cannot be read, or its XML is not of a kind that Office writes.
    """
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
            total = sum(part.file_size for part in parts)
            packed = max(1, sum(part.compress_size for part in parts))
            is_bomb = total > _BOMB_FLOOR and total / packed > limits.most_ratio
            if total > limits.most_bytes or len(parts) > limits.most_parts or is_bomb:
                said = {"size": f"{total / MEGABYTE:,.0f}"}
                raise ArchiveTooLarge(
                    _("这个文件解开后有 %(size)s MB，大得不正常，没有读取。请检查文件，或拆成几个较小的文件。") % said
                )
            for part in parts:
                if part.filename.lower().endswith(_XML):
                    with archive.open(part) as opened:
                        if _DECLARATION.search(opened.read(4096).replace(b"\0", b"")):
                            raise FileDamaged(
                                _("文件内含不正常的声明，没有读取。请用 Office 或 WPS 重新保存后再上传。")
                            )
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, OSError, ValueError, RuntimeError, EOFError):
        raise FileDamaged(_("文件已损坏或不完整，请重新保存或重新下载后再上传。")) from None
    finally:
        stream.seek(0)


def decode_text(content: bytes) -> str:
    r"""Decode a text in UTF-8, UTF-16 with its mark, or GB18030; what is Chinese in UTF-8 and in GB18030 is UTF-8.

    Args:
        content: the whole text.

    Returns:
        The text with `\n` at line ends and without a byte order mark.

    Raises:
        TextUndecodable: it is in no such encoding, or in two of them; the line is named.

    Examples:
        >>> decode_text("科普\r\n".encode("gb18030"))
        '科普\n'
    """
    try:
        text = content.decode(text_encoding(io.BytesIO(content)))
    except UnicodeDecodeError:
        raise TextUndecodable(_("文字的编码不完整，请另存为 UTF-8 后再上传。")) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def text_encoding(stream: IO[bytes]) -> str:
    """Find the encoding of a text without holding more of it than a line.

    Args:
        stream: seekable; left at its beginning.

    Returns:
        A name that Python knows: utf-8-sig, utf-16 or gb18030.

    Raises:
        TextUndecodable: it is in no such encoding, or in two of them; the line is named.

    Examples:
        >>> text_encoding(io.BytesIO("科学素质".encode("gb18030")))
        'gb18030'
    """
    stream.seek(0)
    try:
        if stream.read(2) in _UTF16_MARKS:
            return "utf-16"
        stream.seek(0)
        return _encoding_of_lines(stream)
    finally:
        stream.seek(0)


def _encoding_of_lines(lines: Iterable[bytes]) -> str:
    first_bad = chinese = others = 0
    is_rare = False
    in_gb18030 = True
    for number, line in enumerate(lines, start=1):
        if line.isascii():
            continue
        in_gb18030 = in_gb18030 and _is_in(line, "gb18030")
        if not _is_in(line, "utf-8"):
            first_bad = first_bad or number
            others += 1
            continue
        text = line.decode("utf-8")
        chinese += sum(mark >= "\u2e80" for mark in text) > 1
        is_rare = is_rare or bool(_RARE_LETTERS.search(text))
    if not first_bad:
        # Some short Chinese words in GB18030 are, byte for byte, rare letters in UTF-8 (一一 is һһ).
        return "gb18030" if is_rare and not chinese and in_gb18030 else "utf-8-sig"
    if chinese * 10 > others:  # a line of GB18030 is UTF-8 only by rare chance
        raise TextUndecodable(
            _("第 %(line)s 行起文字的编码与其他行不同，读不出来。请用同一种编码（UTF-8）重新保存。")
            % {"line": first_bad},
            line=first_bad,
        )
    if not in_gb18030:
        raise TextUndecodable(
            _("第 %(line)s 行的文字读不出来，既不是 UTF-8 也不是 GB18030。请另存为 UTF-8 后再上传。")
            % {"line": first_bad},
            line=first_bad,
        )
    return "gb18030"


def _is_in(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
