"""Vectors of short texts from an endpoint that the operator names (OpenAI-compatible); off unless one is named."""

import json
import math
import socket
import struct
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

_MOST_BYTES = 32 * 1024 * 1024
_MOST_DIMENSIONS = 16_000
_PIECE = 64 * 1024
_OK = 200
_UNTAKEN = frozenset({400, 413, 422})  # answers to what was sent, not to who sent it


class EmbeddingsFailed(Exception):
    """No vectors came. The message names the reason in a few Chinese words, never what was sent."""


class TextsNotTaken(EmbeddingsFailed):
    """The endpoint is there and refuses these texts; fewer or others may do."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where vectors come from, and what the operator says about them."""

    url: str
    """The base, without `/embeddings`."""
    model: str
    key: str = field(default="", repr=False)
    provider: str = ""
    """Who runs it, as shown to readers."""
    limit_ms: int = 1500
    """How long somebody who searches waits at most."""
    near_percent: int = 60
    """From which cosine on two texts are near at all."""
    close_percent: int = 80
    """From which cosine on a text may stand among those that have the very words."""

    @property
    def shown_provider(self) -> str:
        """Who runs it; the host where nobody said."""
        return self.provider or urlsplit(self.url).hostname or self.url

    @property
    def is_open_to_listeners(self) -> bool:
        """Whether what is sent travels unencrypted, and further than this machine."""
        parts = urlsplit(self.url)
        return parts.scheme == "http" and parts.hostname not in {"127.0.0.1", "localhost", "::1"}


class _Call:
    """One request in a thread of its own, so that no slow name server and no dripping answer is waited for."""

    def __init__(self, endpoint: Endpoint, body: bytes, seconds: float) -> None:
        self._endpoint, self._body, self._seconds = endpoint, body, seconds
        self._connection: HTTPConnection | None = None
        self._status = 0
        self._answer = b""
        self._problem: Exception | None = None

    def run(self) -> tuple[int, bytes]:
        worker = threading.Thread(target=self._ask, name="kepu-embeddings", daemon=True)
        worker.start()
        worker.join(self._seconds)
        if worker.is_alive():
            self._hang_up()
            raise EmbeddingsFailed("超过时限没有应答")
        if isinstance(self._problem, TimeoutError):
            raise EmbeddingsFailed("超过时限没有应答") from self._problem
        if self._problem is not None:
            raise EmbeddingsFailed(f"没有应答（{type(self._problem).__name__}）") from self._problem
        return self._status, self._answer

    def _ask(self) -> None:
        parts = urlsplit(self._endpoint.url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        headers = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "kepu"}
        if self._endpoint.key:
            headers["Authorization"] = f"Bearer {self._endpoint.key}"
        try:
            self._connection = kind(parts.hostname or "", parts.port, timeout=self._seconds)
            # No redirect is followed: neither words nor key go where the operator did not send them.
            self._connection.request("POST", f"{parts.path.rstrip('/')}/embeddings", self._body, headers)
            answer = self._connection.getresponse()
            self._status = answer.status
            while len(self._answer) <= _MOST_BYTES and (piece := answer.read(_PIECE)):
                self._answer += piece
        except (OSError, HTTPException, ValueError) as problem:
            self._problem = problem
        finally:
            if self._connection is not None:
                self._connection.close()

    def _hang_up(self) -> None:
        sock: socket.socket | None = getattr(self._connection, "sock", None)
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


def vectors_of(texts: Sequence[str], endpoint: Endpoint, *, seconds: float | None = None) -> list[bytes]:
    """Ask for the vectors of texts, each brought to length one.

    Args:
        texts: what is sent, as it is; the caller answers for what stands in it.
        endpoint: where to.
        seconds: how long to wait at most; the endpoint's limit for somebody who searches if none is given.

    Returns:
        One vector for each text, in order, all of one dimension: float32, the lowest byte first.

    Raises:
        EmbeddingsFailed: nothing came in time, or something else than these vectors.
        TextsNotTaken: the endpoint refuses these texts.
    """
    body = json.dumps({"model": endpoint.model, "input": list(texts)}, ensure_ascii=False).encode()
    status, answer = _Call(endpoint, body, endpoint.limit_ms / 1000 if seconds is None else seconds).run()
    if status in _UNTAKEN:
        raise TextsNotTaken(f"应答 {status}")
    if status != _OK:
        raise EmbeddingsFailed(f"应答 {status}")
    if len(answer) > _MOST_BYTES:
        raise EmbeddingsFailed("应答太长")
    try:
        found = sorted(json.loads(answer)["data"], key=lambda one: int(one["index"]))
        places = [one["index"] for one in found]
        vectors = [_of_length_one(one["embedding"]) for one in found]
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError, struct.error) as problem:
        raise EmbeddingsFailed("应答不是约定的格式") from problem
    if places != list(range(len(texts))) or len({len(vector) for vector in vectors}) != 1:
        raise EmbeddingsFailed("应答的向量数或维数不对")
    return vectors


def _of_length_one(numbers: Any) -> bytes:
    if not isinstance(numbers, list) or not 1 <= len(numbers) <= _MOST_DIMENSIONS:
        raise ValueError(numbers)
    values = [float(number) for number in numbers]
    length = math.sqrt(sum(value * value for value in values))
    if not math.isfinite(length) or length == 0:
        raise ValueError(length)
    return struct.pack(f"<{len(values)}f", *(value / length for value in values))


class Breaker:
    """Leaves an endpoint alone for a while after it failed, so that not everybody who searches waits for it.

    Examples:
        >>> now = [0.0]
        >>> breaker = Breaker(pause=60, clock=lambda: now[0])
        >>> breaker.failed(); breaker.may_try()
        False
        >>> now[0] = 61; breaker.may_try(), breaker.may_try()  # one tries, the others do not wait with it
        (True, False)
        >>> breaker.answered(); breaker.may_try(), breaker.may_try()
        (True, True)
    """

    def __init__(self, *, pause: float = 60.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._pause, self._clock = pause, clock
        self._lock = threading.Lock()
        self._until: float | None = None

    def may_try(self) -> bool:
        """Whether to ask now; of those who ask after a pause, only the first."""
        with self._lock:
            if self._until is None:
                return True
            if self._clock() < self._until:
                return False
            self._until = self._clock() + self._pause
            return True

    def failed(self) -> None:
        """It did not answer."""
        with self._lock:
            self._until = self._clock() + self._pause

    def answered(self) -> None:
        """It did."""
        with self._lock:
            self._until = None
