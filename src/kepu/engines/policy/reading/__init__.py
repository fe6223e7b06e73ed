"""From bytes to one text with positions: what kind of file it is decides who reads it, never its name."""

import re

from kepu.engines.policy import errors
from kepu.engines.policy.reading.encoding import decode_text
from kepu.engines.policy.reading.pdf import read_pdf
from kepu.engines.policy.reading.source import Grid, Source, SourceBuilder
from kepu.engines.policy.reading.web import read_web
from kepu.engines.policy.reading.word import read_word

MOST_BYTES = 50 * 1024 * 1024
MOST_CHARACTERS = 2_000_000

_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"\0\0\1\0", b"8BPS")
_BINARIES = (b"\x7fELF", b"MZ", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"ID3", b"OggS", b"SQLite format", b"%!PS", b"\xca\xfe\xba\xbe",
             b"BZh", b"\xfd7zXZ")  # fmt: skip
_HTML = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|\?xml[^>]*>\s*<(?:!doctype\s+html|html))", re.IGNORECASE | re.DOTALL)  # fmt: skip
_TAGS = re.compile(rb"<(?:p|div|br|td|span|h[1-6])\b", re.IGNORECASE)
_MANY_TAGS = 5

__all__ = ["MOST_BYTES", "Grid", "Source", "SourceBuilder", "read_source"]


def read_source(data: bytes, *, name: str) -> Source:
    """Read a file into one text.

    Args:
        data: the whole file.
        name: its name; only an ending .html or .htm counts, for pages that do not say what they are.

    Raises:
        PolicyUnreadable: the file is empty, too large, no document, damaged, locked or dangerous.
    """
    if not data.strip():
        raise errors.EmptyFile
    if len(data) > MOST_BYTES:
        raise errors.TooLarge
    source = _read(data, name.lower())
    if len(source.text) > MOST_CHARACTERS:
        raise errors.TooLarge
    if not source.text.strip():
        raise errors.EmptyFile
    return source


def _read(data: bytes, name: str) -> Source:
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return read_pdf(data)
    if data.startswith(b"PK\x03\x04"):
        return read_word(data)
    if data.startswith(b"PK"):
        raise errors.WrongOfficeFile
    if data.startswith((b"\xd0\xcf\x11\xe0", b"{\\rtf")):
        raise errors.OldWordFile
    if data.startswith(_PICTURES) or data[4:12] in (b"ftypheic", b"ftypavif", b"ftypmif1") or data[8:12] == b"WEBP":
        raise errors.PictureFile
    if data.startswith(_BINARIES) or data[4:8] == b"ftyp":
        raise errors.BinaryFile
    if _HTML.match(data[:4096]) or (
        name.endswith((".html", ".htm")) and len(_TAGS.findall(data[:20000])) >= _MANY_TAGS
    ):
        return read_web(data)
    return Source(decode_text(data))
