"""Which tools there are, and which of them a shop offers."""

import subprocess
import sys

from warmline import SupportAgent
from warmline.agent.guard.decision import TEXT_HUMAN_REASONS
from warmline.prompts import sections
from warmline.testing import MemoryShop, ScriptedModel, ToolBench, calls, says
from warmline.tools.capabilities import Capability
from warmline.tools.escalation import Escalate
from warmline.tools.toolbox import ALL_TOOLS, tools_for

NAMES = (
    "find_orders get_order cancel_unshipped_order change_shipping_address search_products get_product check_stock compare_products"
    " get_policy check_return start_return start_exchange subscribe_back_in_stock text_when_back_in_stock enrol_in_care_series"
    " stop_messages escalate"
).split()
WRITES = {
    "cancel_unshipped_order",
    "change_shipping_address",
    "start_return",
    "start_exchange",
    "subscribe_back_in_stock",
    "text_when_back_in_stock",
    "enrol_in_care_series",
    "stop_messages",
    "escalate",
}


class ReadOnlyShop:
    """A shop with the six methods a shop must have, and no more."""

    def __init__(self) -> None:
        whole = MemoryShop()
        self.get_customer = whole.get_customer
        self.get_order = whole.get_order
        self.list_orders = whole.list_orders
        self.get_product = whole.get_product
        self.search_products = whole.search_products
        self.list_policies = whole.list_policies


def test_there_are_seventeen_tools_in_a_fixed_order() -> None:
    assert [tool.name for tool in ALL_TOOLS] == NAMES
    assert tools_for(MemoryShop()) == ALL_TOOLS


def test_the_writes_are_marked() -> None:
    assert {tool.name for tool in ALL_TOOLS if tool.effect == "write"} == WRITES


def test_a_shop_of_six_methods_is_offered_the_reads_and_the_hand_over() -> None:
    offered = [tool.name for tool in tools_for(ReadOnlyShop())]
    assert offered == [name for name in NAMES if name not in WRITES - {"escalate"} and name != "check_return"]


def test_every_description_is_a_section_of_the_prompts_and_the_other_way_round() -> None:
    assert {tool.name: tool.description for tool in ALL_TOOLS} == sections("tools")


def test_the_toolbox_is_cheap_to_import() -> None:
    heavy = "sqlalchemy sqlmodel numpy cel_expr_python yaml reportlab rich openai".split()
    program = f"import sys, warmline.tools.toolbox; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_model_may_escalate_for_every_reason_that_can_be_read_from_words() -> None:
    assert Escalate.model_json_schema()["properties"]["reason"]["enum"] == list(TEXT_HUMAN_REASONS)


async def test_escalate_gives_back_what_the_loop_hands_over_with() -> None:
    told = await ToolBench().tell("escalate", reason="unsure", summary="Asks whether the lamp suits a boat.")
    assert told == {"reason": "unsure", "summary": "Asks whether the lamp suits a boat."}


class NoExchanges(MemoryShop):
    """A shop whose plan has no exchanges, and which may not change addresses."""

    @property
    def lacks(self) -> dict[Capability, str]:
        return {"create_exchange": "the plan has none", "change_address": "the scope write_orders was not granted"}


def test_a_tool_that_needs_what_the_shop_lacks_is_not_offered() -> None:
    offered = [tool.name for tool in tools_for(NoExchanges())]
    assert offered == [name for name in NAMES if name not in ("start_exchange", "change_shipping_address")]


async def test_what_a_shop_lacks_reaches_no_model_and_cannot_be_called() -> None:
    reach = calls("start_exchange", order_number="W-10432", sku="A", quantity=1, new_sku="B", reason="other")
    model = ScriptedModel([reach, says("Hm.")])
    async with SupportAgent(shop=NoExchanges(), model=model) as agent:
        await agent.reply("c-1", "Where is my order W-10432?", customer="C-1001")
    assert all("start_exchange" not in str(request.prompt.tools) for request in model.requests)
    assert "There is no tool 'start_exchange'" in str(model.requests[-1].messages)


def test_every_tool_says_which_methods_it_uses() -> None:
    assert [tool.name for tool in ALL_TOOLS if not tool.uses] == ["escalate"]
    assert all(hasattr(MemoryShop, name) for tool in ALL_TOOLS for name in tool.uses)
