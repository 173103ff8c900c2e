"""An offer asks once whether a person is wanted; the next message decides, and danger outweighs it."""

import pytest
from support.offering import LATE, OFFER, QUESTION, RULES, an_agent, asked, reading
from support.policies import Reading
from support.world import World

from warmline import EmbeddedModel
from warmline.agent.guard.language import LANGUAGES
from warmline.agent.offer import offer_in_words
from warmline.agent.outcome import HandedOff, Replied
from warmline.testing import calls, says

NO = {"en": "no thanks", "es": "no, gracias", "fr": "non merci", "de": "nein danke", "it": "no grazie", "pt": "não", "nl": "nee"}
YES = {"en": "Yes please", "es": "sí", "fr": "oui, merci", "de": "ja bitte", "it": "sì", "pt": "sim", "nl": "ja graag"}


async def test_the_customer_is_asked_and_no_tool_or_model_runs(world: World) -> None:
    agent, model = an_agent(world)
    turn = await asked(agent)
    assert (turn.text, turn.decision.route, turn.decision.rule, turn.decision.queue) == (QUESTION, "offer", "late", "cross")
    assert turn.tool_calls == ()
    assert model.requests == []
    assert await world.cases() == []


@pytest.mark.parametrize("answer", ["yes", "it would be best if a colleague did that", "I want to talk to a person", "Ja gerne!"])
async def test_a_yes_or_the_wish_for_a_person_is_a_case_for_the_offered_reason(world: World, answer: str) -> None:
    agent, model = an_agent(world)
    await asked(agent)
    turn = await agent.reply("c1", answer, "m2", customer="C-1")
    assert isinstance(turn, HandedOff)
    assert (turn.reason, turn.queue, turn.decision.route, turn.decision.rule) == ("angry", "cross", "human", "offer.late")
    assert "has not gone the way it should" in turn.text
    (case,) = await world.cases()
    (offer,) = case.file.offers
    assert (offer.reason, offer.rule, offer.answer) == ("angry", "late", "accepted")
    assert case.priority == "high"
    assert [line.text for line in case.file.transcript][:3] == [LATE, QUESTION, answer]
    assert LATE in case.file.wants
    assert model.requests == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_yes_and_no_are_understood_in_every_language(world: World, language: str) -> None:
    agent, _ = an_agent(world, says("It is being packed."))
    for conversation, answer, kind in (("y", YES[language], HandedOff), ("n", NO[language], Replied)):
        await agent.reply(conversation, LATE, customer="C-1")
        assert isinstance(await agent.reply(conversation, answer, customer="C-1"), kind)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_asks_a_question_that_names_both_ways(language: str) -> None:
    words = offer_in_words(language)
    assert "?" in words
    assert language == "en" or words != QUESTION


def test_a_language_without_words_is_asked_in_english() -> None:
    assert offer_in_words("xx") == offer_in_words(None) == QUESTION


async def test_the_question_is_in_the_customers_language(world: World) -> None:
    late = "Mein Paket ist schon wieder zu spät, wo ist es denn?"
    agent = world.agent(guard=Reading(RULES + OFFER, {late: {"order_status": 0.6, "angry": 0.3}}))
    assert (await agent.reply("c1", late, customer="C-1")).text == offer_in_words("de")


async def test_a_no_serves_what_was_asked_before_as_if_it_had_not_been_interrupted(world: World) -> None:
    agent, model = an_agent(world, calls("get_order", order_number="W-10001"), says("W-10001 is being prepared."))
    await asked(agent)
    turn = await agent.reply("c1", "No, thank you", "m2", customer="C-1")
    assert isinstance(turn, Replied)
    assert (turn.text, turn.decision.reason, turn.decision.rule) == ("W-10001 is being prepared.", "order_status", "last")
    assert model.requests[0].messages[-1].text == LATE
    assert [run.name for run in turn.tool_calls] == ["get_order"]


async def test_a_no_lets_the_embedded_model_serve_it_too_and_follow_up(world: World) -> None:
    agent = world.agent(model=EmbeddedModel(classifier=_StatusReader()), guard=reading())
    await asked(agent)
    turn = await agent.reply("c1", "no", customer="C-1")
    assert isinstance(turn, Replied)
    assert [run.name for run in turn.tool_calls] == ["get_order"]
    assert "W-10001" in turn.text
    after = await agent.reply("c1", "And when will W-10001 arrive?", customer="C-1")
    assert isinstance(after, Replied)
    assert "W-10001" in after.text


class _StatusReader:
    """Reads a question about an order in everything but a no."""

    def read(self, text: str) -> dict[str, float]:
        return {"smalltalk": 1.0} if text == "no" else {"order_status": 1.0}


