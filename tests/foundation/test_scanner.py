"""Files are shown to a ClamAV daemon over its own protocol; here a small one that knows one pattern."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import ClassVar

import pytest

from kepu.foundation.content import FileKind
from kepu.foundation.files import services
from kepu.foundation.files.errors import FileInfected
from kepu.foundation.files.models import StoredFile
from kepu.foundation.gateways import ClamdScanner, GatewayFailed, ScanState, scanner

PATTERN = b"X5O!P%@AP"  # the beginning of the EICAR test file
TEXT = frozenset({FileKind.TEXT})


class Daemon(socketserver.StreamRequestHandler):
    """Reads an INSTREAM command as clamd does."""

    limit: ClassVar[int] = 10_000_000

    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1)
        assert command == b"zINSTREAM\0"
        content = b""
        while (length := int.from_bytes(self.rfile.read(4))) and len(content) <= self.limit:
            content += self.rfile.read(length)
        if len(content) > self.limit:  # hangs up without reading the rest
            self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
        elif PATTERN in content:
            self.wfile.write(b"stream: Eicar-Signature FOUND\0")
        else:
            self.wfile.write(b"stream: OK\0")


@pytest.fixture
def address() -> Iterator[str]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Daemon) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_harmless_stream_is_clean_however_long(address: str) -> None:
    assert ClamdScanner(address).scan(BytesIO(b"")) == ScanState.CLEAN
    assert ClamdScanner(address).scan(BytesIO(b"science" * 200_000)) == ScanState.CLEAN


def test_a_pattern_is_found_wherever_the_pieces_are_cut(address: str) -> None:
    content = bytes(256 * 1024 - 3) + PATTERN
    assert ClamdScanner(address).scan(BytesIO(content)) == ScanState.INFECTED


def test_a_daemon_behind_a_socket_file_is_asked_as_well(tmp_path: Path) -> None:
    path = str(tmp_path / "clamd.ctl")
    with socketserver.ThreadingUnixStreamServer(path, Daemon) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        assert ClamdScanner(path).scan(BytesIO(PATTERN)) == ScanState.INFECTED
        server.shutdown()


def test_what_the_daemon_refuses_to_read_is_no_verdict(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Daemon, "limit", 5)
    with pytest.raises(GatewayFailed, match="超过病毒扫描器能看的大小") as refused:
        ClamdScanner(address).scan(BytesIO(b"too long"))
    assert "size limit" in refused.value.data["reason"]


def test_a_daemon_that_hangs_up_on_a_long_stream_is_heard(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Daemon, "limit", 300_000)
    with pytest.raises(GatewayFailed, match="没有保存"):
        ClamdScanner(address).scan(BytesIO(bytes(20_000_000)))


def test_a_daemon_that_is_not_there_is_told_in_words(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"127.0.0.1:{free.getsockname()[1]}"
    for address in (nobody, str(tmp_path / "nothing.ctl")):
        with pytest.raises(GatewayFailed, match="没有保存"):
            ClamdScanner(address).scan(BytesIO(b"x"))


def test_a_daemon_that_says_nothing_is_not_waited_for_for_ever() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(GatewayFailed):
            ClamdScanner(f"127.0.0.1:{silent.getsockname()[1]}", seconds=0.2).scan(BytesIO(b"x"))


@pytest.mark.django_db
def test_an_upload_is_kept_or_refused_by_the_daemon_that_the_site_names(address: str, settings) -> None:
    settings.KEPU_CLAMD = address
    settings.KEPU_GATEWAYS = {"scanner": "kepu.foundation.gateways.ClamdScanner"}
    assert isinstance(scanner(), ClamdScanner)
    kept = services.store_bytes("科普".encode(), "a.txt", actor=None, accept=TEXT)
    assert kept.scan_state == ScanState.CLEAN
    with pytest.raises(FileInfected):
        services.store_bytes(PATTERN, "b.txt", actor=None, accept=TEXT)
    settings.KEPU_CLAMD = "127.0.0.1:1"
    with pytest.raises(GatewayFailed):
        services.store_bytes(b"c", "c.txt", actor=None, accept=TEXT)
    assert StoredFile.objects.count() == 1
