"""The shop in memory with something in it."""

from collections.abc import Iterable

from warmline.tools.clock import Clock, FrozenClock
from warmline.tools.memoryshop import MemoryShop as BareShop
from warmline.tools.model import Customer, Order, PolicyDocument, Product

from .makers import NOW, a_customer, a_policy, a_product, an_order


class MemoryShop(BareShop):
    """A shop that lives as long as the object: every protocol of ``warmline.tools.shop``, with the demo shop's rules and nothing on disk.

    Without arguments it has one customer, product, order and policy, as the makers make them, and a clock that stands at
    ``NOW``. ``records`` is what it holds. ``receipts`` maps the key of each write to what it returned; nothing else is a write,
    so an empty dictionary means that nothing happened.
    """

    def __init__(
        self,
        *,
        customers: Iterable[Customer] | None = None,
        products: Iterable[Product] | None = None,
        orders: Iterable[Order] | None = None,
        policies: Iterable[PolicyDocument] | None = None,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(
            customers=customers if customers is not None else [a_customer()],
            products=products if products is not None else [a_product()],
            orders=orders if orders is not None else [an_order()],
            policies=policies if policies is not None else [a_policy()],
            clock=clock or FrozenClock(NOW),
        )
