"""The tool a customer asks for a text with: a consent of its own, to the account's number, or where the host allows it to one that confirms."""

from typing import Annotated, cast

from pydantic import AfterValidator, Field

from warmline.errors import ToolError
from warmline.prompts import render

from .finding import must_be_sold_out, product_of, variant_name
from .model import SubscriptionReceipt
from .numbers import bare, full_number, same_number
from .results import Result
from .shop import Consents, Shop, Texts, TextsOthers
from .signing_up import agreed, country_of, question
from .tool import Arguments, Preview, Tool, ToolContext

ASK_NUMBER = "No telephone number is known. Ask the customer for it with its country code, then pass it as `phone`."
OTHER_NUMBER = (
    "Texts go to the number of a customer's account only; an e-mail is possible."
    " Call subscribe_back_in_stock if the customer wants that instead."
)
NOT_THERE = (
    "The shop sends no texts to {number}; an e-mail is possible. Call subscribe_back_in_stock if the customer wants that instead."
)


class Text(Arguments):
    """What to be told about, and at which number."""

    sku: str = Field(min_length=1, description="the sold-out variant, as check_stock showed it")
    phone: Annotated[str, AfterValidator(bare)] | None = Field(
        default=None, description="the number as the customer wrote it, with its country code; null for the account's"
    )


class TextFacts(Result):
    """What would be sent to which number."""

    item: str
    sku: str
    product_id: str
    phone: str


async def preview_text(context: ToolContext, arguments: Text) -> Preview:
    """The number and the item; ``ToolError`` if it can be bought now."""
    product, variant = await product_of(context.shop, arguments.sku)
    item = variant_name(product, variant)
    must_be_sold_out(variant, f"{item} ({variant.sku})")
    facts = TextFacts(item=item, sku=variant.sku, product_id=product.product_id, phone=await _number(context, arguments.phone))
    return Preview(question=await _words(context, facts), facts=facts, at_stake=None)


async def text(context: ToolContext, arguments: Text) -> SubscriptionReceipt:
    """Put the number on the list of a sold-out variant."""
    product, variant = await product_of(context.shop, arguments.sku)
    number, item = await _number(context, arguments.phone), variant_name(product, variant)
    wording = await _words(context, TextFacts(item=item, sku=variant.sku, product_id=product.product_id, phone=number))
    country = await country_of(context, context.access.email)
    await agreed(context, "back_in_stock", number, about=variant.sku, wording=wording, country=country)
    return await cast("Texts", context.shop).text_when_back_in_stock(variant.sku, number, key=context.key)


async def _words(context: ToolContext, facts: TextFacts) -> str:
    """The question: what the customer says yes to."""
    return await question(context, "text", "sms", None, phone=facts.phone, item=facts.item)


async def _number(context: ToolContext, given: str | None) -> str:
    """The number to text: the account's; another one only where the host wants that and the shop has it confirm first."""
    account = context.access.customer.phone if context.access.customer is not None else None
    chosen = given or account
    if chosen is None:
        raise ToolError(ASK_NUMBER if await _others(context.shop) else OTHER_NUMBER)
    if not same_number(account, chosen) and not await _others(context.shop):
        raise ToolError(OTHER_NUMBER)
    number = full_number(chosen)
    if not await cast("Texts", context.shop).texts_reach(number):
        raise ToolError(NOT_THERE.format(number=number))
    return number


async def _others(shop: Shop) -> bool:
    return isinstance(shop, Consents) and isinstance(shop, TextsOthers) and await shop.texts_others()


TEXT = Tool(
    name="text_when_back_in_stock",
    description=render("tools", "text_when_back_in_stock"),
    effect="write",
    arguments=Text,
    run=text,
    uses=("get_product", "text_when_back_in_stock", "find_receipt"),
    needs=Texts,
    preview=preview_text,
    evidenced=("phone",),
)
