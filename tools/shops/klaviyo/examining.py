"""Whether an account can be served: by reads alone, so the right to write cannot be tried."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from warmline.errors import ShopError, ShopRefused
from warmline.tools.capabilities import Capability, Finding

from .api import KlaviyoApi

if TYPE_CHECKING:
    from .klaviyo import Lists

NAME = "klaviyo"
SCOPES: Mapping[str, str] = {
    "accounts:read": "doctor --shop says whose account it is",
    "lists:read": "the lists' opt-in processes are checked",
    "lists:write": "signing up and off",
    "profiles:read": "whether an address was unsubscribed is looked up",
    "profiles:write": "signing up and off",
    "subscriptions:write": "signing up and off",
    "catalogs:read": "a SKU's variant is looked up",
    "catalogs:write": "back in stock",
    "events:write": "noting consents; the care series begins with one",
}
"""What the private key must be granted, and what for; nothing else is needed."""

_READS: Mapping[str, tuple[str, Mapping[str, str | int]]] = {
    "accounts:read": ("/accounts", {}),
    "profiles:read": ("/profiles", {"page[size]": 1}),
    "catalogs:read": ("/catalog-variants", {"page[size]": 1}),
}
_NO = (401, 403)
_SIGN_UPS: tuple[Capability, ...] = ("subscribe_back_in_stock", "text_when_back_in_stock", "enrol_in_care_series")


async def examine(api: KlaviyoApi, lists: "Lists") -> Sequence[Finding]:
    """One finding for each read scope and each list, and one for what could not be tried."""
    found = [await _read(api, scope, path, params) for scope, (path, params) in _READS.items()]
    reasons = await list_faults(api, lists)
    found += [
        Finding(name=NAME, status="problem", found=reason, remedy="Set it in Klaviyo, in the list's settings.")
        for reason in reasons
    ]
    if not reasons:
        found.append(Finding(name=NAME, status="ok", found="lists:read is granted, and the lists ask to confirm as they should"))
    untried = ", ".join(scope for scope in SCOPES if scope.endswith(":write"))
    found.append(Finding(name=NAME, status="ok", found=f"not tried, since nothing is written here: {untried}"))
    return found


async def list_faults(api: KlaviyoApi, lists: "Lists") -> list[str]:
    """What is wrong with the lists: one that was meant to ask for a confirmation and does not would sign up anybody's address."""
    wanted = {lists.double: "double_opt_in", **({} if lists.single is None else {lists.single: "single_opt_in"})}
    faults: list[str] = []
    for list_id, process in wanted.items():
        try:
            there = (await api.list(list_id)).attributes.opt_in_process
        except ShopRefused as error:
            faults.append(f"the list {list_id} could not be read (HTTP {error.status}): is it there, and lists:read granted?")
            continue
        if there != process:
            faults.append(f"the list {list_id} has the opt-in process {there}; expected {process}")
    return faults


def lacking(faults: Sequence[str]) -> dict[Capability, str]:
    """What is not offered while the lists are wrong. Signing off always is."""
    return dict.fromkeys(_SIGN_UPS, "; ".join(faults)) if faults else {}


async def _read(api: KlaviyoApi, scope: str, path: str, params: Mapping[str, str | int]) -> Finding:
    try:
        await api.probe(f"examine.{scope}", path, params)
    except ShopRefused as error:
        if error.status not in _NO:
            return Finding(name=NAME, status="problem", found=str(error))
        remedy = f"Grant it to the key in Klaviyo's settings, under API keys ({SCOPES[scope]})."
        return Finding(name=NAME, status="problem", found=f"{scope} is not granted, or the key is not taken", remedy=remedy)
    except ShopError as error:
        return Finding(name=NAME, status="problem", found=str(error))
    return Finding(name=NAME, status="ok", found=f"{scope} is granted")
