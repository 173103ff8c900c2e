"""Signing customers up, and off, at Klaviyo.

A sign-up needs a consent that was noted before it under the same key. An address that was unsubscribed or suppressed at Klaviyo is never
signed up again from a chat: subscribing would lift that, for everything that goes there.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from warmline.errors import OutcomeUnknown, ShopDrifted, ShopError, ToolError, UsageError
from warmline.tools.capabilities import Capability, Finding
from warmline.tools.clock import Clock
from warmline.tools.consents import Channel, Consent, Purpose, needs_double_opt_in
from warmline.tools.model import EnrolmentReceipt, MarketingReceipt, StopReceipt, SubscriptionReceipt
from warmline.tools.numbers import full_number, reachable

from .api import KlaviyoApi
from .register import R, Register
from .shapes import Profile

ASKED_FOR_STOCK = "Warmline: Asked for Back in Stock"
ASKED_FOR_CARE = "Warmline: Asked for Care Series"
"""The metrics our events are of: a flow may begin with them."""

SOURCE = "Warmline chat"
OFF = (
    "This address takes no more messages: its owner unsubscribed it, or mail to it came back. It cannot be signed up from here. Tell the"
    " customer that they can sign up on the shop's own page."
)
NO_TEXTS = "WARMLINE_KLAVIYO_TEXTS names no country's calling code that texts may go to"
NOT_KEPT = "There is no waiting list for {sku!r}: check the SKU with check_stock."


@dataclass(frozen=True, kw_only=True)
class Step:
    """One request of a write; ``again`` if making it twice does no harm."""

    make: Callable[[], Awaitable[None]]
    again: bool


@dataclass(frozen=True, kw_only=True)
class Lists:
    """The lists sign-ups go to: one that asks to confirm, and one that does not, where the shop has one."""

    double: str
    single: str | None = None


class Klaviyo:
    """The ``Marketing``, ``Texts``, ``Consents`` and ``StopsMessages`` of an account.

    ``single_in`` are the countries in which an e-mail address need not confirm; everywhere else it is asked to. ``texts`` are the calling codes
    (``+1``) that texts may go to; to none unless it says so. ``texts_others`` lets them go to a number that was only said.
    ``looked`` says that the lists were found to be what they should be; else they
    are looked at before the first sign-up.
    """

    def __init__(
        self,
        api: KlaviyoApi,
        register: Register,
        clock: Clock,
        *,
        lists: Lists,
        single_in: Collection[str] = (),
        texts: Sequence[str] = (),
        texts_others: bool = False,
        lacks: Mapping[Capability, str] | None = None,
        looked: bool = True,
    ) -> None:
        self._api, self._register, self._clock = api, register, clock
        self._lists, self._single_in, self._texts = lists, frozenset(single_in), tuple(texts)
        self._lacks: dict[Capability, str] = {} if texts else {"text_when_back_in_stock": NO_TEXTS}
        self._lacks |= lacks or {}
        self._looked, self._texts_others = looked, texts_others

    @property
    def lacks(self) -> Mapping[Capability, str]:
        """What was found lacking when it was opened."""
        return self._lacks

    async def examine(self) -> Sequence[Finding]:
        """Whether the key is taken, which scopes it lacks, whether the lists are what they should be."""
        from .examining import examine

        return await examine(self._api, self._lists)

    async def asks_to_confirm(self, country: str | None) -> bool:
        """Whether an e-mail address there is asked to confirm."""
        return needs_double_opt_in(country, single=self._single_in)

    async def note_consent(self, consent: Consent, *, key: str) -> None:
        """Keep a consent in the register."""
        await self._register.note(consent, key)

    async def find_receipt(self, key: str) -> MarketingReceipt | None:
        """What was written with this key, from the register."""
        return await self._register.found(key)

    async def subscribe_back_in_stock(self, sku: str, email: str, *, key: str) -> SubscriptionReceipt:
        """Put an address on Klaviyo's list for a variant; where it has to confirm first, ask it to."""
        return await self._await_stock(sku, "email", email, key)

    async def texts_reach(self, phone: str) -> bool:
        """Whether the number has one of the calling codes that were named."""
        return full_number(phone).startswith(self._texts or ("none",))

    async def texts_others(self) -> bool:
        """Whether the host wants a number that was only said to be asked to confirm."""
        return self._texts_others

    async def text_when_back_in_stock(self, sku: str, phone: str, *, key: str) -> SubscriptionReceipt:
        """The same by text: a consent of its own, which the number always confirms."""
        if not await self.texts_reach(phone):
            raise ToolError("No texts are sent to this number's country. Offer the customer the e-mail instead.")
        return await self._await_stock(sku, "sms", full_number(phone), key)

    async def enrol_in_care_series(self, product_id: str, email: str, *, key: str) -> EnrolmentReceipt:
        """Put an address on the list for care letters, and note which product's it asked for: the flow begins with that event."""
        consent = await self._consent(key, "email", email, "care_series")
        wanted = EnrolmentReceipt(product_id=product_id, email=email, since=self._clock.now())
        if done := await self._done(key, wanted):
            return done
        await self._look()
        await self._standing(consent)
        steps = [self._subscription(consent), self._event(ASKED_FOR_CARE, consent, key)]
        return await self._carry_out(key, wanted, steps)

    async def stop_messages(self, *, email: str | None, phone: str | None, key: str) -> StopReceipt:
        """Unsubscribe an address and a number from everything that is no message about an order.

        A number that cannot be written in full never got a text from here, and keeps no address on a list; ``ToolError`` if it is all there is.
        """
        number = reachable(phone) if phone is None or email is not None else full_number(phone)
        wanted = StopReceipt(email=email, phone=number, stopped_at=self._clock.now())
        steps: list[Step] = []
        channels: tuple[tuple[Channel, str | None], ...] = (("email", email), ("sms", number))
        for channel, address in channels:
            if address is not None:
                await self._register.stop(channel, address, at=wanted.stopped_at, key=key)
                steps.append(Step(make=partial(self._api.unsubscribe, channel, address), again=True))
        return await self._carry_out(key, wanted, steps)

    async def _await_stock(self, sku: str, channel: Channel, address: str, key: str) -> SubscriptionReceipt:
        consent = await self._consent(key, channel, address, "back_in_stock")
        email, phone = (address, None) if channel == "email" else (None, address)
        wanted = SubscriptionReceipt(sku=sku, email=email, phone=phone, since=self._clock.now())
        if done := await self._done(key, wanted):
            return done
        await self._look()
        variant = await self._variant(sku)
        await self._standing(consent)
        steps = [Step(make=partial(self._api.await_stock, variant, channel, address), again=False)]
        if self._confirms(consent):
            steps.append(self._subscription(consent))
        steps.append(self._event(ASKED_FOR_STOCK, consent, key))
        return await self._carry_out(key, wanted, steps)

    async def _consent(self, key: str, channel: Channel, address: str, purpose: Purpose) -> Consent:
        """The consent this write is for; ``ToolError`` if it was taken back since."""
        consent = await self._register.consent(key)
        wanted = (channel, address.strip().casefold(), purpose)
        if consent is None or (consent.channel, consent.address.strip().casefold(), consent.purpose) != wanted:
            raise UsageError(f"Klaviyo: no consent to {purpose} by {channel} was noted under this key: call note_consent first")
        if await self._register.stopped_since(consent):
            raise ToolError("The customer has asked for no more messages since. Ask whether they want this one all the same.")
        return consent

    async def _standing(self, consent: Consent) -> None:
        """Make sure that there is a profile to get the messages; ``ToolError`` if it takes none."""
        profile = await self._api.profile(consent.channel, consent.address)
        if profile is None:
            await self._api.create_profile(consent.channel, consent.address)
        elif _off(profile, consent.channel):
            raise ToolError(OFF)

    async def _look(self) -> None:
        """Whether the lists ask to confirm as they should, where nobody could say so at the start."""
        if not self._looked:
            from .examining import list_faults

            if faults := await list_faults(self._api, self._lists):
                raise ShopError(f"Klaviyo: nobody was signed up: {'; '.join(faults)}")
            self._looked = True

    async def _variant(self, sku: str) -> str:
        found = await self._api.variants(sku)
        if not found:
            raise ToolError(NOT_KEPT.format(sku=sku))
        if len(found) > 1:
            raise ShopDrifted(f"Klaviyo: {len(found)} variants of the catalogue have one SKU; expected one")
        return found[0].id

    def _confirms(self, consent: Consent) -> bool:
        return needs_double_opt_in(consent.country, consent.channel, single=self._single_in)

    def _subscription(self, consent: Consent) -> Step:
        single = None if self._confirms(consent) else self._lists.single
        to = single or self._lists.double
        return Step(make=partial(self._api.subscribe, consent.channel, consent.address, to=to, source=SOURCE), again=True)

    def _event(self, metric: str, consent: Consent, key: str) -> Step:
        properties = {
            "about": consent.about,
            "channel": consent.channel,
            "wording": consent.wording,
            "country": consent.country or "unknown",
            "asked_to_confirm": self._confirms(consent),
        }
        note = partial(self._api.event, metric, consent.channel, consent.address, key=key, at=consent.given_at)
        return Step(make=partial(note, properties=properties), again=True)

    async def _done(self, key: str, wanted: R) -> R | None:
        """The receipt, if the whole write was made; one that was begun is carried on."""
        try:
            found = await self._register.found(key)
        except OutcomeUnknown:
            return None
        if found is not None and not isinstance(found, type(wanted)):
            raise UsageError(f"expected a new key, got {key!r}, under which a {type(found).__name__} was made")
        return found

    async def _carry_out(self, key: str, wanted: R, steps: Sequence[Step]) -> R:
        """Make what is left of a write, each step entered before it is sent and after it was made."""
        receipt, entry = await self._register.begin(key, wanted)
        for place in range(entry.step, len(steps)):
            if not await self._register.send(key, place, again=steps[place].again):
                raise OutcomeUnknown("Klaviyo: this write was begun before, and may have been made. Look at the profile there.")
            try:
                await steps[place].make()
            except OutcomeUnknown:
                raise
            except ShopError:
                await self._register.not_made(key, place)
                raise
            await self._register.made(key, place, last=place == len(steps) - 1)
        return receipt


def _off(profile: Profile, channel: Channel) -> bool:
    wishes = profile.attributes.subscriptions
    if channel == "email":
        mail = wishes.email.marketing if wishes.email is not None else None
        return mail is not None and (mail.consent == "UNSUBSCRIBED" or bool(mail.suppression))
    return wishes.sms is not None and wishes.sms.marketing is not None and wishes.sms.marketing.consent == "UNSUBSCRIBED"
