"""What a changed policy would have done with the messages of the past, its own topics among them."""

from datetime import timedelta

from support.cases import later
from support.talks import say

from warmline.agent.guard.policy import default_file, shipped, text_of
from warmline.agent.guard.topics import Topic
from warmline.agent.store.belongings import Whose
from warmline.agent.store.erasure import erase
from warmline.agent.store.store import Store
from warmline.evals.insights.patch import ToPeople, patched
from warmline.evals.insights.review.replay import replay

SIZES = ToPeople(
    id="review_sizes",
    when='signals.intent == "product_basic" && "sizes" in signals.topics',
    reason="complex_product",
    why="as customers rated it",
    topic=Topic("sizes", ("sizes", "tailles")),
)


async def test_a_topic_that_was_not_there_then_is_looked_for_in_the_words_as_they_are_stored(store: Store) -> None:
    await say(store, "c1", "What sizes are there?", "product_basic", guest=True)
    await say(store, "c2", "Quelles tailles ?", "product_basic", guest=True)
    await say(store, "c3", "What is it made of?", "product_basic", guest=True)
    await say(store, "c4", "Are all sizes in stock?", "stock_check", guest=True)
    later(store, minutes=1)
    new = patched("mine.yaml", text_of(default_file()), [SIZES]).policy
    now = store.clock.now()
    found = await replay(store, shipped(), new, since=now - timedelta(days=1), until=now)
    assert (found.decided, found.changed) == (4, 2)
    assert dict(found.moves) == {(("automate", "product_basic"), ("human", "complex_product")): 2}
    back = await replay(store, new, shipped(), since=now - timedelta(days=1), until=now)
    assert dict(back.moves) == {(("human", "complex_product"), ("automate", "product_basic")): 2}


async def test_the_erased_cannot_be_decided_again_and_are_counted(store: Store) -> None:
    await say(store, "c1", "What sizes are there?", "product_basic", guest=True)
    later(store, minutes=1)
    await erase(store, Whose(conversation_id="c1"), by="dpo")
    now = store.clock.now()
    found = await replay(store, shipped(), shipped(), since=now - timedelta(days=1), until=now)
    assert (found.decided, found.unread) == (0, 1)
