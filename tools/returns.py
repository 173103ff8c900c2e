"""The tools that send things back: what may go, and starting a return."""

import operator
from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import cast

from pydantic import Field

from warmline.errors import ToolError
from warmline.prompts import render

from .model import ItemEligibility, Money, Order, ReturnCheck, ReturnItem, ReturnReason, ReturnReceipt, in_words
from .results import Result, ReturnableItem, ReturnOptions
from .shop import Returns
from .tool import Arguments, Preview, Tool, ToolContext
from .wording import in_plain_words, listed, units


class CheckReturn(Arguments):
    """Of which order."""

    order_number: str = Field(min_length=1, description="e.g. 'W-10432'")
    email: str | None = Field(default=None, description="a guest's e-mail address used for the order; null if signed in")


class ItemArgument(Arguments):
    """Units of one line of an order."""

    sku: str = Field(min_length=1, description="as get_order or check_return showed it")
    quantity: int = Field(ge=1)


class StartReturn(Arguments):
    """What goes back and why."""

    order_number: str = Field(min_length=1, description="e.g. 'W-10432'")
    items: tuple[ItemArgument, ...] = Field(min_length=1)
    reason: ReturnReason = Field(description="as the customer gave it; ask if they did not")


class ReturnFacts(Result):
    """What a return would do; ``refund`` is ``goods`` less ``label_fee``."""

    order_number: str
    items: tuple[str, ...]
    reason: ReturnReason
    goods: Money
    label_fee: Money
    refund: Money
    send_by: date | None = None


async def check_return(context: ToolContext, arguments: CheckReturn) -> ReturnOptions:
    """What of an order may go back, until when, and what the label costs."""
    order = await context.access.order(context.shop, arguments.order_number, email=arguments.email)
    check = await look_up(context, order)
    return ReturnOptions(
        order_number=order.number,
        items=tuple(map(_item, check.items)),
        refund_for_all=_for_all(check),
        label_fee=check.label_fee,
        label_free_for=check.free_for,
        label_note=_label_note(check),
        send_by=check.send_by.date() if check.send_by else None,
    )


async def preview_return(context: ToolContext, arguments: StartReturn) -> Preview:
    """What a return would do; ``ToolError`` for an item that may not go back."""
    order = await context.access.order(context.shop, arguments.order_number)
    check = await look_up(context, order)
    going = claimed(check, arguments.items)
    goods = Money(amount=Decimal("0.00"), currency=check.label_fee.currency)
    for item, quantity in going:
        goods += item.unit_refund.times(quantity)
    fee = Money(amount=Decimal("0.00"), currency=goods.currency) if arguments.reason in check.free_for else check.label_fee
    refund = Money(amount=max((goods - fee).amount, Decimal("0.00")), currency=goods.currency)
    facts = ReturnFacts(
        order_number=order.number,
        items=tuple(units(quantity, item.name) for item, quantity in going),
        reason=arguments.reason,
        goods=goods,
        label_fee=fee,
        refund=refund,
        send_by=check.send_by.date() if check.send_by else None,
    )
    return Preview(question=_question(facts), facts=facts, at_stake=larger(order.total, refund))


async def start_return(context: ToolContext, arguments: StartReturn) -> ReturnReceipt:
    """Create a return with its label."""
    order = await context.access.order(context.shop, arguments.order_number)
    items = [ReturnItem(sku=item.sku, quantity=item.quantity) for item in arguments.items]
    shop = cast("Returns", context.shop)
    return await shop.create_return(order.number, items, reason=arguments.reason, key=context.key)


def why(reason: ReturnReason) -> str:
    """The reason in the customer's words: it decides who pays for the label, so the question names it."""
    return render("confirm", f"reason_{reason}")


def larger(one: Money, other: Money) -> Money:
    """The larger of two amounts, below zero or above, in one currency."""
    return max(one, other, key=lambda money: abs(money.amount))


