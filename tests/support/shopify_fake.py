"""Shopify as its documentation says it behaves: token, scopes, query costs, errors in a 200, and its published schema.

shopify.dev/docs/api/admin-graphql/2026-10 (status and error codes), /docs/apps/build/apis/graphql-admin/rate-limits, /docs/api/usage/access-scopes.
"""

import json
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs

import httpx2
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_schema,
    execute,  # pyright: ignore[reportUnknownVariableType] (typed for any context)
    parse,
    validate,
    visit,
)

from support.shopify_data import Data, resolved
from warmline.tools.shops.shopify.documents import VERSION
from warmline.tools.shops.shopify.scopes import LEAST

SCHEMA = Path(__file__).parents[1] / "tools" / "shops" / "shopify" / f"admin_{VERSION}.graphql"
TOKEN = "shpat_0123456789abcdef"
ALL = frozenset({*LEAST, "read_all_orders"})
DENIED: dict[tuple[str, str], str] = {
    ("QueryRoot", "orders"): "read_orders",
    ("QueryRoot", "order"): "read_orders",
    ("Order", "customer"): "read_customers",
    ("QueryRoot", "customer"): "read_customers",
    ("QueryRoot", "product"): "read_products",
    ("QueryRoot", "products"): "read_products",
    ("QueryRoot", "productVariants"): "read_products",
    ("InventoryItem", "inventoryLevels"): "read_inventory",
    ("InventoryLevel", "location"): "read_locations",
    ("Shop", "shopPolicies"): "read_legal_policies",
    ("QueryRoot", "returnableFulfillments"): "read_returns",
    ("Order", "returns"): "read_returns",
    ("Mutation", "orderCancel"): "write_orders",
    ("Mutation", "orderUpdate"): "write_orders",
    ("Mutation", "returnCreate"): "write_returns",
    ("Mutation", "reverseDeliveryCreateWithShipping"): "write_returns",
}
"""Which scope each field needs."""


_execute = cast("Callable[..., Any]", execute)


def values_of(enum: str) -> set[str]:
    """Every value of an enum of Shopify's."""
    kind = schema().type_map[enum]
    assert isinstance(kind, GraphQLEnumType)
    return set(kind.values)


@cache
def schema() -> GraphQLSchema:
    """The part of Shopify's schema that we use."""
    return build_schema(SCHEMA.read_text("utf-8"))


@cache
def checked(text: str) -> tuple[DocumentNode, tuple[str, ...], tuple[tuple[str, str], ...]]:
    """A document, what is wrong with it, and the fields it asks for."""
    document = parse(text)
    info = TypeInfo(schema())
    fields = _Fields(info)
    visit(document, TypeInfoVisitor(info, fields))
    return document, tuple(one.message for one in validate(schema(), document)), tuple(fields.seen)


class _Fields(Visitor):
    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self.info = info
        self.seen: list[tuple[str, str]] = []

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        parent = self.info.get_parent_type()
        self.seen.append((parent.name if parent else "", node.name.value))


