"""A language model words what a simulated customer says, and is held to it: nothing lost, nothing added, nobody else speaking."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support.eval_suites import a_case, played

from warmline.agent.models.base import Model, ModelAnswer, ModelRequest, Usage
from warmline.errors import ModelUnavailable
from warmline.evals.conversations.playing import Prices
from warmline.evals.conversations.wording import Line, out_of_role, wrong_with
from warmline.evals.errors import SuiteError
from warmline.evals.results import TrialResult
from warmline.evals.running.trial import Troupe
from warmline.evals.suite_files.loading import LoadedCase
from warmline.evals.suite_files.schema_conversation import Simulate
from warmline.testing import ScriptedModel, says

CASE = """
- id: s
  simulate:
    goal: Know where the order is
    persona: chatty
    opening: Where is my order?
    knows: {order_number: W-10432, email: maya.brooks@example.com}
    does_not_know: [size]
    stop: {when: {tool_succeeded: get_order}, max_turns: 5}
  expect: {route: {to: bot}}
"""
OPENING = '{"says": "Hi there! Could you tell me where my order is?"}'
BOTH = '{"says": "Of course, it is W-10432 and I am maya.brooks@example.com"}'


def voiced(troupe: Troupe, model: Model) -> Troupe:
    def simulator_of(_case: LoadedCase, _trial: int) -> Model:
        return model

    return replace(troupe, simulator_of=simulator_of)


class Wordy:
    """Words every line by a function of what it is asked."""

    def __init__(self, words: Callable[[dict[str, str]], str]) -> None:
        self.words = words
        self.asked: list[dict[str, str]] = []

    name = "wordy"

    async def answer(self, request: ModelRequest, *, on_text: object = None) -> ModelAnswer:
        del on_text
        document = json.loads(request.messages[0].text or "")
        self.asked.append(document)
        return ModelAnswer(text=json.dumps({"says": self.words(document)}), usage=Usage(input=100, output=10, calls=1))


async def tried(folder: Path, troupe: Troupe, words: Callable[[dict[str, str]], str]) -> tuple[TrialResult, Wordy]:
    model = Wordy(words)
    return await played(folder, CASE, voiced(troupe, model)), model


async def test_the_customer_says_the_models_words(tmp_path: Path, troupe: Troupe) -> None:
    result, model = await tried(tmp_path, troupe, lambda asked: f"Right then. {asked['line']}")
    assert result.state == "PASS", result.why
    said = [turn.customer for turn in result.turns]
    assert said[0] == "Right then. Where is my order?"
    assert all(words.startswith("Right then.") for words in said)
    assert (result.worded, result.unworded) == (len(said), ())
    assert "friendly and talkative" in model.asked[0]["customer"]
    assert "W-10432" in model.asked[1]["keep"]


async def test_what_it_costs_is_paid_and_is_no_part_of_the_agents_budget(tmp_path: Path, troupe: Troupe) -> None:
    priced = replace(voiced(troupe, Wordy(lambda asked: asked["line"])), prices=Prices(input=1.0, output=10.0))
    result = await played(tmp_path, CASE, priced)
    assert (result.spent.input, result.beside.input) == (0, 100 * len(result.turns))
    assert result.beside.cost_usd == pytest.approx(200e-6 * len(result.turns))  # pyright: ignore[reportUnknownMemberType]


async def test_a_wording_that_loses_a_fact_is_asked_for_once_more(tmp_path: Path, troupe: Troupe) -> None:
    def words(asked: dict[str, str]) -> str:
        return asked["line"] if "wrong" in asked or not asked["keep"] else "Sure, here you are!"

    result, model = await tried(tmp_path, troupe, words)
    assert result.state == "PASS", result.why
    assert result.unworded == ()
    assert any("it does not say 'W-10432'" in asked.get("wrong", "") for asked in model.asked)


async def test_one_that_cannot_be_held_to_the_line_is_said_as_the_line_stands_and_counted(tmp_path: Path, troupe: Troupe) -> None:
    result, _ = await tried(tmp_path, troupe, lambda _: "I bought it on 3 March for $99.00.")
    assert result.state == "PASS", result.why
    assert result.turns[0].customer == "Where is my order?"
    assert (result.worded, len(result.unworded)) == (0, len(result.turns))
    assert "which is not in the line" in result.unworded[0]


async def test_a_model_out_of_its_role_is_the_simulations_fault_and_never_the_agents(tmp_path: Path, troupe: Troupe) -> None:
    result, _ = await tried(tmp_path, troupe, lambda _: "As an AI language model I am happy to assist you.")
    assert (result.state, result.redrawn) == ("SIM_FAULT", 2)
    assert "out of role: 'As an AI'" in result.why


async def test_a_model_that_gives_no_answer_is_infrastructure(tmp_path: Path, troupe: Troupe) -> None:
    down = ScriptedModel([ModelUnavailable("no")], name="down")
    result = await played(tmp_path, CASE, voiced(troupe, down))
    assert result.state == "INFRA"
    assert "words what the customer says gave no answer" in result.why


async def test_an_answer_that_is_no_json_is_no_wording(tmp_path: Path, troupe: Troupe) -> None:
    model = ScriptedModel([says("Where's it?"), says(OPENING), says(BOTH), says(BOTH)])
    result = await played(tmp_path, CASE, voiced(troupe, model))
    assert result.turns[0].customer == "Hi there! Could you tell me where my order is?"
    assert 'the answer is no {\\"says\\"' in (model.requests[1].messages[0].text or "")


KNOWS = Simulate.model_validate(
    {
        "goal": "Send the crewneck back",
        "opening": "x",
        "knows": {"order_number": "W-10311", "item": "crewneck"},
        "does_not_know": ["size"],
        "stop": {"when": {"turn": 3}},
    }
)
YES = Line(text="Yes please.", act="says")
RETURNS = Line(text="I want to send back my crewneck from W-10311.", act="says", values=("W-10311", "crewneck"))
UNKNOWN = Line(text="I don't know the size, sorry.", act="does_not_know")
TELLS = Line(text="It is W-10311.", act="tells", values=("W-10311",))


@pytest.mark.parametrize(
    ("line", "wording"),
    [
        (YES, "yes, go ahead"),
        (YES, "Sure, that sounds good to me!"),
        (RETURNS, "hey, crewneck from W-10311 has to go, how do I return it"),
        (RETURNS, "Need to send the crewneck in w10311 back please"),
        (UNKNOWN, "no idea what size it was"),
        (TELLS, "sure: W-10311"),
    ],
)
def test_other_words_for_the_same(line: Line, wording: str) -> None:
    assert wrong_with(wording, line, KNOWS, "") == ""


@pytest.mark.parametrize(
    ("line", "wording", "why"),
    [
        (YES, "Hm, let me think about it.", "the line says yes"),
        (YES, "Yes, but do not cancel anything else", "the line says yes"),
        (YES, "Yes, and I want a refund too", "speaks of a refund"),
        (RETURNS, "I want to send back my crewneck.", "does not say 'W-10311'"),
        (RETURNS, "Send the crewneck from W-10311 back, it cost $68.00.", "says '$68.00'"),
        (RETURNS, "What about the crewneck from W-10311?", "the line speaks of a return"),
        (RETURNS, "I want a human to send back the crewneck from W-10311", "speaks of a person"),
        (RETURNS, "I want to send back my crewneck from W-10311 or I call my lawyer", "speaks of a threat"),
        (RETURNS, "Ich möchte den crewneck aus W-10311 return, ich will das nicht mehr", "another language"),
        (UNKNOWN, "It is size M", "tells the size"),
        (UNKNOWN, "Size, hm, the tag says it.", "does not say that the customer does not know"),
        (TELLS, "I don't have W-10311 here", "says that the customer does not know"),
        (TELLS, "W-10311, for the crewneck", "tells the item"),
        (TELLS, "W-10311 " + "and so on " * 60, "characters long"),
        (TELLS, " ", "says nothing"),
    ],
)
def test_words_for_something_else_are_told(line: Line, wording: str, why: str) -> None:
    assert why in wrong_with(wording, line, KNOWS, "")


def test_what_the_agent_just_said_may_be_said_again() -> None:
    assert wrong_with("Yes, cancel W-10460", replace(YES, text="Yes, cancel it."), KNOWS, "Shall I cancel W-10460?") == ""


@pytest.mark.parametrize(
    "wording",
    [
        "Agent: your order is on its way",
        "How can I help you today?",
        "I'm an assistant and cannot write that.",
        "The customer says yes.",
        "I have cancelled your order.",
        "I cannot help with that request.",
    ],
)
def test_words_of_somebody_else_are_out_of_role(wording: str) -> None:
    assert out_of_role(wording).startswith("out of role")


@pytest.mark.parametrize("wording", ["Can you help me?", "Yes, cancel it", "as I wrote, it has not come"])
def test_words_of_a_customer_are_not(wording: str) -> None:
    assert out_of_role(wording) == ""


def test_a_suite_names_the_model_for_its_simulated_customers_and_a_case_without_one_cannot(tmp_path: Path) -> None:
    head = "suite: tried\nschema: 1\nsimulator: {model: small}"
    loaded = a_case(tmp_path, CASE, head=head)
    assert loaded.case.simulator is not None
    assert loaded.case.simulator.model == "small"
    with pytest.raises(SuiteError, match="this case has no 'simulate'"):
        a_case(tmp_path, "- {id: a, say: Hi., simulator: {model: small}, expect: {route: {to: bot}}}")
