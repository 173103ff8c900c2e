"""What ``warmline doctor --helpdesk`` finds out about a Zendesk account: by reads alone."""

import time

from warmline.errors import ShopRefused
from warmline.tools.capabilities import Finding
from warmline.tools.shops.service import Service

from .shapes import Me


async def examine(service: Service, *, webhooks: bool, polling: bool) -> list[Finding]:
    """Who we are there, whether audits and the export may be read, whether webhooks can be checked."""
    reply = await service.ask("users.me", "GET", "/users/me.json", effect="read")
    user = reply.read(Me).user
    if user.get("id") is None:  # Zendesk answers 200 to nobody in particular
        remedy = "Check WARMLINE_ZENDESK_EMAIL and WARMLINE_ZENDESK_TOKEN, and that API tokens are allowed in the account."
        return [Finding(name="credentials", status="problem", found="Zendesk does not know who we are", remedy=remedy)]
    role = str(user.get("role"))
    known = Finding(name="credentials", status="ok" if role != "end-user" else "problem", found=f"taken; the role is {role}")
    return [known, await _tickets(service), await _export(service, wanted=polling), _webhooks(configured=webhooks)]


async def _tickets(service: Service) -> Finding:
    try:
        await service.ask("tickets.count", "GET", "/tickets/count.json", effect="read")
    except ShopRefused as error:
        remedy = "Give the account the role of an agent who sees all tickets, or an OAuth token the scopes read and write."
        return Finding(name="tickets", status="problem", found=f"cannot be read (HTTP {error.status})", remedy=remedy)
    return Finding(name="tickets", status="ok", found="can be read; whether they can be written is not tried")


async def _export(service: Service, *, wanted: bool) -> Finding:
    """Zendesk lets administrators alone export; without it there are only the webhooks."""
    if not wanted:
        found = "WARMLINE_ZENDESK_POLLING says no: what a webhook loses is never looked for"
        return Finding(name="polling", status="warning", found=found)
    since = int(time.time()) - 120
    try:
        where: dict[str, str | int] = {"start_time": since, "per_page": 1}
        await service.ask("tickets.export", "GET", "/incremental/tickets/cursor.json", effect="read", params=where)
    except ShopRefused as error:
        found = f"the incremental export is refused (HTTP {error.status})"
        remedy = (
            "Zendesk gives it to administrators alone: use such a token, or rely on webhooks with WARMLINE_ZENDESK_POLLING=no."
        )
        return Finding(name="polling", status="problem", found=found, remedy=remedy)
    return Finding(name="polling", status="ok", found="the incremental export can be read")


def _webhooks(*, configured: bool) -> Finding:
    if configured:
        return Finding(name="webhooks", status="ok", found="WARMLINE_ZENDESK_SECRET is set")
    remedy = "Make a webhook (docs/helpdesks.md) and put its signing secret into WARMLINE_ZENDESK_SECRET."
    return Finding(
        name="webhooks", status="warning", found="no secret: answers come by polling, a minute or two late", remedy=remedy
    )
