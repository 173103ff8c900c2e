"""The words of the demo shop's conversations: hand-written, in ``fixtures/insights``; only who says what and when is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import TYPE_CHECKING, cast

from warmline.fixtures import packaged, read_lines

if TYPE_CHECKING:
    from warmline.tools.model import Customer, Order

WEAR = (
    "Harbour Crewneck", "Pier Pocket Tee", "Breakwater Parka", "Low Tide Chinos", "Regatta Linen Shirt", "Saltgrass Midi Dress",
    "Keel Denim Jacket", "Fjord Rain Boots", "Tideline Canvas Sneakers", "Alder Chelsea Boots",
)  # fmt: skip
OTHER = (
    "Tide Table Lamp", "Stillwater Ceramic Vase", "Orchard Mugs", "Galley Dutch Oven", "Longshore Throw", "Pebble Bluetooth Speaker",
    "Heron Gooseneck Kettle", "Lighthouse Puzzle", "Gull Balance Bike", "Saltmarsh Hand Balm",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What somebody writes first, and what they answer to the agent's questions after it."""

    kind: str
    text: str
    then: tuple[str, ...] = ()
    language: str = "en"


@dataclass(kw_only=True)
class Words:
    """Sentences by kind, drawn with one source of chance."""

    chance: Random
    taken: dict[str, int] = field(default_factory=dict[str, int])

    def opening(self, kind: str, *, order: "Order | None") -> Opening:
        """A first message of this kind; about this order, if there is one."""
        found = self.chance.choice([one for one in openings() if one.kind == kind])
        names = {
            "order": order.number if order else "W-10432",
            "bought": order.lines[0].name if order else "lamp",
            "wear": self.chance.choice(WEAR),
            "product": self.chance.choice(WEAR + OTHER),
        }
        then = tuple(one.format(**names) for one in found.then)
        return Opening(kind=kind, text=found.text.format(**names), then=then, language=found.language)

    def after(self, kind: str, language: str, **names: object) -> str:
        """A later sentence of this kind in this language."""
        found = self.chance.choice([one.text for one in later() if (one.kind, one.language) == (kind, language)])
        return found.format(**{"wear": self.chance.choice(WEAR), **names})


def newest(orders: Sequence["Order"], *, statuses: Sequence[str] = ()) -> "Order | None":
    """The newest order that stands so; of any standing if none is named."""
    return next((one for one in orders if not statuses or one.status in statuses), None)


def signed_in(chance: Random, customers: Sequence["Customer"], *, vip: bool) -> "Customer":
    """Somebody to write: a VIP, or anybody else."""
    return chance.choice([one for one in customers if (one.tier == "vip") == vip])


@cache
def openings() -> tuple[Opening, ...]:
    """Every first message."""
    return _read("openings.jsonl")


@cache
def later() -> tuple[Opening, ...]:
    """Every later sentence, of customers and of people at the desk."""
    return _read("after.jsonl")


def _read(name: str) -> tuple[Opening, ...]:
    lines = [line.value for line in read_lines(packaged("insights").joinpath(name))]
    return tuple(
        Opening(
            kind=str(one["kind"]),
            text=str(one["text"]),
            then=tuple(cast("list[str]", one.get("then") or ())),
            language=str(one.get("language") or "en"),
        )
        for one in lines
    )
