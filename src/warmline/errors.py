"""What can go wrong, by whose fault it is.

    WarmlineError
    ├── UsageError            the caller's: a wrong argument, a turn for a conversation that is someone else's
    ├── SettingsError         the operator's: a setting, a key, a policy or a fixture file that cannot be used
    │   └── FixtureError      a line of a data file: names file, line and what was expected
    ├── ToolError             the customer's or the model's: a call that cannot be done; its text is shown to the model
    ├── ModelError            the language model's
    │   ├── ModelUnavailable  no answer: connection, time-out, stalled stream, server error, rate limit
    │   └── ModelRefused      an answer that says no: bad request, unknown model, content filter
    ├── ShopError             the shop's: its database or service failed
    │   ├── ShopUnavailable   no usable answer to a read, or a write that surely was not made: try later
    │   │   └── NothingSent   a write of which nothing left, to somebody who could not be asked about it later
    │   ├── ShopRefused       it answered that it will not: credentials, a missing scope, a request it does not know
    │   ├── ShopDrifted       its answer is not of the shape it documents
    │   └── OutcomeUnknown    a write was sent and nobody knows whether it was made
    │       └── NobodyKnows   and there is nobody who could be asked later
    ├── StoreError            the store's: locked, read-only, full
    ├── DeskError             a person's at the desk: an illegal move on a case
    └── DeliveryError         the host's: its sink did not take an event
        └── Undeliverable     and never will

Only a ``ToolError``'s text reaches a model, and none of them reaches a customer.

This module is the ground floor: every folder may import it.
"""


class WarmlineError(Exception):
    """The root of every error this library raises on purpose."""


class UsageError(WarmlineError):
    """An argument or a call that cannot be right."""


class SettingsError(WarmlineError):
    """A setting or a file of the operator's that cannot be used."""


class FixtureError(SettingsError):
    """A line of a data file that cannot be read."""


class ToolError(WarmlineError):
    """A tool call that cannot be done; the text is written for the model to act on."""


class ModelError(WarmlineError):
    """The language model did not give a usable answer."""


class ModelUnavailable(ModelError):
    """No answer came: connection, time-out, stalled stream, server error or rate limit."""


class ModelRefused(ModelError):
    """The server answered that it will not: bad request, unknown model, content filter."""


class ShopError(WarmlineError):
    """The shop's database or service failed."""


class ShopUnavailable(ShopError):
    """The shop gave no usable answer to a read, or took a write that surely was not made."""


class NothingSent(ShopUnavailable):
    """A write that was not even asked for, of somebody who could not be asked later what became of it: it is over, and may be asked for anew."""


class ShopRefused(ShopError):
    """The shop answered that it will not: wrong credentials, a missing scope, a request it does not know. ``status`` is HTTP's."""

    def __init__(self, message: str, *, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class ShopDrifted(ShopError):
    """The shop's answer is not of the shape it documents."""


class OutcomeUnknown(ShopError):
    """A write was sent and nobody knows whether it was made: it must not be repeated unless it is known to be made once."""


class NobodyKnows(OutcomeUnknown):
    """And it cannot be looked up later either: a person finds out, once, and the conversation goes on after that.

    ``told`` is what was answered in its place: for that person's eyes, and no log's.
    """

    def __init__(self, message: str, *, told: str = "") -> None:
        super().__init__(message)
        self.told = told


class StoreError(WarmlineError):
    """The store could not read or write: locked, read-only, full."""


class DeskError(WarmlineError):
    """A move on a case that its life cycle does not allow."""


class DeliveryError(WarmlineError):
    """An event was not taken. The text is stored with the event, so nothing a customer said belongs in it.

    ``after`` is how many seconds the receiver asked to be left alone.
    """

    def __init__(self, message: str, *, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class Undeliverable(DeliveryError):
    """An event was not taken and never will be: it becomes a dead letter at once."""
