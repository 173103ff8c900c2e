"""What `warmline eval run evals --agent my_shop.evals:make_agent` tries."""

from pydantic import BaseModel

from warmline import SupportAgent
from warmline.errors import ToolError
from warmline.evals.worlds.world import World
from warmline.tools.tool import Arguments, Tool, ToolContext

from .backend import Backend


class GiftCard(Arguments):
    """Which card."""

    number: str


class Balance(BaseModel):
    """What is left on it."""

    number: str
    left: str


async def gift_card_balance(context: ToolContext, arguments: GiftCard) -> Balance:
    """The balance of a card; a ToolError is what the model may tell the customer."""
    left = context.shop.balances.get(arguments.number.upper())  # type: ignore[attr-defined]
    if left is None:
        raise ToolError(f"There is no gift card {arguments.number!r}.")
    return Balance(number=arguments.number.upper(), left=f"{left} EUR")


GIFT_CARD_BALANCE = Tool(
    name="gift_card_balance",
    description="Look up what is left on a gift card, by its number such as GC-7001. Ask for the number first.",
    effect="read",
    arguments=GiftCard,
    run=gift_card_balance,
)


def make_agent(world: World) -> SupportAgent:
    """Your agent in the world of one trial: a backend of its own, your tool, and whatever else the world gives."""
    shop = Backend()

    async def rows() -> dict[str, dict[str, dict[str, str]]]:
        return {"gift_cards": {number: {"left": left} for number, left in shop.balances.items()}}

    world.watch(rows)
    return SupportAgent(
        shop=shop,
        tools=[GIFT_CARD_BALANCE],
        model=world.model,
        store=world.store,
        guard=world.guard,
        clock=world.clock,
        limits=world.limits,
        shop_seconds=world.shop_seconds,
    )
