"""What can go wrong between a service and us, mapped to our errors in this one place.

A request that never left, and one that was turned away for its pace (429), were surely not carried out. After anything else that
is no answer (a time-out, a broken connection, a server's error), a read may be repeated, and a write only where the service makes
it once itself; else the outcome is unknown. What the service says is not repeated: it may hold a customer's words or a key.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite
from types import TracebackType

from warmline.errors import OutcomeUnknown, ShopError, ShopRefused, ShopUnavailable
from warmline.tools.tool import Effect

TOO_MANY = 429
_SERVER = 500
_ADVICE = {
    401: "Check the credentials.",
    402: "The account cannot pay: check its plan.",
    403: "The credentials may not do that: check their scopes.",
    404: "Check the address and the API version.",
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was asked of which service; ``once`` says that the service itself makes such a write only once."""

    service: str
    operation: str
    effect: Effect
    once: bool = False

    @property
    def again(self) -> bool:
        """Whether asking twice does no harm."""
        return self.effect == "read" or self.once

    def __str__(self) -> str:
        return f"{self.service}: {self.operation}"


class Failed(Exception):
    """An attempt without an answer: the error it is if it was the last, whether to try again, how long the service asks to wait."""

    def __init__(self, error: ShopError, *, again: bool, after: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.again = again
        self.after = after


class Trail:
    """What has become of the attempts of one request so far: one write that may have been made makes the whole outcome unknown."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.sent = False
        self._lost: OutcomeUnknown | None = None

    def __enter__(self) -> None:
        """An attempt begins; ``sent`` is set when its request leaves."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if isinstance(error, Failed):  # it came to an end, and says itself what is known
            self.sent = False
            self._lost = error.error if isinstance(error.error, OutcomeUnknown) else self._lost

    def late(self, cause: str) -> Failed:
        """For a request whose time was up: before it was sent, or after."""
        return unanswered(self.asked, cause) if self.sent else not_sent(self.asked, cause)

    def outcome(self, failed: Failed) -> ShopError:
        """The error to raise after the last attempt."""
        return failed.error if self._lost is None else self._lost


def not_sent(asked: Asked, cause: str) -> Failed:
    """For a request that never left."""
    return Failed(ShopUnavailable(f"{asked} could not be asked ({cause}). Check the address and the network."), again=True)


def unanswered(asked: Asked, cause: str) -> Failed:
    """For a request that left and was not answered."""
    return _lost(asked, f"got no answer ({cause})")


def turned_away(asked: Asked, status: int, headers: Mapping[str, str], now: datetime) -> Failed:
    """For an answer that says no."""
    after = retry_after(headers.get("retry-after"), now)
    if status == TOO_MANY:
        busy = ShopUnavailable(f"{asked} was turned away: too many requests. Nothing was done.")
        return Failed(busy, again=True, after=after)
    if status >= _SERVER:
        return _lost(asked, f"failed with HTTP {status}", after)
    advice = _ADVICE.get(status, "The request does not fit what the service documents.")
    return Failed(ShopRefused(f"{asked} was refused with HTTP {status}. {advice}", status=status), again=False)


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds, from a ``Retry-After`` header in seconds or as a date (RFC 9110, section 10.2.3); ``None`` for neither."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            moment = parsedate_to_datetime(value)
        except ValueError:
            return None
        seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds()
    return max(seconds, 0.0) if isfinite(seconds) else None


def _lost(asked: Asked, cause: str, after: float | None = None) -> Failed:
    if asked.effect == "read":
        return Failed(ShopUnavailable(f"{asked} {cause}."), again=True, after=after)
    words = f"{asked} {cause}, so nobody knows whether it was done. Look at the service before doing it again."
    return Failed(OutcomeUnknown(words), again=asked.again, after=after)
