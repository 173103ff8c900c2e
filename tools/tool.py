"""What a tool is: a name, typed arguments, a function, and whether it reads or writes."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Generic, Literal, TypeVar, cast

from pydantic import BaseModel, ConfigDict, model_validator

from .access import Access
from .capabilities import Capability, lacks
from .clock import Clock
from .model import Money
from .shop import Receipts, Shop

Effect = Literal["read", "write"]


BLANK = ("", "null", "none", "n/a")
"""What models write for "nothing" where a strict schema makes them write something."""


class Arguments(BaseModel):
    """A tool's arguments: frozen, exact types, nothing extra; a blank in an optional field is nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, written: Any) -> Any:
        if not isinstance(written, dict):
            return written
        optional = {name for name, field in cls.model_fields.items() if not field.is_required()}
        given = cast("dict[str, Any]", written)
        return {name: value for name, value in given.items() if not (name in optional and _blank(value))}


def _blank(value: object) -> bool:
    return isinstance(value, str) and value.strip().casefold() in BLANK


ArgumentsT = TypeVar("ArgumentsT", bound=BaseModel)


@dataclass(frozen=True, kw_only=True)
class ToolContext:
    """What a tool is given beside its arguments: never chosen by a model.

    ``key`` is the idempotency key of this write; empty for reads. ``language`` is the customer's (``de``), ``None`` when nothing told it.
    """

    shop: Shop
    access: Access
    clock: Clock
    key: str = ""
    language: str | None = None


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a write would do, in words for the customer to say yes or no to.

    ``question`` is shown as it is and names every argument that matters; ``facts`` are the values in it, as looked up, so that the
    reply gate knows them. ``at_stake`` is the largest amount the write touches: the order's total, or what moves if that is more;
    ``None`` when no money is touched.
    """

    question: str
    facts: BaseModel
    at_stake: Money | None


@dataclass(frozen=True, kw_only=True)
class Tool(Generic[ArgumentsT]):
    """One thing the agent can do.

    ``description`` is a prompt: when allowed, what to ask first, what happens, an example id. ``needs`` is the shop protocol
    without which the tool is not offered; ``uses`` are the methods it calls, and a shop that says it lacks one is not offered it
    either. A write has a ``preview``: it checks the arguments against the shop (``ToolError`` when they cannot work) and words the
    question; the tool gate runs the write only after a yes to exactly these arguments. ``outright`` says whether a customer's message is by
    itself the wish for it: then nobody asks, and no limit on how many writes there may be holds it up. ``evidenced`` are arguments that
    must have been said by the customer or shown by a tool, beside those of which that always holds. ``receipts`` is who knows what became of
    a write; the shop unless given. ``deeds`` are words that claim it was done, which a reply may not say before it was.
    """

    name: str
    description: str
    effect: Effect
    arguments: type[ArgumentsT]
    run: Callable[[ToolContext, ArgumentsT], Awaitable[BaseModel]]
    needs: type[Any] = Shop
    uses: tuple[Capability, ...] = ()
    preview: Callable[[ToolContext, ArgumentsT], Awaitable[Preview]] | None = None
    outright: Callable[[str, ArgumentsT], bool] | None = None
    evidenced: tuple[str, ...] = ()
    receipts: Receipts | None = None
    deeds: tuple[str, ...] = ()

    def offered_by(self, shop: Shop) -> bool:
        """Whether this shop has what the tool needs, and does not say that it lacks it."""
        return all(getattr(shop, name, None) is not None for name in _methods_of(self.needs)) and not self.lacking(shop)

    def lacking(self, shop: Shop) -> dict[Capability, str]:
        """What the tool uses and the shop says it lacks, each with the shop's reason."""
        missing = lacks(shop)
        return {name: missing[name] for name in self.uses if name in missing}

    def parse(self, arguments: str) -> ArgumentsT:
        """The arguments a model wrote, as JSON text; pydantic's ``ValidationError`` if they do not fit."""
        return self.arguments.model_validate_json(arguments or "{}")

    async def look_ahead(self, context: ToolContext, arguments: ArgumentsT) -> Preview:
        """What a write would do; ``ToolError`` when the shop would not have it."""
        if self.preview is None:
            raise TypeError(f"{self.name} has no preview: it is a read or needs no yes")
        return await self.preview(context, arguments)

    @cached_property
    def schema(self) -> dict[str, Any]:
        """The tool as Chat Completions wants it, with a strict JSON schema."""
        return {
            "type": "function",
            "function": {
                "name": self.name,
                "description": self.description,
                "strict": True,
                "parameters": _strict(self.arguments.model_json_schema()),
            },
        }


@cache
def _methods_of(protocol: type[Any]) -> tuple[str, ...]:
    """The names a protocol asks for; ``isinstance`` looks them up anew each time, for every tool of every agent that is made."""
    return tuple({name: None for part in protocol.__mro__ for name in vars(part) if not name.startswith("_")})


AnyTool = Tool[Any]


def canonical(arguments: BaseModel) -> str:
    """The arguments as one text: sorted keys, no spaces, ``null`` left out, so that equal arguments are equal text."""
    plain = arguments.model_dump(mode="json", exclude_none=True)
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _strict(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema as strict mode asks for it: every property required, nothing additional, no titles or defaults.

    Source: "Supported schemas" in OpenAI's structured outputs guide.
    """
    strict: dict[str, Any] = {}
    for name, value in schema.items():
        if name in ("title", "default") and not isinstance(value, dict):
            continue
        if name in ("properties", "$defs"):
            strict[name] = {key: _strict(part) for key, part in value.items()}
        elif name == "anyOf":
            strict[name] = [_strict(part) for part in value]
        elif name == "items":
            strict[name] = _strict(value)
        else:
            strict[name] = value
    if strict.get("type") == "object":
        strict["additionalProperties"] = False
        strict["required"] = list(strict.get("properties", {}))
    return strict
