"""A language model that puts into a customer's own words what the state machine decided they say.

Its words are held to the line (``wording``): after a second attempt that does not say what it should, the line itself is said, and counted.
A model that speaks as somebody else than the customer is a fault of the simulation.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, ValidationError

from warmline.agent.models.base import AnswerShape, Message, Model, ModelAnswer, ModelRequest, Prompt
from warmline.errors import ModelError
from warmline.evals.results import TurnRecord
from warmline.evals.suite_files.schema_conversation import Simulate
from warmline.prompts import render

from .faulty import Broken, SimulatorFault
from .wording import Line, out_of_role, wrong_with

ATTEMPTS = 2
RECALLED = 6
"""Turns of the conversation that the model is shown."""


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid")

    says: str


@dataclass(kw_only=True)
class Voice:
    """The wording of one simulated customer: ``worded`` lines by the model, ``kept`` lines said as they were, with why."""

    model: Model
    simulate: Simulate
    worded: int = 0
    kept: list[str] = field(default_factory=list[str])

    async def says(self, line: Line, turns: Sequence[TurnRecord]) -> str:
        """The line in the customer's words; ``SimulatorFault`` if the model is out of its role, ``Broken`` if it gives no answer."""
        wrong = ""
        for _ in range(ATTEMPTS):
            words, wrong = await self._attempt(line, turns, wrong)
            if not wrong:
                self.worded += 1
                return words
        if wrong.startswith("out of role"):
            raise SimulatorFault(f"the model that words what the customer says is {wrong}; it was to say {line.text!r}")
        self.kept.append(f"{line.text!r}: {wrong}")
        return line.text

    async def _attempt(self, line: Line, turns: Sequence[TurnRecord], wrong: str) -> tuple[str, str]:
        """Words, and what is wrong with them."""
        try:
            answer = await self.model.answer(self._request(line, turns, wrong))
        except ModelError as error:
            raise Broken(f"the model that words what the customer says gave no answer: {error}") from error
        words, problem = _read(answer)
        heard = turns[-1].reply if turns else ""
        return words, out_of_role(words) or problem or wrong_with(words, line, self.simulate, heard)

    def _request(self, line: Line, turns: Sequence[TurnRecord], wrong: str) -> ModelRequest:
        said = [{"customer": turn.customer, "shop": turn.reply} for turn in turns[-RECALLED:]]
        document = {
            "customer": render("simulator", f"persona_{self.simulate.persona}"),
            "conversation": said,
            "line": line.text,
            "keep": line.keep,
            **({"wrong": wrong} if wrong else {}),
        }
        asked = render("simulator", "line", document=json.dumps(document, ensure_ascii=False))
        return ModelRequest(
            prompt=Prompt(system=render("simulator", "system")),
            messages=[Message(role="user", text=asked)],
            max_tokens=300,
            shape=AnswerShape(name="wording", schema=_Said.model_json_schema()),
        )


def _read(answer: ModelAnswer) -> tuple[str, str]:
    """The words in an answer; where it cannot be read the answer as it is, and why."""
    said = answer.text or ""
    if answer.calls:
        return said, "out of role: it calls a tool"
    try:
        return _Said.model_validate_json(said[said.find("{") : said.rfind("}") + 1]).says.strip(), ""
    except ValidationError:
        return said, 'the answer is no {"says": "…"}'
