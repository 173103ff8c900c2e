"""docs/events.md: its table is what the code writes, its snippets run, its figures are the code's."""

import re
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from support.cases import a_case, later
from support.events import Taker, write_events
from support.world import ANN, NOON, OPEN

from warmline import HandedOff, SupportAgent
from warmline.agent.desk.asking import ask_satisfaction
from warmline.agent.desk.chores import lapse_claims, watch_service_levels
from warmline.agent.desk.desk import Desk
from warmline.agent.desk.gathered import add_facts, add_words
from warmline.agent.desk.unfinished import take_on
from warmline.agent.outbox.back_in_stock import notify_back_in_stock
from warmline.agent.outbox.delivery import Delivered, deliver_due
from warmline.agent.outbox.event import OutboxEvent
from warmline.agent.outbox.news import order_changed, parcel_moved
from warmline.agent.outbox.webhook import WebhookSink
from warmline.agent.store.belongings import Whose
from warmline.agent.store.erasure import erase
from warmline.agent.store.store import Store
from warmline.testing import FixedGuard, MemoryShop, ScriptedModel, a_product, a_variant
from warmline.tools.carriers.updates import ParcelUpdate
from warmline.tools.clock import FrozenClock, SystemClock

MANUAL = (Path(__file__).parents[3] / "docs" / "events.md").read_text("utf-8")
SNIPPETS = re.findall(r"```python\n(.*?)```", MANUAL, re.DOTALL)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def run(code: str) -> dict[str, Any]:
    space: dict[str, Any] = {"__name__": "manual"}
    exec(compile(code, "events.md", "exec"), space)  # noqa: S102 (our own manual)
    return space


def documented() -> dict[str, set[str]]:
    """The kinds of the table, each with its fields."""
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", MANUAL, re.MULTILINE)
    return {kind: set(re.findall(r"`(\w+)`", fields)) for kind, fields in rows}


async def sell_out_and_return(store: Store) -> None:
    """Sign-ups, by e-mail and by text, for something that comes back."""
    shop = MemoryShop(products=[a_product(variants=(a_variant("LAMP", units=0),))], clock=store.clock)
    await shop.subscribe_back_in_stock("LAMP", "ann@example.com", key="k1")
    await shop.text_when_back_in_stock("LAMP", "+18025550114", key="k2")
    shop.records.restock("LAMP", 1)
    await notify_back_in_stock(store, shop, store.clock)


async def hear(store: Store) -> None:
    """What a carrier and a shop tell by webhook."""
    await parcel_moved(
        store, ParcelUpdate(event_id="e1", carrier="USPS", tracking_number="9405", status="delivered", at=store.clock.now())
    )
    await order_changed(store, "W-10001", store.clock.now())


async def talk(store: Store) -> str:
    """A conversation that goes to people, another that is answered later; the case."""
    shop = MemoryShop(customers=[ANN], orders=[OPEN], clock=store.clock)
    agent = SupportAgent(model=ScriptedModel([]), shop=shop, store=store.engine, guard=FixedGuard("emotional"), clock=store.clock)
    turn = await agent.reply("c1", "It broke my heart.", customer="C-1")
    assert isinstance(turn, HandedOff)
    await agent.reply("c1", "Are you there?", customer="C-1")
    await agent.enqueue("c2", "Where is it?", "m1", customer="C-1")
    await agent.resume("c2", "m1")
    await agent.close()
    return turn.case_id


async def work(store: Store, case_id: str) -> None:
    """Everything that people and the clock do to a case."""
    desk = Desk(store)
    await add_facts(store, case_id, [], note="nothing", spent={"input_tokens": 1, "output_tokens": 1})
    await add_words(store, case_id, summary="It broke.", draft=None, spent={"input_tokens": 1, "output_tokens": 1})
    await take_on(store, case_id)
    for move in (
        desk.claim(case_id, by="ana"),
        desk.release(case_id, by="ana"),
        desk.reassign(case_id, to="bo", by="ana"),
        desk.note(case_id, "be kind", by="bo"),
        desk.judge(case_id, "right", by="bo"),
        desk.reply(case_id, "It leaves today.", by="bo"),
        desk.wait_for_customer(case_id, by="bo"),
        desk.hand_back(case_id, by="bo", instruction="say when it leaves"),
        desk.reopen(case_id, by="bo"),
        desk.claim(case_id, by="bo"),
    ):
        await move
    later(store, days=1)
    await lapse_claims(desk)
    await desk.merge(case_id, into=await a_case(store, "c3", customer_id="C-1"), by="bo")


