"""What a service answered, read as what it documents."""

from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from warmline.errors import OutcomeUnknown, ShopDrifted
from warmline.tools.tool import Effect

ModelT = TypeVar("ModelT", bound=BaseModel)
T = TypeVar("T")

_SHOWN = 3
_WHOLE: Any = object()


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer: its status, its headers with names in small letters, its body as JSON (``None`` where there is none).

    ``text`` is an error's body as it came. ``operation`` and ``effect`` are those of the request.
    """

    service: str
    operation: str
    effect: Effect
    status: int
    headers: dict[str, str]
    json: Any = field(default=None, repr=False)
    text: str = field(default="", repr=False)

    @property
    def ok(self) -> bool:
        """Whether the service did what it was asked."""
        return 200 <= self.status < 300

    def read(self, model: type[ModelT], value: Any = _WHOLE) -> ModelT:
        """The body, or a part of it, as this model; ``ShopDrifted`` if it is not that, ``OutcomeUnknown`` if a write was answered so."""
        return self.read_as(TypeAdapter(model), value)

    def read_as(self, adapter: TypeAdapter[T], value: Any = _WHOLE) -> T:
        """The same for any type."""
        try:
            return adapter.validate_python(self.json if value is _WHOLE else value)
        except ValidationError as error:
            raise self.drifted(_places(error)) from error

    def drifted(self, how: str) -> ShopDrifted | OutcomeUnknown:
        """The error for an answer that is not what is documented: a write that was answered so was perhaps made."""
        words = f"{self.service}: the answer to {self.operation} is not what is documented ({how}); was its API version changed?"
        if self.effect == "write":
            return OutcomeUnknown(f"{words} Whether the write was made is unknown.")
        return ShopDrifted(words)


def _places(error: ValidationError) -> str:
    """Where it does not fit and why, never with the value: that may be a customer's."""
    found = error.errors(include_input=False, include_url=False, include_context=False)
    shown = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'the whole'}: {one['type']}" for one in found[:_SHOWN])
    return shown if len(found) <= _SHOWN else f"{shown}; {len(found) - _SHOWN} more"
