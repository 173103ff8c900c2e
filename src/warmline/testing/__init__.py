"""What tests of code that uses Warmline need: a scripted model, a shop in memory, makers of orders and products."""

from .bench import ToolBench
from .drill import ADA, BEN, Damage, Drill, ObedientModel
from .guard import FixedGuard
from .makers import NOW, a_customer, a_line, a_policy, a_product, a_shipment, a_variant, an_address, an_order, dollars
from .model import BreaksOff, Entry, ScriptedModel, at_once, breaks_off, calls, says
from .shop import MemoryShop

__all__ = [
    "ADA",
    "BEN",
    "NOW",
    "BreaksOff",
    "Damage",
    "Drill",
    "Entry",
    "FixedGuard",
    "MemoryShop",
    "ObedientModel",
    "ScriptedModel",
    "ToolBench",
    "a_customer",
    "a_line",
    "a_policy",
    "a_product",
    "a_shipment",
    "a_variant",
    "an_address",
    "an_order",
    "at_once",
    "breaks_off",
    "calls",
    "dollars",
    "says",
]