async def close_in_time(store: Store) -> None:
    """A case with deadlines that are missed, then resolved, and a customer who is asked how it was and says so."""
    desk = Desk(store)
    case_id = await a_case(store, "c4", minutes=60)
    for minutes in (55, 10):
        later(store, minutes=minutes)
        await watch_service_levels(desk)
    await desk.claim(case_id, by="ana")
    await desk.resolve(case_id, by="ana")
    later(store, hours=12)
    assert await ask_satisfaction(desk) >= 1
    agent = SupportAgent(model=ScriptedModel([]), shop=MemoryShop(), store=store.engine, guard=FixedGuard(), clock=store.clock)
    await agent.reply("c4", "5")
    await agent.close()


async def come_back(store: Store) -> None:
    """A customer who answers a case that was resolved."""
    agent = SupportAgent(
        model=ScriptedModel([]), shop=MemoryShop(), store=store.engine, guard=FixedGuard("dispute"), clock=store.clock
    )
    turn = await agent.reply("c5", "You charged me twice.")
    assert isinstance(turn, HandedOff)
    desk = await agent.desk()
    await desk.claim(turn.case_id, by="ana")
    await desk.resolve(turn.case_id, by="ana")
    await agent.reply("c5", "And again!")
    await agent.close()


async def emitted(store: Store) -> dict[str, set[str]]:
    sink = Taker()
    await deliver_due(store, sink)
    found: dict[str, set[str]] = {}
    for event in sink.taken:
        found[event.kind] = found.get(event.kind, set()) | set(event.body)
    return found


async def test_the_table_is_what_the_code_writes(store: Store) -> None:
    await sell_out_and_return(store)
    await hear(store)
    await work(store, await talk(store))
    await close_in_time(store)
    await come_back(store)
    found = await emitted(store)
    await erase(store, Whose(customer_id="C-1"), by="dpo")
    assert documented() == found | await emitted(store)


async def test_the_function_of_the_manual_takes_events(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    await write_events(store, "c1", "a1", who="ana")
    deliver: Callable[[SupportAgent], Awaitable[None]] = run(SNIPPETS[0])["run"]
    await deliver(SupportAgent(shop=MemoryShop(), model=ScriptedModel([]), store=store, guard=FixedGuard()))
    assert capsys.readouterr().out == "a1 case_claimed {'case_id': 'K-1', 'who': 'ana'}\n1 0 0\n"
    assert await deliver_due(store, Taker()) == Delivered()


async def test_the_check_of_the_manual_takes_our_signatures_and_no_others() -> None:
    verify: Callable[[str, dict[str, str], bytes], bool] = run(SNIPPETS[1])["verify"]
    got: list[httpx2.Request] = []

    def receive(request: httpx2.Request) -> httpx2.Response:
        got.append(request)
        return httpx2.Response(204)

    event = OutboxEvent(key="e1", conversation_id="c1", kind="case_opened", body={"reason": "ärger"}, at=NOON)
    old = FrozenClock(NOON)
    async with httpx2.AsyncClient(transport=httpx2.MockTransport(receive)) as client:
        for secrets, clock in (([SECRET], SystemClock()), (["whsec_" + "n" * 32, SECRET], SystemClock()), ([SECRET], old)):
            await WebhookSink("https://shop.example.com/", secrets, clock=clock, client=client).deliver(event)
    plain, doubled, stale = ((dict(request.headers), request.content) for request in got)
    assert verify(SECRET, *plain)
    assert verify(SECRET, *doubled)
    assert abs(time.time() - NOON.timestamp()) < 300 or not verify(SECRET, *stale)
    assert not verify("whsec_" + "x" * 32, *plain)
    assert not verify(SECRET, plain[0], plain[1] + b" ")
    assert not verify(SECRET, {**plain[0], "webhook-id": "e2"}, plain[1])


@pytest.mark.parametrize(
    "figure", ["after 10 seconds", "up to 6 hours", "12\nattempts", "13 to 27 hours", "300 characters", "within 15 seconds"]
)
def test_the_figures_stand_in_the_manual(figure: str) -> None:
    from warmline.agent.outbox import delivery, webhook
    from warmline.agent.outbox.retries import Retries

    retries = Retries()
    assert (retries.attempts, retries.first.total_seconds(), retries.longest.total_seconds()) == (12, 10, 6 * 3600)
    assert (delivery._ERROR, webhook.SECONDS) == (300, 15.0)  # pyright: ignore[reportPrivateUsage]
    assert figure in MANUAL
