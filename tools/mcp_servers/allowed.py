"""What a host allows of an MCP server: which tools, word for word as they read that day, what they change, and whom they are about."""

from functools import cached_property
from string import Formatter
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, model_validator

from warmline.tools.tool import Effect

from .schemas import foreign_references, identifying, property_names

MAX_DESCRIPTION = 4_000
LOCAL = ("127.0.0.1", "localhost", "::1")
"""Hosts that plain HTTP may be spoken with: what is sent there stays on the machine."""

ServerName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]{0,19}$")]


class AllowedTool(BaseModel):
    """One tool a host allows.

    ``description`` and ``input_schema`` are the server's own, as they were read when the tool was allowed: a server that says anything
    else today is not called. ``prompt`` is what the model reads instead of the description, if the host has better words.

    Of the arguments, ``customer`` names the one that takes the signed-in customer's id, ``email`` the one that takes the address known to
    be the customer's, ``key`` the one that takes a write's idempotency key: code fills them in and no model sees them. ``order`` names the one
    with an order's number, which must be an order this conversation may see. A tool that binds neither customer, address nor order is
    ``about: nobody``. Any other argument that sounds like a person or an order has to be listed in ``free``. ``said`` are arguments that must
    have been said by the customer or shown by a tool: codes, numbers, names.

    A write has a ``question`` for the customer, with ``{argument}`` for what matters; what it leaves out is added to it, and ``deeds``: words
    that claim it was done ("redeemed", "eingelöst"), which no reply may say before it was. ``amount`` names
    the argument with the money it moves, in ``currency``; the schema must require it, for a default of the server's would pass by every
    limit. ``key_meta`` is the key of the call's ``_meta`` for the idempotency key, where a server wants it there. ``errors: refused`` says
    that a write which the server answers with an error surely was not made.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    effect: Effect
    description: str = Field(default="", max_length=MAX_DESCRIPTION)
    input_schema: dict[str, Any]
    prompt: str | None = Field(default=None, min_length=1, max_length=MAX_DESCRIPTION)
    customer: str | None = None
    email: str | None = None
    order: str | None = None
    about: Literal["nobody"] | None = None
    free: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    question: str | None = None
    deeds: tuple[str, ...] = ()
    key: str | None = None
    key_meta: str | None = Field(default=None, min_length=1)
    amount: str | None = None
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")
    errors: Literal["unknown", "refused"] = "unknown"

    @property
    def properties(self) -> dict[str, Any]:
        """What the server's tool takes, by name."""
        return self.input_schema.get("properties", {})

    @property
    def hidden(self) -> tuple[str, ...]:
        """The arguments code fills in."""
        return tuple(name for name in (self.customer, self.email, self.key) if name is not None)

    @cached_property
    def visible_schema(self) -> dict[str, Any]:
        """The schema of what the model gives: without what is filled in, and nothing beside it."""
        properties = {name: part for name, part in self.properties.items() if name not in self.hidden}
        required = [name for name in self.input_schema.get("required", ()) if name not in self.hidden]
        return {**self.input_schema, "properties": properties, "required": required, "additionalProperties": False}

    @model_validator(mode="after")
    def _checked(self) -> Self:
        if self.input_schema.get("type") != "object" or not isinstance(self.input_schema.get("properties", {}), dict):
            raise ValueError("input_schema is not the schema of an object; paste what `warmline mcp tools` prints")
        self._check_names()
        self._check_about()
        self._check_write()
        if foreign := foreign_references(self.input_schema):
            raise ValueError(
                f"input_schema refers to {foreign[0]!r}, which lies elsewhere; only references within it are followed"
            )
        return self

    def _check_names(self) -> None:
        known = set(self.properties)
        named = {"customer": self.customer, "email": self.email, "order": self.order, "key": self.key, "amount": self.amount}
        for field, name in named.items():
            if name is not None and name not in known:
                raise ValueError(f"{field} names the argument {name!r}; the tool takes {sorted(known)}")
        inside = property_names(self.input_schema)
        if unknown := [name for name in (*self.said, *self.free) if name not in inside]:
            raise ValueError(f"said or free names the argument {unknown[0]!r}; the tool takes {sorted(set(inside))}")
        bound = [name for name in (*self.hidden, self.order) if name is not None]
        if len(bound) != len(set(bound)):
            raise ValueError("customer, email, order and key name one argument twice; each takes one of its own")

    def _check_about(self) -> None:
        bound = {self.customer, self.email, self.order} - {None}
        if bool(bound) == (self.about == "nobody"):
            raise ValueError(
                "say whom the tool is about: name the argument that takes the customer (customer, email) or an order of theirs (order),"
                " or say about: nobody; not both"
            )
        loose = [
            name for name in property_names(self.input_schema) if identifying(name) and name not in {*bound, self.key, *self.free}
        ]
        if loose:
            raise ValueError(
                f"the argument {loose[0]!r} sounds like a person or an order, and a model would choose it; bind it (customer, email, order),"
                f" or say free: [{loose[0]}] if it reaches nobody's data"
            )

    def _check_write(self) -> None:
        if self.effect == "read":
            if extra := [name for name in ("question", "deeds", "key", "key_meta", "amount") if getattr(self, name)]:
                raise ValueError(f"{extra[0]} belongs to a write; this tool is said to read")
            return
        if self.question is None or not self.question.rstrip().endswith("?"):
            raise ValueError("a write needs a question the customer can answer with yes or no, such as 'Redeem {points} points?'")
        if not any(word.strip() for word in self.deeds):
            raise ValueError(
                "a write needs deeds, words that claim it was done, such as [redeemed]: no reply says them before it was"
            )
        if (self.amount is None) != (self.currency is None):
            raise ValueError("amount and currency go together: the argument with the money, and which money it is")
        if self.amount is not None and self.amount not in self.visible_schema["required"]:
            raise ValueError(
                f"amount names the argument {self.amount!r}, which a model may leave out: what the server takes instead no limit would see;"
                " its schema has to require it"
            )
        try:
            parts = [
                (name, spec, conversion) for _, name, spec, conversion in Formatter().parse(self.question) if name is not None
            ]
        except ValueError as error:
            raise ValueError(f"the question's braces do not match ({error}); write {{{{ for a brace") from error
        for name, spec, conversion in parts:
            if spec or conversion or name not in self.visible_schema["properties"]:
                raise ValueError(f"the question names {{{name}}}; it may name {sorted(self.visible_schema['properties'])}")


