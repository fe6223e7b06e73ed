"""Give a file to those who may have it."""

import uuid

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from kepu.foundation.content import FileKind
from kepu.foundation.files.choices import Visibility
from kepu.foundation.files.queries import files_visible_to, lost

_TYPES = {
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.PDF: "application/pdf",
    FileKind.PNG: "image/png",
    FileKind.JPEG: "image/jpeg",
    FileKind.TEXT: "text/plain; charset=utf-8",
}
_SHOWN = {FileKind.PDF, FileKind.PNG, FileKind.JPEG}


@require_safe
def download(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    actor = request.user if request.user.is_authenticated else None
    file = get_object_or_404(files_visible_to(actor), pk=pk)
    try:
        stream = file.content.open("rb")
    except FileNotFoundError:
        raise lost(file) from None
    kind = FileKind(file.kind)
    response = FileResponse(
        stream,
        as_attachment=kind not in _SHOWN,
        filename=file.name,
        content_type=_TYPES.get(kind, "application/octet-stream"),
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "public, max-age=300" if file.visibility == Visibility.PUBLIC else "private, no-store"
    return response
