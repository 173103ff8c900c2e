"""What Klaviyo answers: the parts that are read, and nothing taken for granted beside them.

The reference pages are "Get Profiles", "Create Profile", "Get Catalog Variants", "Get List" and "Get Accounts", and "Rate limits, status codes, and errors"
(https://developers.klaviyo.com/en/reference). Subscriptions and lists were checked against the vendor's OpenAPI files get_profiles.json and
get_list.json of revision 2026-04-15, which leave ``email``, ``marketing``, ``name`` and ``opt_in_process`` nullable, and the filters against the pages of
revision 2026-10-15. The error envelope was checked there too; ``meta.duplicate_profile_id`` stands in no schema we have seen.
"""

from typing import Literal
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel, ConfigDict

Standing = Literal["SUBSCRIBED", "UNSUBSCRIBED", "NEVER_SUBSCRIBED"]
OptIn = Literal["double_opt_in", "single_opt_in"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Suppression(_Part):
    """Why nothing is sent to an address: ``UNSUBSCRIBE``, ``USER_SUPPRESSED``, ``SPAM_REPORT``, ``HARD_BOUNCE``, …"""

    reason: str


class EmailMarketing(_Part):
    """The consent to e-mail. That an address "can receive" says only that it is not suppressed, so it is not read."""

    consent: Standing
    suppression: tuple[Suppression, ...] = ()


class SmsMarketing(_Part):
    """The consent to texts."""

    consent: Standing


class EmailChannel(_Part):
    """E-mail."""

    marketing: EmailMarketing | None = None


class SmsChannel(_Part):
    """Texts."""

    marketing: SmsMarketing | None = None


class Subscriptions(_Part):
    """What a profile gets by which channel; only there if it is asked for (``additional-fields``). Who has only a number may have no ``email``."""

    email: EmailChannel | None = None
    sms: SmsChannel | None = None


class ProfileAttributes(_Part):
    """Who it is."""

    email: str | None = None
    phone_number: str | None = None
    subscriptions: Subscriptions


class Profile(_Part):
    """Somebody Klaviyo knows."""

    type: Literal["profile"]
    id: str
    attributes: ProfileAttributes


class Profiles(_Part):
    """Those a filter finds."""

    data: tuple[Profile, ...]


class VariantAttributes(_Part):
    """A variant in the catalogue."""

    sku: str | None


class Variant(_Part):
    """``id`` is ``integration:::catalogue:::external id``."""

    type: Literal["catalog-variant"]
    id: str
    attributes: VariantAttributes


class Links(_Part):
    """Where the next page is: a whole address, or nothing."""

    next: str | None = None

    @property
    def cursor(self) -> str | None:
        """The ``page[cursor]`` of the next page."""
        found = parse_qs(urlsplit(self.next or "").query).get("page[cursor]", [])
        return found[0] if found else None


class Variants(_Part):
    """A page of variants."""

    data: tuple[Variant, ...]
    links: Links


class ListAttributes(_Part):
    """A list, and whether an address is asked to confirm before it stands on it."""

    name: str | None
    opt_in_process: OptIn | None


class KlaviyoList(_Part):
    """A list of profiles."""

    type: Literal["list"]
    id: str
    attributes: ListAttributes


class ListAnswer(_Part):
    """One list."""

    data: KlaviyoList


class _ErrorMeta(_Part):
    duplicate_profile_id: str | None = None


class Mistake(_Part):
    """One error of a JSON:API envelope. Its ``detail`` is not kept: it may repeat what was sent."""

    code: str
    meta: _ErrorMeta = _ErrorMeta()


class Mistakes(_Part):
    """An answer that says no."""

    errors: tuple[Mistake, ...]
