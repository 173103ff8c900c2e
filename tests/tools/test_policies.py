"""The shop's rules in its own words."""

import pytest

from warmline.errors import ToolError
from warmline.testing import MemoryShop, ToolBench, a_policy

POLICIES = [
    a_policy(),
    a_policy("shipping", title="Shipping and delivery", text="We ship within two days. To Canada it takes a week."),
    a_policy("gift_cards", title="Gift cards", text="A gift card is valid for five years."),
    a_policy("order_changes", title="Changing or cancelling an order", text="Until dispatch. Klarna orders too; Klarna is told."),
]


@pytest.mark.parametrize(
    ("topic", "found"),
    [
        ("returns", "returns"),
        ("Returns", "returns"),
        ("return policy", "returns"),
        ("retunrs", "returns"),
        ("exchange", "returns"),
        ("Shipping and delivery", "shipping"),
        ("delivery", "shipping"),
        ("gift cards", "gift_cards"),
        ("giftcard", "gift_cards"),
        ("cancelling", "order_changes"),
        ("klarna", "order_changes"),
        ("Canada", "shipping"),
    ],
)
async def test_a_policy_is_found_by_topic_title_or_words_in_it(topic: str, found: str) -> None:
    told = await ToolBench(MemoryShop(policies=POLICIES)).tell("get_policy", topic=topic)
    assert told["topic"] == found


async def test_a_policy_is_quoted_whole() -> None:
    told = await ToolBench(MemoryShop()).tell("get_policy", topic="returns")
    assert told == a_policy().model_dump()


@pytest.mark.parametrize("topic", ["dinosaurs", "of it", "friendly dinosaurs on two skateboards", "orders for Canada"])
async def test_an_unknown_topic_is_answered_with_the_topics(topic: str) -> None:
    with pytest.raises(ToolError, match="Its topics are: returns, shipping, gift_cards, order_changes"):
        await ToolBench(MemoryShop(policies=POLICIES)).run("get_policy", topic=topic)


async def test_a_shop_without_policies_says_so() -> None:
    with pytest.raises(ToolError, match="Its topics are: none"):
        await ToolBench(MemoryShop(policies=[])).run("get_policy", topic="returns")