class FakeShopify:
    """One shop. ``answers`` are given instead of the next ones; a handler for ``httpx2.MockTransport``."""

    def __init__(self, data: Data, *, scopes: frozenset[str] = ALL) -> None:
        self.data, self.scopes = data, scopes
        data.scopes = scopes
        self.tokens = {TOKEN}
        self.client: tuple[str, str] = ("client-1", "secret-1")
        self.answers: list[Callable[[httpx2.Request], httpx2.Response | None]] = []
        self.operations: list[str] = []
        self.mutations = 0
        self.size, self.left, self.rate, self.costs = 2000.0, 2000.0, 100.0, 10.0
        self.most_cost = 1000.0
        self._lost = 0
        self._whole: int | None = None

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/admin/oauth/access_token":
            return self._grant(request)
        if request.url.path != f"/admin/api/{VERSION}/graphql.json":
            return httpx2.Response(404, json={"errors": "Not Found"})
        if request.headers.get("x-shopify-access-token") not in self.tokens:
            told = "[API] Invalid API key or access token (unrecognized login or wrong password)"
            return httpx2.Response(401, json={"errors": told})
        if self.answers and (answer := self.answers.pop(0)(request)) is not None:
            return answer
        return self._answer(json.loads(request.content))

    @contextmanager
    def answers_lost(self, most: int = 1_000) -> Generator[None]:
        """Mutations are carried out and the answers of so many never come."""
        self._lost = most
        yield
        self._lost = 0

    @contextmanager
    def broken_after(self, whole: int) -> Generator[None]:
        """So many mutations are carried out; those after them fail and do nothing."""
        self._whole = whole
        yield
        self._whole = None

    def _grant(self, request: httpx2.Request) -> httpx2.Response:
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        if (form.get("client_id"), form.get("client_secret")) != self.client or form.get("grant_type") != "client_credentials":
            return httpx2.Response(400, json={"error": "invalid_client"})
        token = f"shpat_renewed_{len(self.tokens)}"
        self.tokens.add(token)
        return httpx2.Response(200, json={"access_token": token, "scope": ",".join(self.scopes), "expires_in": 86399})

    def _answer(self, asked: dict[str, Any]) -> httpx2.Response:
        self.left = min(self.size, self.left + self.rate)
        if self.left < self.costs:
            return self._told({"errors": [_error("Throttled", "THROTTLED")]}, actual=None)
        document, wrong, fields = checked(asked["query"])
        if wrong:
            return self._told({"errors": [_error(one, "undefinedField") for one in wrong]}, actual=None)
        many = asked["variables"].get("first") or len(asked["variables"].get("ids") or ())
        if many * self.costs > self.most_cost:
            return self._told({"errors": [_error("Query cost is too high", "MAX_COST_EXCEEDED")]}, actual=None)
        return self._run(document, fields, asked["variables"])

    def _run(self, document: DocumentNode, fields: tuple[tuple[str, str], ...], variables: dict[str, Any]) -> httpx2.Response:
        [operation] = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
        name = operation.name.value if operation.name else ""
        self.operations.append(name)
        denied = self._denied(fields)
        if denied:
            root = next(iter(operation.selection_set.selections))
            assert isinstance(root, FieldNode)
            return self._told({"data": {root.name.value: None}, "errors": denied})
        if operation.operation.value == "mutation":
            if self._whole is not None and self._whole <= 0:
                return httpx2.Response(500, text="<html>Internal Server Error</html>")
            self._whole = None if self._whole is None else self._whole - 1
            self.mutations += 1
        self.left -= self.costs
        self.data.tick()
        done: Any = _execute(schema(), document, self.data, variable_values=variables, field_resolver=resolved)
        if operation.operation.value == "mutation" and self._lost > 0:
            self._lost -= 1
            raise httpx2.ReadTimeout("lost")
        body: dict[str, Any] = {"data": done.data}
        if done.errors:
            body["errors"] = [_error(one.message, _code(one)) for one in done.errors]
        return self._told(body)

    def _denied(self, fields: tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
        held = self.scopes | {f"read_{one.removeprefix('write_')}" for one in self.scopes if one.startswith("write_")}
        found: list[dict[str, Any]] = []
        for field in fields:
            scope = DENIED.get(field)
            if scope is not None and scope not in held:
                told = f"Access denied for {field[1]} field. Required access: `{scope}` access scope."
                more = {
                    "requiredAccess": f"`{scope}` access scope.",
                    "documentation": "https://shopify.dev/api/usage/access-scopes",
                }
                error = _error(told, "ACCESS_DENIED")
                error["extensions"] |= more
                found.append(error)
        return found

    def _told(self, body: dict[str, Any], *, actual: float | None = 1.0) -> httpx2.Response:
        status = {"maximumAvailable": self.size, "currentlyAvailable": self.left, "restoreRate": self.rate}
        cost = {"requestedQueryCost": self.costs, "actualQueryCost": actual, "throttleStatus": status}
        return httpx2.Response(200, json=body | {"extensions": {"cost": cost}}, headers={"X-Shopify-API-Version": VERSION})


def _error(message: str, code: str) -> dict[str, Any]:
    return {"message": message, "extensions": {"code": code}}


def _code(error: GraphQLError) -> str:
    return str((error.extensions or {}).get("code", "INTERNAL_SERVER_ERROR"))


def refusing(operation: str, payload: dict[str, Any]) -> Callable[[httpx2.Request], httpx2.Response | None]:
    """An answer to this mutation only."""

    def answer(request: httpx2.Request) -> httpx2.Response | None:
        asked = json.loads(request.content)["query"]
        return httpx2.Response(200, json={"data": {operation: payload}}) if f"{operation}(" in asked else None

    return answer
