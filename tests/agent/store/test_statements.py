"""How often a turn goes to a database that is not in this process."""

from collections.abc import AsyncGenerator

import pytest
from sqlalchemy import event
from support.databases import postgresql_url, with_empty_tables
from support.world import NOON

from warmline.agent.models.base import CallRequest, Message
from warmline.agent.store.store import Closing, Opened, Store
from warmline.tools.clock import FrozenClock

CALL = CallRequest(call_id="1", name="get_order", arguments="{}")
SAID = [
    ("call", Message(role="assistant", calls=(CALL,))),
    ("tool", Message(role="tool", text="{}", call_id="1")),
    ("agent", Message(role="assistant", text="It is on its way.")),
]


@pytest.fixture
async def postgresql() -> AsyncGenerator[Store]:
    url = postgresql_url()
    await with_empty_tables(url)
    store = await Store.open(url, clock=FrozenClock(NOON))
    yield store
    await store.close()


async def test_the_messages_of_a_turn_are_one_insert(postgresql: Store) -> None:
    opened = await postgresql.open_turn("c1", "m1", "Where is it?", customer_id=None)
    assert isinstance(opened, Opened)
    heard: list[str] = []
    event.listen(postgresql.engine.sync_engine, "before_cursor_execute", lambda *told: heard.append(told[2]))
    await postgresql.close_turn(opened, Closing(messages=SAID, state=opened.state, outcome="{}"))
    (insert,) = [statement for statement in heard if statement.startswith("INSERT INTO warmline_message")]
    assert insert.count("), (") == len(SAID) - 1
    again = await postgresql.open_turn("c1", "m2", "And now?", customer_id=None)
    assert isinstance(again, Opened)
    assert [message.text for message in again.messages] == ["Where is it?", None, "{}", "It is on its way.", "And now?"]
