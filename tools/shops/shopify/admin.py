"""The Admin API: a GraphQL document goes out, its data comes back, and an error inside a 200 is an error.

Costs: each answer says what the query cost and what is left in the bucket
(shopify.dev/docs/apps/build/apis/graphql-admin/rate-limits, read in November 2026); the pace believes it.
"""

import re
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from warmline.errors import ShopRefused, ShopUnavailable
from warmline.tools.shops.faults import Asked, Failed, unanswered
from warmline.tools.shops.replies import Reply
from warmline.tools.shops.service import Service
from warmline.tools.tool import Effect

from .documents import VERSION
from .nodes import Node
from .tokens import Tokens

PATH = f"/api/{VERSION}/graphql.json"
FIRST_COST = 50.0
"""What a query is taken to cost until Shopify has said what it does."""

_SCOPE = re.compile(r"\b(?:read|write)_[a-z_]+\b")
_UNAUTHORIZED = 401


class _Throttle(Node):
    maximum_available: float
    currently_available: float
    restore_rate: float


class _Cost(Node):
    requested_query_cost: float
    throttle_status: _Throttle


def part(reply: Reply, *names: str) -> Any:
    """What stands under these names in the data, one in the other; ``None`` where there is nothing."""
    value: Any = reply.json
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


class Admin:
    """Shopify's Admin API behind a ``Service`` whose base address ends in ``/admin``."""

    def __init__(self, service: Service, tokens: Tokens) -> None:
        self._service, self._tokens = service, tokens
        self._costs: dict[str, float] = {}
        self._still: Callable[[], None] | None = None
        self.served: str | None = None
        """The version Shopify answered with: another one than ours once ours has expired."""

    def as_long_as(self, still: Callable[[], None]) -> "Admin":
        """The same, whose writes are sent only if ``still`` does not raise once their turn has come."""
        bound = copy(self)
        bound._still = still
        return bound

    async def read(self, operation: str, document: str, **variables: Any) -> Reply:
        """Ask; the reply's ``json`` is the data."""
        return await self._ask(operation, document, variables, "read", once=False)

    async def write(self, operation: str, document: str, *, once: bool = False, **variables: Any) -> Reply:
        """Change something. ``once`` says that making it twice does what making it once does."""
        return await self._ask(operation, document, variables, "write", once=once)

    async def _ask(self, operation: str, document: str, variables: Mapping[str, Any], effect: Effect, *, once: bool) -> Reply:
        try:
            reply = await self._send(operation, document, variables, effect, once=once)
        except ShopRefused as refused:
            if refused.status != _UNAUTHORIZED or not self._tokens.drop():
                raise
            reply = await self._send(operation, document, variables, effect, once=once)
        self.served = reply.headers.get("x-shopify-api-version", self.served)
        return _data(reply)

    async def _send(self, operation: str, document: str, variables: Mapping[str, Any], effect: Effect, *, once: bool) -> Reply:
        token = await self._tokens.current()
        asked = Asked(service=self._service.name, operation=operation, effect=effect, once=once)
        return await self._service.ask(
            operation,
            "POST",
            PATH,
            effect=effect,
            once=once,
            cost=self._costs.get(operation, FIRST_COST),
            headers={"X-Shopify-Access-Token": token.get_secret_value()},
            json={"query": document, "variables": dict(variables)},
            judge=lambda reply: self._judge(asked, reply),
            still=self._still if effect == "write" else None,
        )

    def _judge(self, asked: Asked, reply: Reply) -> Failed | None:
        cost = self._settled(asked, reply)
        body = reply.json
        errors: Any = body.get("errors") if isinstance(body, dict) else None
        if not errors:
            return None
        if _codes(errors) & {"THROTTLED"}:
            busy = ShopUnavailable(f"{asked} was turned away: Shopify's query budget is spent. Nothing was done.")
            return Failed(busy, again=True, after=_wait(cost))
        if asked.effect == "write" and _was_run(body):
            return Failed(reply.drifted("errors beside a result"), again=False)
        return _refusal(asked, errors)

    def _settled(self, asked: Asked, reply: Reply) -> _Cost | None:
        """What the query cost, noted, and what is left, told to the pace; neither is worth failing for."""
        body = reply.json
        try:
            cost = _Cost.model_validate(body["extensions"]["cost"])
        except (ValidationError, KeyError, TypeError):
            return None
        self._costs[asked.operation] = cost.requested_query_cost
        status = cost.throttle_status
        if self._service.pace is not None:
            self._service.pace.settle(status.currently_available, size=status.maximum_available, per_second=status.restore_rate)
        return cost


def _wait(cost: _Cost | None) -> float | None:
    if cost is None or cost.throttle_status.restore_rate <= 0:
        return None
    return max(cost.requested_query_cost - cost.throttle_status.currently_available, 0.0) / cost.throttle_status.restore_rate


def _codes(errors: Any) -> set[str]:
    found: set[str] = set()
    for error in errors if isinstance(errors, list) else []:
        extensions: Any = error.get("extensions") if isinstance(error, dict) else None
        code: Any = extensions.get("code") if isinstance(extensions, dict) else None
        found.add(code if isinstance(code, str) else "")
    return found


def _was_run(body: Any) -> bool:
    """Whether a mutation was carried out in spite of errors: its own field has a result."""
    data: Any = body.get("data")
    return isinstance(data, dict) and any(value is not None for value in data.values())


def _refusal(asked: Asked, errors: Any) -> Failed:
    """What Shopify says is not repeated, for it may hold a customer's words; its codes and the names of scopes are."""
    codes = _codes(errors)
    if "ACCESS_DENIED" in codes:
        scopes = ", ".join(sorted(set(_SCOPE.findall(str(errors))))) or "a scope, or access to protected customer data"
        denied = f"{asked} was denied: the app needs {scopes}. Grant it and install the app again."
        return Failed(ShopRefused(denied, status=403), again=False)
    if "INTERNAL_SERVER_ERROR" in codes:
        return unanswered(asked, "an internal error of Shopify's")
    named = ", ".join(sorted(code for code in codes if re.fullmatch(r"\w{1,60}", code))) or "without a code"
    return Failed(ShopRefused(f"{asked} was refused ({named}): the query does not fit API version {VERSION}."), again=False)


def _data(reply: Reply) -> Reply:
    data: Any = part(reply, "data") if isinstance(reply.json, dict) else None
    if not isinstance(data, dict):
        raise reply.drifted("data: missing")
    return replace(reply, json=data)
