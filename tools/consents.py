"""A customer's yes to messages, as it has to be shown later; and where an address is asked to confirm before it gets any.

Double opt-in is asked for everywhere, unless the host names the country: which law wants what is the host's to know, and no table of ours.
Germany is why the default is what it is: there the sender has to prove that the address's owner agreed, and a confirmation is how it is done
(UWG s. 7(2); Bundesgerichtshof, 10 Feb 2011, I ZR 164/09, "Double-opt-in-Verfahren"; the trade association bevh calls it best practice).
"""

from collections.abc import Collection
from typing import Literal

from pydantic import AwareDatetime, Field

from .model import Frozen

Channel = Literal["email", "sms"]
Purpose = Literal["back_in_stock", "care_series"]


class Consent(Frozen):
    """What a customer said yes to, by which words, when. ``about`` is the SKU or the product, ``country`` where they are (``None``: unknown)."""

    channel: Channel
    address: str = Field(min_length=1, description="the e-mail address, or the number as +4915112345678")
    purpose: Purpose
    about: str
    wording: str = Field(min_length=1, description="the question as it was shown, in full")
    given_at: AwareDatetime
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")


def needs_double_opt_in(country: str | None, channel: Channel = "email", *, single: Collection[str] = ()) -> bool:
    """Whether an address there is asked to confirm. A text always is: the number's owner bears its cost and may not be who wrote.

    ``single`` are the countries in which one yes is enough for e-mail, as the host has found out and says; an unknown country is none of them.
    """
    return channel == "sms" or country is None or country not in single
