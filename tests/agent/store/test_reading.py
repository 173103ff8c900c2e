"""What others read of a conversation: the visible thread, and which conversations there are."""

from datetime import timedelta

from support.world import World

from warmline.agent.store.store import Store
from warmline.testing import FixedGuard, calls, says


async def store_of(world: World) -> Store:
    return (await world.agents[-1].parts()).store


async def test_the_thread_holds_what_the_customer_sees_and_not_the_agents_steps(world: World) -> None:
    agent = world.agent(calls("get_order", order_number="W-10001"), says("Order W-10001 is being prepared."))
    await agent.reply("c1", "Where is W-10001?", customer="C-1")
    thread = await (await store_of(world)).thread("c1")
    assert [(said.author, said.text) for said in thread] == [
        ("customer", "Where is W-10001?"),
        ("agent", "Order W-10001 is being prepared."),
    ]
    assert [said.at for said in thread] == [world.clock.now()] * 2


async def test_only_what_is_new_is_read(world: World) -> None:
    agent = world.agent(says("Hello."), says("Again."))
    await agent.reply("c1", "hi")
    store = await store_of(world)
    last = (await store.thread("c1"))[-1].id
    assert await store.thread("c1", after=last) == []
    await agent.reply("c1", "hi again")
    assert [said.text for said in await store.thread("c1", after=last)] == ["hi again", "Again."]


async def test_what_a_person_wrote_is_theirs(world: World) -> None:
    agent = world.agent(guard=FixedGuard("emotional"))
    await agent.reply("c1", "It broke my heart.", customer="C-1")
    desk = await agent.desk()
    (case,) = await world.cases()
    await desk.claim(case.id, by="ana")
    await desk.reply(case.id, "It leaves today.", by="ana")
    thread = await (await store_of(world)).thread("c1")
    assert [said.author for said in thread] == ["customer", "notice", "person"]
    assert thread[-1].text == "It leaves today."


async def test_another_conversations_words_are_not_read(world: World) -> None:
    agent = world.agent(says("Hello."))
    await agent.reply("c1", "hi")
    assert await (await store_of(world)).thread("c2") == []


async def test_a_conversation_is_found_by_its_id_with_its_customer_and_case(world: World) -> None:
    agent = world.agent(guard=FixedGuard("emotional"))
    await agent.reply("c1", "It broke my heart.", customer="C-1")
    known = await (await store_of(world)).find("c1")
    (case,) = await world.cases()
    assert known is not None
    assert (known.id, known.customer_id, known.case_id) == ("c1", "C-1", case.id)


async def test_a_resolved_case_is_no_longer_the_conversations(world: World) -> None:
    agent = world.agent(guard=FixedGuard("emotional"))
    await agent.reply("c1", "It broke my heart.", customer="C-1")
    (case,) = await world.cases()
    desk = await agent.desk()
    await desk.claim(case.id, by="ana")
    await desk.resolve(case.id, by="ana")
    known = await (await store_of(world)).find("c1")
    assert known is not None
    assert known.case_id is None


async def test_without_an_id_the_one_last_written_in_is_found(world: World) -> None:
    agent = world.agent(says("Hi."), says("Hi."), says("Hi."))
    for conversation, customer in (("c1", "C-1"), ("c2", "C-2"), ("c3", None)):
        world.clock.moment += timedelta(minutes=1)
        await agent.reply(conversation, "hi", customer=customer)
    store = await store_of(world)
    newest, theirs = await store.find(), await store.find(customer_id="C-1")
    assert newest is not None
    assert theirs is not None
    assert (newest.id, newest.customer_id, theirs.id) == ("c3", None, "c1")


async def test_what_does_not_exist_is_not_found(world: World) -> None:
    world.agent()
    store = await store_of(world)
    assert await store.find() is None
    assert await store.find("c1") is None
