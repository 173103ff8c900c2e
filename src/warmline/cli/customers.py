"""The demo shop's customers: who can be played."""

from typing import TYPE_CHECKING

from warmline.errors import UsageError

if TYPE_CHECKING:
    from warmline.tools.model import Customer
    from warmline.tools.shop import Shop
    from warmline.tools.sqlshop import SqlShop


async def list_customers(shop: "SqlShop") -> list["Customer"]:
    """All of them, by id."""
    from sqlmodel import col, select

    from warmline.tools.sqlshop.rows import customer_from
    from warmline.tools.sqlshop.tables import CustomerRow

    async with shop.database.transaction() as session:
        rows = await session.exec(select(CustomerRow).order_by(col(CustomerRow.customer_id)))
        return [customer_from(row) for row in rows]


async def find_customer(shop: "Shop", who: str) -> "Customer":
    """The customer with this id or, at the demo shop, this e-mail address; ``UsageError`` if there is none."""
    from warmline.tools.sqlshop import SqlShop

    demo = isinstance(shop, SqlShop)
    if "@" in who and demo:
        named = who.strip().casefold()
        found = next((one for one in await list_customers(shop) if one.email.casefold() == named), None)
    else:
        found = await shop.get_customer(who)
    if found is None and demo:
        raise UsageError(f"the demo shop has no customer {who!r}; 'warmline demo customers' lists who can be played")
    if found is None:
        raise UsageError(f"the shop has no customer with the id {who!r}; expected an id as the shop writes it")
    return found
