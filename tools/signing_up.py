"""What every sign-up has: the question in the customer's language, where they are, and the consent that is kept with the words of the question."""

from warmline.prompts import render

from .consents import Channel, Consent, Purpose
from .shop import Consents
from .tool import ToolContext

FILE = "signups"
LANGUAGES = ("en", "de", "es", "fr", "it", "nl", "pt")


async def question(context: ToolContext, kind: str, channel: Channel, country: str | None, **said: str) -> str:
    """What the customer is asked, and says yes to; ``kind`` is a section of ``prompts/signups.md`` without its ending."""
    confirmed = "_confirmed" if await asks_to_confirm(context, channel, country) else ""
    language = context.language if context.language in LANGUAGES else LANGUAGES[0]
    return render(FILE, f"{kind}{confirmed}_{language}", **said)


async def asks_to_confirm(context: ToolContext, channel: Channel, country: str | None) -> bool:
    """Whether the shop asks the address or the number itself before it sends anything; a number always, where consents are kept at all."""
    shop = context.shop
    return isinstance(shop, Consents) and (channel == "sms" or await shop.asks_to_confirm(country))


async def agreed(context: ToolContext, purpose: Purpose, place: str, *, about: str, wording: str, country: str | None) -> None:
    """Let a shop that keeps consents keep this one, with the words the customer said yes to."""
    if isinstance(context.shop, Consents):
        consent = Consent(
            channel="email" if "@" in place else "sms",
            address=place,
            purpose=purpose,
            about=about,
            wording=wording,
            given_at=context.clock.now(),
            country=country,
        )
        await context.shop.note_consent(consent, key=context.key)


async def country_of(context: ToolContext, email: str | None) -> str | None:
    """Where this customer is, if anything proves it: the account's address, or that of the order the e-mail address proved."""
    if not isinstance(context.shop, Consents):
        return None
    access = context.access
    if access.customer is not None:
        return access.customer.address.country if access.customer.address is not None else None
    numbers = (number for number, proved in access.proven.items() if email and proved.casefold() == email.casefold())
    number = next(numbers, None)
    order = None if number is None else access.seen.get(number) or await context.shop.get_order(number)
    return None if order is None else order.address.country
