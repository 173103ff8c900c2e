"""What customers write to the tortured agent, what its model does about it, and who and what is at the shop for that.

Everything follows from a talk's number, so that the driver, the model's server and the auditor know it without telling each other.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from warmline.agent.models.base import ModelAnswer
from warmline.testing import a_customer, a_line, a_product, a_shipment, a_variant, an_order, calls, says
from warmline.tools.model import Customer, Order, Product

GOODBYE = "Thank you, that is all for today."
HOPELESS = "Can you see my order at all?"
"""The line at which the model's server never answers."""

Call = tuple[str, dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One message of a customer's: the calls its model makes, and then its reply. ``hurried``: the next message does not wait."""

    text: str
    calls: tuple[Call, ...] = ()
    reply: str = "Is there anything else?"
    hurried: bool = False


@dataclass(frozen=True, kw_only=True)
class Talk:
    """One conversation. ``agrees`` is whether the customer says yes to what is asked."""

    number: int
    kind: str
    lines: tuple[Line, ...]
    agrees: bool = False

    @property
    def conversation_id(self) -> str:
        return f"t{self.number}"

    @property
    def customer_id(self) -> str:
        return f"C-{self.number + 1}"

    def message_id(self, place: int) -> str:
        return f"m{place}"


KINDS = (
    *("status", "cancel", "refuse", "return", "exchange", "redirect", "await_stock", "care"),
    *("angry", "escalate", "hurried_yes", "hurried_anger", "hopeless", "hurried"),
)


def fresh_order(number: int) -> str:
    """The order of a talk that has not left yet."""
    return f"W-{100_000 + 2 * number}"


def delivered_order(number: int) -> str:
    """The order of a talk that was delivered."""
    return f"W-{100_001 + 2 * number}"


def talk(number: int) -> Talk:
    """The talk with this number; its kinds take turns."""
    kind = KINDS[number % len(KINDS)]
    lines = (*_lines(kind, fresh_order(number), delivered_order(number)), Line(text=GOODBYE, reply="You are welcome."))
    return Talk(number=number, kind=kind, lines=lines, agrees=any(line.text == "yes" for line in lines))


def answer_to(number: int, text: str, results: int) -> ModelAnswer:
    """What the model says to a talk's line of this text once it has seen so many results of its calls."""
    line = next((line for line in talk(number).lines if line.text == text), Line(text=text))
    if results < len(line.calls):
        name, arguments = line.calls[results]
        return calls(name, **json.loads(json.dumps(arguments)))
    return says(line.reply)


def _lines(kind: str, fresh: str, sent: str) -> tuple[Line, ...]:
    cancel = Line(text=f"Please cancel my order {fresh}.", calls=(("cancel_unshipped_order", {"order_number": fresh}),))
    cancelled = f"Your order {fresh} has been cancelled."
    match kind:
        case "status":
            return Line(text=f"Where is my order {fresh}?", calls=(("get_order", {"order_number": fresh}),)), Line(text="I see")
        case "cancel":
            return cancel, Line(text="yes", reply=cancelled)
        case "hurried_yes":
            return cancel, Line(text="yes", reply=cancelled, hurried=True), Line(text="Hello? Is somebody there?")
        case "hurried_anger":
            return cancel, Line(text="yes", reply=cancelled, hurried=True), Line(text="What a disgrace that it takes so long.")
        case "refuse":
            return cancel, Line(text="no, I will keep it")
        case "angry":
            return Line(text="This is a disgrace, and you know it."), Line(text="Is somebody there?")
        case "escalate":
            asked = ("escalate", {"reason": "complex_product", "summary": "Asks for advice."})
            return Line(text="Which of them suits my boat?", calls=(asked,)), Line(text="Is somebody there?")
        case "hopeless":
            return Line(text=HOPELESS), Line(text="Is somebody there?")
        case "hurried":
            look = ("get_order", {"order_number": fresh})
            return Line(text=f"When does {fresh} come?", calls=(look,), hurried=True), Line(
                text="I mean, which day?", calls=(look,)
            )
        case _:
            return Line(text=_WISHES[kind].format(fresh=fresh, sent=sent), calls=_write(kind, fresh, sent)), Line(text="yes")


_WISHES = {
    "return": "I would like to return the CREW-NVY-M of order {sent}, it came damaged.",
    "exchange": "I would like to exchange the CREW-NVY-M of order {sent} for a CREW-GRY-M, it is too small.",
    "redirect": "Please send order {fresh} to Bo Ek, 9 Elm Street, Salem, MA 01970, US instead.",
    "await_stock": "Please tell me when CREW-RED-M is back in stock.",
    "care": "Please send me the care letters of the Harbour Crewneck.",
}


def _write(kind: str, fresh: str, sent: str) -> tuple[Call, ...]:
    gone = {"order_number": sent, "reason": "damaged", "items": [{"sku": "CREW-NVY-M", "quantity": 1}]}
    swap = {"order_number": sent, "sku": "CREW-NVY-M", "quantity": 1, "new_sku": "CREW-GRY-M", "reason": "too_small"}
    where = {"name": "Bo Ek", "line1": "9 Elm Street", "city": "Salem", "region": "MA", "postcode": "01970", "country": "US"}
    made: dict[str, tuple[Call, ...]] = {
        "return": (("check_return", {"order_number": sent}), ("start_return", gone)),
        "exchange": (("start_exchange", swap),),
        "redirect": (("change_shipping_address", {"order_number": fresh, **where}),),
        "await_stock": (("subscribe_back_in_stock", {"sku": "CREW-RED-M"}),),
        "care": (("enrol_in_care_series", {"product": "harbour-crewneck"}),),
    }
    return made[kind]


GREY_UNITS = 100_000

SWEATER: Product = a_product(
    variants=(
        a_variant("CREW-NVY-M", colour="navy", size="M", units=GREY_UNITS),
        a_variant("CREW-GRY-M", colour="grey", size="M", units=GREY_UNITS),
        a_variant("CREW-RED-M", colour="red", size="M", units=0),
    )
)


def customer_of(number: int) -> Customer:
    """Who writes in a talk."""
    return a_customer(talk(number).customer_id, email=email_of(number))


def email_of(number: int) -> str:
    """The address that tells the model's server which talk it is in."""
    return f"talk{number}@example.com"


def orders_of(number: int) -> tuple[Order, Order]:
    """One order that has not left, and one of two crewnecks that was delivered."""
    now = datetime.now(UTC)
    whose = {"customer_id": talk(number).customer_id, "email": email_of(number)}
    parcel = a_shipment("delivered", now=now, shipment_id=f"S-{number}", tracking_number=f"CP{number:09}US")
    parcel = parcel.model_copy(update={"contents": {"CREW-NVY-M": 2}})
    return (
        an_order(fresh_order(number), status="processing", now=now, **whose),
        an_order(delivered_order(number), status="delivered", now=now, lines=(a_line(quantity=2),), shipments=(parcel,), **whose),
    )
