"""The tools a customer signs up with: consent, so only when they want it, and only to an address that is theirs."""

from typing import cast

from pydantic import Field

from warmline.errors import ToolError
from warmline.prompts import render

from .finding import must_be_sold_out, one_product, product_of, variant_name
from .model import EnrolmentReceipt, SubscriptionReceipt
from .results import Result
from .shop import Marketing
from .signing_up import agreed, country_of, question
from .tool import Arguments, Preview, Tool, ToolContext

ASK_ADDRESS = "No e-mail address is known. Ask the customer which address to use, then pass it as `email`."
NO_ADDRESS = "{email!r} is not an e-mail address. Ask the customer to write it again."
OTHER_ADDRESS = (
    "The customer is signed in as {account}; messages go to that address only. Call this again with `email` null, and say which"
    " address is used."
)

_EMAIL = Field(default=None, description="a guest's address as they wrote it; null if signed in or an order was proved")


class Subscribe(Arguments):
    """What to be told about, and where."""

    sku: str = Field(min_length=1, description="the sold-out variant, as check_stock showed it")
    email: str | None = _EMAIL


class Enrol(Arguments):
    """Which product's letters, and where to."""

    product: str = Field(min_length=1, description="a product id, an SKU or a name")
    email: str | None = _EMAIL


class SignUpFacts(Result):
    """What would be sent to whom."""

    item: str
    sku: str | None = None
    product_id: str
    email: str


async def preview_subscription(context: ToolContext, arguments: Subscribe) -> Preview:
    """The address and the item; ``ToolError`` if it can be bought now."""
    product, variant = await product_of(context.shop, arguments.sku)
    item = variant_name(product, variant)
    must_be_sold_out(variant, f"{item} ({variant.sku})")
    email = _address(context, arguments.email)
    facts = SignUpFacts(item=item, sku=variant.sku, product_id=product.product_id, email=email)
    country = await country_of(context, email)
    return Preview(question=await _stock_words(context, email, item, country), facts=facts, at_stake=None)


async def subscribe(context: ToolContext, arguments: Subscribe) -> SubscriptionReceipt:
    """Put the customer on the list of a sold-out variant."""
    product, variant = await product_of(context.shop, arguments.sku)
    email = _address(context, arguments.email)
    country = await country_of(context, email)
    wording = await _stock_words(context, email, variant_name(product, variant), country)
    await agreed(context, "back_in_stock", email, about=variant.sku, wording=wording, country=country)
    return await cast("Marketing", context.shop).subscribe_back_in_stock(variant.sku, email, key=context.key)


async def preview_enrolment(context: ToolContext, arguments: Enrol) -> Preview:
    """The address and the product; ``ToolError`` if there is nothing to write about it."""
    product = await one_product(context.shop, arguments.product)
    if product.care is None:
        raise ToolError(f"There are no care letters for {product.name}.")
    email = _address(context, arguments.email)
    question = await _care_words(context, email, product.name, await country_of(context, email))
    facts = SignUpFacts(item=product.name, product_id=product.product_id, email=email)
    return Preview(question=question, facts=facts, at_stake=None)


async def enrol(context: ToolContext, arguments: Enrol) -> EnrolmentReceipt:
    """Send the customer the care letters of a product."""
    product = await one_product(context.shop, arguments.product)
    email = _address(context, arguments.email)
    country = await country_of(context, email)
    wording = await _care_words(context, email, product.name, country)
    await agreed(context, "care_series", email, about=product.product_id, wording=wording, country=country)
    return await cast("Marketing", context.shop).enrol_in_care_series(product.product_id, email, key=context.key)


async def _stock_words(context: ToolContext, email: str, item: str, country: str | None) -> str:
    """The question for a place on the list: what the customer says yes to."""
    return await question(context, "mail", "email", country, email=email, item=item)


async def _care_words(context: ToolContext, email: str, product: str, country: str | None) -> str:
    """The question for care letters."""
    return await question(context, "care", "email", country, product=product, email=email)


def _address(context: ToolContext, given: str | None) -> str:
    """The address to write to: the account's; for a guest the one given, else the one that proved an order."""
    access = context.access
    if access.customer is not None:
        if given and given.strip().casefold() != access.customer.email.casefold():
            raise ToolError(OTHER_ADDRESS.format(account=access.customer.email))
        return access.customer.email
    address = given or access.email
    if address is None:
        raise ToolError(ASK_ADDRESS)
    name, at, host = address.partition("@")
    if not (name and at and "." in host.strip(".")) or any(char.isspace() or char in ",;<>" for char in address):
        raise ToolError(NO_ADDRESS.format(email=address))
    return address


SUBSCRIBE = Tool(
    name="subscribe_back_in_stock",
    description=render("tools", "subscribe_back_in_stock"),
    effect="write",
    arguments=Subscribe,
    run=subscribe,
    uses=("get_product", "subscribe_back_in_stock", "find_receipt"),
    needs=Marketing,
    preview=preview_subscription,
)
ENROL = Tool(
    name="enrol_in_care_series",
    description=render("tools", "enrol_in_care_series"),
    effect="write",
    arguments=Enrol,
    run=enrol,
    uses=("get_product", "enrol_in_care_series", "find_receipt"),
    needs=Marketing,
    preview=preview_enrolment,
)
