"""An endpoint for vectors that runs here and knows nothing: for measurements and tests."""

import json
import math
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from zlib import crc32


def toy_vector(text: str, *, dimension: int, alike: Mapping[str, str]) -> list[float]:
    """The characters of a text, each in a place of its own; words of `alike` count as what they stand for."""
    for word, other in alike.items():
        text = text.replace(word, other)
    values = [0.0] * dimension
    for sign in text:
        if not sign.isspace():
            values[crc32(sign.encode()) % dimension] += 1.0
    length = math.sqrt(sum(value * value for value in values)) or 1.0
    return [value / length for value in values]


@dataclass
class ToyEndpoint:
    """What was asked of the endpoint, and how it answers."""

    dimension: int = 256
    alike: Mapping[str, str] = field(default_factory=dict)
    answer: Callable[[dict[str, Any]], tuple[int, bytes]] | None = None
    """Instead of vectors: status and body."""
    url: str = ""
    received: list[str] = field(default_factory=list)
    """All that arrived, request by request: the line, the headers and the body."""

    @property
    def asked(self) -> list[list[str]]:
        """The texts of each request."""
        return [json.loads(one.partition("\n\n")[2])["input"] for one in self.received]

    def reply(self, body: dict[str, Any]) -> tuple[int, bytes]:
        """Vectors as the protocol has them, or whatever `answer` says."""
        if self.answer is not None:
            return self.answer(body)
        data = [
            {
                "object": "embedding",
                "index": place,
                "embedding": toy_vector(text, dimension=self.dimension, alike=self.alike),
            }
            for place, text in enumerate(body["input"])
        ]
        return 200, json.dumps({"object": "list", "model": body["model"], "data": data}).encode()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, *arguments: Any, toy: ToyEndpoint) -> None:
        self._toy = toy
        super().__init__(*arguments)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._toy.received.append(f"{self.requestline}\n{str(self.headers).strip()}\n\n{body}")
        status, answer = self._toy.reply(json.loads(body))
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""


@contextmanager
def toy_endpoint(**options: Any) -> Iterator[ToyEndpoint]:
    """Run the endpoint on a free port of this machine while the block lasts."""
    toy = ToyEndpoint(**options)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, toy=toy)) as server:
        server.daemon_threads = True
        toy.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield toy
        finally:
            server.shutdown()
