"""Doors to the outside: mail, short messages, the virus scanner; each with a stand-in that needs nothing."""

import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Protocol

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import TextChoices
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.foundation.errors import DomainError

_PIECE = 256 * 1024


class GatewayFailed(DomainError):
    """The other side did not take the message; it may be tried again."""

    code = "gateway_failed"
    status = 502


class ScanState(TextChoices):
    """What is known of a file's harmlessness."""

    NO_SCANNER = "no_scanner", gettext_lazy("未设扫描器")
    CLEAN = "clean", gettext_lazy("已扫描，未见异常")
    INFECTED = "infected", gettext_lazy("含有病毒")


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one address."""

    to: str
    subject: str
    body: str
    key: str  # the same key is never delivered twice by a gateway that honours keys


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a gateway said of a message that it took."""

    gateway: str
    reference: str


class MessageGateway(Protocol):
    """Carries messages by mail or as short messages."""

    name: str

    def send(self, message: Message) -> Receipt:
        """Hand over one message.

        Raises:
            GatewayFailed: it was not taken; it may be tried again with the same key.
        """
        ...


class Scanner(Protocol):
    """Looks for harm in a file."""

    def scan(self, stream: IO[bytes]) -> ScanState:
        """Read the stream to its end and say what was found."""
        ...


class SandboxGateway:
    """Delivers nothing; keeps what it was given, so that tests and the demonstration can show it.

    It honours keys, and fails on purpose for the addresses in `unreachable`.

    Examples:
        >>> gateway = SandboxGateway("sms")
        >>> receipt = gateway.send(Message("13900000000", "", "您有一项待办", key="n-1"))
        >>> receipt == gateway.send(Message("13900000000", "", "您有一项待办", key="n-1")), len(gateway.sent)
        (True, 1)
    """

    def __init__(self, name: str, *, most: int = 1000) -> None:
        self.name = name
        self.unreachable: set[str] = set()
        self._most = most
        self._sent: dict[str, Message] = {}
        self._lock = threading.Lock()

    @property
    def sent(self) -> Sequence[Message]:
        """The messages it was given, oldest first; the newest thousand."""
        return tuple(self._sent.values())

    def send(self, message: Message) -> Receipt:
        """Keep the message."""
        if message.to in self.unreachable:
            raise GatewayFailed(_("示例网关：这个地址送不到。"), to=message.to)
        with self._lock:
            self._sent.setdefault(message.key, message)
            while len(self._sent) > self._most:
                self._sent.pop(next(iter(self._sent)))
        return Receipt(gateway=f"sandbox-{self.name}", reference=message.key)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._sent.clear()
            self.unreachable.clear()


class MailGateway:
    """Sends mail through Django's mail settings."""

    name = "mail"

    def send(self, message: Message) -> Receipt:
        """Send one plain mail; the key becomes its Message-ID, so that a repetition can be recognised."""
        domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
        reference = f"<{message.key}@{domain}>"
        mail = EmailMessage(message.subject, message.body, to=[message.to], headers={"Message-ID": reference})
        mail.connection = get_connection(fail_silently=False)
        try:
            mail.send()
        except OSError as problem:  # smtplib's errors are of this class
            raise GatewayFailed(_("邮件没有送出，稍后会再试。"), reason=type(problem).__name__) from problem
        return Receipt(gateway="mail", reference=reference)


class NoScanner:
    """Says that there is no scanner."""

    def scan(self, stream: IO[bytes]) -> ScanState:  # noqa: ARG002 it looks at nothing
        """Nothing is known."""
        return ScanState.NO_SCANNER


class ClamdScanner:
    """Asks a ClamAV daemon over its socket; a file that nobody could look at is not kept.

    Args:
        address: `host:port`, or the path of a socket; `KEPU_CLAMD` where none is given.

    Source:
        clamd(8), INSTREAM: pieces of a stream, each after its length as four bytes in network order, ended by a length of 0.
    """

    def __init__(self, address: str = "", *, seconds: float = 30.0) -> None:
        self._address = address or settings.KEPU_CLAMD
        self._seconds = seconds

    def scan(self, stream: IO[bytes]) -> ScanState:
        """Send the stream and read the verdict.

        Raises:
            GatewayFailed: the daemon is not there, does not answer in time, or says something else than a verdict.
        """
        stream.seek(0)
        try:
            with self._connected() as daemon:
                with suppress(
                    BrokenPipeError, ConnectionResetError
                ):  # it may hang up on a long stream, after an answer
                    self._send(daemon, stream)
                answer = self._answer(daemon)
        except OSError as problem:
            raise _not_scanned(type(problem).__name__) from problem
        if answer.endswith("OK"):
            return ScanState.CLEAN
        if answer.endswith("FOUND"):
            return ScanState.INFECTED
        raise _not_scanned(answer[:80])

    @staticmethod
    def _send(daemon: socket.socket, stream: IO[bytes]) -> None:
        daemon.sendall(b"zINSTREAM\0")
        while piece := stream.read(_PIECE):
            daemon.sendall(len(piece).to_bytes(4) + piece)
        daemon.sendall(bytes(4))

    def _connected(self) -> socket.socket:
        host, colon, port = self._address.rpartition(":")
        if colon and port.isdecimal():
            return socket.create_connection((host, int(port)), timeout=self._seconds)
        daemon = socket.socket(socket.AF_UNIX)
        daemon.settimeout(self._seconds)
        try:
            daemon.connect(self._address)
        except OSError:
            daemon.close()
            raise
        return daemon

    @staticmethod
    def _answer(daemon: socket.socket) -> str:
        answer = b""
        while not answer.endswith(b"\0") and (piece := daemon.recv(4096)):
            answer += piece
        return answer.rstrip(b"\0").decode(errors="replace").strip()


def _not_scanned(reason: str) -> GatewayFailed:
    said = _("病毒扫描器没有给出结果，文件没有保存。请稍后再传；一直这样请联系系统管理员。")
    if "size limit exceeded" in reason:
        said = _(
            "文件超过病毒扫描器能看的大小，没有保存。请压小再传，或请系统管理员调大扫描器的上限（StreamMaxLength）。"
        )
    return GatewayFailed(said, reason=reason)


_SANDBOXES = {"mail": SandboxGateway("mail"), "sms": SandboxGateway("sms")}


def sandbox(kind: str) -> SandboxGateway:
    """Return the stand-in for `mail` or `sms` of this process."""
    return _SANDBOXES[kind]


def message_gateway(kind: str) -> MessageGateway:
    """Return the gateway for `mail` or `sms`: the class that `KEPU_GATEWAYS` names, else the stand-in.

    Args:
        kind: `"mail"` or `"sms"`.
    """
    path = getattr(settings, "KEPU_GATEWAYS", {}).get(kind)
    if not path:
        return sandbox(kind)
    gateway: MessageGateway = import_string(path)()
    return gateway


def scanner() -> Scanner:
    """Return the scanner: the class that `KEPU_GATEWAYS` names, else one that says there is none."""
    path = getattr(settings, "KEPU_GATEWAYS", {}).get("scanner")
    found: Scanner = import_string(path)() if path else NoScanner()
    return found