async def look_up(context: ToolContext, order: Order) -> ReturnCheck:
    """The shop's word on what of this order may go back."""
    check = await cast("Returns", context.shop).check_return(order.number)
    if check is None:
        raise ToolError(f"Order {order.number} cannot be checked for returns now. Call escalate.")
    return check


def claimed(check: ReturnCheck, items: Sequence[ItemArgument]) -> list[tuple[ItemEligibility, int]]:
    """Each line that goes back with its units. ``ToolError`` says what is in the way and what could go back instead."""
    known = {item.sku.casefold(): item for item in check.items}
    wanted: Counter[str] = Counter()
    for item in items:
        if item.sku.casefold() not in known:
            names = listed([f"{item.name} ({item.sku})" for item in check.items])
            raise ToolError(f"Order {check.order_number} has no item {item.sku!r}. Its items are {names}.")
        wanted[item.sku.casefold()] += item.quantity
    return [(_allowed(known[sku], quantity, check), quantity) for sku, quantity in wanted.items()]


def _allowed(item: ItemEligibility, quantity: int, check: ReturnCheck) -> ItemEligibility:
    if item.why_not or not item.returnable:
        raise ToolError(f"{item.name} ({item.sku}) cannot go back. {item.why_not or ''} {_instead(check)}")
    if quantity > item.returnable:
        raise ToolError(f"Only {item.returnable} of {item.name} ({item.sku}) can still go back, not {quantity}.")
    return item


def _instead(check: ReturnCheck) -> str:
    others = [f"{item.name} ({item.sku})" for item in check.items if item.returnable]
    if not others:
        return "Nothing else of this order can go back either. If the customer disputes that, call escalate."
    return f"Of this order, {listed(others)} can go back."


def _item(item: ItemEligibility) -> ReturnableItem:
    return ReturnableItem(
        name=item.name,
        sku=item.sku,
        eligible=item.returnable > 0,
        returnable=item.returnable or None,
        until=item.until.date() if item.until else None,
        until_words=in_words(item.until.date()) if item.until else None,
        why_not=item.why_not,
        unit_refund=item.unit_refund if item.returnable else None,
    )


def _for_all(check: ReturnCheck) -> Money | None:
    """The sum of what may still go back; ``None`` if nothing may."""
    amounts = [item.unit_refund.times(item.returnable) for item in check.items if item.returnable]
    return reduce(operator.add, amounts) if amounts else None


def _label_note(check: ReturnCheck) -> str:
    if not check.label_fee.amount:
        return render("results", "label_free")
    if not check.free_for:
        return render("results", "label_fee_always", fee=check.label_fee)
    free = listed([in_plain_words(reason) for reason in check.free_for], last="or")
    return render("results", "label_fee", fee=check.label_fee, free=free)


def _question(facts: ReturnFacts) -> str:
    values = {"items": listed(facts.items), "order": facts.order_number, "refund": facts.refund, "reason": why(facts.reason)}
    send_by = render("confirm", "send_by", day=in_words(facts.send_by)) if facts.send_by else ""
    return render("confirm", "start_return", **values, fee=_fee(facts), send_by=send_by)


def _fee(facts: ReturnFacts) -> str:
    if not facts.label_fee.amount:
        return render("confirm", "fee_free")
    return render("confirm", "fee", goods=facts.goods, fee=facts.label_fee)


CHECK_RETURN = Tool(
    name="check_return",
    description=render("tools", "check_return"),
    effect="read",
    arguments=CheckReturn,
    run=check_return,
    uses=("get_order", "check_return"),
    needs=Returns,
)
START_RETURN = Tool(
    name="start_return",
    description=render("tools", "start_return"),
    effect="write",
    arguments=StartReturn,
    run=start_return,
    uses=("get_order", "check_return", "create_return", "find_receipt"),
    needs=Returns,
    preview=preview_return,
)
