"""What ``warmline doctor --helpdesk`` finds out about a Gorgias account: by reads alone."""

from typing import Any, cast

from warmline.errors import ShopRefused
from warmline.tools.capabilities import Finding
from warmline.tools.shops.service import Service

from .shapes import User

SCOPES = {"tickets": "tickets:read and tickets:write", "events": "events:read", "tags": "tags:read"}
"""What may be read, and the OAuth scope that opens it ("OAuth2 Scopes")."""


async def examine(service: Service, *, webhooks: bool) -> list[Finding]:
    """Who we are there, whether tickets, events and tags may be read, whether webhooks can be checked."""
    try:
        user = (await service.ask("users.me", "GET", "/users/0", effect="read")).read(User)
    except ShopRefused as error:
        remedy = "Check WARMLINE_GORGIAS_DOMAIN, WARMLINE_GORGIAS_EMAIL and WARMLINE_GORGIAS_TOKEN; OAuth needs users:read."
        return [Finding(name="credentials", status="problem", found=f"refused (HTTP {error.status})", remedy=remedy)]
    known = Finding(name="credentials", status="ok", found=f"taken; the role is {_role(user.role)}")
    return [known, *[await _list(service, name) for name in SCOPES], _webhooks(configured=webhooks)]


async def _list(service: Service, name: str) -> Finding:
    try:
        await service.ask(f"{name}.list", "GET", f"/{name}", effect="read", params={"limit": 1})
    except ShopRefused as error:
        remedy = f"Give the user a role that sees them, or the token the scope {SCOPES[name]}."
        return Finding(name=name, status="problem", found=f"cannot be read (HTTP {error.status})", remedy=remedy)
    return Finding(name=name, status="ok", found="can be read; whether they can be written is not tried")


def _webhooks(*, configured: bool) -> Finding:
    if configured:
        return Finding(name="webhooks", status="ok", found="WARMLINE_GORGIAS_SECRET is set")
    remedy = "Make an HTTP integration (docs/helpdesks.md) that sends WARMLINE_GORGIAS_SECRET."
    return Finding(
        name="webhooks", status="warning", found="no secret: answers come by polling, half a minute late", remedy=remedy
    )


def _role(role: Any) -> str:
    return str(cast("dict[str, Any]", role).get("name") if isinstance(role, dict) else role)
