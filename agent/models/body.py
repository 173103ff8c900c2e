"""Request bodies, joined from pieces that were encoded once, behind a head that is the same bytes in every request.

Which settings a server takes differs: OpenAI's newer models refuse ``max_tokens`` and any ``temperature``, some compatible servers
refuse ``stream_options``. Settings go last, and one that the server refuses by name is left out from then on. ``max_tokens`` is
tried first because every server either honours it or refuses it by name, while some ignore ``max_completion_tokens`` in silence.
"""

import json
import logging
import re
from typing import Any

from .base import AnswerShape, ModelRequest, Prompt

HEADS_KEPT = 8
"""Prompts whose encoded head is kept: a deployment has one or two."""

_SETTINGS = re.compile(r"\b(max_tokens|max_completion_tokens|temperature|stream_options|response_format)\b")
_UNSUPPORTED = re.compile(
    r"unsupported|not supported|not support|not permitted|not allowed|unknown|unrecognized|unexpected|extra_forbidden",
    re.IGNORECASE,
)
_log = logging.getLogger(__name__)


class Bodies:
    """Writes the bodies of one model's requests; remembers the encoded heads and what the server refused."""

    def __init__(self, model: str, *, temperature: float | None) -> None:
        self._model = model
        self._temperature = temperature
        self._heads: dict[int, tuple[Prompt, bytes]] = {}
        self._refused: set[str] = set()
        self._tails: dict[tuple[int, bool, int], bytes] = {}

    def join(self, request: ModelRequest, *, stream: bool) -> bytes:
        """The body of a request; two requests of one conversation share every byte up to the end of the first one's messages."""
        messages = (message.encoded for message in request.messages)
        return b",".join((self._head(request.prompt), *messages)) + b"]" + self._tail(request, stream=stream)

    def learn(self, refusal: str) -> None:
        """Leave out from now on the setting that a server's refusal names as unsupported, if it names one."""
        named = _SETTINGS.search(refusal)
        if named and _UNSUPPORTED.search(refusal) and named[1] not in self._refused:
            self._refused.add(named[1])
            _log.info("model %s does not take %s; it is left out from now on", self._model, named[1])

    @property
    def shaping(self) -> bool:
        """Whether a request's shape is still sent."""
        return "response_format" not in self._refused

    def without_shape(self) -> None:
        """Ask for a form in words only from now on: the server takes a request without ``response_format`` that it refused with it."""
        self._refused.add("response_format")

    def _head(self, prompt: Prompt) -> bytes:
        kept = self._heads.get(id(prompt))
        if kept is not None:
            return kept[1]
        if len(self._heads) >= HEADS_KEPT:
            self._heads.clear()
        tools = b',"tools":' + _encoded(prompt.tools) if prompt.tools else b""
        system = _encoded({"role": "system", "content": prompt.system})
        head = b'{"model":' + _encoded(self._model) + tools + b',"messages":[' + system
        self._heads[id(prompt)] = (prompt, head)  # the prompt is kept too: while it lives no other has its id
        return head

    def _tail(self, request: ModelRequest, *, stream: bool) -> bytes:
        """The settings as they were encoded before, unless the request has a shape: those differ."""
        if request.shape is not None:
            return self._settings(request, stream=stream)
        key = (request.max_tokens, stream, len(self._refused))
        if key not in self._tails:
            self._tails[key] = self._settings(request, stream=stream)
        return self._tails[key]

    def _settings(self, request: ModelRequest, *, stream: bool) -> bytes:
        limit = "max_completion_tokens" if "max_tokens" in self._refused else "max_tokens"
        settings: dict[str, Any] = {limit: request.max_tokens}
        if self._temperature is not None:
            settings["temperature"] = self._temperature
        if stream:
            settings |= {"stream": True, "stream_options": {"include_usage": True}}
        if request.shape is not None:
            settings["response_format"] = _strictly(request.shape)
        taken = {name: value for name, value in settings.items() if name not in self._refused}
        return b"".join(b"," + _encoded(name) + b":" + _encoded(value) for name, value in taken.items()) + b"}"


def _strictly(shape: AnswerShape) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": shape.name, "strict": True, "schema": shape.schema}}


def _encoded(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
