"""Examining a Shopify shop by reads alone."""

from collections.abc import Sequence

from warmline.tools.capabilities import Finding

from .admin import Admin, part
from .documents import SHOP, VERSION
from .nodes import Node
from .scopes import examined
from .settings import ShopifySettings


class _Scope(Node):
    handle: str


class Installed(Node):
    """AppInstallation: what the app may do."""

    id: str
    access_scopes: Sequence[_Scope]

    @property
    def granted(self) -> frozenset[str]:
        """The scopes that were granted."""
        return frozenset(scope.handle for scope in self.access_scopes)


class ShopNode(Node):
    """Shop."""

    name: str
    myshopify_domain: str
    currency_code: str
    taxes_included: bool


async def ask_about(admin: Admin) -> tuple[ShopNode, Installed]:
    """What Shopify says of the shop and the app: needs no scope."""
    reply = await admin.read("shop", SHOP)
    return (
        reply.read(ShopNode, part(reply, "shop")),
        reply.read(Installed, part(reply, "currentAppInstallation")),
    )


async def examine(admin: Admin, settings: ShopifySettings) -> Sequence[Finding]:
    """Whether it answers, with which version, and what was not granted or not told."""
    shop, installed = await ask_about(admin)
    found = [Finding(name="shop", status="ok", found=f"{shop.name} ({shop.myshopify_domain}) answers and takes the credentials")]
    found += [_version(admin.served)] if admin.served is not None else []
    found += examined(installed.granted)
    if settings.return_days is None or settings.return_fee is None:
        found.append(
            Finding(
                name="returns",
                status="warning",
                found="the shop's rules for returns are not known: nothing can be sent back through the agent",
                remedy="set WARMLINE_SHOPIFY_RETURN_DAYS and WARMLINE_SHOPIFY_RETURN_FEE to what your policy says",
            )
        )
    elif settings.labels is None:
        found.append(
            Finding(
                name="labels",
                status="warning",
                found="Shopify makes no return labels, and customers are told that they get one: no return can be started",
                remedy="set WARMLINE_SHOPIFY_LABELS to mailed if your shop sends one for each return, or to carrier",
            )
        )
    return found


def _version(served: str) -> Finding:
    if served == VERSION:
        return Finding(name="version", status="ok", found=f"the Admin API answers as {VERSION}")
    return Finding(
        name="version",
        status="warning",
        found=f"the Admin API answers as {served}; Warmline was written for {VERSION}, which is no longer served",
        remedy="upgrade warmline",
    )
