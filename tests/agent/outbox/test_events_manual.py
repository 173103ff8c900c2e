"""docs/events.md: its table is what the code writes, its snippets run, its figures are the code's."""

import re
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from support.events import Taker, write_events
from support.world import ANN, NOON, OPEN

from warmline import SupportAgent
from warmline.agent.desk.desk import Desk
from warmline.agent.desk.gathered import add_facts
from warmline.agent.outbox.back_in_stock import notify_back_in_stock
from warmline.agent.outbox.delivery import Delivered, deliver_due
from warmline.agent.outbox.event import OutboxEvent
from warmline.agent.outbox.webhook import WebhookSink
from warmline.agent.store.belongings import Whose
from warmline.agent.store.erasure import erase
from warmline.agent.store.store import Store
from warmline.testing import FixedGuard, MemoryShop, ScriptedModel, a_product, a_variant
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


async def live(store: Store) -> None:
    """Everything that writes an event, once."""
    shop = MemoryShop(
        customers=[ANN], orders=[OPEN], products=[a_product(variants=(a_variant("LAMP", units=0),))], clock=store.clock
    )
    agent = SupportAgent(model=ScriptedModel([]), shop=shop, store=store.engine, guard=FixedGuard("emotional"), clock=store.clock)
    await agent.reply("c1", "It broke my heart.", customer="C-1")
    await agent.reply("c1", "Are you there?", customer="C-1")
    await agent.close()
    desk = Desk(store)
    (case,) = await desk.cases()
    await add_facts(store, case.id, [], note="nothing", spent={"input_tokens": 1, "output_tokens": 1})
    await desk.claim(case.id, by="ana")
    await desk.reply(case.id, "It leaves today.", by="ana")
    await desk.resolve(case.id, by="ana")
    await shop.subscribe_back_in_stock("LAMP", "ann@example.com", key="k1")
    shop.records.restock("LAMP", 1)
    await notify_back_in_stock(store, shop, store.clock)


async def emitted(store: Store) -> dict[str, set[str]]:
    sink = Taker()
    await deliver_due(store, sink)
    return {event.kind: set(event.body) for event in sink.taken}


async def test_the_table_is_what_the_code_writes(store: Store) -> None:
    await live(store)
    found = await emitted(store)
    await erase(store, Whose(customer_id="C-1"), by="dpo")
    assert documented() == found | await emitted(store)


async def test_the_function_of_the_manual_takes_events(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    await write_events(store, "c1", "a1", who="ana")
    deliver: Callable[[Store], Awaitable[None]] = run(SNIPPETS[0])["run"]
    await deliver(store)
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