class McpServer(BaseModel):
    """An MCP server of the host's: a ``command`` that is started and spoken with over stdio, or the ``url`` of one over HTTP.

    ``env`` are variables for the command beside the few it inherits (``PATH``, ``HOME``), ``headers`` go with every request; both may hold
    secrets. ``seconds`` is how long the server may take until a call can be made (started, listed), and again for its answer. Without a
    ``required`` server the conversation goes on, and the model is told that this cannot be looked up or done now; a required one that fails
    brings a person.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: ServerName
    command: tuple[str, ...] | None = Field(default=None, min_length=1)
    env: dict[str, SecretStr] = Field(default_factory=dict[str, SecretStr])
    url: str | None = None
    headers: dict[str, SecretStr] = Field(default_factory=dict[str, SecretStr])
    seconds: float = Field(default=6.0, gt=0, le=600)
    required: bool = True
    tools: dict[str, AllowedTool] = Field(min_length=1)

    @model_validator(mode="after")
    def _checked(self) -> Self:
        if (self.command is None) == (self.url is None):
            raise ValueError("name a command or a url, one of them")
        if self.url is None and self.headers:
            raise ValueError("headers go with a url; a command takes env")
        if self.url is not None:
            self._check_url(self.url)
        for name, value in self.headers.items():
            if not _is_sendable(value.get_secret_value()):
                raise ValueError(
                    f"the header {name!r} holds what no header may: expected printable ASCII without blanks around it"
                    " (a file read whole ends in a line break)"
                )
        return self

    def _check_url(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.username is not None or parts.password is not None or parts.query:
            raise ValueError("the url holds a user or a query, which end up in logs; put secrets into headers")
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOCAL):
            raise ValueError("the url must begin https:// (http:// only for 127.0.0.1): what customers say goes there")
        if self.env:
            raise ValueError("env goes with a command; a url takes headers")

    @property
    def where(self) -> str:
        """How it is reached, in words for the operator; without secrets."""
        return self.url if self.url is not None else (self.command or ("",))[0]

    @property
    def longest(self) -> float:
        """Seconds that a call may take at most: until it can be made, for its answer, and for asking once more with the same key."""
        keyed = any(tool.key is not None or tool.key_meta is not None for tool in self.tools.values())
        return self.seconds * (3 if keyed else 2)


def _is_sendable(value: str) -> bool:
    return value.isascii() and value.isprintable() and value == value.strip()
