"""A customer's yes to messages, as it has to be shown later; and where an address is asked to confirm before it gets any.

Double opt-in is asked for unless the country is known and stands in ``SINGLE``. This is a cautious default for software, not legal advice.
"""

from collections.abc import Mapping
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


SINGLE: Mapping[str, str] = {
    "AU": "Spam Act 2003 (Cth), s. 16 and sch. 2: express or inferred consent",
    "CA": "CASL, S.C. 2010, c. 23, s. 6 and 10: express consent, shown by the sender (s. 13)",
    "GB": "Privacy and Electronic Communications Regulations 2003, reg. 22: consent notified to the sender",
    "NZ": "Unsolicited Electronic Messages Act 2007, s. 9: express, inferred or deemed consent",
    "US": "CAN-SPAM Act, 15 U.S.C. 7704: no consent before the first e-mail, a way out of each",
}
"""Where one yes is enough for e-mail, and the rule that says so."""

DOUBLE: Mapping[str, str] = {
    "AT": "TKG 2021 s. 174; Datenschutzbehörde, 9 Oct 2019, DSB-D130.073: an address that nobody confirmed is a breach of GDPR art. 32",
    "DE": "UWG s. 7(2); BGH, 10 Feb 2011, I ZR 164/09: the sender shows the consent of the address's owner, for which a confirmation serves",
}
"""Where a regulator or a court has asked for a confirmation, and where. Countries in neither table are treated the same."""


def needs_double_opt_in(country: str | None, channel: Channel = "email") -> bool:
    """Whether an address there is asked to confirm. A text always is: the number's owner bears its cost and may not be who wrote."""
    return channel == "sms" or country not in SINGLE
