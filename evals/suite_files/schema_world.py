"""The world a case is played in: a shop, what is different in it, what time it is, and what does not work."""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, field_validator, model_validator

from .schema_expect import Named, Part, Says, Words

Method = Literal[
    "get_customer",
    "get_order",
    "list_orders",
    "get_product",
    "search_products",
    "list_policies",
    "find_receipt",
    "cancel_order",
    "change_address",
    "check_return",
    "create_return",
    "create_exchange",
    "subscribe_back_in_stock",
    "text_when_back_in_stock",
    "enrol_in_care_series",
]
"""What can be asked of the shop, and can fail."""


class Faults(Says):
    """What does not work, from where it stands on; ``none`` ends a fault that stood before.

    ``shop`` maps a method of the shop to ``down`` (it raises), ``lost`` (a write is made, and then it raises), ``slow`` (what it does is done,
    and its answer comes later than the agent waits for one) or ``none``; ``all`` is every method. ``model`` is ``down`` (no answer),
    ``refuses``, ``garbage`` (text that is no answer) or ``none``; ``guard`` is ``down`` or ``none``.
    """

    shop: dict[Method | Literal["all"], Literal["down", "lost", "slow", "none"]] | None = None
    model: Literal["down", "refuses", "garbage", "none"] | None = None
    guard: Literal["down", "none"] | None = None


class World(Part):
    """What differs from the demo shop as it ships.

    ``clock`` is when the conversation begins; the demo shop's dates are as of then. ``set`` maps table and key to fields: of a row that is there
    these are replaced, a new key needs a whole row. ``as`` is the customer who is signed in, by id; without it a guest writes. ``limits`` are
    the tool gate's. ``policy`` is a policy file beside the suite.
    """

    clock: AwareDatetime | None = None
    set: dict[Literal["customers", "orders", "products"], dict[str, dict[str, Any]]] = Field(default={})
    signed_in: str | None = Field(default=None, alias="as")
    limits: dict[str, int] = Field(default={})
    policy: Words | None = None
    faults: Faults | None = None


class Scripted(Part):
    """One answer of a model that does as it is told: ``say`` something, ``call`` tools, or fail (``fails: true``)."""

    say: Words | None = None
    call: "tuple[ScriptedCall, ...] | None" = None
    fails: Literal[True] | None = None

    @field_validator("call", mode="before")
    @classmethod
    def _one_is_a_list(cls, written: Any) -> Any:
        return [written] if isinstance(written, dict | str) else written

    @model_validator(mode="after")
    def _something(self) -> "Scripted":
        if self.say is None and not self.call and not self.fails:
            raise ValueError("an answer of a scripted model says something, calls tools, or fails")
        return self


class ScriptedCall(Named):
    """A tool call the scripted model makes, whatever it is told."""

    name: Words
    args: dict[str, Any] = Field(default={})


Script = Annotated[tuple[Scripted, ...], Field(min_length=1)]
