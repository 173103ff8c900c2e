"""A language model's server on this machine, in a thread: says what a test tells it to, and fails as it is told to."""

import json
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

from warmline.agent.models.base import ModelAnswer, Usage
from warmline.testing import calls, says
from warmline.testing.http import completion

Asked = dict[str, Any]
Said = ModelAnswer | int | Literal["drop"]
"""An answer, the status of a refusal, or a connection that breaks off."""


@dataclass
class ModelHere:
    """The server: ``asked`` are the bodies it was sent, ``at`` when, ``keys`` the keys they came with."""

    answer: Callable[[Asked], Said]
    asked: list[Asked] = field(default_factory=list[Asked])
    at: list[float] = field(default_factory=list[float])
    keys: list[str] = field(default_factory=list[str])
    port: int = 0

    @property
    def url(self) -> str:
        """Its base URL."""
        return f"http://127.0.0.1:{self.port}/v1"


def shop_model(asked: Asked) -> ModelAnswer:
    """Looks the order up, and tells that it is on its way."""
    if any(message["role"] == "tool" for message in asked["messages"]):
        return spending(says("It is on its way."))
    return spending(calls("get_order", order_number="W-10432"))


def spending(answer: ModelAnswer) -> ModelAnswer:
    """The answer, for a thousand tokens in and a hundred out."""
    return ModelAnswer(text=answer.text, calls=answer.calls, finish=answer.finish, usage=Usage(input=1000, output=100, calls=1))


@contextmanager
def model_here(answer: Callable[[Asked], Said] = shop_model) -> Generator[ModelHere]:
    """A server that answers by this function while the block runs; a question with a shape (the guard's) is answered "no person"."""
    here = ModelHere(answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(here))
    server.daemon_threads = True
    here.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(here: ModelHere) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            here.asked.append(body)
            here.at.append(time.monotonic())
            here.keys.append(self.headers.get("Authorization", ""))
            said = here.answer(body)
            if said == "drop":
                self.close_connection = True
                return
            status, sent = (said, {"error": {"message": "not now"}}) if isinstance(said, int) else (200, completion(said))
            raw = json.dumps(sent).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            if status == 429:
                self.send_header("Retry-After", "0")
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (as the standard library names it)
            """Say nothing."""

    return Handler
