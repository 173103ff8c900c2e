"""The shop behind Warmline's tools: the six read methods, as a host would write them, over the order of ``benchmarks.shop``."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from warmline.tools.model import (
    Address,
    CarrierEvent,
    Customer,
    Money,
    Order,
    OrderLine,
    PolicyDocument,
    Product,
    Shipment,
    Variant,
)

NOW = datetime(2026, 11, 3, 10, 0, tzinfo=UTC)
CUSTOMER = "C-1001"


def euros(amount: str) -> Money:
    """An amount in euros."""
    return Money(amount=Decimal(amount), currency="EUR")


TENT = Product(
    product_id="two-person-tent",
    name="Two-person tent",
    kind="tents",
    brand="Fjordline",
    description="A light tent for two.",
    variants=(Variant(sku="TENT-2P-GRN", options={"colour": "green"}, price=euros("189.00"), stock={"north": 4}),),
)
PARCEL = Shipment(
    shipment_id="S-1",
    carrier="DHL",
    tracking_number="JD014600003",
    status="in_transit",
    contents={"TENT-2P-GRN": 1, "PEG-10": 2},
    shipped_at=datetime(2026, 11, 2, 15, 0, tzinfo=UTC),
    expected=datetime(2026, 11, 6, 12, 0, tzinfo=UTC),
    events=(CarrierEvent(at=datetime(2026, 11, 3, 6, 10, tzinfo=UTC), place="Leipzig", what="Arrived at hub"),),
)
ORDER = Order(
    number="1001",
    customer_id=CUSTOMER,
    email="ada@example.com",
    placed_at=datetime(2026, 10, 30, 9, 12, tzinfo=UTC),
    status="shipped",
    lines=(
        OrderLine(sku="TENT-2P-GRN", name="Two-person tent, green", quantity=1, unit_price=euros("189.00")),
        OrderLine(sku="PEG-10", name="Tent pegs, set of 10", quantity=2, unit_price=euros("9.50")),
    ),
    shipments=(PARCEL,),
    address=Address(name="Ada Moore", line1="Elm Street 12", city="Berlin", postcode="10115", country="DE"),
    promised=datetime(2026, 11, 6, 12, 0, tzinfo=UTC),
    shipping=euros("0.00"),
    discount=euros("0.00"),
    total=euros("208.00"),
)
RETURNS = PolicyDocument(topic="returns", title="Returns", text="Unused goods can be returned within 30 days of delivery.")


class OneOrderShop:
    """One customer, one order, one product, one policy."""

    async def get_customer(self, customer_id: str) -> Customer | None:
        """The customer."""
        spent, since = euros("240.00"), date(2023, 4, 2)
        known = Customer(customer_id=CUSTOMER, name="Ada Moore", email="ada@example.com", lifetime_value=spent, since=since)
        return known if customer_id == CUSTOMER else None

    async def get_order(self, number: str) -> Order | None:
        """The order."""
        return ORDER if number == ORDER.number else None

    async def list_orders(self, customer_id: str) -> Sequence[Order]:
        """The order, if it is theirs."""
        return [ORDER] if customer_id == CUSTOMER else []

    async def get_product(self, reference: str) -> Product | None:
        """The product, by its id or its variant's SKU."""
        return TENT if reference == TENT.product_id or TENT.variant(reference) else None

    async def search_products(self, query: str, *, limit: int = 5) -> Sequence[Product]:
        """The product, if it is asked for by name."""
        return [TENT] if "tent" in query.casefold() else []

    async def list_policies(self) -> Sequence[PolicyDocument]:
        """The policy."""
        return [RETURNS]
