"""Read the text layer of a .pdf."""

import io
import logging
import re

import pypdf
from pypdf.errors import DependencyError, PyPdfError

from kepu.engines.policy import errors
from kepu.engines.policy.reading.source import Source

_MOST_PAGES = 600
_LEAST_HANZI = 20
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]+")  # glyphs of bullets and rules that have no character

logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def read_pdf(data: bytes) -> Source:
    """Read a PDF's text layer, page after page.

    Raises:
        BrokenPdf, EncryptedPdf, PdfWithoutText, TooLarge: see each.
    """
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise errors.EncryptedPdf
        if len(reader.pages) > _MOST_PAGES:
            raise errors.TooLarge
        text = "\n".join(page.extract_text() for page in reader.pages)
    except errors.PolicyUnreadable:
        raise
    except (DependencyError, NotImplementedError) as error:
        raise errors.EncryptedPdf from error
    # a damaged file breaks pypdf in many places, each with an error of Python's own
    except (PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError, RecursionError,
            AssertionError, OSError, MemoryError) as error:  # fmt: skip
        raise errors.BrokenPdf from error
    text = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode("utf-8")
    text = _CONTROLS.sub("", text)
    if sum("\u2e80" <= c <= "\u9fff" for c in text) < _LEAST_HANZI:
        raise errors.PdfWithoutText
    return Source(text)
