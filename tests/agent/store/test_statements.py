"""What a turn's statements are on PostgreSQL: prepared once, past SQLAlchemy on an engine of ours, and as good as if it had run them."""

from collections.abc import AsyncGenerator
from functools import partial
from typing import Any

import pytest
from sqlalchemy import bindparam, event, select, text
from sqlalchemy.ext.asyncio import create_async_engine
from support.databases import postgresql_url, with_empty_tables
from support.world import NOON

from warmline.agent.models.base import CallRequest, Message
from warmline.agent.store.database import apart, transaction
from warmline.agent.store.prepared import Prepared
from warmline.agent.store.rows import CONVERSATION
from warmline.agent.store.store import Closing, Opened, Store
from warmline.errors import StoreError
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
    event.listen(postgresql.engine.sync_engine, "before_cursor_execute", partial(_note, heard))
    await postgresql.close_turn(opened, Closing(messages=SAID, state=opened.state, outcome="{}"))
    (insert,) = [statement for statement in heard if statement.startswith("INSERT INTO warmline_message")]
    assert insert.count("), (") == len(SAID) - 1
    again = await postgresql.open_turn("c1", "m2", "And now?", customer_id=None)
    assert isinstance(again, Opened)
    assert [message.text for message in again.messages] == ["Where is it?", None, "{}", "It is on its way.", "And now?"]


def _note(heard: list[str], *told: Any) -> None:
    heard.append(told[2])


FIND = Prepared(select(CONVERSATION).where(CONVERSATION.c.id == bindparam("key")))


async def test_a_row_is_the_same_past_sqlalchemy_and_through_it(postgresql: Store) -> None:
    await postgresql.open_turn("c1", "m1", "Where is it?", customer_id="C-1")
    found: list[tuple[Any, int]] = []
    for engine in (postgresql.engine, apart(postgresql.engine)):
        heard: list[str] = []
        event.listen(engine.sync_engine, "before_cursor_execute", partial(_note, heard))
        async with transaction(engine) as connection:
            found.append(((await FIND.run(connection, {"key": "c1"})).first, len(heard)))
    (straight, none), (through, one) = found
    assert straight._asdict() == through._asdict()
    assert straight.updated_at.utcoffset() is not None
    assert (none, one) == (0, 1)


async def test_a_hosts_engine_hears_of_every_statement(postgresql: Store) -> None:
    engine = create_async_engine(postgresql.engine.url)
    heard: list[str] = []
    event.listen(engine.sync_engine, "before_cursor_execute", partial(_note, heard))
    store = await Store.open(engine, clock=FrozenClock(NOON))
    await store.open_turn("c1", "m1", "Where is it?", customer_id=None)
    assert any(statement.startswith("INSERT INTO warmline_conversation") for statement in heard)
    await engine.dispose()


async def test_what_the_server_refuses_is_said_without_a_customers_words(postgresql: Store) -> None:
    broken = Prepared(select(CONVERSATION.c.id, text("no_such_column")).where(CONVERSATION.c.id == bindparam("key")))
    with pytest.raises(StoreError, match="no_such_column") as raised:
        async with transaction(postgresql.engine) as connection:
            await broken.run(connection, {"key": "the words of a customer"})
    error: BaseException | None = raised.value
    while error is not None:
        assert "the words of a customer" not in str(error)
        error = error.__cause__
    assert await postgresql.open_turn("c1", "m1", "Where is it?", customer_id=None)


async def test_a_server_that_goes_away_between_two_statements_costs_that_transaction_and_no_other(postgresql: Store) -> None:
    async def cut_off() -> None:
        async with transaction(postgresql.engine) as connection:
            mine = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
            async with transaction(postgresql.engine) as other:
                await other.execute(text("SELECT pg_terminate_backend(:mine)"), {"mine": mine})
            await FIND.run(connection, {"key": "c1"})

    with pytest.raises(StoreError, match="went away"):
        await cut_off()
    assert isinstance(await postgresql.open_turn("c1", "m1", "Where is it?", customer_id=None), Opened)


async def test_what_was_written_before_an_error_is_undone(postgresql: Store) -> None:
    opened = await postgresql.open_turn("c1", "m1", "Where is it?", customer_id=None)
    assert isinstance(opened, Opened)
    said = [("agent", Message(role="assistant", text="It is on its way."))]
    with pytest.raises(StoreError):
        await postgresql.close_turn(
            opened, Closing(messages=said, state=opened.state, outcome="\x00")
        )  # PostgreSQL stores no NUL
    assert await postgresql.held("c1"), "the lease was let go of in the transaction that failed"
    await postgresql.release("c1", opened.lease)
    again = await postgresql.open_turn("c1", "m1", "Where is it?", customer_id=None)
    assert isinstance(again, Opened)
    assert [message.text for message in again.messages] == ["Where is it?"]
