"""The case file has a form that others may rely on, and says of each text who wrote it."""

import json
from pathlib import Path

import pytest
from support.world import ANN, World

from warmline import HandedOff
from warmline.agent.desk.case_file import CaseFile
from warmline.agent.guard.policy_file import read_policy
from warmline.testing import FixedGuard, MemoryShop, ScriptedModel, calls, says

SCHEMA = Path(__file__).with_name("case_file.schema.json")


class Drafting(FixedGuard):
    """A guard whose policy lets a model write for the person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        source = "version: 1\nqueues: {unsure: {queue: care}}\nrules: [{id: all, when: 'true', route: human, reason: unsure, always: true}]\n"
        self._given_policy = read_policy("p.yaml", source + "desk: {drafts: true}\n")


def test_the_schema_of_a_case_file_does_not_change_by_accident() -> None:
    """Others read case files: write the new schema down if the change is meant (the test prints it)."""
    now = json.dumps(CaseFile.model_json_schema(), indent=1, sort_keys=True) + "\n"
    assert SCHEMA.read_text("utf-8") == now, now


async def drafted(world: World, words: str) -> tuple[CaseFile, ScriptedModel]:
    model = ScriptedModel([says(words)])
    agent = world.agent(model=model, guard=Drafting("dispute"))
    turn = await agent.reply("c1", "You charged me $20.00 twice for W-10001", customer="C-1")
    assert isinstance(turn, HandedOff)
    await (await agent.parts()).background.finished()
    return (await (await agent.desk()).case(turn.case_id)).file, model


async def test_without_a_model_summary_and_draft_are_templates_and_marked_so(world: World) -> None:
    agent = world.agent(guard=FixedGuard("dispute"))
    turn = await agent.reply("c1", "You charged me twice", customer="C-1")
    assert isinstance(turn, HandedOff)
    (case,) = await world.cases()
    assert case.file.summary == (
        "Ann Lee wrote one message in this conversation; the last words: “You charged me twice” Handed over because of: dispute."
        " In this turn the agent did: nothing."
    )
    assert (case.file.summary_by, case.file.draft_by) == ("template", "template")


async def test_a_models_words_are_kept_and_marked_and_it_reads_the_case_as_data(world: World) -> None:
    answer = json.dumps(
        {"summary": "Ann says W-10001 was charged twice.", "draft": "Hello Ann, I am looking at W-10001. [what we will do]"}
    )
    file, model = await drafted(world, answer)
    assert (file.summary, file.summary_by) == ("Ann says W-10001 was charged twice.", "model")
    assert (file.draft_reply, file.draft_by) == ("Hello Ann, I am looking at W-10001. [what we will do]", "model")
    (request,) = model.requests
    assert [message.role for message in request.messages] == ["user"]
    assert request.prompt.tools == ()


@pytest.mark.parametrize(
    "draft",
    [
        "We have issued you a refund of $20.00.",
        "Your refund of $37.50 arrives soon.",
        "Your order W-99999 is on its way.",
        "I cancelled your order.",
    ],
)
async def test_a_draft_that_claims_what_is_not_so_is_thrown_away(world: World, draft: str) -> None:
    file, _ = await drafted(world, json.dumps({"summary": "Ann was charged twice.", "draft": draft}))
    assert (file.draft_by, draft in file.draft_reply, file.summary_by) == ("template", False, "model")


@pytest.mark.parametrize("answer", ["", "no", '{"summary": ""}', '{"summary": 1, "draft": "x"}'])
async def test_an_answer_that_is_none_leaves_the_templates(world: World, answer: str) -> None:
    file, _ = await drafted(world, answer)
    assert (file.summary_by, file.draft_by) == ("template", "template")


async def test_a_case_whose_order_is_gone_at_the_shop_is_opened_and_worked_on_all_the_same(world: World) -> None:
    served = world.agent(calls("get_order", order_number="W-10001"), says("It is being prepared."))
    await served.reply("c1", "Where is W-10001?", customer="C-1")
    emptied = MemoryShop(customers=[ANN], orders=[], clock=world.clock)
    agent = world.agent(shop=emptied, guard=FixedGuard("angry"))
    turn = await agent.reply("c1", "W-10001 takes far too long", customer="C-1")
    assert isinstance(turn, HandedOff)
    desk = await agent.desk()
    case = await desk.claim(turn.case_id, by="ana")
    assert case.file.orders == []
    assert "W-10001" in case.file.done[0].arguments
    await desk.reply(case.id, "I am looking for it.", by="ana")
    assert (await desk.resolve(case.id, by="ana")).status == "resolved"
