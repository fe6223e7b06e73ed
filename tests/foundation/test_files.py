"""Files: taken by their content, kept only with their transaction, given to those who may have them."""

import errno
import gc
import io
import uuid
import zipfile
from datetime import timedelta
from pathlib import Path

import docx
import openpyxl
import pypdf
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.db import IntegrityError, transaction
from hypothesis import example, given
from hypothesis import strategies as st

from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.content import (
    ArchiveTooLarge,
    FileDamaged,
    FileKind,
    TextUndecodable,
    decode_text,
    detect_kind,
)
from kepu.foundation.errors import DomainError, NotAllowed
from kepu.foundation.files import services
from kepu.foundation.files.choices import Visibility
from kepu.foundation.files.errors import (
    FileEmpty,
    FileInfected,
    FileKindRefused,
    FileLost,
    FileTooLarge,
    StorageFull,
)
from kepu.foundation.files.models import StoredFile
from kepu.foundation.files.queries import files_visible_to, opened
from kepu.foundation.gateways import ScanState
from tests.factories import OrganisationFactory, PersonFactory
from tests.foundation.actors import someone

ME = someone("liaison")
ALL = set(FileKind)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20) + b"IEND\xaeB`\x82"
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)


@pytest.fixture(autouse=True)
def _own_storage(tmp_path, settings):
    """A storage of this test alone."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files", "base_url": None},
        },
    }
    settings.KEPU_TEST_STORAGE = tmp_path / "files"


def contents(settings):
    folder = settings.KEPU_TEST_STORAGE
    return [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


def made(save):
    stream = io.BytesIO()
    save(stream)
    return stream.getvalue()


def zipped(parts, compression=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def pdf(password=None):
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    if password is not None:
        writer.encrypt(password, "owner", algorithm="RC4-128")
    return made(writer.write)


WORD = made(docx.Document().save)
BOOK = made(openpyxl.Workbook().save)
SAMPLES = [
    (WORD, FileKind.DOCX),
    (BOOK, FileKind.XLSX),
    (pdf(), FileKind.PDF),
    (pdf(password=""), FileKind.PDF),
    (pdf(password="secret"), FileKind.ENCRYPTED),
    (pdf()[:120], FileKind.DAMAGED),
    (PNG, FileKind.PNG),
    (PNG[:20], FileKind.DAMAGED),
    (b"\xff\xd8\xff\xe0" + bytes(50) + b"\xff\xd9", FileKind.JPEG),
    ("全民科学素质".encode(), FileKind.TEXT),
    ("全民科学素质".encode("gb18030"), FileKind.TEXT),
    ("全民科学素质".encode("utf-16"), FileKind.TEXT),
    (b"a,b\r\n1,2\r\n", FileKind.TEXT),
    (OLE + "WordDocument".encode("utf-16-le"), FileKind.DOC),
    (OLE + "Workbook".encode("utf-16-le"), FileKind.XLS),
    (OLE + "EncryptedPackage".encode("utf-16-le"), FileKind.ENCRYPTED),
    (OLE, FileKind.OTHER),
    (WORD[: len(WORD) // 2], FileKind.DAMAGED),
    (zipped({"a.txt": "x"}), FileKind.ZIP),
    (zipped({"word/document.xml": "<x/>", "word/vbaProject.bin": "x"}), FileKind.MACRO),
    (b"\x7fELF" + bytes(100), FileKind.OTHER),
    (b"\x1f\x8b\x08\x00" + bytes(30), FileKind.OTHER),
    (b"{\\rtf1 hello}", FileKind.OTHER),
    (b"", FileKind.EMPTY),
]


@pytest.mark.parametrize(("content", "kind"), SAMPLES)
def test_the_content_tells_the_kind(content, kind):
    assert detect_kind(io.BytesIO(content)) == kind


@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"%PDF-1.7\n", OLE[:8], b"\x89PNG\r\n\x1a\n"]))
def test_any_garbage_has_a_kind(garbage, head):
    assert detect_kind(io.BytesIO(head + garbage)) in FileKind


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=4, max_size=60))
@example("惘丂榀丗")
def test_chinese_is_read_in_every_usual_encoding(text):
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert decode_text(text.encode(encoding)) == text
    content = text.encode("gb18030")
    try:
        twin = content.decode("utf-8")
    except UnicodeDecodeError:
        twin = ""
    # A few rare characters in a row are, byte for byte, Chinese in UTF-8 as well: then UTF-8 it is.
    is_chinese_too = sum(mark >= "\u2e80" for mark in twin) > 1
    assert decode_text(content) == (twin if is_chinese_too else text)


def test_a_text_in_two_encodings_is_refused_with_its_line():
    mixed = "第一行科学\n第二行素质\n".encode() + "第三行纲要的要求\n".encode("gb18030")
    with pytest.raises(TextUndecodable, match="第 3 行"):
        decode_text(mixed)
    with pytest.raises(TextUndecodable, match="第 2 行"):
        decode_text(b"abc\n\x81\x20\xff\xff")
    with pytest.raises(TextUndecodable):
        decode_text(b"\xff\xfea")


@pytest.mark.django_db
def test_a_file_is_kept_with_its_fingerprint_and_an_audit_entry():
    upload = SimpleUploadedFile("青岛 规划.docx", WORD)
    file = services.store_upload(upload, actor=ME, accept={FileKind.DOCX})
    assert (file.name, file.kind, file.size, file.uploaded_by) == ("青岛 规划.docx", "docx", len(WORD), 7)
    assert file.scan_state == ScanState.NO_SCANNER
    assert file.get_scan_state_display() == "未设扫描器"
    with opened(file) as stream:
        assert stream.read() == WORD
    entry = AuditEntry.objects.get(action="files.file.stored")
    assert entry.data["sha256"] == file.sha256


@pytest.mark.django_db
def test_a_large_upload_that_django_put_aside_is_taken():
    upload = TemporaryUploadedFile("a.txt", "text/plain", 6, None)
    upload.write(b"science")
    upload.seek(0)
    file = services.store_upload(upload, actor=ME, accept={FileKind.TEXT})
    with opened(file) as stream:
        assert stream.read() == b"science"
    upload.close()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "error", "words"),
    [
        ("空.docx", b"", FileEmpty, "“空.docx”是空文件"),
        ("图.docx", PNG, FileKindRefused, "“图.docx”是PNG 图片，这里只收Word 文档（.docx）、PDF 文件"),
        ("旧.doc", OLE + "WordDocument".encode("utf-16-le"), FileKindRefused, "另存为 .docx"),
        ("密.pdf", pdf(password="secret"), FileKindRefused, "去掉密码"),
        ("宏.docm", zipped({"word/document.xml": "", "word/vbaProject.bin": ""}), FileKindRefused, "不带宏"),
        ("坏.docx", WORD[:900], FileKindRefused, "重新保存"),
        ("大.docx", WORD + bytes(2_000_000), FileTooLarge, "超过 1 MB"),
        (
            "弹.docx",
            zipped({"word/document.xml": b"0" * 60_000_000}),
            ArchiveTooLarge,
            "解开后有 57 MB",
        ),
        (
            "实体.docx",
            zipped({"word/document.xml": '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}),
            FileDamaged,
            "不正常的声明",
        ),
    ],
)
def test_what_is_refused_is_said_in_words_and_nothing_is_kept(name, content, error, words, settings):
    with pytest.raises(error, match=words):
        services.store_bytes(content, name, actor=ME, accept={FileKind.DOCX, FileKind.PDF}, max_bytes=1024 * 1024)
    assert not StoredFile.objects.exists()
    assert not contents(settings)


@pytest.mark.django_db
def test_reading_stops_at_the_limit():
    class Endless(ContentFile):
        taken = 0

        def read(self, size=-1):
            self.taken += size
            return b"x" * size

        size = None

    upload = Endless(b"", name="x.txt")
    with pytest.raises(FileTooLarge):
        services.store_upload(upload, actor=ME, accept=ALL, max_bytes=1_000_000)
    assert upload.taken < 1_500_000


@pytest.mark.django_db(transaction=True)
def test_an_undone_transaction_leaves_no_content(settings):
    with transaction.atomic():
        services.store_bytes(b"science", "a.txt", actor=ME, accept=ALL)
        assert len(contents(settings)) == 1
        transaction.set_rollback(True)
    gc.collect()
    assert not contents(settings)
    with transaction.atomic():
        kept = services.store_bytes(b"science", "a.txt", actor=ME, accept=ALL)
        with transaction.atomic():
            services.store_bytes(b"other", "b.txt", actor=ME, accept=ALL)
            transaction.set_rollback(True)
    gc.collect()
    assert [path.name for path in contents(settings)] == [kept.pk.hex]


@pytest.mark.django_db
def test_a_full_disk_is_said_in_words(monkeypatch):
    def full(*_args, **_values):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", full)
    with pytest.raises(StorageFull, match="存储空间已满"):
        services.store_bytes(b"science", "a.txt", actor=ME, accept=ALL)


class Finder:
    def scan(self, stream):
        return ScanState.INFECTED if b"EICAR" in stream.read() else ScanState.CLEAN


@pytest.mark.django_db
def test_the_scanner_is_asked(settings):
    settings.KEPU_GATEWAYS = {"scanner": "tests.foundation.test_files.Finder"}
    assert services.store_bytes(b"fine", "a.txt", actor=ME, accept=ALL).scan_state == ScanState.CLEAN
    with pytest.raises(FileInfected, match="发现病毒"):
        services.store_bytes(b"EICAR", "a.txt", actor=ME, accept=ALL)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("C:\\文件\\计划.docx", "计划.docx"),
        ("../../etc/passwd", "passwd"),
        ("a\u202excod.exe", "axcod.exe"),
        ("a\x00b\n.txt", "ab.txt"),
        ("", "未命名"),
        ("长" * 300 + ".docx", "长" * 115 + ".docx"),
    ],
)
def test_names_from_outside_become_harmless(given_name, kept):
    assert services.clean_name(given_name) == kept


@given(st.text(max_size=300))
def test_every_name_becomes_short_and_not_empty(name):
    cleaned = services.clean_name(name)
    assert 0 < len(cleaned) <= 120
    assert "/" not in cleaned
    assert services.clean_name(cleaned) == cleaned


@pytest.mark.django_db
def test_a_name_ends_as_the_content_is():
    assert services.store_bytes(WORD, "计划", actor=ME, accept=ALL).name == "计划.docx"
    assert services.store_bytes(b"a,b", "表.csv", actor=ME, accept=ALL).name == "表.csv"


# --- who may fetch ----------------------------------------------------------------------------------------------

SEEN = {
    Visibility.PUBLIC: {"visitor", "other", "owner", "office", "auditor"},
    Visibility.STAFF: {"other", "owner", "office", "auditor"},
    Visibility.PRIVATE: {"owner", "office", "auditor"},
}


@pytest.mark.django_db
@pytest.mark.parametrize("visibility", Visibility)
def test_who_may_fetch_a_file(client, visibility):
    owner = PersonFactory(role="liaison", organisation=OrganisationFactory())
    people = {
        "visitor": None,
        "owner": owner,
        "other": PersonFactory(role="liaison", organisation=OrganisationFactory()),
        "office": PersonFactory(role="leading_office"),
        "auditor": PersonFactory(role="auditor"),
    }
    file = services.store_bytes(WORD, "计划.docx", actor=owner, accept=ALL, visibility=visibility)
    for name, person in people.items():
        client.logout()
        if person:
            client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        response = client.get(file.get_absolute_url())
        assert (response.status_code == 200) == (name in SEEN[visibility]), name
        assert files_visible_to(person).filter(pk=file.pk).exists() == (name in SEEN[visibility])
        if response.status_code == 200:
            assert b"".join(response.streaming_content) == WORD
        else:
            assert response.status_code == 404


@pytest.mark.django_db
def test_a_file_comes_with_headers_that_keep_it_from_running(client):
    file = services.store_bytes(
        b"<script>alert(1)</script>", "页.html", actor=ME, accept=ALL, visibility=Visibility.PUBLIC
    )
    response = client.get(file.get_absolute_url())
    list(response.streaming_content)
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert "sandbox" in response["Content-Security-Policy"]
    picture = services.store_bytes(PNG, "图.png", actor=ME, accept=ALL, visibility=Visibility.PUBLIC)
    response = client.get(picture.get_absolute_url())
    list(response.streaming_content)
    assert response["Content-Disposition"].startswith("inline")


@pytest.mark.django_db
def test_an_unknown_file_is_not_found_and_a_lost_one_is_said_in_words(client, settings):
    assert client.get(f"/files/{uuid.uuid4()}/").status_code == 404
    file = services.store_bytes(PNG, "图.png", actor=ME, accept=ALL, visibility=Visibility.PUBLIC)
    contents(settings)[0].unlink()
    with pytest.raises(FileLost, match="备份"), opened(file):
        pass
    assert client.get(file.get_absolute_url()).status_code == 410


@pytest.mark.django_db(transaction=True)
def test_only_the_owner_and_the_office_change_or_remove_a_file(settings):
    file = services.store_bytes(PNG, "图.png", actor=ME, accept=ALL)
    stranger = someone("liaison", pk=8)
    with pytest.raises(NotAllowed):
        services.change_visibility(file, Visibility.PUBLIC, actor=stranger)
    with pytest.raises(NotAllowed):
        services.remove_file(file, actor=stranger)
    services.change_visibility(file, Visibility.PUBLIC, actor=someone("leading_office", pk=9))
    assert StoredFile.objects.get().visibility == Visibility.PUBLIC
    services.remove_file(file, actor=ME)
    assert not StoredFile.objects.exists()
    assert not contents(settings)
    assert set(AuditEntry.objects.filter(action__startswith="files.").values_list("action", flat=True)) == {
        "files.file.stored", "files.file.shown_to", "files.file.removed",
    }  # fmt: skip


@pytest.mark.django_db
def test_the_sweep_of_a_site_where_nobody_stored_anything_finds_nothing(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "never made")
    assert services.sweep_storage() == 0


@pytest.mark.django_db
def test_the_sweep_removes_only_old_contents_that_no_record_knows(settings):
    kept = services.store_bytes(PNG, "图.png", actor=ME, accept=ALL)
    left = default_storage.save("ab/" + "ab" * 16, ContentFile(b"left by a killed process"))
    assert services.sweep_storage() == 0
    assert services.sweep_storage(older_than=timedelta(seconds=-1)) == 1
    assert not default_storage.exists(left)
    assert default_storage.exists(kept.content.name)


@pytest.mark.django_db
def test_constraints_hold():
    values = {"name": "x", "kind": "txt", "size": 1, "sha256": "0" * 64, "content": "aa/x"}
    for wrong in ({"size": 0}, {"sha256": "x" * 64}, {"kind": "exe"}, {"visibility": "all"}, {"scan_state": "maybe"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            StoredFile.objects.create(**{**values, **wrong})


def test_nothing_of_the_inside_is_in_a_refusal(tmp_path):
    with pytest.raises(DomainError) as refused:
        services._check_kind(FileKind.OTHER, "x", {FileKind.PDF})
    assert str(tmp_path) not in str(refused.value)
    assert str(Path.cwd()) not in str(refused.value)
