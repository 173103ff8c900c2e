"""The models of a trial: one that does as its script says, and a seam at which a model can be broken and is watched."""

import json
from collections.abc import Callable

from warmline.agent.models.base import CallRequest, Model, ModelAnswer, ModelRequest, Usage, is_language_model
from warmline.errors import ModelError, ModelRefused, ModelUnavailable
from warmline.evals.running.cassettes import CassetteMiss, NotRecorded
from warmline.evals.suite_files.schema_world import Script, Scripted


class ScriptRanOut(Exception):
    """A scripted model was asked once more than its script has answers: the case is wrong, not the agent."""


class ObedientModel:
    """A model that does as its script says, whatever it is told: to see what the gates let through."""

    language_model = True

    def __init__(self, script: Script) -> None:
        self.script = script
        self.asked = 0

    @property
    def name(self) -> str:
        """``scripted``."""
        return "scripted"

    async def answer(self, request: ModelRequest, *, on_text: Callable[[str], None] | None = None) -> ModelAnswer:
        """The next answer of the script."""
        if request.shape is not None:  # the guard asks whether a person is needed: a model that was talked over says no
            return ModelAnswer(text='{"needs_person": false, "reason": "none", "why": ""}', model="scripted")
        self.asked += 1
        if self.asked > len(self.script):
            raise ScriptRanOut(f"the script has {len(self.script)} answers, and the model was asked for another")
        return _answer(self.script[self.asked - 1], self.asked)


def _answer(entry: Scripted, number: int) -> ModelAnswer:
    if entry.fails:
        raise ModelUnavailable("the script says so")
    calls = tuple(
        CallRequest(call_id=f"call_{number}_{place}", name=call.name, arguments=json.dumps(call.args, default=str))
        for place, call in enumerate(entry.call or ())
    )
    finish = "tool_calls" if calls else "stop"
    return ModelAnswer(text=entry.say, calls=calls, finish=finish, usage=Usage(calls=1), model="scripted")


class WatchedModel:
    """A trial's model: breaks when the case says so, and remembers what went wrong by itself.

    ``trouble`` are failures to answer; ``fatal`` is one after which the trial says nothing, whatever the agent made of it.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.fault = "none"
        self.trouble: list[str] = []
        self.fatal = ""
        self.usage = Usage()
        self.language_model = is_language_model(model)

    @property
    def name(self) -> str:
        """The model's own name."""
        return self.model.name

    async def answer(self, request: ModelRequest, *, on_text: Callable[[str], None] | None = None) -> ModelAnswer:
        """The model's answer, unless it is broken."""
        match self.fault:
            case "down":
                raise ModelUnavailable("down, as the case says")
            case "refuses":
                raise ModelRefused("refuses, as the case says")
            case "garbage":
                call = CallRequest(call_id="call_x", name="no_such_tool", arguments='{"half":')
                return ModelAnswer(calls=(call,), finish="tool_calls", usage=Usage(calls=1), model=self.name)
            case _:
                return await self._watched(request, on_text)

    async def _watched(self, request: ModelRequest, on_text: Callable[[str], None] | None) -> ModelAnswer:
        try:
            answer = await self.model.answer(request, on_text=on_text)
        except (ScriptRanOut, CassetteMiss, NotRecorded) as error:
            self.fatal = self.fatal or str(error)
            raise
        except ModelError as error:
            if not isinstance(self.model, ObedientModel):
                self.trouble.append(f"{type(error).__name__}: {error}")
            raise
        self.usage += answer.usage
        return answer

    @property
    def recorded_ms(self) -> float | None:
        """How long a replayed model took when it was recorded, so far; ``None`` for a model that is asked now."""
        return getattr(self.model, "took_ms", None)


class MeteredModel:
    """A model that is asked beside the agent's turns, and what that used."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.usage = Usage()
        self.language_model = is_language_model(model)

    @property
    def name(self) -> str:
        """The model's own name."""
        return self.model.name

    async def answer(self, request: ModelRequest, *, on_text: Callable[[str], None] | None = None) -> ModelAnswer:
        """The model's answer."""
        answer = await self.model.answer(request, on_text=on_text)
        self.usage += answer.usage
        return answer
