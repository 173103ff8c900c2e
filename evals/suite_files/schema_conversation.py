"""Who says what in a case: steps that are written down, or a customer who is simulated."""

from datetime import timedelta
from typing import Annotated, Any, Literal, cast

from pydantic import BeforeValidator, Discriminator, Field, Tag, field_validator, model_validator

from warmline.agent.guard.durations import read_duration

from .schema_expect import Part, TurnExpect, Words
from .schema_world import Faults


class UserStep(Part):
    """A message of the customer's. Just the text is short for it.

    ``again`` sends the message before once more, with the same id. ``signed_in`` (``as``) changes who is signed in from here on; ``guest`` is nobody.
    """

    user: str
    again: bool = False
    signed_in: str | None = Field(default=None, alias="as")
    expect: TurnExpect | None = None


class DeskStep(Part):
    """What a person does with the conversation's case: claim it, answer in it (``text``), or resolve it and so hand back."""

    desk: Literal["claim", "reply", "resolve"]
    by: Words = "anna"
    text: str = ""

    @model_validator(mode="after")
    def _possible(self) -> "DeskStep":
        if self.desk == "reply" and not self.text.strip():
            raise ValueError("a reply needs 'text'")
        return self


class WaitStep(Part):
    """Time passes: ``90m``, ``2h``, ``3d``."""

    wait: timedelta

    @field_validator("wait", mode="before")
    @classmethod
    def _read(cls, written: Any) -> timedelta:
        return read_duration(str(written))


class FaultStep(Part):
    """Something stops working, or works again, from here on."""

    faults: Faults


class RestartStep(Part):
    """The agent's process ends and another one goes on with the same store."""

    restart: Literal[True]


_KINDS = ("user", "desk", "wait", "faults", "restart")


def _as_step(written: Any) -> Any:
    """A step as it was written; a text is a message of the customer's."""
    if isinstance(written, str):
        return {"user": written}
    if isinstance(written, dict) and len(_kinds_of(written)) != 1:
        found = " and ".join(_kinds_of(written)) or "none"
        raise ValueError(f"a step has one of {', '.join(_KINDS)}; this one has {found}")
    if not isinstance(written, dict | Part):
        raise ValueError(f"expected a message or a step, got {written!r}")  # noqa: TRY004 (pydantic collects ValueErrors)
    return cast("Any", written)


def _kinds_of(written: Any) -> list[str]:
    return [kind for kind in _KINDS if (kind in written if isinstance(written, dict) else hasattr(written, kind))]


_AnyStep = Annotated[
    Annotated[UserStep, Tag("user")]
    | Annotated[DeskStep, Tag("desk")]
    | Annotated[WaitStep, Tag("wait")]
    | Annotated[FaultStep, Tag("faults")]
    | Annotated[RestartStep, Tag("restart")],
    Discriminator(lambda written: next(iter(_kinds_of(written)), None)),
]
Step = Annotated[_AnyStep, BeforeValidator(_as_step, json_schema_input_type=str | _AnyStep)]


class When(Part):
    """An event. ``tool`` is asked about or done, ``tool_succeeded`` is done, ``route`` is who was given it, ``turn`` is how many there were."""

    tool: str | None = None
    tool_succeeded: str | None = None
    route: Literal["bot", "offer", "gather", "human"] | None = None
    asks: Literal["order_number", "email", "size", "confirmation", "contact", "anything"] | None = Field(
        default=None, description="what the reply ended by asking for"
    )
    turn: int | None = Field(default=None, ge=1)
    any: "tuple[When, ...] | None" = Field(default=None, min_length=1)
    all: "tuple[When, ...] | None" = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _one(self) -> "When":
        given = [name for name in type(self).model_fields if getattr(self, name) not in (None, ())]
        if len(given) != 1:
            raise ValueError(f"an event is one of {', '.join(type(self).model_fields)}; got {', '.join(given) or 'none'}")
        return self


class Rule(Part):
    """What the customer says when something happened; the first rule that holds speaks. ``once``: only the first time."""

    when: When
    say: Words | tuple[Words, ...] = Field(description="words, or several to choose from")
    once: bool = True


class Stop(Part):
    """When the customer is content to stop; ``max_turns`` without that is a fault of the simulation, or of the agent: see docs/evals.md."""

    when: When
    max_turns: int = Field(default=8, ge=1, le=40)


class Simulator(Part):
    """The language model that words what simulated customers say, on the server that is configured; without ``--live`` phrase banks do."""

    model: Words


class Simulate(Part):
    """A customer who is simulated: a state machine that speaks when something happened, in the words of a phrase bank or a language model.

    ``opening`` is the first message. ``knows`` are facts the customer can be asked for, ``does_not_know`` those they cannot give.
    ``persona`` chooses the wording.
    """

    persona: Literal["plain", "hurried", "chatty", "annoyed", "terse"] = "plain"
    goal: Words
    opening: Words | tuple[Words, ...]
    knows: dict[str, str] = Field(default={})
    does_not_know: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    stop: Stop

    @model_validator(mode="after")
    def _possible(self) -> "Simulate":
        both = sorted(set(self.knows) & set(self.does_not_know))
        if both:
            raise ValueError(f"{both[0]!r} cannot be both known and not known")
        return self


Conversation = Annotated[tuple[Step, ...], Field(min_length=1)]
