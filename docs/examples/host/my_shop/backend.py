"""What your shop knows, behind the six methods that answer questions (warmline.tools.shop)."""

from collections.abc import Sequence

from warmline.tools.model import Customer, Order, PolicyDocument, Product


class Backend:
    """A bookshop that sells gift cards; ``balances`` is in euros by the card's number."""

    def __init__(self) -> None:
        self.balances = {"GC-7001": "25.00", "GC-7002": "0.00"}

    async def get_customer(self, customer_id: str) -> Customer | None:
        """Everybody is a guest here."""
        return None

    async def get_order(self, number: str) -> Order | None:
        """No order is known by its number."""
        return None

    async def list_orders(self, customer_id: str) -> Sequence[Order]:
        """Nor by its customer."""
        return []

    async def get_product(self, reference: str) -> Product | None:
        """No product is known by its reference."""
        return None

    async def search_products(self, query: str, *, limit: int = 5) -> Sequence[Product]:
        """Nor by its words."""
        return []

    async def list_policies(self) -> Sequence[PolicyDocument]:
        """What the shop says of its gift cards."""
        text = "A gift card does not expire. It is not paid out."
        return [PolicyDocument(topic="gift_cards", title="Gift cards", text=text)]
