"""A shop's own server for Warmline: the protocol of docs/shops.md with FastAPI, over whatever has the methods of a ``Shop``.

app = shop_server(MyShop(), token=os.environ["SHOP_TOKEN"])          # uvicorn my_server:app
WARMLINE_SHOP=http WARMLINE_HTTP_URL=http://127.0.0.1:8000 WARMLINE_HTTP_TOKEN=… warmline doctor --shop
"""

import secrets
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel

from warmline.errors import ToolError
from warmline.tools.capabilities import lacks
from warmline.tools.model import Address, Receipt, ReturnItem

PAGE = 50


def shop_server(shop: Any, *, token: str) -> FastAPI:
    """The server; every request must carry the token."""

    def let_in(authorization: Annotated[str, Header()] = "") -> None:
        if not secrets.compare_digest(authorization.encode(), f"Bearer {token}".encode()):
            raise HTTPException(401)

    app = FastAPI(dependencies=[Depends(let_in)])

    @app.get("/about")
    async def about() -> dict[str, Any]:
        return {"shop": "Example shop", "lacks": dict(lacks(shop))}

    @app.get("/customer")
    async def customer(id: str) -> dict[str, Any]:  # noqa: A002 (the protocol's word)
        return found(await shop.get_customer(id))

    @app.get("/order")
    async def order(number: str) -> dict[str, Any]:
        return found(await shop.get_order(number))

    @app.get("/orders")
    async def orders(customer_id: str, cursor: str = "") -> dict[str, Any]:
        listed, start = await shop.list_orders(customer_id), int(cursor or 0)
        after = start + PAGE
        return {**found(listed[start:after]), "next": str(after) if after < len(listed) else None}

    @app.get("/product")
    async def product(reference: str) -> dict[str, Any]:
        return found(await shop.get_product(reference))

    @app.get("/search")
    async def search(query: str, limit: int = 5) -> dict[str, Any]:
        return found(await shop.search_products(query, limit=limit))

    @app.get("/policies")
    async def policies() -> dict[str, Any]:
        return found(await shop.list_policies())

    @app.get("/return-check")
    async def return_check(number: str) -> dict[str, Any]:
        return found(await shop.check_return(number))

    @app.get("/exchange-price")
    async def exchange_price(number: str, sku: str, quantity: int, new_sku: str) -> dict[str, Any]:
        return found(await shop.price_exchange(number, ReturnItem(sku=sku, quantity=quantity), new_sku=new_sku))

    @app.get("/receipt")
    async def receipt(key: str) -> dict[str, Any]:
        made = await shop.find_receipt(key)
        return {"found": None if made is None else written(made)}

    @app.post("/writes/{what}")
    async def write(what: str, given: dict[str, Any], idempotency_key: Annotated[str, Header()]) -> dict[str, Any]:
        if what not in WRITES:
            raise HTTPException(404)
        arguments = {name: READERS.get(name, as_it_is)(value) for name, value in given.items()}
        number = [arguments.pop(name) for name in WRITES[what]]
        try:
            return written(await getattr(shop, what)(*number, **arguments, key=idempotency_key))
        except ToolError as error:
            return {"refused": str(error)}

    return app


WRITES = {
    "cancel_order": ("number",),
    "change_address": ("number", "address"),
    "create_return": ("number", "items"),
    "create_exchange": ("number", "item"),
    "subscribe_back_in_stock": ("sku", "email"),
    "enrol_in_care_series": ("product_id", "email"),
    "stop_messages": (),
}


def as_it_is(value: Any) -> Any:
    """Words."""
    return value


def items(value: Any) -> list[ReturnItem]:
    """What goes back."""
    return [ReturnItem.model_validate(one) for one in value]


READERS: dict[str, Any] = {"address": Address.model_validate, "item": ReturnItem.model_validate, "items": items}


def found(value: BaseModel | Sequence[BaseModel] | None) -> dict[str, Any]:
    """A read's answer: amounts are texts, times have their zone."""
    if value is None or isinstance(value, BaseModel):
        return {"found": value and value.model_dump(mode="json")}
    return {"found": [one.model_dump(mode="json") for one in value]}


def written(receipt: Receipt) -> dict[str, Any]:
    """A write's answer."""
    return {"kind": type(receipt).__name__, "receipt": receipt.model_dump(mode="json")}
