"""Every foreign error of the language model's side, mapped to ours in this one place.

A message names the model and the server, says what happened and what to do. It never holds a key: what a server says about a key
is left out, and the key is cut from everything else.
"""

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from warmline.errors import ModelError, ModelRefused, ModelUnavailable

from .wire import Reported, Unusable

_SAID = 200
"""Characters of a server's own message that an error repeats."""

_KEY = re.compile(r"\b(?:sk|pk|gsk|xai)[-_][\w*.-]{6,}|\bBearer \S+")
_SHORTEST_KEY = 8
"""Shorter ones are no secret: servers of one's own are given any word."""

_AGAIN = {408, 409, 429}
_ADVICE = {
    401: "Check OPENAI_API_KEY, or the api_key or client given.",
    402: "The account cannot pay: check its plan and billing.",
    403: "The key may not use this model: check the project's permissions.",
    404: "Check WARMLINE_MODEL, and OPENAI_BASE_URL (it usually ends in /v1).",
    413: "The request is too large for this server: lower the token budget of the history.",
    429: "Too many requests: raise the limit at the provider, or give a fallback model.",
}
_NO_CREDIT = "The account's credit is used up: check its plan and billing, or give a fallback model."


@dataclass(frozen=True, kw_only=True)
class Server:
    """Whom an error is about."""

    model: str
    host: str
    key: str = field(default="", repr=False)

    def told(self, cause: str, advice: str) -> str:
        """An error's words."""
        text = f"The model {self.model!r} at {self.host} gave no answer: {cause}. {advice}"
        return _KEY.sub("[key]", text.replace(self.key, "[key]") if len(self.key) >= _SHORTEST_KEY else text)


class Failed(Exception):
    """An attempt without an answer: the error it is if it was the last, whether to try again, and how long the server asks to wait."""

    def __init__(self, error: ModelError, *, again: bool = False, after: float | None = None, elsewhere: bool = False) -> None:
        super().__init__(str(error))
        self.error = error
        self.again = again
        self.after = after
        self.elsewhere = elsewhere
        """Another model may do better."""


def foreign_errors() -> tuple[type[Exception], ...]:
    """What the SDK and its transports raise; to be caught around them and given to ``failed``."""
    import httpx2
    from anyio import EndOfStream
    from openai import OpenAIError

    older, direct = sys.modules.get("httpx"), sys.modules.get("aiohttp")  # a host's client may still run on httpx
    more = [*([older.HTTPError] if older else []), *([direct.ClientError] if direct else [])]
    return (OpenAIError, httpx2.HTTPError, OSError, EndOfStream, *more)


def failed(error: Exception, server: Server) -> Failed:
    """What a foreign error means."""
    from openai import APIStatusError

    match error:
        case APIStatusError():
            body: object = error.body
            return _by_status(error.status_code, body, server, headers=error.response.headers)
        case Reported():
            return _by_status(_status_in(error.error), error.error, server)
        case Unusable():
            return unavailable(str(error), server, advice="If it stays so, check OPENAI_BASE_URL.")
        case _:
            return unavailable(
                _in_words(error), server, advice="Check OPENAI_BASE_URL and the network, or give a fallback model."
            )


def unavailable(
    cause: str, server: Server, *, advice: str = "Give it more time, or a fallback model.", again: bool = True
) -> Failed:
    """An attempt that a later one, or another model, may make good."""
    return Failed(ModelUnavailable(server.told(cause, advice)), again=again, elsewhere=True)


def _by_status(status: int, body: object, server: Server, *, headers: Mapping[str, str] | None = None) -> Failed:
    headers = headers or {}
    code = _code_in(body)
    after = retry_after(headers)
    cause = f"HTTP {status}{_said(status, body)}{f', it asks to wait {after:.0f} s' if after else ''}"
    if code == "insufficient_quota":
        return unavailable(cause, server, advice=_NO_CREDIT, again=False)
    if status in _AGAIN or status >= 500:
        failure = unavailable(cause, server, advice=_ADVICE.get(status, "If it stays so, give a fallback model."))
        failure.after = after
        failure.again = headers.get("x-should-retry") != "false"
        return failure
    advice = _ADVICE.get(status, "The request itself was refused; the cause says why.")
    return Failed(ModelRefused(server.told(cause, advice)), elsewhere=status == 404 or code == "model_not_found")


def _code_in(body: object) -> str:
    match body:
        case {"code": str(code)} | {"type": str(code)}:
            return code
        case _:
            return ""


def _status_in(error: object) -> int:
    """The HTTP status that an error object in a good response speaks of; 500 if it names none."""
    match error:
        case {"code": int(code)} | {"status": int(code)} if 400 <= code < 600:
            return code
        case {"code": str(code)} if code.isdecimal() and 400 <= int(code) < 600:
            return int(code)
        case _:
            return 500


def _said(status: int, body: object) -> str:
    """What the server says, in one short line; nothing of what it says about a key."""
    match body:
        case _ if status in (401, 403):
            return ""
        case {"message": str(text)} | {"error": str(text)} | {"detail": str(text)} | str(text):
            line = " ".join(text.split())
        case _:
            return ""
    return "" if not line or line.startswith("<") else f" ({line[:_SAID].rstrip('.')})"


def _in_words(error: Exception) -> str:
    from openai import APIConnectionError, APITimeoutError

    cause = error.__cause__ if isinstance(error, APIConnectionError) and error.__cause__ else error
    kind = "the connection timed out" if isinstance(error, APITimeoutError | TimeoutError) else "the connection failed"
    return f"{kind} ({' '.join([type(cause).__name__, *str(cause).split()])[:_SAID].rstrip('.')})"


def retry_after(headers: Mapping[str, str]) -> float | None:
    """How many seconds a server asks to wait: ``retry-after-ms``, or ``Retry-After`` in seconds or as a date (RFC 9110, 10.2.3)."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "")) * unit
        except ValueError:
            continue
        return seconds if 0 < seconds < float("inf") else None
    until, now = _date(headers.get("retry-after")), _date(headers.get("date")) or datetime.now(UTC)
    return max((until - now).total_seconds(), 0.0) or None if until else None


def _date(text: Any) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text or "")
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
