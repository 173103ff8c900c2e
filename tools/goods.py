"""What a shop sells: products, their variants, and how far anybody counts what is there."""

from typing import Literal

from pydantic import AwareDatetime, Field

from .values import Frozen, Money

Supply = Literal["counted", "uncounted", "back_order"]
"""``counted``: ``stock`` is all there is. ``uncounted``: there are some, and no number is ever told. ``back_order``: when ``stock`` is used up it
can be ordered all the same, and comes later."""


class Variant(Frozen):
    """One thing that can be bought; ``stock`` maps a warehouse to the units in it, where somebody counts them (``supply``)."""

    sku: str
    options: dict[str, str] = Field(description="option name to value, e.g. {'size': 'M', 'colour': 'navy'}")
    price: Money
    stock: dict[str, int]
    next_delivery: AwareDatetime | None = Field(default=None, description="when more arrive, if that is known")
    final_sale: bool = False
    supply: Supply = "counted"

    @property
    def units(self) -> int | None:
        """Units in all warehouses; ``None``: there are some, and nobody counts how many."""
        return None if self.supply == "uncounted" else sum(self.stock.values())

    @property
    def in_stock(self) -> bool:
        """Whether one can be sent now."""
        return self.has(1)

    def has(self, quantity: int) -> bool:
        """Whether so many can be sent now, as far as anybody counts."""
        return self.units is None or self.units >= quantity

    @property
    def label(self) -> str:
        """The options in words: ``navy, M``."""
        return ", ".join(self.options.values())


class Product(Frozen):
    """A product and its variants."""

    product_id: str
    name: str
    kind: str = Field(description="clothing, shoes, home, electronics, beauty, toys, …")
    brand: str
    description: str
    specs: dict[str, str] = Field(default_factory=dict, description="material, dimensions, weight, battery, …")
    care: str | None = Field(default=None, description="how to look after it")
    compatible_parts: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = Field(min_length=1)

    def variant(self, sku: str) -> Variant | None:
        """The variant with this SKU (letter case ignored), if it is one of ours."""
        return next((v for v in self.variants if v.sku.casefold() == sku.casefold()), None)