async def test_a_reason_is_offered_once_and_then_served_or_handed_over_by_the_other_rules(world: World) -> None:
    very = "  - {id: very, when: 'signals.probability.angry >= 0.6', route: human, reason: angry}\n"
    agent = world.agent(
        says("It is being packed."),
        says("It leaves today."),
        guard=reading(OFFER + very, worse={"order_status": 0.3, "angry": 0.7}),
    )
    await asked(agent)
    assert isinstance(await agent.reply("c1", "no", customer="C-1"), Replied)
    again = await agent.reply("c1", LATE, customer="C-1")
    assert isinstance(again, Replied)
    assert (again.decision.route, again.text) == ("automate", "It leaves today.")
    assert isinstance(worse := await agent.reply("c1", "worse", customer="C-1"), HandedOff)
    assert worse.decision.rule == "very"
    (case,) = await world.cases()
    assert [offer.answer for offer in case.file.offers] == ["declined"]


async def test_a_stronger_rule_of_the_declined_reason_does_not_overrule_the_no(world: World) -> None:
    rules = OFFER + "  - {id: any, when: 'signals.probability.angry >= 0.1', route: human, reason: angry}\n"
    agent, _ = an_agent(world, says("It is being packed."), rules=rules)
    await asked(agent)
    turn = await agent.reply("c1", "no", customer="C-1")
    assert isinstance(turn, Replied)
    assert turn.decision.route == "automate"


async def test_another_reason_that_stood_behind_the_offer_hands_over_after_a_no(world: World) -> None:
    rules = OFFER + "  - {id: dear, when: customer.known, route: human, reason: high_value}\n"
    agent, model = an_agent(world, rules=rules)
    await asked(agent)
    turn = await agent.reply("c1", "no", customer="C-1")
    assert isinstance(turn, HandedOff)
    assert turn.reason == "high_value"
    assert model.requests == []


async def test_a_no_is_not_followed_by_another_offer(world: World) -> None:
    rules = OFFER + "  - {id: dear, when: signals.concern, route: offer, reason: high_value}\n"
    agent, _ = an_agent(world, says("It is being packed."), rules=rules)
    await asked(agent)
    assert (await agent.reply("c1", "no", customer="C-1")).text == "It is being packed."


async def test_anything_else_is_decided_as_always_and_the_offer_lapses(world: World) -> None:
    agent, model = an_agent(world, says("It is blue."), says("You are welcome."))
    await asked(agent)
    turn = await agent.reply("c1", "What colour is the mug?", customer="C-1")
    assert isinstance(turn, Replied)
    assert [message.text for message in model.requests[0].messages][-3:] == [LATE, QUESTION, "What colour is the mug?"]
    assert isinstance(await agent.reply("c1", "yes", customer="C-1"), Replied)


@pytest.mark.parametrize("answer", ["yes, or I will kill myself", "No. I will sue you and my lawyer will write to you"])
async def test_danger_outweighs_the_answer(world: World, answer: str) -> None:
    agent, _ = an_agent(world)
    await asked(agent)
    turn = await agent.reply("c1", answer, customer="C-1")
    assert isinstance(turn, HandedOff)
    assert (turn.reason, turn.queue) in (("self_harm", "people"), ("legal_threat", "people"))
    (case,) = await world.cases()
    assert [offer.answer for offer in case.file.offers] == ["lapsed"]


@pytest.mark.parametrize(("answer", "outcome"), [("yes", "accepted"), ("no", "lapsed")])
async def test_a_reason_read_in_a_plain_answer_wins_and_the_file_says_what_was_answered(
    world: World, answer: str, outcome: str
) -> None:
    rules = OFFER + "  - {id: dear, when: facts.asked, route: human, reason: high_value}\n"
    agent, _ = an_agent(world, rules=rules)
    await asked(agent)
    turn = await agent.reply("c1", answer, customer="C-1")
    assert isinstance(turn, HandedOff)
    assert turn.reason == "high_value"
    (case,) = await world.cases()
    assert [offer.answer for offer in case.file.offers] == [outcome]


async def test_a_plain_yes_the_guard_makes_nothing_of_is_still_a_yes(world: World) -> None:
    rules = OFFER + "  - {id: unclear, when: 'signals.intent_probability < 0.2 || facts.asked', route: human, reason: unsure}\n"
    agent, _ = an_agent(world, rules=rules)
    await asked(agent)
    turn = await agent.reply("c1", "yes", customer="C-1")
    assert isinstance(turn, HandedOff)
    assert turn.reason == "angry"


async def test_a_no_that_is_a_word_of_several_languages_leaves_the_customers_own(world: World) -> None:
    late = "Mein Paket ist schon wieder zu spät, wo ist es denn?"
    rules = OFFER + "  - {id: dear, when: facts.asked, route: human, reason: high_value}\n"
    agent = world.agent(guard=Reading(rules, {late: {"order_status": 0.6, "angry": 0.3}}))
    await agent.reply("c1", late, customer="C-1")
    turn = await agent.reply("c1", "no", customer="C-1")
    assert isinstance(turn, HandedOff)
    assert "sobald jemand frei ist" in turn.text
