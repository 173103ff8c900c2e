"""The model and the shop behind their gates are still what they were."""

from support.world import ANN, World

from warmline import EmbeddedModel
from warmline.agent.bounded import BoundedModel, bounded_shop
from warmline.agent.capacity import Places
from warmline.agent.models.base import is_language_model
from warmline.testing import MemoryShop, ScriptedModel
from warmline.tools.model import Customer, Order, PolicyDocument, Product
from warmline.tools.shop import OrderChanges, Receipts, Returns, Shop
from warmline.tools.toolbox import tools_for


class ReadOnlyShop:
    """The six methods, and nothing in stock."""

    async def get_customer(self, customer_id: str) -> Customer | None:
        return ANN if customer_id == ANN.customer_id else None

    async def get_order(self, number: str) -> Order | None:
        return None

    async def list_orders(self, customer_id: str) -> list[Order]:
        return []

    async def get_product(self, reference: str) -> Product | None:
        return None

    async def search_products(self, query: str, *, limit: int = 5) -> list[Product]:
        return []

    async def list_policies(self) -> list[PolicyDocument]:
        return []


async def test_a_bounded_shop_can_do_what_the_shop_can_and_no_more() -> None:
    for own in (ReadOnlyShop(), MemoryShop()):
        shop = bounded_shop(own, Places().shop)
        kinds = (Shop, Receipts, OrderChanges, Returns)
        assert [isinstance(shop, kind) for kind in kinds] == [isinstance(own, kind) for kind in kinds]
        assert tools_for(shop) == tools_for(own)
    shop = bounded_shop(ReadOnlyShop(), Places().shop)
    assert (await shop.get_customer("C-1"), await shop.search_products("mug", limit=1)) == (ANN, [])


async def test_a_method_that_is_replaced_later_is_the_one_that_is_called(world: World) -> None:
    shop = bounded_shop(world.shop, Places().shop)

    async def nobody(customer_id: str) -> None:
        return None

    assert await shop.get_customer("C-1") == ANN
    world.shop.get_customer = nobody  # type: ignore[method-assign]
    assert await shop.get_customer("C-1") is None


def test_a_bounded_model_keeps_its_name_and_its_kind() -> None:
    gate = Places().model
    scripted, embedded = BoundedModel(ScriptedModel([], name="gpt"), gate), BoundedModel(EmbeddedModel(), gate)
    assert (scripted.name, is_language_model(scripted), is_language_model(embedded)) == ("gpt", True, False)
    assert (scripted.breaker is None, embedded.breaker is None) == (False, True)
