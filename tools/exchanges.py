"""The tool that swaps an item for another variant or product."""

from datetime import date
from typing import cast

from pydantic import Field

from warmline.errors import ToolError
from warmline.prompts import render

from .finding import product_of, variant_name
from .model import ExchangeReceipt, Money, Product, ReturnItem, ReturnReason, Variant, in_words
from .results import Result
from .returns import ItemArgument, claimed, larger, look_up, why
from .shop import PricesExchanges, Returns
from .tool import Arguments, Preview, Tool, ToolContext
from .wording import stock_in_words, units


class StartExchange(Arguments):
    """What goes back, what comes instead, and why."""

    order_number: str = Field(min_length=1, description="e.g. 'W-10432'")
    sku: str = Field(min_length=1, description="what goes back, as get_order showed it")
    quantity: int = Field(ge=1)
    new_sku: str = Field(min_length=1, description="what comes instead, as check_stock or get_product showed it")
    reason: ReturnReason = Field(description="as the customer gave it; ask if they did not")


class ExchangeFacts(Result):
    """What an exchange would do; ``difference`` is what the customer pays (below zero: gets back)."""

    order_number: str
    old: str
    old_sku: str
    new: str
    new_sku: str
    reason: ReturnReason
    difference: Money
    send_by: date | None = None


async def preview_exchange(context: ToolContext, arguments: StartExchange) -> Preview:
    """What an exchange would do; ``ToolError`` if the item may not go back or the new one cannot be had."""
    order = await context.access.order(context.shop, arguments.order_number)
    check = await look_up(context, order)
    [(item, quantity)] = claimed(check, [ItemArgument(sku=arguments.sku, quantity=arguments.quantity)])
    product, variant = await _new(context, arguments.new_sku, quantity)
    if variant.price.currency != item.unit_refund.currency:
        raise ToolError(
            f"Order {order.number} was paid in {item.unit_refund.currency} and {variant.sku} is priced in {variant.price.currency}, so what"
            " the exchange costs cannot be told. Call escalate."
        )
    goes_back = ReturnItem(sku=item.sku, quantity=quantity)
    difference = await cast("PricesExchanges", context.shop).price_exchange(order.number, goes_back, new_sku=variant.sku)
    if difference is None:
        raise ToolError(f"What exchanging {item.name} for {variant.sku} costs cannot be told beforehand. Call escalate.")
    facts = ExchangeFacts(
        order_number=order.number,
        old=units(quantity, item.name),
        old_sku=item.sku,
        new=units(quantity, variant_name(product, variant)),
        new_sku=variant.sku,
        reason=arguments.reason,
        difference=difference,
        send_by=check.send_by.date() if check.send_by else None,
    )
    return Preview(question=_question(facts), facts=facts, at_stake=larger(order.total, facts.difference))


async def start_exchange(context: ToolContext, arguments: StartExchange) -> ExchangeReceipt:
    """Create an exchange; the new item is kept for the customer."""
    order = await context.access.order(context.shop, arguments.order_number)
    return await cast("Returns", context.shop).create_exchange(
        order.number,
        ReturnItem(sku=arguments.sku, quantity=arguments.quantity),
        new_sku=arguments.new_sku,
        reason=arguments.reason,
        key=context.key,
    )


async def _new(context: ToolContext, sku: str, quantity: int) -> tuple[Product, Variant]:
    """What comes instead, if it may and if there is enough of it."""
    product, variant = await product_of(context.shop, sku)
    if variant.final_sale:
        raise ToolError(
            f"{variant_name(product, variant)} ({variant.sku}) is a final sale item and cannot be chosen in an exchange."
        )
    if not variant.has(quantity):
        left = f"only {variant.units} left" if variant.in_stock else stock_in_words(variant)
        others = [f"{other.label} ({other.sku})" for other in product.variants if other.has(quantity)]
        instead = f"In stock instead: {', '.join(others)}." if others else "Call check_stock for what is like it and in stock."
        raise ToolError(f"{variant_name(product, variant)} ({variant.sku}) is {left}. {instead}")
    return product, variant


def _question(facts: ExchangeFacts) -> str:
    return render(
        "confirm",
        "start_exchange",
        old=facts.old,
        order=facts.order_number,
        new=facts.new,
        reason=why(facts.reason),
        difference=_difference(facts.difference),
        send_back=_send_back(facts.send_by),
    )


def _send_back(day: date | None) -> str:
    return render("confirm", "send_back_by", day=in_words(day)) if day else render("confirm", "send_back")


def _difference(difference: Money) -> str:
    if not difference.amount:
        return render("confirm", "same_price")
    if difference.amount > 0:
        return render("confirm", "pay_more", amount=difference)
    return render("confirm", "get_back", amount=Money(amount=-difference.amount, currency=difference.currency))


START_EXCHANGE = Tool(
    name="start_exchange",
    description=render("tools", "start_exchange"),
    effect="write",
    arguments=StartExchange,
    run=start_exchange,
    uses=("get_order", "check_return", "get_product", "price_exchange", "create_exchange", "find_receipt"),
    needs=PricesExchanges,
    preview=preview_exchange,
)
