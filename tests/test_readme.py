"""The README's code runs as it is printed."""

import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from warmline.testing import MemoryShop, a_customer, a_product, an_order
from warmline.tools.shop import Shop

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
BACKEND, SHOP = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def run(code: str) -> dict[str, Any]:
    space: dict[str, Any] = {"__name__": "readme"}
    exec(compile(code, "README.md", "exec"), space)  # noqa: S102 (our own README)
    return space


async def test_the_shop_of_six_methods_is_a_shop() -> None:
    customer, order = a_customer(), an_order()
    shop = run(SHOP)["MyShop"]({customer.customer_id: customer}, {order.number: order}, [a_product()])
    assert isinstance(shop, Shop)
    assert await shop.get_order(f"#{order.number.lower()}") == order
    assert await shop.list_orders(order.customer_id) == [order]
    assert await shop.search_products("crewneck please") == [a_product()]
    assert await shop.get_customer("nobody") is None
    assert (await shop.get_product(a_product().variants[0].sku)) == a_product()
    assert [policy.topic for policy in await shop.list_policies()] == ["returns"]


async def test_the_backend_answers_a_message_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = ModuleType("my_shop")
    mine.__dict__.update(MyShop=MemoryShop, signed_in=lambda: None)
    monkeypatch.setitem(sys.modules, "my_shop", mine)
    monkeypatch.chdir(tmp_path)
    space = run(BACKEND)
    try:
        message = space["Incoming"](message_id="m1", text="Hello there!")
        first = await space["message"]("c1", message)
        assert first["kind"] == "replied"
        assert await space["message"]("c1", message) == first
        assert [route.path for route in space["app"].routes if "conversations" in route.path]
    finally:
        await space["agent"].close()


def test_the_commands_it_names_exist() -> None:
    makefile = (Path(__file__).parents[1] / "Makefile").read_text("utf-8")
    for target in re.findall(r"^make (\w+)", README, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_files_it_links_to_exist() -> None:
    for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (Path(__file__).parents[1] / link).exists(), link
