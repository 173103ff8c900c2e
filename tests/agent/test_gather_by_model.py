"""Which look-ups a language model may choose for a case: reads only, its words thrown away, and nobody else's orders."""

from support.gathering import BROKEN, MINE, RULE, a_shop, made, reading, the_case
from support.policies import Reading
from support.world import World

from warmline.agent.models.base import ModelAnswer, ModelRequest
from warmline.errors import ModelUnavailable
from warmline.testing import ScriptedModel, a_line, at_once, calls, says


async def test_a_guest_gets_what_they_proved_and_cannot_prove_more_by_it(world: World) -> None:
    rule = "  - {id: dear, when: order.total > 0, route: gather, reason: high_value}\n"
    text = "W-10001 (ann@example.com) came broken, and W-10003 (bob@example.com) too"
    prove = calls("get_order", order_number="W-10001", email="ann@example.com")
    others = calls("get_order", order_number="W-10003", email="bob@example.com")
    agent = world.agent(prove, at_once(others, calls("get_order", order_number="W-10001")), says("done"), guard=Reading(rule, {}))
    case = await the_case(agent, text, customer=None)
    assert [(fact.status, fact.arguments) for fact in case.file.facts] == [
        ("failed", '{"email":"bob@example.com","order_number":"W-10003"}'),
        ("found", '{"order_number":"W-10001"}'),
    ]
    assert "bob" not in case.file.facts[0].result


async def test_without_a_language_model_a_guest_gets_what_they_proved(world: World) -> None:
    rule = "  - {id: dear, when: order.total > 0, route: gather, reason: high_value}\n"
    agent = world.agent(
        calls("get_order", order_number="W-10001", email="ann@example.com"), ModelUnavailable("gone"), guard=Reading(rule, {})
    )
    case = await the_case(agent, "W-10001 came broken. ann@example.com", customer=None)
    assert made(case.file.facts)[:2] == ["get_order W-10001", "check_return W-10001"]
    assert case.events[-1].note.endswith("the model could not choose: ModelUnavailable: gone")


async def test_a_language_model_chooses_among_what_reads_and_its_words_are_thrown_away(world: World) -> None:
    model = ScriptedModel([at_once(says("I will refund it all!"), calls("find_orders")), says("Refunded.")])
    agent = world.agent(model=model, guard=reading(), shop=a_shop(world, MINE))
    case = await the_case(agent)
    assert made(case.file.facts) == ["find_orders"]
    offered = {tool["function"]["name"] for tool in model.requests[0].prompt.tools}
    assert offered == {tool.name for tool in (await agent.parts()).tools.values() if tool.effect == "read"}
    assert "refund" not in case.model_dump_json().casefold()
    assert BROKEN in [message.text for message in model.requests[0].messages]


async def test_a_write_that_a_model_asks_for_is_refused(world: World) -> None:
    cancel = calls("cancel_unshipped_order", order_number="W-10001")
    model = ScriptedModel([calls("find_orders"), cancel, calls("get_order", order_number="W-10001"), says("never asked")])
    agent = world.agent(model=model, guard=reading())
    case = await the_case(agent)
    assert made(case.file.facts) == ["find_orders", "get_order W-10001"]
    assert "There is no tool 'cancel_unshipped_order'" in (model.requests[2].messages[-1].text or "")
    assert world.shop.receipts == {}
    assert model.left == 1


async def test_a_model_reaches_nobody_elses_order_and_invents_no_number(world: World) -> None:
    text = "W-10003 came broken"
    theirs, invented = calls("get_order", order_number="W-10003"), calls("get_order", order_number="W-99999")
    model = ScriptedModel([at_once(theirs, invented), says("done")])
    agent = world.agent(model=model, guard=Reading(RULE, {text: {"return_start": 0.9}}))
    case = await the_case(agent, text)
    (fact,) = case.file.facts
    assert (fact.status, fact.arguments) == ("failed", '{"order_number":"W-10003"}')
    assert "bob" not in fact.result.casefold()


async def test_a_model_gets_six_look_ups_and_each_only_once(world: World) -> None:
    def many(_: ModelRequest) -> ModelAnswer:
        stocks = [calls("check_stock", sku=f"CREW-{size}") for size in range(9)]
        return at_once(calls("find_orders"), calls("find_orders"), *stocks)

    lines = tuple(a_line(f"CREW-{size}") for size in range(9))
    model = ScriptedModel([calls("get_order", order_number="W-20001"), many, says("never asked")])
    text = "W-20001 came broken"
    shop = a_shop(world, MINE.model_copy(update={"lines": lines}))
    agent = world.agent(model=model, guard=Reading(RULE, {text: {"return_start": 0.9}}), shop=shop)
    case = await the_case(agent, text)
    assert made(case.file.facts) == ["get_order W-20001", "find_orders", *(f"check_stock CREW-{size}" for size in range(4))]
    assert model.left == 1


async def test_a_model_that_looks_nothing_up_leaves_the_usual_look_ups(world: World) -> None:
    agent = world.agent(says("Nothing to do."), guard=reading(), shop=a_shop(world, MINE))
    assert made((await the_case(agent)).file.facts)[:2] == ["find_orders 1", "get_order W-20001"]
